"""Logs of older versions open for ever; those of newer ones are told and never written to."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from command import typed_on
from domain import correct, fold_reader, rows_of

from timeline import Timeline, open_timeline
from timeline.cuts import cuts
from timeline.decoding import decode
from timeline.entries import FORMAT, NewerEntry
from timeline.errors import StoreError
from timeline.log import open_log
from timeline.log.filing import Filing, Outcome
from timeline.log.tail import SQLiteTail
from timeline.questions.known import known
from timeline.upcasting import UPCASTERS, Form, upcast

HERE = Path(__file__).resolve().parent
FIXTURE = HERE / "data" / "first-release.tlog"
GOLDEN = HERE / "golden" / "first-release.jsonl"
DAY = 86_400_000_000

ASKED = (
    ("known", "Mill", "2025-10-28", "--format", "json"),
    ("known", "Mill", "2025-10-30", "--window", "14", "--format", "json"),
    ("known", "Mill", "2025-11-01", "--window", "14", "--format", "json"),
    ("known", "Mill", "2025-11-01", "--recorded", "2026-11-26", "--format", "json"),
    ("known", "Млин", "2025-11-01", "--recorded", "2026-11-25", "--format", "json"),
    ("known", "Donetsk Oblast", "2025-10-28", "--format", "json"),
    ("explain", "infiltration", "--on", "2025-11-01", "--format", "json"),
    ("explain", "clash", "--on", "2025-11-01", "--format", "json"),
    ("explain", "unrest", "--on", "2025-11-01", "--format", "json"),
)
"""Every answer of these has cuts of its own, and so hangs on nothing but the log."""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The log of the first release, where a view can be put beside it."""
    return Path(shutil.copy(FIXTURE, tmp_path / "first.db"))


def test_the_first_release_is_kept_with_every_topic_and_every_kind() -> None:
    """What the file is to show for ever is all in it."""
    with SQLiteTail(FIXTURE) as log:
        rows = rows_of(log)
    assert {entry.topic for entry in rows} == {
        "log.opened",
        *(f"report.{act}" for act in ("filed", "corrected", "mended", "retracted", "redacted")),
        *(f"{what}.{act}" for what in ("place", "party") for act in ("defined", "redefined")),
    }
    assert len({entry.report.kind for entry in rows if entry.report}) == 21
    assert {entry.again for entry in rows} == {0, 1}


def test_a_log_from_before_the_first_release_is_told_how_to_be_taken_over(store: Path) -> None:
    """No backup of it would be of any other use; its reports are, as that version writes them."""
    with closing(sqlite3.connect(store)) as db:
        db.execute("ALTER TABLE stored_events DROP COLUMN sealed")
    for words in (("status",), ("known", "Alpha"), ("add", "-")):
        assert typed_on(store, *words, code=1).stderr == (
            f"Error: {store} is of a version before the first release; let that version "
            "`export reports -o FILE.jsonl`, and `add` that file to a new log\n"
        )


def test_the_log_of_the_first_release_answers_to_the_byte_as_it_did(store: Path) -> None:
    """What was known, and why, as the first release said it; `UPDATE_GOLDEN=1` writes it anew."""
    answers = {" ".join(args): typed_on(store, *args).stdout for args in ASKED}
    assert all(answers.values())
    lines = [json.dumps({"asked": asked, "said": said}) for asked, said in answers.items()]
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text("\n".join(lines) + "\n")
    kept = [json.loads(line) for line in GOLDEN.read_text().splitlines()]
    assert answers == {one["asked"]: one["said"] for one in kept}


def test_the_log_of_the_first_release_is_sound_and_can_be_written_to(store: Path) -> None:
    """Its tree has the root it had, and what is in it is known when it comes again."""
    assert typed_on(store, "verify").exit_code == 0
    with SQLiteTail(FIXTURE) as tail:
        (entry,) = (one for one in tail.entries() if one.key == "harm" and one.report)
    with open_log(store) as log:
        assert log.file([Filing("harm", entry.content)]) == [Outcome.known]
        assert log.file([Filing("new", entry.content)]) == [Outcome.filed]


# Upcasting, with a format that there never was


def older(topic: str, state: bytes) -> bytes:
    """A state as a format 0 might have written it: `kind` was `type`, definitions were `data`."""
    form = msgspec.json.decode(state)
    recorded = form.pop("recorded")
    if "report" in form:
        form["report"]["type"] = form["report"].pop("kind")
    if topic.startswith("place."):
        form["data"] = form.pop("place")
    form["v"] = 0
    rest = msgspec.json.encode(form, order="sorted")
    return b'{"recorded":%d,%b' % (recorded, rest[1:])


def renamed(form: Form) -> Form:
    """Format 0 to format 1 of a version of a report."""
    report = {("kind" if key == "type" else key): own for key, own in form["report"].items()}
    return form | {"report": report}


def unpacked(form: Form) -> Form:
    """Format 0 to format 1 of a definition of a place."""
    return {("place" if key == "data" else key): own for key, own in form.items()}


@pytest.fixture
def old_store(store: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same log as format 0 would have stored it, and what reads that."""
    with closing(sqlite3.connect(store)) as db:
        rows = db.execute("SELECT position, topic, state FROM stored_events").fetchall()
        db.executemany(
            "UPDATE stored_events SET state = ? WHERE position = ?",
            [(older(topic, state), position) for position, topic, state in rows],
        )
        db.commit()
    for topic in ("filed", "corrected", "mended"):
        monkeypatch.setitem(UPCASTERS, (f"report.{topic}", 0), renamed)
    for topic in ("defined", "redefined"):
        monkeypatch.setitem(UPCASTERS, (f"place.{topic}", 0), unpacked)
    return store


def told(timeline: Timeline, day: str) -> list[dict[str, Any]]:
    """What is known of the mill, but for ids, which hang on the bytes as they were stored."""
    claims = json.loads(timeline.known("Mill", on=day, window=14).to_json())["claims"]
    return [{**claim, "claim": "", "disputes": len(claim["disputes"])} for claim in claims]


def test_entries_of_an_older_format_read_as_if_written_today(old_store: Path) -> None:
    """Typed, and as canonical JSON, and as answers; what is stored stays as it is."""
    with SQLiteTail(old_store) as old, SQLiteTail(FIXTURE) as new:
        for was, now in zip(old.entries(), new.entries(), strict=True):
            assert was.state == older(now.topic, now.state)
            assert (was.report, was.content, was.key, was.reported, was.fields, was.reason) == (
                now.report,
                now.content,
                now.key,
                now.reported,
                now.fields,
                now.reason,
            )
    fresh = shutil.copy(FIXTURE, old_store.with_name("fresh.db"))
    with open_timeline(old_store) as old_one, open_timeline(fresh) as new_one:
        for day in ("2025-10-28", "2025-11-01"):
            assert told(old_one, day) == told(new_one, day)


def test_view_and_fold_of_an_older_format_agree(old_store: Path) -> None:
    """Where the index is caught up and where all is worked out anew."""
    with open_timeline(old_store) as timeline:
        read = cuts(timeline.zone, on="2025-11-01")
        folded = known(fold_reader(timeline.log), "Mill", read, window=14 * DAY)
        assert timeline.known("Mill", on="2025-11-01", window=14).to_json() == folded.to_json()


def test_what_an_older_format_holds_is_known_and_can_be_changed(old_store: Path) -> None:
    """Corrections, redactions and filing again go on over both formats."""
    with SQLiteTail(FIXTURE) as tail:
        (entry,) = (one for one in tail.entries() if one.key == "harm" and one.report)
    with open_log(old_store) as log:
        assert log.file([Filing("harm", entry.content)]) == [Outcome.known]
        changed = entry.content.replace(b'"drone"', b'"shell"')
        assert correct(log, "harm", changed) is Outcome.filed
        assert log.redact("harm", ["victims"], "by order") is Outcome.filed
    with open_timeline(old_store) as timeline:
        claims = timeline.known("Mill", on="2025-10-28").claims
        (harm,) = (claim for claim in claims if claim.report == "harm")
        assert (harm.value["victims"], harm.value["means"]) == ("[redacted]", "shell")
        first, second, _ = timeline.log.versions(entry.originator)
        assert json.loads(first.state)["v"] == 0
        assert json.loads(second.state)["v"] == FORMAT
        assert b"Petro" not in first.content + second.content


def test_upcasters_are_applied_one_by_one_and_change_nothing_that_is_given() -> None:
    """Format after format; a topic that did not change goes through as it is."""
    form = {"id": "a", "v": 0}
    assert upcast("report.retracted", form, 0, 3) == {"id": "a", "v": 3}
    assert form == {"id": "a", "v": 0}


# Newer versions


def append(store: Path, topic: str, state: bytes, originator: str = "f" * 32) -> None:
    """Put a row at the end, as another program would."""
    with closing(sqlite3.connect(store)) as db:
        (last, version) = db.execute(
            "SELECT max(position), (SELECT count(*) FROM stored_events WHERE originator_id = ?)"
            " FROM stored_events",
            (originator,),
        ).fetchone()
        db.execute(
            "INSERT INTO stored_events VALUES (?, ?, ?, ?, ?, NULL)",
            (last + 1, originator, version + 1, topic, state),
        )
        db.commit()


def raise_format(store: Path) -> None:
    """Say in the log that a newer version writes to it now."""
    with SQLiteTail(store) as log:
        state = b'{"recorded":%d,"format":%d,"timezone":"UTC","v":%d}'
        raised = state % (log.entries()[-1].recorded, FORMAT + 1, FORMAT + 1)
        append(store, "log.raised", raised, log.identity)


def test_a_log_that_a_newer_version_wrote_to_is_refused_for_writing(store: Path) -> None:
    """Of whatever kind the write would be, and for a backup; what is in it can be asked still."""
    raise_format(store)
    with open_log(store) as log:
        for write in (
            lambda: log.file([], places=[("x", b"{}")]),
            lambda: log.redact("harm", ["victims"], "x"),
            log.compact,
        ):
            with pytest.raises(StoreError, match=f"its format is {FORMAT + 1}, this one writes"):
                write()
    refused = typed_on(store, "backup", store.with_name("kept.tlog"), code=1).stderr
    assert refused == f"Error: {store} was made by a newer version; use that version for it\n"
    assert typed_on(store, "known", "Mill", "2025-10-28").exit_code == 0


def test_a_log_that_turns_newer_while_it_is_open_is_refused_too(store: Path) -> None:
    """Another process may be updated first."""
    with open_log(store) as log:
        raise_format(store)
        with pytest.raises(StoreError, match="newer version"):
            log.redact("harm", ["victims"], "x")


@pytest.mark.parametrize("built", [True, False])
@pytest.mark.parametrize(
    ("topic", "state", "said"),
    [
        (
            "report.filed",
            b'{"recorded":1,"id":"a","story":{},"v":2}',
            "was written by a newer version (its format is 2, this one reads up to 1); update",
        ),
        ("report.weighed", b'{"recorded":1,"v":2}', "is a 'report.weighed', which this version"),
        ("source.rated", b'{"recorded":1,"v":2}', "is a 'source.rated', which this version"),
    ],
)
def test_a_log_that_goes_on_newer_is_read_as_far_as_it_can_be(
    store: Path, topic: str, state: bytes, said: str, built: bool
) -> None:
    """Answers are those of what comes before, and say so; the view is not built again and again."""
    before = typed_on(store, "known", "Mill", "2025-10-28").stdout
    if not built:
        for path in store.parent.glob("first.db.view*"):
            path.unlink()
    append(store, topic, state)
    append(store, topic, state)  # an aggregate of two versions
    append(store, "log.raised", b'{"recorded":2,"format":2,"timezone":"UTC","v":2}')
    for _ in range(2):
        answer = typed_on(store, "known", "Mill", "2025-10-28")
        assert answer.stdout == before
        assert "answering from what comes before it in the log: log entry 42" in answer.stderr
        assert said in answer.stderr
    assert len(list(store.parent.glob("first.db.view-*-0*[0-9]"))) == 1


def test_damage_is_no_newer_version(store: Path) -> None:
    """An entry that cannot be read is an error, and nothing is answered from half a log."""
    append(store, "report.filed", b'{"recorded":1,"id":"a","v":1}')
    answer = typed_on(store, "known", "Mill", "2025-10-28")
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "log entry 42 (report.filed) cannot be read" in answer.stderr


def test_what_an_upcaster_cannot_make_readable_is_an_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A state of an older format that is damaged is told with its position."""
    monkeypatch.setitem(UPCASTERS, ("report.filed", 0), renamed)
    for state in (b'{"recorded":1,"id":"a","report":{"type":"clash"},"v":0}', b'{"v":0}', b"{}"):
        with pytest.raises(StoreError, match="log entry 9"):
            decode(9, "0" * 32, 1, "report.filed", state)


def test_newer_and_unreadable_are_told_apart() -> None:
    """A program may wait for an update for one, and not for the other."""
    with pytest.raises(NewerEntry):
        decode(9, "0" * 32, 1, "report.filed", b'{"recorded":1,"v":2}')
