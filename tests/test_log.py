"""One contract for every log; then what only a file between processes can show."""

import json
import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid5

import msgspec
import pytest
from domain import correct, retract
from eventsourcing.utils import get_topic
from left import left

from timeline import entries
from timeline.asof import claim_of, version_of
from timeline.decoding import decode
from timeline.entries import FILED, FORMAT, RETRACTED, Bounds, UnreadableEntry, originator_id
from timeline.errors import (
    BadQuestion,
    BadReport,
    Conflict,
    MissingStore,
    StoreError,
    UnknownReport,
)
from timeline.log import MEMORY, Log, open_log
from timeline.log.aggregates import (
    LogAggregate,
    PartyAggregate,
    PlaceAggregate,
    ReportAggregate,
)
from timeline.log.application import LogApplication
from timeline.log.filing import Correction, Filing, Outcome, Parted, Retraction, SealedReport
from timeline.log.rows import content_of, row_of
from timeline.log.sqlite_file import APPLICATION_ID, check_application, connect
from timeline.log.tail import SQLiteTail
from timeline.log.transcoding import StateMapper, defined, sealed_of
from timeline.seals import parted, seals_hold

OCT_27 = Bounds("2025-10-27", 1761523200_000000, 1761609600_000000)
POKROVSK = ("geonames:704422", b'{"id":"geonames:704422","kind":"city","name":"Pokrovsk"}')

Opener = Callable[..., Log]


def report(best: int = 200, **changes: Any) -> bytes:
    """A report of some two hundred infiltrators, as the vocabulary stores it."""
    day = {"text": "2025-10-27", "earliest": OCT_27.earliest, "latest": OCT_27.latest}
    stored = {
        "kind": "infiltration",
        "place": {"id": "geonames:704422", "name": "Pokrovsk"},
        "happened": {**day, "reading": "within", "precision": "day"},
        "reported": day,
        "timezone": "UTC",
        "chain": [{"party": "ua.general_staff"}, {"party": "cnbc"}],
        "value": {"side": "RU", "size": {"best": best}},
        **changes,
    }
    return msgspec.json.encode(stored, order="sorted")


def topics(log: Log | SQLiteTail) -> list[str]:
    """What the log holds, in order."""
    return [entry.topic for batch in log.rows() for entry in batch]


class Clock:
    """A clock that the test sets."""

    def __init__(self) -> None:
        self.now = 1_000

    def __call__(self) -> int:
        """The time it was set to."""
        return self.now


@pytest.fixture(params=["sqlite", "memory", "postgres"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens a new log of each kind."""
    store: Path | str = MEMORY if request.param == "memory" else tmp_path / "timeline.db"
    if request.param == "postgres":
        store = request.getfixturevalue("new_database")()

    def make(**options: Any) -> Log:
        return open_log(store, create=True, **options)

    return make


@pytest.fixture
def log(opener: Opener) -> Iterator[Log]:
    """A new log of each kind."""
    with opener() as opened:
        yield opened


# Every log


def test_a_new_log_says_which_it_is_and_in_which_zone_its_days_are(opener: Opener) -> None:
    """The first row holds the time zone and the log's own identity."""
    with opener(timezone="Europe/Kyiv") as log:
        assert (log.timezone, log.head(), topics(log)) == ("Europe/Kyiv", 1, ["log.opened"])
        assert log.identity == log.entries()[0].originator


def test_an_unknown_zone_is_refused(opener: Opener) -> None:
    """A zone that no machine knows would be in the log for good."""
    with pytest.raises(BadQuestion, match="Europe/Kyiv"):
        opener(timezone="Mars/Olympus")


def test_a_filed_report_reads_back_as_it_was_given(log: Log) -> None:
    """Bytes and typed fields of a row are those of the report that was filed."""
    content = report(summary='he said ,"report":{} and "so on"', source={"publisher": "cnbc"})
    assert log.file([Filing('odd,"report":key', content)]) == [Outcome.filed]
    (entry,) = log.entries(after=1)
    assert (entry.key, entry.content, entry.version) == ('odd,"report":key', content, 1)
    assert entry.report is not None
    assert entry.report.place.name == "Pokrovsk"
    assert [said.party for said in entry.report.chain] == ["ua.general_staff", "cnbc"]
    assert entry.report.source is not None
    assert entry.report.source.publisher == "cnbc"
    assert entry.reported == OCT_27


def test_a_stored_state_is_canonical_json_that_starts_with_the_record_time(opener: Opener) -> None:
    """Whoever reads the file with other tools finds plain sorted JSON."""
    with opener(clock=lambda: 5) as log:
        log.file([Filing("a", report())], places=[POKROVSK])
        retract(log, "a", OCT_27, "withdrawn")
        states = [entry.state for entry in log.entries(after=1)]
    assert states[1] == b'{"recorded":5,"id":"a","report":' + report() + b',"v":1}'
    assert states[2].startswith(
        b'{"recorded":5,"id":"a","reason":"withdrawn","reported":{"earliest"'
    )
    for state in states:
        own = json.loads(state)
        recorded = own.pop("recorded")
        rest = json.dumps(own, sort_keys=True, separators=(",", ":")).encode()
        assert state == b'{"recorded":%d,' % recorded + rest[1:]


def test_a_filed_row_is_the_one_that_its_aggregate_makes() -> None:
    """The short way of bulk filing and the aggregate that defines it come to the same bytes."""
    aggregate = ReportAggregate(key="звіт 1", parts=parted(report()))
    (event,) = aggregate.collect_events()
    row = StateMapper().to_stored_event(event)
    short = row_of(Filing("звіт 1", report()))
    assert (UUID(short.originator), short.state, short.sealed) == (
        row.originator_id,
        row.state,
        sealed_of(row),
    )


@pytest.mark.parametrize("kind", [PlaceAggregate, PartyAggregate])
def test_a_defined_row_is_the_one_that_its_aggregate_makes(
    kind: type[PlaceAggregate | PartyAggregate],
) -> None:
    """Of a long list of new places no aggregates are built either."""
    key, content = "місце 1", '{"id":"місце 1"}'.encode()
    (event,) = kind(key=key, content=content).collect_events()
    row = StateMapper().to_stored_event(event)
    short = defined(kind, kind.create_id(key).hex, key, content)
    assert UUID(str(short.originator_id)) == row.originator_id
    assert replace(short, originator_id=row.originator_id) == row


def test_filing_twice_is_filing_once(log: Log) -> None:
    """The same report, in one batch or another, goes in once."""
    batch = [Filing("a", report()), Filing("b", report(1)), Filing("a", report())]
    assert log.file(batch) == [Outcome.filed, Outcome.filed, Outcome.known]
    assert log.file(batch) == [Outcome.known] * 3
    assert log.head() == 3


def test_other_content_under_a_known_id_is_a_conflict_and_nothing_is_written(log: Log) -> None:
    """All clashing ids are named, and the good reports of the batch stay out too."""
    log.file([Filing("a", report(1)), Filing("b", report(2))])
    batch = [Filing("new", report()), Filing("b", report(7)), Filing("a", report(8))]
    with pytest.raises(Conflict) as caught:
        log.file(batch, places=[POKROVSK])
    assert caught.value.keys == ("b", "a")
    assert log.head() == 3


def test_a_report_that_is_laid_out_already_is_filed_as_one_that_is_not(log: Log) -> None:
    """It reads back the same, is known the second time, and clashes with what is otherwise."""
    told = report(quote="Some two hundred.", summary="Infiltrators.")
    log.file([Filing("r0", told)])
    rows = [row_of(Filing(key, told)) for key in ("r1", "r0", "r2")]
    assert log.file(rows) == [Outcome.filed, Outcome.known, Outcome.filed]
    assert [entry.content for entry in log.entries() if entry.key] == [told] * 3
    assert log.file(rows) == [Outcome.known] * 3
    with pytest.raises(Conflict, match="r1"):
        log.file([row_of(Filing("r3", told)), row_of(Filing("r1", report(300)))])
    twice: list[Filing | SealedReport] = [row_of(Filing("r4", told)), Filing("r4", told)]
    assert log.file(twice) == [Outcome.filed, Outcome.known]
    with pytest.raises(Conflict, match="r5"):
        log.file([row_of(Filing("r5", told)), row_of(Filing("r5", report(300)))])


def test_a_report_in_two_is_checked_as_one_that_is_whole(log: Log) -> None:
    """What `file` would make of it, before anything of it is sealed; the row is as its filing's."""
    told = report(quote="Some two hundred.", summary="Infiltrators.")
    log.file([Filing("r0", told)])
    given = [Parted(key, originator_id("report", key), *parted(told)) for key in ("r0", "r1", "r1")]
    assert [content_of(one) for one in given] == [told] * 3
    assert log.check(given) == [Outcome.known, Outcome.filed, Outcome.known]
    with pytest.raises(Conflict, match="r0"):
        log.check([*given, given[0]._replace(fields={})])
    assert log.head() == 2
    assert log.file([row_of(one) for one in given[:2]]) == [Outcome.known, Outcome.filed]
    assert [entry.content for entry in log.entries(after=1)] == [told] * 2


def test_two_contents_under_one_new_id_are_a_conflict(log: Log) -> None:
    """A batch that contradicts itself is refused whole."""
    with pytest.raises(Conflict, match="under a;"):
        log.file([Filing("a", report(1)), Filing("a", report(2))])
    assert log.head() == 1


def test_what_is_not_a_stored_report_stays_out(log: Log) -> None:
    """Nothing enters that a reader could not read back."""
    bad = [b"", b"{}", b"[]", report()[:-1], report(reported=None), report(surprise=1), b"\xff"]
    for content in bad:
        with pytest.raises(UnreadableEntry):
            log.file([Filing("good", report()), Filing("a", content)])
    with pytest.raises(UnreadableEntry):
        log.file([Filing("", report())])
    assert log.head() == 1


def test_a_correction_is_a_version_and_every_version_stays_known(log: Log) -> None:
    """Correcting twice is correcting once, and an older content is not filed again."""
    log.file([Filing("a", report(1))])
    assert correct(log, "a", report(2)) is Outcome.filed
    assert correct(log, "a", report(2)) is Outcome.known
    assert correct(log, "a", report(3), mend=True) is Outcome.filed
    assert log.file([Filing("a", report(1)), Filing("a", report(2))]) == [Outcome.known] * 2
    history = log.versions(originator_id("report", "a"))
    assert [(entry.version, entry.topic) for entry in history] == [
        (1, "report.filed"),
        (2, "report.corrected"),
        (3, "report.mended"),
    ]
    assert history[2].content == report(3)


def test_a_retraction_counts_once_and_a_correction_may_follow(log: Log) -> None:
    """The same retraction is known; another reason is another retraction."""
    log.file([Filing("a", report())])
    assert retract(log, "a", OCT_27, "an error") is Outcome.filed
    assert retract(log, "a", OCT_27, "an error") is Outcome.known
    assert retract(log, "a", OCT_27, "a hoax") is Outcome.filed
    assert log.file([Filing("a", report())]) == [Outcome.known]
    assert correct(log, "a", report(5)) is Outcome.filed
    gone = log.entries(after=2, limit=1)[0]
    assert (gone.reported, gone.reason, gone.timezone) == (OCT_27, "an error", "UTC")
    assert gone.report is None
    assert gone.content == b""


def test_a_redaction_takes_the_words_out_of_every_version_and_changes_no_state(log: Log) -> None:
    """What an entry says in public, its place and its proofs stay; salts and words are gone."""
    log.file([Filing("a", report(1, summary="Ivan saw it", quote="my Ivan"))])
    correct(log, "a", report(2, summary="Ivan saw them"))
    before = log.entries(after=1)
    assert log.redact("a", ["summary"], "names a witness") is Outcome.filed
    *after, redaction = log.entries(after=1)
    assert [entry.state for entry in after] == [entry.state for entry in before]
    assert [entry.content for entry in after] == [
        report(1, summary="[redacted]", quote="my Ivan"),
        report(2, summary="[redacted]"),
    ]
    assert [entry.report and entry.report.quote for entry in after] == ["my Ivan", None]
    assert after[1].sealed == b'{"summary":null}'
    assert all(seals_hold(one.state, one.sealed) for one in (*before, *after, redaction))
    assert (redaction.key, redaction.topic, redaction.fields, redaction.reason) == (
        "a",
        "report.redacted",
        ("summary",),
        "names a witness",
    )


def test_the_librarys_own_ways_to_read_a_log_find_all_of_it(log: Log) -> None:
    """Its notification log, with what may be redacted, and its repository, at any version."""
    log.file([Filing("a", report(1, summary="Ivan", quote="he came"))], places=[POKROVSK])
    correct(log, "a", report(2, summary="Ivan"))
    retract(log, "a", OCT_27, "an error")
    application = log._application  # type: ignore[attr-defined]  # no other way
    assert isinstance(application, LogApplication)
    notified = application.notification_log.select(1, 10)
    assert [one.id for one in notified] == [1, 2, 3, 4, 5]
    opened, defined_, *versions = map(application.mapper.to_domain_event, notified)
    assert isinstance(opened, LogAggregate.Opened)
    assert (opened.timezone, opened.format) == ("UTC", FORMAT)
    assert isinstance(defined_, PlaceAggregate.Defined)
    assert [get_topic(type(one)) for one in versions] == topics(log)[2:]

    ids = partial(application.recorder.select_notifications, limit=2)
    assert [one.id for one in ids(None)] == [1, 2]
    assert [one.id for one in ids(3, inclusive_of_start=False)] == [4, 5]
    assert [one.id for one in ids(3, stop=3)] == [3]
    assert [one.id for one in ids(1, topics=[FILED, RETRACTED])] == [3, 5]
    assert application.recorder.max_notification_id() == 5

    def filed_as(version: int | None = None) -> ReportAggregate:
        id_ = ReportAggregate.create_id("a")
        aggregate: object = application.repository.get(id_, version=version)
        assert isinstance(aggregate, ReportAggregate)
        return aggregate

    assert [one.fields for one in filed_as().said] == [
        {"quote": b'"he came"', "summary": b'"Ivan"'},
        {"summary": b'"Ivan"'},
    ]
    assert len(filed_as().retractions) == 1
    assert (len(filed_as(2).said), len(filed_as(2).retractions)) == (2, 0)
    last = application.recorder.select_events(ReportAggregate.create_id("a"), desc=True, limit=1)
    assert [one.originator_version for one in last] == [3]
    log.redact("a", ["summary"], "by order")
    assert [one.fields["summary"] for one in filed_as().said] == [None, None]


def test_what_was_redacted_stays_known_and_does_not_come_back(log: Log) -> None:
    """Filed again from its document a report is known; a correction brings the words back nowhere.

    Other content under its id is as loud a conflict as ever.
    """
    log.file([Filing("a", report(1, summary="Ivan", quote="he came"))])
    log.redact("a", ["summary"], "by order")
    same, other = report(1, summary="Ivan", quote="he came"), report(1, summary="X", quote="never")
    assert log.file([Filing("a", same)]) == [Outcome.known]
    assert correct(log, "a", same) is Outcome.known
    with pytest.raises(Conflict):
        log.file([Filing("a", other)])
    assert correct(log, "a", report(2, summary="Ivan again", quote="she came")) is Outcome.filed
    corrected = log.versions(originator_id("report", "a"))[-1]
    assert corrected.content == report(2, summary="[redacted]", quote="she came")
    assert correct(log, "a", report(2, summary="Ivan again", quote="she came")) is Outcome.known
    assert log.redact("a", ["summary"], "again") is Outcome.known
    assert log.head() == 4


def test_only_words_that_are_there_can_be_redacted(log: Log) -> None:
    """A field that no version has is named, with those that are there; nothing is written."""
    log.file([Filing("a", report(1, quote="he came"))])
    with pytest.raises(BadReport, match="a has no who to redact; it has quote"):
        log.redact("a", ["quote", "who"], "by order")
    with pytest.raises(UnknownReport):
        log.redact("b", ["quote"], "by order")
    assert log.head() == 2


def test_versions_that_differ_in_redactable_words_alone_are_told_apart(log: Log) -> None:
    """They say the same in public, and yet each claim has an id of its own."""
    log.file([Filing("a", report(1, summary="one"))])
    correct(log, "a", report(1, summary="two"))
    correct(log, "a", report(1))
    history = log.versions(originator_id("report", "a"))
    assert [entry.again for entry in history] == [0, 1, 2]
    assert len({claim_of(version_of(entry)) for entry in history}) == 3


def test_many_amendments_are_one_transaction_and_each_counts_once(log: Log) -> None:
    """Versions of old and new reports come in with these, in the order given, each only once."""
    log.file([Filing("a", report(200))])
    filings = [Filing("b", report(50))]
    amendments: list[Correction | Retraction] = [
        Correction("a", report(150)),
        Retraction("b", OCT_27, "withdrawn", "UTC"),
        Correction("a", report(120)),
        Correction("a", report(200)),
    ]
    new, known = Outcome.filed, Outcome.known
    assert log.check(filings, amendments) == [new, new, new, new, known]
    assert log.head() == 2
    assert log.file(filings, amendments=amendments) == [new, new, new, new, known]
    amended = log.entries(after=2)
    assert [(entry.key, entry.topic, entry.version) for entry in amended] == [
        ("b", "report.filed", 1),
        ("a", "report.corrected", 2),
        ("b", "report.retracted", 2),
        ("a", "report.corrected", 3),
    ]
    assert len({entry.recorded for entry in amended}) == 1
    assert log.file(filings, amendments=amendments) == [known] * 5
    assert log.file([], amendments=[Correction("b", report(60), mend=True)]) == [new]
    assert topics(log)[-1] == "report.mended"


def test_amendments_of_which_one_cannot_be_write_nothing(log: Log) -> None:
    """A batch that names a report nobody filed, or that holds none, leaves the log as it was."""
    log.file([Filing("a", report())])
    head = log.head()
    filings = [Filing("c", report())]
    with pytest.raises(UnknownReport, match="id b"):
        log.file(filings, amendments=[Correction("c", report(1)), Correction("b", report(2))])
    with pytest.raises(UnreadableEntry):
        log.file(filings, amendments=[Correction("a", report(1)), Correction("c", b"{}")])
    assert log.head() == head


def test_only_a_filed_report_can_be_corrected_or_retracted(log: Log) -> None:
    """An id that nothing was filed under is an error that names it."""
    with pytest.raises(UnknownReport, match="nowhere"):
        correct(log, "nowhere", report())
    with pytest.raises(UnknownReport, match="nowhere"):
        retract(log, "nowhere", OCT_27, "an error")
    assert log.head() == 1


def test_places_and_parties_are_defined_before_the_reports_that_name_them(log: Log) -> None:
    """A definition goes in when new, again when it differs, and never twice in a row."""
    party = ("ua.general_staff", b'{"id":"ua.general_staff","side":"ua"}')
    other = (POKROVSK[0], b'{"id":"geonames:704422","kind":"town","name":"Pokrovsk"}')
    log.file([Filing("a", report())], places=[POKROVSK, POKROVSK], parties=[party])
    log.file([], places=[POKROVSK], parties=[party])
    log.file([], places=[other])
    log.file([], places=[POKROVSK, other, other])
    assert topics(log)[1:] == [
        "place.defined",
        "party.defined",
        "report.filed",
        "place.redefined",
        "place.redefined",
        "place.redefined",
    ]
    assert [entry.content for entry in log.entries(after=4)] == [other[1], POKROVSK[1], other[1]]


def test_a_place_and_a_report_may_share_an_id(log: Log) -> None:
    """Ids of reports, places and parties do not meet."""
    log.file([Filing("x", report())], places=[("x", b"{}")], parties=[("x", b"{}")])
    assert log.head() == 4


def test_record_time_never_runs_backwards(opener: Opener) -> None:
    """A clock that is set back repeats the last record time; one batch has one record time."""
    clock = Clock()
    with opener(clock=clock) as log:
        for now in (2_000, 1_500, 2_001):
            clock.now = now
            log.file([Filing(f"{now}-{one}", report()) for one in range(2)])
        recorded = [entry.recorded for entry in log.entries()]
    assert recorded == [1_000, 2_000, 2_000, 2_000, 2_000, 2_001, 2_001]


def test_rows_come_in_batches_between_two_positions(log: Log) -> None:
    """A reader chooses from where, up to where and how many at once."""
    log.file([Filing(str(number), report(number)) for number in range(10)])
    batches = [[entry.position for entry in batch] for batch in log.rows(2, 9, 3)]
    assert batches == [[3, 4, 5], [6, 7, 8], [9]]
    assert list(log.rows(after=11)) == []
    assert [entry.position for entry in log.entries(after=9, limit=5)] == [10, 11]
    assert [entry.position for entry in log.entries(after=3, limit=5, upto=5)] == [4, 5]


def test_waiting_ends_with_the_next_row_or_with_its_time(log: Log) -> None:
    """A follower gets the new head at once, and the old one when nothing came."""
    assert log.wait(after=1, timeout=0.03) == 1
    writer = threading.Timer(0.05, lambda: log.file([Filing("a", report())]))
    writer.start()
    assert log.wait(after=1, timeout=5) == 2
    writer.join()


def test_threads_that_correct_one_report_at_once_both_get_in(log: Log) -> None:
    """A write that comes second looks again and takes the next version."""
    log.file([Filing("a", report(0))])
    threads = [
        threading.Thread(target=correct, args=(log, "a", report(number))) for number in range(1, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    history = log.versions(originator_id("report", "a"))
    assert [entry.version for entry in history] == list(range(1, 10))
    assert {entry.content for entry in history} == {report(number) for number in range(9)}


def test_the_environment_does_not_change_what_is_stored(
    opener: Opener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library's settings for ciphers and caches have no say here."""
    monkeypatch.setenv("COMPRESSOR_TOPIC", "zlib")
    monkeypatch.setenv("PERSISTENCE_MODULE", "nowhere")
    monkeypatch.setenv("AGGREGATE_CACHE_MAXSIZE", "10")
    with opener() as log:
        log.file([Filing("a", report())])
        assert log.entries(after=1)[0].content == report()


# Rows


def test_an_entry_of_a_newer_version_is_said_to_be_one() -> None:
    """A topic or a field that this version does not know is never passed over in silence."""
    with pytest.raises(UnreadableEntry, match=r"entry 7 is a 'report\.weighed'"):
        decode(7, "0" * 32, 1, "report.weighed", b"{}")
    state = b'{"recorded":1,"id":"a","report":' + report(weight=3) + b',"v":1}'
    with pytest.raises(UnreadableEntry, match=r"entry 8 .*weight.*newer version"):
        decode(8, "0" * 32, 1, entries.FILED, state)


def test_ids_of_aggregates_are_the_standard_uuid5() -> None:
    """The quick way to make them is the one of RFC 9562."""
    namespace = UUID(bytes=entries.NAMESPACE)
    for key in ("a", "звіт", "", "x" * 500):
        assert originator_id("report", key) == uuid5(namespace, f"report:{key}").hex


# A file


def test_reading_loads_neither_the_event_sourcing_library_nor_pydantic(tmp_path: Path) -> None:
    """A question starts without the weight of writing."""
    open_log(tmp_path / "t.db", create=True).close()
    code = (
        "import sys; from timeline.log.tail import SQLiteTail; import timeline.log;"
        "assert SQLiteTail(sys.argv[1]).head() == 1;"
        "assert not {'eventsourcing', 'pydantic', 'yaml'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path / "t.db")], check=True)


def test_a_missing_file_stays_missing_unless_it_is_to_be_made(tmp_path: Path) -> None:
    """Opening to read or to write creates nothing."""
    path = tmp_path / "t.db"
    for attempt in (open_log, SQLiteTail):
        with pytest.raises(MissingStore, match=r"t\.db"):
            attempt(path)
    with pytest.raises(StoreError, match="folder"):
        open_log(tmp_path / "none" / "t.db", create=True)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_not_ours_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """Text, another program's database and a folder each get a plain word."""
    text = tmp_path / "notes.txt"
    text.write_bytes(b"these are my notes, and not a database" * 50)
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE stored_events (position INTEGER PRIMARY KEY)")
    connection.close()
    for path in (text, other, tmp_path):
        before = path.read_bytes() if path.is_file() else b""
        for create in (False, True):
            with pytest.raises(StoreError, match=path.name):
                open_log(path, create=create)
        with pytest.raises(StoreError, match=path.name):
            SQLiteTail(path)
        assert not path.is_file() or path.read_bytes() == before


def test_a_log_that_is_made_while_somebody_looks_is_none_or_one(tmp_path: Path) -> None:
    """Whose file it is and what is in it are of one moment: never a file of somebody else's."""
    path = tmp_path / "t.db"
    whole = tmp_path / "whole.db"
    open_log(whole, create=True).close()
    with closing(sqlite3.connect(whole)) as made:
        script = [*made.iterdump(), f"PRAGMA application_id={APPLICATION_ID};"]

    class Looking(sqlite3.Connection):
        """Another process makes the log right before the last look."""

        def execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
            if script and "count(*)" in statement:
                with closing(sqlite3.connect(path)) as other:
                    other.executescript("\n".join(script))
                script.clear()
            return super().execute(statement, *values)

    with closing(sqlite3.connect(path)) as other:
        other.execute("PRAGMA journal_mode=WAL")
    with closing(sqlite3.connect(path, factory=Looking, isolation_level=None)) as connection:
        with pytest.raises(MissingStore):
            check_application(connection, path)
        check_application(connection, path)


def test_an_existing_log_keeps_its_zone_and_its_identity(tmp_path: Path) -> None:
    """Opening with `create` opens what is there."""
    with open_log(tmp_path / "t.db", create=True, timezone="Europe/Kyiv") as log:
        identity = log.identity
    with open_log(tmp_path / "t.db", create=True, timezone="UTC") as log:
        assert (log.timezone, log.identity, log.head()) == ("Europe/Kyiv", identity, 1)


def test_a_log_that_was_being_made_when_its_writer_died_can_be_made_again(tmp_path: Path) -> None:
    """An empty file, which is all that a crash can leave, is no obstacle."""
    path = tmp_path / "t.db"
    path.touch()
    with pytest.raises(StoreError):
        SQLiteTail(path)
    with open_log(path, create=True) as log:
        assert log.file([Filing("a", report())]) == [Outcome.filed]


def test_names_with_signs_that_urls_use_are_names(tmp_path: Path) -> None:
    """A path is never read as an address with options."""
    path = tmp_path / "a?mode=memory&b#c%20 ї.db"
    with open_log(path, create=True) as log:
        log.file([Filing("a", report())])
    assert path.is_file()
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_a_log_is_made_and_read_by_a_link_to_it_while_others_write(tmp_path: Path) -> None:
    """What SQLite keeps beside a file is beside what the link leads to."""
    link = tmp_path / "links" / "link.db"
    link.parent.mkdir()
    link.symlink_to(tmp_path / "t.db")
    with open_log(link, create=True) as log:
        for number in range(50):
            log.file([Filing(f"{number}", report())])
        assert Path(f"{tmp_path / 't.db'}-wal").stat().st_size > (tmp_path / "t.db").stat().st_size
        with SQLiteTail(link) as tail, SQLiteTail(tmp_path / "t.db") as named:
            assert (tail.head(), tail.size()) == (51, named.size())
    assert [one.name for one in link.parent.iterdir()] == ["link.db"]


def test_a_closed_log_is_one_file(tmp_path: Path) -> None:
    """Nothing stays beside it that must be copied along."""
    with open_log(tmp_path / "t.db", create=True) as log:
        log.file([Filing("a", report())])
    assert [one.name for one in tmp_path.iterdir()] == ["t.db"]


def test_positions_outlive_a_vacuum(tmp_path: Path) -> None:
    """Compacting the file numbers nothing anew."""
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        log.file([Filing(str(number), report(number)) for number in range(50)])
        before = log.entries()
    connection = sqlite3.connect(path)
    connection.execute("VACUUM")
    connection.close()
    assert left(SQLiteTail(path)).entries() == before


def test_a_log_of_a_newer_format_is_read_and_not_written(tmp_path: Path) -> None:
    """What an older program would write there might be wrong."""
    path = tmp_path / "t.db"
    open_log(path, create=True).close()
    connection = sqlite3.connect(path)
    with connection:
        connection.execute(
            "UPDATE stored_events SET state = ?",
            (b'{"recorded":1,"format":2,"more":true,"timezone":"UTC"}',),
        )
    connection.close()
    with open_log(path) as log:
        assert (log.head(), log.timezone) == (1, "UTC")
        with pytest.raises(StoreError, match="newer version"):
            log.file([Filing("a", report())])


def test_a_damaged_file_is_said_to_be_damaged(tmp_path: Path) -> None:
    """A file cut short gives one clear line, and never half of its rows."""
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        log.file([Filing(str(number), report(number)) for number in range(500)])
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(StoreError, match=r"t\.db is damaged; restore it"), SQLiteTail(path) as tail:
        tail.entries()


def test_a_damaged_schema_is_damage_though_its_words_are_no_text(tmp_path: Path) -> None:
    """A byte of a table's statement over-written by one that begins no letter: one clear line."""
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        log.file([Filing("a", report())])
    content = path.read_bytes()
    assert b"CREATE TABLE" in content
    path.write_bytes(content.replace(b"CREATE TABLE", b"CREATE\xe2TABLE"))
    with pytest.raises(StoreError, match=r"t\.db is damaged; restore it"):
        SQLiteTail(path)
    with pytest.raises(StoreError, match=r"t\.db is damaged; restore it"):
        open_log(path).close()


def test_a_hostile_row_imports_nothing(tmp_path: Path) -> None:
    """A topic that names a module is a topic that nobody knows."""
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        log.file([Filing("a", report())])
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("UPDATE stored_events SET topic = 'antigravity:fly' WHERE position = 2")
    connection.close()
    with open_log(path) as log, pytest.raises(UnreadableEntry):
        correct(log, "a", report(1))
    assert "antigravity" not in sys.modules


def test_a_writer_that_waits_too_long_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another process that holds the lock is named as the reason."""
    monkeypatch.setattr("timeline.log.sqlite_file.BUSY_SECONDS", 0.05)
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        holder = sqlite3.connect(path, isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="another process"):
            log.file([Filing("a", report())])
        holder.execute("ROLLBACK")
        holder.close()
        assert log.file([Filing("a", report())]) == [Outcome.filed]


def test_a_full_disk_loses_the_batch_and_nothing_else(tmp_path: Path) -> None:
    """The error says so, and when there is room again the same handle goes on."""
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        log.file([Filing("a", report())])
        big = [Filing(str(number), report(number)) for number in range(3_000)]
        pool = log._recorder.datastore.pool._pool  # type: ignore[attr-defined]  # no other way
        pages = pool[0]._sqlite_conn
        pages.execute("PRAGMA max_page_count=20")
        with pytest.raises(StoreError, match="full disk"):
            log.file(big)
        assert log.head() == 2
        pages.execute("PRAGMA max_page_count=1000000")
        assert set(log.file(big)) == {Outcome.filed}


def at_rest(path: Path) -> int:
    """How many rows the file itself holds, whatever lies beside it."""
    with closing(sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)) as connection:
        (rows,) = connection.execute("SELECT count(*) FROM stored_events").fetchone()
    return int(rows)


def test_large_batches_are_copied_into_the_file_and_what_lies_beside_it_stays_short(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By another thread, before the next batch begins; a small one copies as ever."""
    monkeypatch.setattr("timeline.log.sqlite.MANY", 1_000)
    path, beside, sizes = tmp_path / "t.db", tmp_path / "t.db-wal", []
    with open_log(path, create=True) as log:
        for first in range(0, 5_000, 1_000):
            numbers = range(first, first + 1_000)
            log.file([Filing(str(number), report(number)) for number in numbers])
            sizes.append(beside.stat().st_size)
            log._recorder._copying.wait()  # type: ignore[attr-defined]  # as the next batch does
            assert at_rest(path) == 1 + first + 1_000
        assert max(sizes) < 1.5 * sizes[0]
        for number in range(400):
            log.file([Filing(f"small {number}", report(number))])
        assert at_rest(path) > 5_100
        assert beside.stat().st_size < 300 * 4_120  # pages, with what is said of each
        assert log.head() == 5_401
    assert [one.name for one in tmp_path.iterdir()] == ["t.db"]


def test_a_large_batch_that_cannot_be_copied_yet_is_there_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody reads what was before, or the file is gone for a moment."""
    monkeypatch.setattr("timeline.log.sqlite.MANY", 100)
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        reader = sqlite3.connect(path, isolation_level=None)
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM stored_events").fetchone()
        many = [Filing(str(number), report(number)) for number in range(200)]
        log.file(many)
        log._recorder._copying.wait()  # type: ignore[attr-defined]  # no other way
        assert log.head() == 201
        with pytest.raises(sqlite3.OperationalError, match="no such table"):
            at_rest(path)
        reader.close()
        monkeypatch.setattr("timeline.log.sqlite.MANY", 10)
        monkeypatch.setattr(log._recorder._copying, "_path", tmp_path / "none.db")  # type: ignore[attr-defined]  # likewise
        assert log.file(many[:20]) == [Outcome.known] * 20
        log.file([Filing(f"more {number}", report(number)) for number in range(20)])
        assert log.head() == 221
    assert at_rest(path) == 221


def test_what_is_redacted_waits_for_a_large_batch_to_be_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its words would stay beside the file; to compact it waits as well."""
    copied: list[str] = []

    def slowly(_: object) -> None:
        time.sleep(0.2)
        copied.append("copied")

    monkeypatch.setattr("timeline.log.sqlite.MANY", 10)
    monkeypatch.setattr("timeline.log.sqlite._Copying._copy", slowly)
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        told = report(summary="the words that go")
        log.file([Filing(str(number), told) for number in range(20)])
        assert copied == []
        log.redact("7", ["summary"], "asked for")
        assert copied == ["copied"]
        log.file([Filing(f"more {number}", report()) for number in range(20)])
        log.compact()
        assert copied == ["copied"] * 2


# Several processes


def fork(work: Callable[..., None], *args: Any) -> BaseProcess:
    """A process that does the work; it is running when this returns."""
    process = multiprocessing.get_context("spawn").Process(target=work, args=args, daemon=True)
    process.start()
    return process


def finish(*processes: BaseProcess) -> None:
    """Wait for processes that must end well."""
    for process in processes:
        process.join(60)
        assert process.exitcode == 0


def file_numbers(path: Path, numbers: range, step: int) -> None:
    """In a process of its own: open or make the log and file reports with their place."""
    with open_log(path, create=True) as log:
        for start in range(0, len(numbers), step):
            batch = [
                Filing(str(number), report(number)) for number in numbers[start : start + step]
            ]
            log.file(batch, places=[POKROVSK])


def test_two_processes_that_file_overlapping_reports_file_each_once(tmp_path: Path) -> None:
    """Their union is in the log, and a follower sees every position in order."""
    path = tmp_path / "t.db"
    writers = [
        fork(file_numbers, path, range(2_000), 100),
        fork(file_numbers, path, range(1_000, 3_000), 70),
    ]
    seen: list[entries.Entry] = []
    deadline = time.monotonic() + 60
    while not path.exists():
        time.sleep(0.005)
    tail: SQLiteTail | None = None
    while len(seen) < 3_002 and time.monotonic() < deadline:
        try:
            tail = tail or left(SQLiteTail(path))
        except StoreError:
            continue  # The file is there before its first row is.
        last = seen[-1].position if seen else 0
        tail.wait(last, 0.5)
        seen.extend(tail.entries(last))
    finish(*writers)
    assert [entry.position for entry in seen] == list(range(1, 3_003))
    assert {entry.key for entry in seen if entry.report} == {str(number) for number in range(3_000)}
    assert [entry.topic for entry in seen if not entry.report] == ["log.opened", "place.defined"]
    times = [entry.recorded for entry in seen]
    assert times == sorted(times)


def file_at_a_word(path: Path, word: Connection) -> None:
    """In a process of its own: file one report whenever told to, and say that it is done."""
    with open_log(path) as log:
        while (number := word.recv()) is not None:
            log.file([Filing(str(number), report(number))])
            word.send(number)


def test_a_follower_sees_a_commit_of_another_process_at_its_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And it looks again before the 100 ms are over within which it is owed one."""
    path = tmp_path / "t.db"
    open_log(path, create=True).close()
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    writer = fork(file_at_a_word, path, theirs)
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) % 3 == 0:  # two looks in vain, and one after a commit
            ours.send(len(slept))
            ours.recv()

    clock = SimpleNamespace(monotonic=time.monotonic, sleep=sleep)
    monkeypatch.setattr("timeline.log.tail.time", clock)
    with SQLiteTail(path) as tail:
        for number in range(1, 6):
            assert tail.wait(number, 60) == number + 1
            assert len(slept) == 3 * number
    assert max(slept) < 0.1
    ours.send(None)
    finish(writer)


def file_for_ever(path: Path, word: Connection, batch: int) -> None:
    """In a process of its own: file batch after batch, and say which are in."""
    with open_log(path) as log:
        for number in range(1_000_000):
            log.file([Filing(f"{number}-{one}", report(one)) for one in range(batch)])
            word.send(number)


def test_a_killed_writer_leaves_whole_batches(tmp_path: Path) -> None:
    """After kill -9 every batch that was acknowledged is whole, and no other is there in part."""
    path = tmp_path / "t.db"
    open_log(path, create=True).close()
    batch, acknowledged = 400, 0
    for delay in (0.0, 0.013, 0.029):
        ours, theirs = multiprocessing.get_context("spawn").Pipe(duplex=False)
        writer = fork(file_for_ever, path, theirs, batch)
        assert ours.poll(30)
        acknowledged = max(acknowledged, ours.recv() + 1)
        time.sleep(delay)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        theirs.close()
        while True:
            try:
                acknowledged = max(acknowledged, ours.recv() + 1)
            except EOFError:
                break
        with SQLiteTail(path) as tail:
            head = tail.head()
            assert [entry.position for rows in tail.rows() for entry in rows] == [
                *range(1, head + 1)
            ]
        assert (head - 1) % batch == 0
        assert (head - 1) // batch >= acknowledged
    with open_log(path) as log:
        assert log.file([Filing("after", report())]) == [Outcome.filed]


def as_nobody(work: Callable[[], None]) -> int:
    """Start the work as a user without rights on what root made; the id of its process."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            os.setuid(65534)
            work()
            status = 0
        finally:
            os._exit(status)
    return child


def ended_well(child: int) -> bool:
    """Whether that work came to its end without an error."""
    return os.waitpid(child, 0)[1] == 0


@pytest.fixture
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log in a folder that others may read and not write."""
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("only root can work as somebody else")
    folder = Path(os.path.realpath(tmp_path_factory.mktemp("shared")))
    for above in [folder, *folder.parents][:-2]:
        above.chmod(0o755)
    with open_log(folder / "t.db", create=True) as log:
        log.file([Filing("a", report())])
    return folder / "t.db"


def test_a_log_that_may_only_be_read_is_read(shared: Path) -> None:
    """Questions work, filing is refused in plain words, and nothing is made beside it."""

    def read() -> None:
        with open_log(shared, create=True) as log:
            assert [entry.key for entry in log.entries()] == ["", "a"]
            with pytest.raises(StoreError, match=r"t\.db cannot be"):
                log.file([Filing("b", report())])

    assert ended_well(as_nobody(read))
    assert [one.name for one in shared.parent.iterdir()] == ["t.db"]


def test_who_may_only_read_still_sees_what_others_write(shared: Path) -> None:
    """A log that nobody was writing to when it was opened is followed when somebody does."""
    ours, theirs = multiprocessing.Pipe()

    def follow() -> None:
        with SQLiteTail(shared) as tail:
            assert tail.head() == 2
            theirs.send("open")
            assert tail.wait(2, 10) == 3
            theirs.send("seen")
            assert tail.wait(3, 10) == 4
            assert [entry.key for entry in tail.entries()] == ["", "a", "b", "c"]

    follower = as_nobody(follow)
    assert ours.recv() == "open"
    with open_log(shared) as log:
        log.file([Filing("b", report())])
        assert ours.recv() == "seen"
    with open_log(shared) as log:
        log.file([Filing("c", report())])
        assert ended_well(follower)


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SQLiteTail]:
    """A log in a folder in which nothing can be made, open for reading."""
    path = tmp_path / "t.db"
    with open_log(path, create=True) as log:
        log.file([Filing("a", report())])

    def opened(path: Path, mode: str, *, immutable: bool = False) -> sqlite3.Connection:
        if immutable:
            return connect(path, mode, immutable=True)
        error = sqlite3.OperationalError("unable to open database file")
        error.sqlite_errorcode = sqlite3.SQLITE_CANTOPEN
        raise error

    monkeypatch.setattr("timeline.log.tail.connect", opened)
    with SQLiteTail(path) as tail:
        yield tail


def test_a_log_that_changes_where_nothing_can_be_made_can_be_read_by_two_threads(
    frozen: SQLiteTail,
) -> None:
    """The one that finds it changed, and opens it again, closes it to no other."""
    wrong: list[Exception] = []

    def read() -> None:
        try:
            while not done.is_set():
                assert len(frozen.versions(originator_id("report", "a"))) == 1
        except Exception as error:  # noqa: BLE001 -- told by the test
            wrong.append(error)

    done, reader = threading.Event(), threading.Thread(target=read)
    reader.start()
    for second in range(1, 300):
        os.utime(frozen.where, (second, second))
        assert frozen.head() == 2
    done.set()
    reader.join()
    assert wrong == []


def test_a_log_that_is_gone_from_where_nothing_can_be_made_is_told_of(frozen: SQLiteTail) -> None:
    """As of any other."""
    Path(frozen.where).unlink()
    with pytest.raises(StoreError, match="there is no log at"):
        frozen.head()
