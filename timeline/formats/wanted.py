"""What an export may be of, in which format, and which part of it is wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, get_args

from events.when import quoted
from timeline.cuts import backward, first_stop, instant
from timeline.errors import BadQuestion, require_text
from timeline.questions.activity import beginning

if TYPE_CHECKING:
    from datetime import tzinfo

    from events.when import Instant
    from timeline.cuts import Cut
    from timeline.projections import Loaded
    from timeline.questions.project import KeptRows

What = Literal["situation", "control", "claims", "reports", "history", "activity", "projection"]
Format = Literal["csv", "jsonl", "json", "geojson", "parquet", "hxl", "timelinejs", "kml"]

WHATS: Final[tuple[What, ...]] = get_args(What)[:-1]
"""What comes with the program; a projection is exported by its own name."""
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
ENDINGS: Final[dict[str, Format]] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".geojson": "geojson",
    ".parquet": "parquet",
    ".kml": "kml",
    ".hxl": "hxl",
    ".hxl.csv": "hxl",
    ".timelinejs": "timelinejs",
    ".timelinejs.json": "timelinejs",
}
"""How the name of a file tells its format."""
MEDIA_TYPES: Final[dict[Format, str]] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "json": "application/json",
    "geojson": "application/geo+json",
    "parquet": "application/vnd.apache.parquet",
    "hxl": "text/csv; charset=utf-8",
    "timelinejs": "application/json",
    "kml": "application/vnd.google-earth.kml+xml",
}

# What is told claim by claim can be laid along time; the rest is counts and tables.
_TELLING: Final = frozenset[What]({"situation", "claims", "history"})
_IN_A_PERIOD: Final = frozenset[What]({"claims", "reports", "history", "activity"})
_OF_ONE: Final = frozenset[What]({"situation", "control", "claims", "reports", "history"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What to export. Places are as users name them, none for all; the rest is in microseconds.

    `regions` are places that count with all below them. `since` and `until` are as `period_of`
    gives them. `projection` goes with `projected`, where its rows are kept between questions.
    """

    what: What
    form: Format
    places: Sequence[str] = ()
    regions: Sequence[str] = ()
    facet: str | None = None
    party: str | None = None
    kind: str | None = None
    side: str | None = None
    window: Instant
    since: Instant | None = None
    until: Instant | None = None
    projection: Loaded | None = None
    projected: KeptRows | None = None
    raw: bool = False
    bom: bool = False

    @property
    def name(self) -> str:
        """What it is of, a projection by its own name."""
        return self.projection.name if self.projection else self.what

    def check(self) -> None:
        """Refuse with `BadQuestion` what does not go together, or would change nothing."""
        self._check_form()
        if self.what not in _IN_A_PERIOD and (self.since is not None or self.until is not None):
            raise BadQuestion(
                "a period (from, to) is for claims, reports, history and activity; "
                "cut others with valid or known"
            )
        self._check_choice()
        if self.since is not None and self.until is not None and self._is_backward():
            raise backward()

    def _check_form(self) -> None:
        if self.form not in FORMATS:
            raise BadQuestion(
                f"{quoted(str(self.form))} is not a format; write one of {', '.join(FORMATS)}"
            )
        if self.form in ("timelinejs", "kml") and self.what not in _TELLING:
            raise BadQuestion(
                f"{self.form} lays claims along time; {self.name} has none, so export situation, "
                "claims or history"
            )
        if (self.raw or self.bom) and self.form not in ("csv", "hxl"):
            raise BadQuestion("raw and bom are for csv and hxl; choose one of these formats")

    def _check_choice(self) -> None:
        if self.what == "reports" and self.facet:
            raise BadQuestion("reports have no facet; export claims, or leave facet out")
        if self.what == "control" and self.facet:
            raise BadQuestion("control is a facet itself; leave facet out")
        if self.what not in _OF_ONE and (self.facet or self.party or self.kind or self.side):
            raise BadQuestion(
                "facet, party, kind and side choose among claims and reports; "
                f"leave them out of {self.name}"
            )

    def _is_backward(self) -> bool:
        since, until = self.since or 0, self.until or 0
        # The first day of a history is its first stop, at its end; else it is what begins there.
        return until < since if self.what == "history" else until <= since


def what_called(what: str, options: Mapping[str, str] | None) -> tuple[What, Loaded | None]:
    """What an export is of, by its name, and the projection that this is where it is none of ours.

    Raises `BadQuestion`, `BadProjection`.
    """
    require_text("kind of export", what)
    for ours in WHATS:
        if ours == what:
            if options:
                raise BadQuestion("options are a projection's own; leave them out")
            return ours, None
    from timeline.projections import load  # here: few exports are of projections

    try:
        return "projection", load(what, options)
    except BadQuestion as error:
        if ":" in what:
            raise
        raise BadQuestion(f"{error}; of our own we export {', '.join(WHATS)}") from None


def format_of(name: str) -> Format | None:
    """The format that the name of a file tells, the longer ending first."""
    lower = name.lower()
    fitting = [ending for ending in ENDINGS if lower.endswith(ending)]
    return ENDINGS[max(fitting, key=len)] if fitting else None


def period_of(
    what: What, since: Cut | None, until: Cut | None, zone: tzinfo
) -> tuple[Instant | None, Instant | None]:
    """The instants of a period given in dates: both days belong to it.

    A history begins at the end of its first day, with what held then.
    """
    ends = None if until is None else instant("to", until, zone)
    if since is None:
        return None, ends
    return first_stop(since, zone) if what == "history" else beginning(since, zone), ends
