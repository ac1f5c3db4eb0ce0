"""A claim as rows of the table: one row for each measure it states. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from events.canonical import canonical
from events.when import DAY, WhenError, parse_when, zone_of

if TYPE_CHECKING:
    from timeline.claims import Claim
    from timeline.places import Place

Cell = str | int | float | bool | None
Table = tuple[Sequence[str], Iterator[list[Cell]]]
"""Names of columns, and rows."""

SPOT_COLUMNS: Final = (
    "place",
    "place_id",
    "admin1",
    "iso_3166_2",
    "latitude",
    "longitude",
    "relation",
    "landmark",
)
COLUMNS: Final = (
    *SPOT_COLUMNS,
    "kind",
    "facet",
    "subject",
    "party",
    "chain",
    "measure",
    "status",
    "by",
    "share",
    "low",
    "best",
    "high",
    "value_json",
    "stance",
    "read_as",
    "happened",
    "happened_reading",
    "valid_from",
    "valid_to",
    "time_precision",
    "certainty",
    "ended",
    "reported_at",
    "known_from",
    "recorded_at",
    "known_as_of",
    "valid_as_of",
    "reliability",
    "credibility",
    "verification",
    "source",
    "source_url",
    "summary",
    "claim_id",
    "report_id",
    "supersedes",
    "basis",
)
"""The columns of claims, in order; ACLED and UCDP names where they mean the same."""

# Own fields that hold an amount, in the order of their rows.
_AMOUNTS: Final = (
    "size",
    "count",
    "killed",
    "wounded",
    "missing",
    "captured",
    "personnel",
    "deaths",
    "injured",
    "people",
    "area_km2",
)
_ORDER: Final = {name: at for at, name in enumerate(_AMOUNTS)}
# Own fields that hold one of a few words: the word is the row's status.
_LEVELS: Final = ("level", "phase")

# ACLED's time precision by the width of the bounds: a day (one of 25 hours too), a week, a month.
_PRECISIONS: Final = (
    (DAY + DAY // 24, 1),
    (7 * DAY + DAY // 24, 2),
    (31 * DAY + DAY // 24, 3),
)
_UTC: Final = zone_of("UTC")


class Measure(NamedTuple):
    """One thing a claim states, with its number as stated; `share` is a part of one."""

    measure: str | None = None
    status: str | None = None
    by: str | None = None
    share: float | None = None
    low: float | None = None
    best: float | None = None
    high: float | None = None


class Shared(NamedTuple):
    """What the rows of one answer have in common."""

    known: str
    valid: str
    basis: str


def measures(value: Mapping[str, Any]) -> list[Measure]:
    """What the own fields of a report state, one measure a row; one without a name for none."""
    stated = [name for name in value if name in _ORDER and value[name]]
    stated.sort(key=_ORDER.__getitem__)
    found = [_amount(name, value[name]) for name in stated]
    if shares := value.get("shares"):
        found += [
            _amount("share", one.get("share"), one["status"], one.get("by")) for one in shares
        ]
    if areas := value.get("areas"):
        found += [_amount("area_km2", one["km2"], one["status"], one.get("by")) for one in areas]
    if equipment := value.get("equipment"):
        found += [_amount(f"equipment:{name}", amount) for name, amount in equipment.items()]
    found += [Measure(name, value[name]) for name in _LEVELS if value.get(name)]
    if value.get("violated"):
        found.append(Measure("violated", status="violated"))
    if value.get("extent") == "whole":
        found.insert(0, Measure("share", "held", value.get("to"), 1, 1, 1, 1))
    return found or [Measure()]


def _amount(
    name: str, amount: Mapping[str, Any] | None, status: str | None = None, by: str | None = None
) -> Measure:
    if amount is None:
        return Measure(name, status, by)
    low, best, high = amount["low"], amount["best"], amount["high"]
    return Measure(name, status, by, best if name == "share" else None, low, best, high)


def rows(
    claim: Claim, place: Place | None, supersedes: str | None, shared: Shared
) -> Iterator[list[Cell]]:
    """The rows of one claim, cells in the order of `COLUMNS`; `place` as defined at the cuts."""
    source = claim.source or {}
    before: list[Cell] = [
        *spot(claim, place),
        claim.kind,
        claim.facet,
        claim.subject,
        claim.party,
        chain_of(claim.chain),
    ]
    after: list[Cell] = [
        canonical(claim.value).decode(),
        claim.stance,
        claim.read_as,
        claim.happened,
        claim.happened_reading,
        claim.valid_from,
        claim.valid_to,
        time_precision(claim.happened),
        claim.certainty,
        claim.ended,
        claim.reported,
        claim.known_from,
        claim.recorded,
        shared.known,
        shared.valid,
        claim.reliability,
        claim.credibility,
        verification_of(claim.verification),
        source.get("publisher"),
        source.get("url"),
        claim.summary,
        claim.claim,
        claim.report,
        supersedes,
        shared.basis,
    ]
    for measure in measures(claim.value):
        yield [*before, *measure, *after]


def spot(claim: Claim, place: Place | None) -> list[Cell]:
    """The cells of `SPOT_COLUMNS`: where it is that a claim speaks of."""
    return [
        place.name if place else claim.place,
        claim.place,
        place.admin1 if place else None,
        place.iso_3166_2 if place else None,
        place.lat if place else None,
        place.lon if place else None,
        claim.relation,
        claim.landmark,
    ]


@lru_cache(maxsize=8192)  # the same days are told of again and again
def time_precision(happened: str) -> int | None:
    """ACLED's 1, 2 or 3 for a date known to the day, week or month; None for wider or open ones."""
    try:
        when = parse_when(happened, _UTC)
    except WhenError:  # a day that only the report's own zone has
        return None
    if when.earliest is None or when.latest is None:
        return None
    width = when.latest - when.earliest
    return next((precision for widest, precision in _PRECISIONS if width <= widest), None)


def chain_of(chain: Sequence[Mapping[str, str]]) -> str:
    """Who said it first > … > who published it, with the channel where it was not public."""
    return " > ".join(
        link["party"] + ("" if _public(link) else f" [{link['channel']}]") for link in chain
    )


def _public(link: Mapping[str, str]) -> bool:
    return link.get("channel", "public") == "public"


def verification_of(marks: Sequence[Mapping[str, str]]) -> str:
    """Each check as status:by."""
    return ";".join(f"{mark['status']}:{mark['by']}" for mark in marks)
