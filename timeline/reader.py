"""What every question reads from: the pure fold and its index answer the same few calls."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, Protocol

from events.when import quoted
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.errors import AmbiguousReport, UnknownReport

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.asof import AsOf, Candidate, Held, Told
    from timeline.claims import Claim, Mark
    from timeline.evidence.tree import Subtree
    from timeline.parties import Party
    from timeline.places import Book


_CANDIDATES: Final = 20
"""Ids that are named where a prefix fits many."""


class Reader(Protocol):
    """A log as it is read. Instants and windows are microseconds; places and reports are ids."""

    def pinned(self, asof: AsOf) -> tuple[int, int]:
        """Positions of the last report entry that counts and of the last place redefined."""

    def tree(self) -> Subtree:
        """The Merkle tree over the entries read, to ask roots and proofs of, at any size."""

    def book(self, asof: AsOf | None = None) -> Book:
        """The places as defined at the cut's positions; as defined now where there is no cut."""

    def held(
        self, places: Collection[str], asof: AsOf, window: Instant, facet: str | None = None
    ) -> Mapping[str, Sequence[Held]]:
        """The claims on each place that hold and stand at the cuts (clauses 1 to 5)."""

    def marks(self, reports: Iterable[str], asof: AsOf) -> Mapping[str, Sequence[Mark]]:
        """The verifications of these reports that count, the last of each verifier."""

    def same_events(self, reports: Collection[str], asof: AsOf) -> Mapping[str, str]:
        """For each report linked as the same event as others, the one that stands for all."""

    def before(self, standing: Sequence[Held], asof: AsOf) -> Mapping[tuple[str, str], Claim]:
        """By claim id and measure: the claim of its series that stated a number before it.

        Of the facet casualties alone, whose cumulative numbers are compared with those before.
        """

    def control(self, places: Collection[str], asof: AsOf) -> Mapping[str, Sequence[Held]]:
        """The standing control claims of each place; each place asked for is a key."""

    def reported_places(self, asof: AsOf) -> Collection[str]:
        """The places that a report that counts has named."""

    def moved_places(self, a: AsOf, b: AsOf, window: Instant) -> Collection[str]:
        """The places whose claims may differ between two cuts; others may be among them."""

    def turns(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of valid time at which a claim on the place begins, has its reach or ends."""

    def learned(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of knowledge at which what is told or checked on the place changed."""

    def foretold(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants up to the cut of knowledge at which what was announced on the place begins."""

    def speaking(self, place: str, asof: AsOf, since: Instant) -> Iterable[Candidate]:
        """The claims on the place that speak of valid time from `since` to the cut.

        One of each report that counts, whether it stands or not, by (knowledge, id of the report).
        """

    def settled(self, asof: AsOf) -> tuple[int, Instant]:
        """The last entry of a report read, and the last knowledge at the cut; 0 for none.

        Where two cuts agree in both, the same versions of reports count.
        """

    def report_id(self, prefix: str) -> str:
        """The id of the one report or claim that begins so; of a claim, its report.

        Raises `UnknownReport`, `AmbiguousReport`.
        """

    def cited(self, citations: Collection[int]) -> Mapping[int, Sequence[str]]:
        """By `entries.citation`: the reports that were read there, in any version, in order."""

    def party_names(self) -> Mapping[str, str]:
        """The names of the parties that have one, by id."""

    def parties(self) -> Mapping[str, Party]:
        """By id: every party that is defined, and every one whose claims there are."""

    def subjects(self) -> Collection[str]:
        """What claims are about, without regard to case: sides, and the matters of statements."""

    def newest(self, asof: AsOf) -> Instant | None:
        """The knowledge of the newest report that counts; None where none does."""

    def reports_on(
        self,
        places: Collection[str],
        asof: AsOf,
        since: Instant = OPEN_PAST,
        until: Instant = OPEN_FUTURE,
    ) -> Iterable[str]:
        """The ids of the reports that count and, in the version that shows, name these places.

        Those that speak of the time, half-open; of verifications those that were told in it.
        """

    def told(self, asof: AsOf, *, place: str | None = None) -> Sequence[Told]:
        """Every claim as it showed for some time up to the cut of knowledge, in telling order.

        Of a place, or of all; the cut of valid time does not enter.
        """

    def told_by(self, reports: Collection[str], asof: AsOf) -> Sequence[Told]:
        """As `told`, but of these reports, whatever place they spoke of."""

    def linked(self, report: str, asof: AsOf) -> Sequence[tuple[str, str]]:
        """The reports that count and link to this one: (kind of link, report), in order."""


def one_report(prefix: str, found: Sequence[str]) -> str:
    """The one id that was found for a prefix; raises `UnknownReport`, `AmbiguousReport`."""
    if len(found) == 1 and prefix:
        return found[0]
    if not found or not prefix:
        raise UnknownReport(
            f"no report or claim has the id {quoted(prefix)}; ids stand at the end of each claim"
        )
    listed = ", ".join(found[:5]) + (" …" if len(found) > 5 else "")
    raise AmbiguousReport(
        f"{quoted(prefix)} begins the ids of {len(found)} reports, or of claims of theirs",
        f"write more of it, or one of {listed}",
        found[:_CANDIDATES],
    )
