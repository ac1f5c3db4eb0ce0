"""One row of the table: what was measured, against what, the bar, the aim, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

Verdict = Literal["aim", "bar", "missed", "info"]

WORDS: Final[dict[Verdict, str]] = {
    "aim": "meets the aim",
    "bar": "meets the bar",
    "missed": "misses the bar",
    "info": "",
}


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured number; smaller is better unless `more` is set. Without a bar it is for reading.

    `details` are the numbers behind it, by name: milliseconds unless the name says otherwise.
    """

    group: str
    name: str
    measured: float
    unit: str = "x"
    bar: float | None = None
    aim: float | None = None
    more: bool = False
    details: dict[str, float] = field(default_factory=dict)

    @property
    def verdict(self) -> Verdict:
        """Which of aim and bar it meets."""
        if self.bar is None:
            return "info"
        if self.aim is not None and self._meets(self.aim):
            return "aim"
        return "bar" if self._meets(self.bar) else "missed"

    def _meets(self, mark: float) -> bool:
        return self.measured >= mark if self.more else self.measured <= mark

    def shown(self, number: float | None) -> str:
        """A number in the unit of the figure."""
        if number is None:
            return ""
        sign = "" if number == self.measured else ("≥ " if self.more else "≤ ")
        text = f"{number:,.0f}" if abs(number) >= 100 else f"{number:.3g}"
        return f"{sign}{text}{'' if self.unit == 'x' else ' '}{self.unit}"


@dataclass(frozen=True, slots=True)
class Plan:
    """How large a run is: claims of the logs, questions, and the sizes of the single cases."""

    sizes: tuple[int, ...]
    seed: int
    asked: int
    readings: int
    bulk: int
    filed: int
    starts: int
    say: Callable[[str], None] = print

    @property
    def largest(self) -> int:
        """The size at which most figures are taken."""
        return self.sizes[-1]
