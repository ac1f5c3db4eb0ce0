"""What can be asked over HTTP: the parameters of the command line, by the same names."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from events.vocabulary import Facet
from timeline.asof import WIDEST_WINDOW, WINDOW_DAYS
from timeline.cuts import CLOCKS
from timeline.formats.wanted import Format
from timeline.questions.activity import By
from timeline.questions.lives import Fate
from timeline.questions.replay import Step
from web.limits import LONGEST_DATE, LONGEST_NAME, MOST_PLACES, PAGE

_BASIS: Final = "The basis of an answer, which gives the same one again; goes with no date."
_AFTER: Final = "What lies after this key, as a `next` link gives it."
_LIMIT: Final = "How many items of the list."

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]


def with_offset(text: str) -> str:
    """A date or basis in which `+03:00` was not escaped: an address has a space there, no date."""
    return re.sub(r"(T[0-9:.]+) (?=[0-9]{2})", r"\1+", text)


Date = Annotated[str, Field(min_length=1, max_length=LONGEST_DATE), AfterValidator(with_offset)]
Window = Annotated[
    float, Field(gt=0, le=WIDEST_WINDOW, description="How far back happenings are listed, in days.")
]
After = Annotated[str, Field(min_length=1, max_length=3 * LONGEST_NAME)]
Limit = Annotated[int, Field(ge=1, le=PAGE)]


class Parameters(BaseModel):
    """Parameters of a question; one that it does not have is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Recorded(Parameters):
    """The clock of the log alone."""

    recorded: Date | None = Field(None, description=CLOCKS["recorded"])


class Learned(Recorded):
    """The clocks of knowledge and of the log."""

    known: Date | None = Field(None, description=CLOCKS["known"])


class CutParameters(Parameters):
    """All three clocks, or a basis in their place."""

    on: Date | None = Field(None, description=CLOCKS["on"], examples=["2025-10-27"])
    valid: Date | None = Field(None, description=CLOCKS["valid"])
    known: Date | None = Field(None, description=CLOCKS["known"])
    recorded: Date | None = Field(None, description=CLOCKS["recorded"])
    basis: Date | None = Field(None, description=_BASIS)

    def cuts(self) -> dict[str, str | None]:
        """The cuts, as the engine takes them."""
        return {name: getattr(self, name) for name in CutParameters.model_fields}


class ClaimParameters(Parameters):
    """Which claims of the answer are wanted."""

    facet: Facet | None = Field(None, description="Only claims of this facet.")
    party: Name | None = Field(None, description="Only of this party: its id, a name, or a side.")
    kind: Name | None = Field(None, description="Only claims of this kind.")
    side: Name | None = Field(None, description="Only claims about this side.")

    def of(self) -> dict[str, str | None]:
        """The choice, as the engine takes it; without the facet."""
        return {"party": self.party, "kind": self.kind, "side": self.side}


class Page(Parameters):
    """A part of a list."""

    limit: Limit = Field(PAGE, description=_LIMIT)
    after: After | None = Field(None, description=_AFTER)


class Places(Page):
    """Parameters of a list of places."""

    q: Name | None = Field(None, description="Only places called so, or nearly so.")


class Known(ClaimParameters, CutParameters):
    """Parameters of a situation."""

    window: Window = WINDOW_DAYS


class History(ClaimParameters, CutParameters):
    """Parameters of a history."""

    since: Date | None = Field(None, alias="from", description="The first day.")
    until: Date | None = Field(None, alias="to", description="The last day.")


class Replay(Recorded):
    """Parameters of a walk through what became known."""

    since: Date = Field(alias="from", description="Where to begin.", examples=["2025-10-20"])
    until: Date | None = Field(None, alias="to", description="Where to end; now unless given.")
    step: Step = Field("day", description="Stop at each day or each report.")
    facet: Facet | None = Field(None, description="Only claims of this facet.")
    window: Window = WINDOW_DAYS
    limit: Limit | None = Field(None, description=_LIMIT)
    after: After | None = Field(None, description=_AFTER)


class Diff(ClaimParameters, Learned):
    """Parameters of a comparison of two cuts."""

    a: Date = Field(description="The first cut, or its basis.", examples=["2025-10-25"])
    b: Date = Field(description="The second cut, or its basis.", examples=["2025-10-27"])
    axis: Literal["known", "valid"] = Field("known", description="The clock that a and b are of.")
    valid: Date | None = Field(None, description=CLOCKS["valid"])
    window: Window = WINDOW_DAYS


class Hindsight(Learned):
    """Parameters of a look back."""

    on: Date | None = Field(
        None,
        description="The day to look back on; needed but with a basis.",
        examples=["2025-10-27"],
    )
    basis: Date | None = Field(None, description="The `basis_now` of an answer; has the day too.")
    facet: Facet | None = Field(None, description="Only claims of this facet.")
    window: Window = WINDOW_DAYS


class Claims(Page, Learned):
    """Parameters of the life of claims."""

    place: Name | None = Field(None, description="Only on this place.")
    party: Name | None = Field(None, description="Only of this party: its id, a name, or a side.")
    status: Fate | None = Field(None, description="Only those of which this became.")
    facet: Facet | None = Field(None, description="Only claims of this facet.")
    kind: Name | None = Field(None, description="Only claims of this kind.")
    first: bool = Field(False, description="Only the first that was told of all these.")
    on: Date | None = Field(None, description="Sets known to this day.")
    basis: Date | None = Field(None, description=_BASIS)


class Explain(CutParameters):
    """Parameters of an explanation."""

    window: Window = WINDOW_DAYS


class Activity(Page, Learned):
    """Parameters of a count of what was told."""

    place: list[Name] = Field([], max_length=MOST_PLACES, description="All unless given.")
    since: Date | None = Field(None, alias="from", description="The first day.")
    until: Date | None = Field(None, alias="to", description="The last day.")
    by: list[By] = Field(["day"], max_length=4, description="What to count by.")
    on: Date | None = Field(None, description="Sets known and the last day to this day.")
    basis: Date | None = Field(None, description=_BASIS)


class Export(ClaimParameters, CutParameters):
    """Parameters of an export."""

    place: list[Name] = Field([], max_length=MOST_PLACES, description="All unless given.")
    region: list[Name] = Field(
        [], max_length=MOST_PLACES, description="Places that count with all below them."
    )
    form: Format | None = Field(
        None, alias="format", description="Else as the ending or `Accept` says, else CSV."
    )
    since: Date | None = Field(None, alias="from", description="The first day.")
    until: Date | None = Field(None, alias="to", description="The last day.")
    window: Window = WINDOW_DAYS
    raw: bool = Field(False, description="CSV: leave texts that a spreadsheet would run.")
    bom: bool = Field(False, description="CSV: begin with the mark that Excel wants.")
