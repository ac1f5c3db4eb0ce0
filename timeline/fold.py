"""The definition of every answer: a pure fold over the log's entries. The view is its index."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from events.when import DAY
from timeline import entries
from timeline.asof import (
    AsOf,
    Candidate,
    Held,
    ShownVersion,
    Told,
    Version,
    as_recorded,
    claim_of,
    counting,
    hold,
    in_telling_order,
    last_with_a_say,
    shown,
    told,
    told_before,
    version_of,
    with_next,
)
from timeline.claims import OPEN_FUTURE, OPEN_PAST
from timeline.parties import Party, decode_party
from timeline.places import Place, PlaceBook, decode_place
from timeline.reader import one_report
from timeline.situation import latest_marks

if TYPE_CHECKING:
    from events.when import Instant
    from timeline.claims import Claim, Mark
    from timeline.entries import Entry
    from timeline.evidence.tree import Subtree


def _is_read(place: Entry, asof: AsOf) -> bool:
    """Whether the cuts admit a definition; they always do the first of a place."""
    return place.topic == entries.PLACE_DEFINED or (
        place.recorded < asof.recorded and place.position <= asof.redefined
    )


def _speaks_of(version: Version, since: Instant, until: Instant) -> bool:
    """Whether a version speaks of a time; a verification does of the one when it was told."""
    told, known = version.assertion, version.knowledge
    earliest, reach = (known - 1, known) if told is None else (told.earliest, told.reach)
    return reach > since and earliest < until


class Fold:
    """A `Reader` that works everything out anew from the entries at every call."""

    def __init__(self, log: Iterable[Entry]) -> None:
        self._reports: dict[str, list[Version]] = {}
        self._places: list[tuple[Entry, Place]] = []
        self._parties: dict[str, Party] = {}
        self._entries: list[Entry] = []
        for entry in log:
            self.append(entry)

    def append(self, entry: Entry) -> None:
        """Take in the next entry of the log."""
        self._entries.append(entry)
        if entry.topic in entries.REPORT_TOPICS:
            self._reports.setdefault(entry.key, []).append(version_of(entry))
        elif entry.topic in entries.PLACE_TOPICS:
            self._places.append((entry, decode_place(entry.content)))
        elif entry.topic in entries.PARTY_TOPICS:
            party = decode_party(entry.content)
            self._parties[party.id] = party

    def tree(self) -> Subtree:
        """The Merkle tree over the entries."""
        from timeline.evidence.leaves import tree_of  # here: few questions ask for it

        return tree_of(self._entries)

    def pinned(self, asof: AsOf) -> tuple[int, int]:
        """Positions of the last report entry that counts and of the last place redefined."""
        last = max(
            (last_with_a_say(versions, asof) for versions in self._reports.values()), default=0
        )
        redefined = (
            entry.position
            for entry, _ in self._places
            if entry.topic == entries.PLACE_REDEFINED and _is_read(entry, asof)
        )
        return last, max(redefined, default=0)

    def book(self, asof: AsOf | None = None) -> PlaceBook:
        """The places as defined at the cut's position, or at first where that came later."""
        book = PlaceBook()
        for entry, place in self._places:
            if asof is None or _is_read(entry, asof):
                book.add(place)
        return book

    def _shown(self, asof: AsOf) -> Iterable[ShownVersion]:
        for versions in self._reports.values():
            if one := shown(versions, asof):
                yield one

    def _claimed(self, asof: AsOf) -> Iterable[Candidate]:
        for one in self._shown(asof):
            if claim := one.version.assertion:
                yield Candidate(claim, one.first_known, one.supersedes)

    def held(
        self, places: Collection[str], asof: AsOf, window: Instant, facet: str | None = None
    ) -> Mapping[str, Sequence[Held]]:
        """The claims on each place that hold and stand at the cuts."""
        on_place: dict[str, list[Candidate]] = {place: [] for place in places}
        for one in self._claimed(asof):
            series = one.assertion.series
            if series.place in on_place and facet in (None, series.facet):
                on_place[series.place].append(one)
        return {place: hold(shown, asof, window) for place, shown in on_place.items()}

    def marks(self, reports: Iterable[str], asof: AsOf) -> Mapping[str, Sequence[Mark]]:
        """The verifications of these reports that count, the last of each verifier."""
        wanted = set(reports)
        found: dict[str, list[Mark]] = {}
        for one in self._shown(asof):
            verdict = one.version.mark
            if verdict and verdict.report in wanted:
                found.setdefault(verdict.report, []).append(verdict)
        return {report: latest_marks(marks) for report, marks in found.items()}

    def same_events(self, reports: Collection[str], asof: AsOf) -> Mapping[str, str]:
        """For each report linked as the same event as others, the one that stands for all."""
        roots: dict[str, str] = {}

        def root(report: str) -> str:
            while (above := roots.get(report, report)) != report:
                report = above
            return report

        linked = {
            entry.key: entry.report.links.get("same_event_as", ())
            for one in self._shown(asof)
            if (entry := one.version.entry).report
        }
        for report, others in linked.items():
            for other in others:
                if other in linked:
                    low, high = sorted((root(report), root(other)))
                    roots[high] = low
        return {report: root(report) for report in reports if root(report) != report}

    def before(self, standing: Sequence[Held], asof: AsOf) -> Mapping[tuple[str, str], Claim]:
        """By claim id and measure: the claim of its series that stated a number before it."""
        places = {one.assertion.series.place for one in standing}
        claimed = (one for one in self._claimed(asof) if one.assertion.series.place in places)
        return told_before(standing, claimed, asof.valid)

    def control(self, places: Collection[str], asof: AsOf) -> Mapping[str, Sequence[Held]]:
        """The standing control claims of each place."""
        held = self.held(places, asof, DAY, "control")
        return {
            place: [one for one in claims if one.assertion.read_as == "status"]
            for place, claims in held.items()
        }

    def reported_places(self, asof: AsOf) -> Collection[str]:
        """The places that a report that counts has named."""
        return {
            version.entry.report.place.id
            for versions in self._reports.values()
            for version in counting(versions, asof)
            if version.entry.report
        }

    def moved_places(self, a: AsOf, b: AsOf, window: Instant) -> Collection[str]:  # noqa: ARG002 - the view looks at it
        """The places whose claims may differ between two cuts: here, all there are."""
        return {*self.reported_places(a), *self.reported_places(b)}

    def turns(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of valid time at which a claim on the place begins, has its reach or ends."""
        found: set[Instant] = set()
        for one in self._claimed(asof):
            claim = one.assertion
            if claim.series.place == place:
                found |= {claim.earliest, claim.reach, claim.latest}
        return sorted(found - {OPEN_PAST, OPEN_FUTURE})

    def learned(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants of knowledge at which what is told or checked on the place changed."""
        here = self.told(asof, place=place)
        found = {at for one in here for at in (one.assertion.knowledge, one.until)}
        reports = {one.assertion.claim.report for one in here}
        for versions in self._reports.values():
            for version, after in with_next(counting(versions, asof)):
                ends = after.knowledge if after else OPEN_FUTURE
                if version.mark and version.mark.report in reports and version.knowledge != ends:
                    found |= {version.knowledge, ends}
        return sorted(found - {OPEN_FUTURE})

    def foretold(self, place: str, asof: AsOf) -> Sequence[Instant]:
        """Instants up to the cut of knowledge at which what was announced on the place begins."""
        return sorted(
            {
                one.assertion.earliest
                for one in self.told(asof, place=place)
                if one.assertion.announced and one.assertion.earliest < min(one.until, asof.known)
            }
        )

    def speaking(self, place: str, asof: AsOf, since: Instant) -> Iterable[Candidate]:
        """The claims on the place that speak of valid time from `since` to the cut."""
        claims = [
            one
            for one in self._claimed(asof)
            if one.assertion.series.place == place
            and one.assertion.earliest < asof.valid
            and one.assertion.reach > since
        ]
        return sorted(claims, key=lambda one: (one.assertion.knowledge, one.assertion.claim.report))

    def settled(self, asof: AsOf) -> tuple[int, Instant]:
        """The last entry of a report read, and the last knowledge at the cut."""
        read = [
            version
            for versions in self._reports.values()
            for version in as_recorded(versions, asof)
        ]
        return (
            max((version.entry.position for version in read), default=0),
            max((one.knowledge for one in read if one.knowledge <= asof.known), default=0),
        )

    def report_id(self, prefix: str) -> str:
        """The id of the one report or claim that begins so; of a claim, its report."""
        if prefix in self._reports:
            return prefix
        ids = [(key, key) for key in self._reports] + [
            (made, key)
            for key, versions in self._reports.items()
            for version in versions
            if (made := claim_of(version))
        ]
        return one_report(prefix, sorted({key for name, key in ids if name.startswith(prefix)}))

    def cited(self, citations: Collection[int]) -> Mapping[int, Sequence[str]]:
        """By citation: the reports that were read there, in any version."""
        found: dict[int, set[str]] = {}
        for key, versions in self._reports.items():
            for version in versions:
                report = version.entry.report
                one = entries.citation(report.source) if report else None
                if one is not None and one in citations:
                    found.setdefault(one, set()).add(key)
        return {one: sorted(keys) for one, keys in found.items()}

    def party_names(self) -> Mapping[str, str]:
        """The names of the parties that have one, by id."""
        return {party.id: party.names[0] for party in self._parties.values() if party.names}

    def parties(self) -> Mapping[str, Party]:
        """By id: every party that is defined, and every one whose claims there are."""
        speaking = {
            version.assertion.series.party
            for versions in self._reports.values()
            for version in versions
            if version.assertion
        }
        return {party: Party(party) for party in speaking} | self._parties

    def subjects(self) -> Collection[str]:
        """What claims are about, without regard to case: sides, and the matters of statements."""
        return {
            version.assertion.series.subject.casefold()
            for versions in self._reports.values()
            for version in versions
            if version.assertion and version.assertion.series.subject
        }

    def newest(self, asof: AsOf) -> Instant | None:
        """The knowledge of the newest report that counts."""
        return max(
            (
                version.knowledge
                for versions in self._reports.values()
                for version in counting(versions, asof)
            ),
            default=None,
        )

    def told(self, asof: AsOf, *, place: str | None = None) -> Sequence[Told]:
        """Every claim as it showed for some time up to the cut of knowledge, in telling order."""
        return in_telling_order(
            one
            for versions in self._reports.values()
            for one in told(versions, asof)
            if place in (None, one.assertion.series.place)
        )

    def reports_on(
        self,
        places: Collection[str],
        asof: AsOf,
        since: Instant = OPEN_PAST,
        until: Instant = OPEN_FUTURE,
    ) -> Iterable[str]:
        """The reports that count, name these places as they show, and speak of the time."""
        return [
            one.version.entry.key
            for one in self._shown(asof)
            if one.version.entry.report
            and one.version.entry.report.place.id in places
            and _speaks_of(one.version, since, until)
        ]

    def told_by(self, reports: Collection[str], asof: AsOf) -> Sequence[Told]:
        """As `told`, but of these reports, whatever place they spoke of."""
        return in_telling_order(
            one for report in reports for one in told(self._reports.get(report, []), asof)
        )

    def linked(self, report: str, asof: AsOf) -> Sequence[tuple[str, str]]:
        """The reports that count and link to this one: (kind of link, report), in order."""
        return sorted(
            {
                (kind, entry.key)
                for one in self._shown(asof)
                if (entry := one.version.entry).report
                for kind, others in entry.report.links.items()
                if report in others
            }
        )
