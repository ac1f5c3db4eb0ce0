"""What is found in a store after a kill, by whoever comes next and does nothing special."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from benchmarks.crashes.story import ASKED
from timeline.asof import WINDOW_DAYS, window_of
from timeline.engine import Timeline
from timeline.entries import CORRECTED, FILED, RETRACTED
from timeline.errors import MissingStore, StoreError, UnknownPlace
from timeline.fold import Fold
from timeline.log import open_tail
from timeline.questions.known import known

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.crashes.jobs import Ledger
    from timeline.entries import Entry
    from timeline.reader import Reader

_DAYS = ("2025-10-05", "2025-10-28")


class Faults:
    """Faults of a store: reports lost and doubled are told apart, as they are what matters most."""

    def __init__(self) -> None:
        self.lost: list[str] = []
        self.doubled: list[str] = []
        self.other: list[str] = []

    def __bool__(self) -> bool:
        return bool(self.lost or self.doubled or self.other)

    def add(self, other: Faults) -> None:
        """Take in what another look found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.other += other.other

    def __str__(self) -> str:
        named = {"lost": self.lost, "doubled": self.doubled, "other": self.other}
        return "; ".join(f"{name}: {', '.join(what[:5])}" for name, what in named.items() if what)


def check(store: str, ledger: Ledger) -> Faults:
    """Ask as the next user would, then read the log through; MissingStore where there is none."""
    found = Faults()
    try:
        _ask(store, found)
    except MissingStore:
        raise
    except StoreError as error:
        found.other.append(str(error))
    with open_tail(store) as log:
        _check_entries((entry for batch in log.rows() for entry in batch), ledger, found)
    return found


def _ask(store: str, found: Faults) -> None:
    """Compare the view with the fold, and have the log verify itself."""
    # What a question would note, of a damaged view say, is a fault here.
    with Timeline(store, note=found.other.append) as timeline:
        with timeline.reading() as view:
            answers = _answers(timeline, view)
        fold = Fold(entry for batch in timeline.log.rows() for entry in batch)
        for asked, answer in _answers(timeline, fold).items():
            if answers[asked] != answer:
                found.other.append(f"the view does not say what the fold says of {asked}")
        found.other += [str(flaw) for flaw in timeline.verify().flaws]


def _answers(timeline: Timeline, reader: Reader) -> dict[tuple[str, str], bytes]:
    """What a reader says of each place, or why it says nothing, as where nothing is filed yet."""
    said: dict[tuple[str, str], bytes] = {}
    for place in ASKED:
        for day in _DAYS:
            cuts = timeline.cuts(day)
            try:
                answer = known(reader, place, cuts, window=window_of(WINDOW_DAYS)).to_json()
            except UnknownPlace as error:
                answer = str(error).encode()
            said[place, day] = answer
    return said


def _check_entries(entries: Iterable[Entry], ledger: Ledger, found: Faults) -> None:
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    versions: Counter[str] = Counter()
    recorded = 0
    for position, entry in enumerate(entries, 1):
        counts[entry.topic][entry.key] += 1
        versions[entry.originator] += 1
        if entry.position != position or entry.version != versions[entry.originator]:
            found.other.append(f"entry {entry.position} is out of its order")
        if entry.recorded < recorded:
            found.other.append(f"entry {entry.position} was recorded before the one before it")
        recorded = entry.recorded
    for topic, told in (
        (FILED, ledger.filed),
        (CORRECTED, ledger.corrected),
        (RETRACTED, ledger.retracted),
    ):
        found.lost += sorted(told - counts[topic].keys())
        found.doubled += [key for key, times in counts[topic].items() if times > 1]
    found.other += [f"{key} came from nowhere" for key in counts[FILED].keys() - ledger.offered]


def compare(source: str, target: str) -> list[str]:
    """Whether a copy that was taken up again is its source, row by row."""
    with open_tail(source) as log, open_tail(target) as other:
        ours = [row for batch in log.stored(0, log.head()) for row in batch]
        theirs = [row for batch in other.stored(0, other.head()) for row in batch]
    return [] if ours == theirs else ["the copy is not its source"]
