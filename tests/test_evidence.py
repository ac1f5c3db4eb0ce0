"""What is done to a log behind its back is found, against a checkpoint of before."""

import json
import sqlite3
import subprocess
import sys
import tracemalloc
from base64 import b64decode
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, get_args

import pytest
from command import SEEDS, typed, typed_on
from domain import PLACES, READERS, clash, control, document, given, held_by, losses
from hypothesis import given as drawn
from hypothesis import strategies as st
from many import log_of

from timeline.audit import passes as reading
from timeline.audit.scan import MOST_FLAWS, Scan, scan
from timeline.audit.verify import Compared, Verified, verify
from timeline.entries import originator_id
from timeline.errors import StoreError
from timeline.evidence import tree
from timeline.evidence.checkpoint import Checkpoint, origin_of
from timeline.evidence.commitments import unlike
from timeline.evidence.leaves import hashes_of
from timeline.evidence.tiles import MemoryTiles, TakenIn, grow
from timeline.log.sqlite_file import TABLE
from timeline.log.tail import SQLiteTail, Tail, readable
from timeline.pipes import started
from timeline.seals import redacted
from timeline.view import Files, IndexedLog

Row = tuple[Any, ...]
NEW = """\
reports:
  - {kind: clash, place: Pokrovsk, chain: [ru.mod], happened: 2025-10-27, reported: 2025-10-30}
"""
OTHERS = "changed, moved, taken out or put in"


class Rows(Tail):
    """A log that holds these rows, whatever is in them."""

    def __init__(self, rows: Sequence[Row], identity: str, head: int | None = None) -> None:
        self._rows = rows
        self._head = max((row[0] for row in rows), default=0) if head is None else head
        self.identity = identity
        self.timezone = "UTC"

    def head(self) -> int:
        """The greatest position, or what the file says that it is."""
        return self._head

    def entries(self, after: int = 0, limit: int = 0, *, upto: int | None = None) -> list[Any]:
        """Nothing: it is read as it is stored."""
        raise NotImplementedError

    def versions(self, originator: str) -> list[Any]:
        """The rows of one aggregate that can be read."""
        rows = (row for row in self._rows if row[1] == originator)
        return readable([row for row in rows if type(row[4]) is bytes])

    def changed(self, upto: int) -> list[str]:
        """Nor this."""
        raise NotImplementedError

    def wait(self, after: int, timeout: float) -> int:
        """Nobody waits for more."""
        raise NotImplementedError

    def stored(self, after: int, upto: int, limit: int = 5_000) -> Iterator[list[Row]]:
        """The rows in their order."""
        rows = [row for row in sorted(self._rows) if after < row[0] <= upto]
        yield from (rows[at : at + limit] for at in range(0, len(rows), limit))

    def close(self) -> None:
        """Nothing is open."""


def story() -> Any:
    """A log with everything that can be in one."""
    told = given(
        clash("a", "2025-10-01", summary="small arms", quote="heard by all"),
        losses("b", "2025-10-02"),
        control("c", "2025-10-03", held_by("ua")),
    )
    told.corrected("b", killed="90").mended("c", shares=[held_by("ru")])
    return told.retracted("a", "2025-10-09").redefined(**dict(PLACES[4], aliases=["A"]))


LOG = story().log
ROWS: list[Row] = [row for batch in LOG.stored(0, LOG.head()) for row in batch]
OLD_SIZE = len(ROWS) - 3


def head_of(rows: Sequence[Row], size: int) -> Checkpoint:
    """The checkpoint of the log of these rows when it had so many."""
    leaves = [
        tree.leaf_hash(tree.leaf(row[0], row[1].encode(), row[2], row[3].encode(), row[4]))
        for row in rows
    ]
    return Checkpoint(origin_of(LOG.identity), size, tree.root(size, tree.tree_over(leaves)))


OLD = head_of(ROWS, OLD_SIZE)


def verified(rows: Sequence[Row], against: Checkpoint = OLD) -> Verified:
    """What `verify` finds in these rows."""
    return verify(Rows(rows, LOG.identity), against=against)


def found(rows: Sequence[Row]) -> bool:
    """Whether `verify` sees that these are not the rows of before."""
    after = verified(rows)
    assert after.against is not None
    assert after.sound is not bool(after.flaws)
    return not after.sound and not after.against.same


def renumbered(rows: Sequence[Row]) -> list[Row]:
    """The rows as if they had been filed in this order: a forger leaves no gap."""
    return [(number, *row[1:]) for number, row in enumerate(rows, 1)]


def flips(row: Row) -> Iterator[Row]:
    """A row with one bit the other way round, for every bit of its id, version, topic and state."""
    position, originator, version, topic, state, sealed = row
    for bit in range(63):
        yield position, originator, version ^ 1 << bit, topic, state, sealed
    texts: tuple[tuple[bytes, Callable[[str | bytes], Row]], ...] = (
        (originator.encode(), lambda one: (position, one, version, topic, state, sealed)),
        (topic.encode(), lambda one: (position, originator, version, one, state, sealed)),
    )
    for raw, put in texts:
        for bit in range(8 * len(raw)):
            text = flipped(raw, bit)
            yield put(text.decode() if text.isascii() else text)
    for bit in range(8 * len(state)):
        yield position, originator, version, topic, flipped(state, bit), sealed


def flipped(raw: bytes, bit: int) -> bytes:
    """These bytes with one bit the other way round."""
    changed = raw[bit // 8] ^ 1 << bit % 8
    return raw[: bit // 8] + bytes([changed]) + raw[bit // 8 + 1 :]


def test_a_log_that_was_only_added_to_is_sound() -> None:
    """Its rows are in order, and it goes on from each of its own checkpoints."""
    for size in range(len(ROWS) + 1):
        after = verified(ROWS, head_of(ROWS, size))
        assert after.sound, after.flaws
        assert after.against is not None
        assert after.against.same
    assert after.entries == len(ROWS)


@drawn(st.integers(0, OLD_SIZE - 1), st.randoms(use_true_random=False))
def test_a_flipped_bit_is_found(at: int, random: Any) -> None:
    """Any bit of the id, version, topic or state of any entry that the checkpoint covers."""
    changed = random.choice(list(flips(ROWS[at])))
    assert found([*ROWS[:at], changed, *ROWS[at + 1 :]])


@pytest.mark.long
def test_every_flipped_bit_is_found() -> None:
    """Each bit of the id, version, topic and state of every entry, one by one."""
    tried = 0
    for at in range(OLD_SIZE):
        for changed in flips(ROWS[at]):
            assert found([*ROWS[:at], changed, *ROWS[at + 1 :]]), changed
            tried += 1
    assert tried > 20_000


@pytest.mark.parametrize("left", range(OLD_SIZE))
def test_every_truncation_is_found(left: int) -> None:
    """A log that ends before the checkpoint did has lost its end."""
    if left:
        assert found(ROWS[:left])
        assert "its end is gone" in str(verified(ROWS[:left]).flaws)


@pytest.mark.parametrize("renumber", [False, True])
def test_every_entry_that_is_taken_out_is_found(renumber: bool) -> None:
    """With or without closing the gap."""
    for at in range(1, OLD_SIZE):
        rows = ROWS[:at] + ROWS[at + 1 :]
        after = verified(renumbered(rows) if renumber else rows)
        assert not after.sound
        assert renumber or f"entry {at + 1} is missing" in str(after.flaws[0])
        assert OTHERS in str(after.flaws[-1])


def test_every_swap_is_found() -> None:
    """Two entries that change places, as a forger would who numbers them anew."""
    for one in range(OLD_SIZE):
        for other in range(one + 1, len(ROWS)):
            rows = list(ROWS)
            rows[one], rows[other] = rows[other], rows[one]
            assert found(renumbered(rows))


def test_every_insertion_is_found() -> None:
    """An entry that was put in among those of before, wherever, though it is a good one."""
    new = given(clash("z", "2025-10-05")).log
    row = next(row for batch in new.stored(len(PLACES) + 1, new.head()) for row in batch)
    for at in range(1, OLD_SIZE):
        assert found(renumbered([*ROWS[:at], row, *ROWS[at:]]))


def test_a_full_rewrite_is_found() -> None:
    """The same reports filed again, under the log's own name, have other times and salts."""
    again = story().log
    rows = [row for batch in again.stored(0, again.head()) for row in batch]
    rows[0] = (1, ROWS[0][1], *rows[0][2:])
    assert len(rows) == len(ROWS)
    assert verified(rows, head_of(rows, OLD_SIZE)).sound
    assert found(rows)


def test_the_checkpoint_of_another_log_says_nothing_of_this_one() -> None:
    """It is refused by name."""
    other = OLD._replace(origin="timeline/0123")
    after = verified(ROWS, other)
    assert " ".join(map(str, after.flaws)) == (
        f"the checkpoint is of timeline/0123, and this is {OLD.origin}; "
        "give a checkpoint of this log, or the log that it was made of"
    )


def test_rows_that_are_out_of_order_are_named_without_a_checkpoint() -> None:
    """Versions, ids, record times and sealed fields are looked at by themselves."""
    at = next(number for number, row in enumerate(ROWS) if row[5] is not None)
    position, originator, version, topic, state, _ = ROWS[at]
    cases = {
        "7 of its id, where 1 follows": (position, originator, 7, topic, state, ROWS[at][5]),
        "the id of something else": (position, "0" * 32, 1, topic, state, ROWS[at][5]),
        "sealed fields": (position, originator, version, topic, state, b'{"summary":null}'),
        "recorded before": (
            position, originator, version, topic,
            state.replace(state[12:28], b"1000000000000000", 1), ROWS[at][5],
        ),
        "another type": (position, originator, 1.5, topic, state, ROWS[at][5]),
        "cannot be read": (position, originator, version, topic, b"{}", ROWS[at][5]),
    }  # fmt: skip
    for said, row in cases.items():
        after = verify(Rows([*ROWS[:at], row, *ROWS[at + 1 :]], LOG.identity))
        assert said in " ".join(map(str, after.flaws)), said
        assert any(flaw.position == position for flaw in after.flaws)
    again = [*ROWS, (len(ROWS) + 1, *ROWS[at][1:])]
    assert "two first versions" in str(verify(Rows(again, LOG.identity)).flaws)


def test_a_row_that_is_there_twice_is_named() -> None:
    """A server's table can lose the indexes that keep this from happening; nothing is missing."""
    after = verify(Rows([*ROWS[:4], *ROWS[3:]], LOG.identity))
    assert [flaw.position for flaw in after.flaws] == [4]
    assert "stands at a place where another one does" in after.flaws[0].what
    assert after.root == verify(Rows(ROWS, LOG.identity)).root


def test_rows_that_a_damaged_file_has_lost_are_named() -> None:
    """The file says how many it has; those it cannot find any more are missing."""
    short = Rows([*ROWS[:-4], ROWS[-1]], LOG.identity, head=len(ROWS) + 2)
    told = " ".join(map(str, verify(short).flaws))
    assert f"entries {len(ROWS) - 3} to {len(ROWS) - 1} are missing" in told
    assert f"entries {len(ROWS) + 1} to {len(ROWS) + 2} are missing" in told


def test_a_number_that_no_log_has_does_not_fill_the_memory() -> None:
    """A forged position is refused, not counted up to."""
    rows = [*ROWS, (1 << 60, *ROWS[-1][1:])]
    with pytest.raises(ValueError, match="are missing from the log"):
        verify(Rows(rows, LOG.identity))


def test_every_reader_has_the_same_tree() -> None:
    """The fold over the log, the view row by row and the view built whole: the root at any size."""
    sizes = range(len(ROWS) + 1)
    for reader_of in READERS:
        reader = reader_of(LOG)
        roots = [tree.root(size, reader.tree()) for size in sizes]
        assert roots == [head_of(ROWS, size).root for size in sizes]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log file of 1,500 reports."""
    path = tmp_path_factory.mktemp("evidence") / "log.db"
    log_of(path, 1_500).close()
    return path


def view_of(path: Path) -> tuple[Path, Callable[[], Verified]]:
    """A view that is caught up, and `verify` with it."""

    def check() -> Verified:
        with SQLiteTail(path) as log, closing(indexed(path, log)) as index, index.kept() as kept:
            return verify(log, kept)

    with SQLiteTail(path) as log, closing(indexed(path, log)) as index, index.reading():
        current = Files.beside(path).current()
    assert current is not None
    return current, check


def indexed(path: Path, log: SQLiteTail) -> IndexedLog:
    """The view beside a log; what it notes fails the test."""
    return IndexedLog(log, Files.beside(path), pytest.fail)


def copied(path: Path, folder: Path) -> Path:
    """A copy of a log, to do things to."""
    target = folder / "log.db"
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def change(path: Path, statement: str, *values: object) -> None:
    """Do something to a log file behind its back."""
    with closing(sqlite3.connect(path)) as db, db:
        db.execute(statement, values)


def test_the_view_tells_which_entries_changed(large: Path, tmp_path: Path) -> None:
    """No checkpoint is needed for what happens to the file: its index knew it as it was."""
    path = copied(large, tmp_path)
    _, check = view_of(path)
    assert check().sound
    change(
        path,
        "UPDATE stored_events SET state = CAST(replace(state, '\"clash\"', '\"crash\"') AS BLOB)"
        " WHERE position IN (302, 700)",
    )
    flaws = [flaw for flaw in check().flaws if "view took it in" in flaw.what]
    assert [flaw.position for flaw in flaws] in ([302], [302, 700], [700])
    change(path, "DELETE FROM stored_events WHERE position > 1000")
    assert any("the end of the log is gone" in flaw.what for flaw in check().flaws)


def test_a_view_that_is_at_fault_itself_is_told_from_the_log(large: Path, tmp_path: Path) -> None:
    """Its tree does not fit, the log is sound without it, and `rebuild` mends it."""
    path = copied(large, tmp_path)
    current, check = view_of(path)
    change(current, "DELETE FROM tile WHERE id = 1")
    assert "`rebuild`" in str(check().flaws[0])
    with SQLiteTail(path) as log:
        assert verify(log).sound
        with closing(indexed(path, log)) as index:
            index.rebuild()
    assert check().sound


@pytest.mark.parametrize(
    ("forged", "of"),
    [
        ("UPDATE claim SET words = CAST(replace(words, 'clash', 'crash') AS BLOB)", "claims"),
        ("UPDATE claim SET known_from = known_from + 1 WHERE id = 5", "claims"),
        ("DELETE FROM claim WHERE id = 5", "claims"),
        ("INSERT INTO claim SELECT id + 100000, {} FROM claim WHERE id = 5", "claims"),
        ("UPDATE definition SET content = replace(content, 'Alpha', 'Omega')", "places"),
        ("UPDATE entry SET known = 0 WHERE position = 50", "entries"),
        ("UPDATE place SET happening = 0", "its own summaries"),
        ("UPDATE series SET known = known + 1", "its own summaries"),
        ("DROP INDEX claim_report", "its own indexes"),
    ],
)
def test_a_view_that_was_forged_is_told_by_who_lays_the_log_out_anew(
    large: Path, tmp_path: Path, forged: str, of: str
) -> None:
    """What it says, and what it passes over; `verify` says that it does not look unless asked."""
    path = copied(large, tmp_path)
    current, _ = view_of(path)
    asked = typed_on(path, "verify", "--view")
    assert (asked.exit_code, asked.stderr) == (0, "")
    with closing(sqlite3.connect(current)) as view:
        columns = [name for _, name, *_ in view.execute("PRAGMA table_info(claim)")][1:]
    change(current, forged.format(", ".join(columns)))
    asked = typed_on(path, "verify")
    assert asked.exit_code == 0
    assert "was not compared" in asked.stdout
    asked = typed_on(path, "verify", "--view")
    assert asked.exit_code == 1
    assert f"the view says otherwise than the log of {of}, in " in asked.stderr
    assert "in order" in asked.stdout
    assert not list(path.parent.glob("*.view-*.view-*"))


def test_rows_that_an_index_of_the_view_passes_over_are_told(large: Path, tmp_path: Path) -> None:
    """All rows are there, and a question does not find one of them."""
    path = copied(large, tmp_path)
    current, _ = view_of(path)
    with closing(sqlite3.connect(current)) as view, view:
        view.execute("PRAGMA writable_schema=ON")
        ((sql,),) = view.execute("SELECT sql FROM sqlite_master WHERE name = 'ranked'")
        view.execute("DROP INDEX ranked")
        view.execute(f"{sql} WHERE id <> 5")
        view.execute("UPDATE sqlite_master SET sql = ? WHERE name = 'ranked'", (sql,))
    asked = typed_on(path, "verify", "--view")
    assert asked.exit_code == 1
    assert "the view says otherwise than the log of its own indexes, in 2 rows;" in asked.stderr
    typed_on(path, "rebuild")
    assert typed_on(path, "verify", "--view").exit_code == 0


@pytest.mark.parametrize("column", ["originator_id", "topic", "state", "originator_version"])
def test_what_no_text_and_no_number_is_is_found(large: Path, tmp_path: Path, column: str) -> None:
    """A column of another type, or text that is no UTF-8, stops nothing and is named."""
    path = copied(large, tmp_path)
    for value in ("CAST(x'ff28' AS TEXT)", "x'ff28'", "1.5"):
        change(path, f"UPDATE stored_events SET {column} = {value} WHERE position = 77")  # noqa: S608
        with SQLiteTail(path) as log:
            after = verify(log)
        assert {flaw.position for flaw in after.flaws if flaw.position} == {77}


def told_otherwise(
    path: Path,
    was: str,
    reads: str,
    *,
    of: str = "pokrovsk-2025-10-27-infiltration",
    may_lack: bool = False,
) -> int:
    """The position of a stored report in which other bytes were put, or set before what it says."""
    with closing(sqlite3.connect(path)) as db, db:
        ((position, state),) = db.execute(
            "SELECT position, state FROM stored_events WHERE instr(state, ?)",
            (f'"id":"{of}"'.encode(),),
        )
        assert may_lack or was.encode() in state
        if (told := state.replace(was.encode(), reads.encode(), 1)) == state:
            told = state.replace(b'"reported":', reads.encode() + b',"reported":', 1)  # a default
        db.execute("UPDATE stored_events SET state = ? WHERE position = ?", (told, position))
    return int(position)


@pytest.mark.parametrize(
    ("was", "reads"),
    [
        ('"kind":"infiltration"', '"kind":"clash2"'),
        ('"earliest":1', '"earliest":' + "1" * 30),
        ('"earliest":', '"earliest":-1000000000000000000'),
        ('"recorded":1', '"recorded":1000000000000000001'),
        ('"reliability":"F"', '"reliability":"Q"'),
        ('"side":"', '"side":5,"was":"'),
        ('"chain":', '"chain":[],"was":'),
        ('"kind":"infiltration"', '"kind":"verification"'),
    ],
)
def test_an_entry_with_values_that_no_report_has_is_named(
    seeds_store: Path, tmp_path: Path, was: str, reads: str
) -> None:
    """By every command, `verify` and `backup` among them, and never as a fault of the program."""
    path = copied(seeds_store, tmp_path)
    position = told_otherwise(path, was, reads, may_lack=True)
    for words in (
        ("known", "Pokrovsk"),
        ("claims",),
        ("explain", "pokrovsk-2025-10-27-deepstate"),
        ("export", "reports", "--format", "jsonl", "-o", tmp_path / "reports.jsonl"),
        ("rebuild",),
        ("verify",),
        ("backup", tmp_path / "kept.tlog"),
    ):
        refused = typed_on(path, *words)
        assert refused.exit_code == 1
        assert f"entry {position}" in refused.stderr
        assert "(report.filed) cannot be read" in refused.stderr


@pytest.mark.parametrize(
    ("was", "reads"),
    [
        ('"best":200', '"best":"many"'),
        ('"approximate":true,', ""),
        ('"manner":"small groups"', '"manner":["small","groups"]'),
        ('"value":{', '"value":{"colour":"red",'),
    ],
)
def test_own_fields_that_are_wrong_deep_inside_are_named(
    seeds_store: Path, tmp_path: Path, was: str, reads: str
) -> None:
    """By `verify` and `backup`, beside a view with `--view`, and where an answer fails of them."""
    path = copied(seeds_store, tmp_path)
    position = told_otherwise(path, was, reads)

    def names_it(*words: object) -> None:
        refused = typed_on(path, *words)
        assert refused.exit_code == 1
        assert refused.stderr.count(f"entry {position}") == 1
        assert "(report.filed) cannot be read" in refused.stderr

    names_it("verify")
    names_it("verify", "--view")
    names_it("backup", tmp_path / "kept.tlog")
    for words in (
        ("known", "Pokrovsk", "2025-10-27"),
        ("export", "claims", "-o", tmp_path / "claims.csv"),
    ):
        answered = typed_on(path, *words)
        assert "a fault of this program" not in answered.stderr
        if answered.exit_code:
            names_it(*words)
    names_it("verify", "--view")


def test_of_a_log_that_cannot_be_laid_out_what_is_wrong_is_told_all_the_same(
    seeds_store: Path, tmp_path: Path
) -> None:
    """As without `--view`; and that the view was not compared."""
    path = copied(seeds_store, tmp_path)
    with closing(sqlite3.connect(path)) as db, db:
        db.execute("UPDATE stored_events SET state = CAST(state AS TEXT) WHERE position = 20")
    plain = typed_on(path, "verify", "--format", "json", code=1)
    asked = typed_on(path, "verify", "--view", "--format", "json", code=1)
    told = json.loads(asked.stdout)
    assert told["flaws"] == json.loads(plain.stdout)["flaws"] != []
    assert "cannot be compared" in told["view_flaws"][0]["what"]
    assert (told["view_says"], asked.stderr) == (None, "")


def test_a_deadline_beyond_the_calendar_is_named(seeds_store: Path, tmp_path: Path) -> None:
    """An instant like any other in the log, and one that no answer can write as a date."""
    path = copied(seeds_store, tmp_path)
    was = '"deadline":{"earliest":'
    position = told_otherwise(
        path, was, f"{was}-1000000000000000000", of="donbas-2025-10-27-private-claim"
    )
    for words in (("known", "Donbas"), ("verify",), ("verify", "--view")):
        refused = typed_on(path, *words)
        assert refused.exit_code == 1
        assert f"entry {position}" in refused.stderr
        assert "(report.filed) cannot be read" in refused.stderr


def test_a_log_whose_last_page_is_cut_is_damaged(seeds_store: Path, tmp_path: Path) -> None:
    """What is missing of it would be read as nothing, and the log be as long as it then seems."""
    path = copied(seeds_store, tmp_path)
    assert typed_on(path, "known", "Pokrovsk").exit_code == 0
    path.write_bytes(path.read_bytes()[:-100])
    for words in (
        ("known", "Pokrovsk"),
        ("status",),
        ("verify",),
        ("backup", tmp_path / "kept.tlog"),
        ("retract", "pokrovsk-2025-10-27-deepstate", "--reported", "2025-11-01", "--reason", "no"),
    ):
        refused = typed_on(path, *words)
        assert refused.exit_code == 1
        assert f"{path} is damaged; restore it from a backup" in refused.stderr


def test_a_log_in_which_no_entry_is_found_is_not_sound() -> None:
    """Not even the one that says which log it is."""
    found = verify(Rows([], "0" * 32))
    assert [str(flaw) for flaw in found.flaws] == [
        "no entry of it can be found any more; restore the log from a backup"
    ]


def test_a_time_zone_that_nobody_knows_is_named(seeds_store: Path, tmp_path: Path) -> None:
    """By whoever needs it, and by `verify`, also of what a view has taken in."""
    path = copied(seeds_store, tmp_path)
    change(
        path,
        "UPDATE stored_events SET state = CAST(replace(CAST(state AS TEXT), "
        '\'"timezone":"UTC","value"\', \'"timezone":"Nowhere/Zone","value"\') AS BLOB)'
        " WHERE position = (SELECT min(position) FROM stored_events WHERE topic = 'report.filed')",
    )
    assert typed_on(path, "known", "Pokrovsk").exit_code == 0
    for words in (
        ("export", "reports", "--format", "jsonl", "-o", tmp_path / "reports.jsonl"),
        ("verify",),
        ("backup", tmp_path / "kept.tlog"),
    ):
        refused = typed_on(path, *words)
        assert refused.exit_code == 1
        assert "'Nowhere/Zone'" in refused.stderr
        assert "fault" not in refused.stderr


FORGED = (
    "INSERT INTO stored_events SELECT (SELECT max(position) + 1 FROM stored_events),"
    " 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 1, topic, state, sealed FROM stored_events"
    ' WHERE CAST(state AS TEXT) LIKE \'%"id":"pokrovsk-2025-10-27-deepstate"%\''
)


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_report_that_is_there_twice_is_not_counted_twice(
    seeds_store: Path, tmp_path: Path, asked_before: bool
) -> None:
    """By no question, whether its view was there or not; and the log as it was is asked again."""
    path = copied(seeds_store, tmp_path)
    if asked_before:
        right = typed_on(path, "known", "Pokrovsk", "2025-10-27")
    change(path, FORGED)
    for words in (("known", "Pokrovsk"), ("rebuild",)):
        refused = typed_on(path, *words)
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "the log has the report pokrovsk-2025-10-27-deepstate twice" in refused.stderr
        assert "room" not in refused.stderr
    assert typed_on(path, "verify").exit_code == 1
    change(path, "DELETE FROM stored_events WHERE originator_id LIKE 'aaaaaaaa%'")
    again = typed_on(path, "known", "Pokrovsk", "2025-10-27")
    assert again.exit_code == 0
    if asked_before:
        assert again.stdout == right.stdout


def test_words_that_are_committed_to_by_nobody_are_not_shown(
    seeds_store: Path, tmp_path: Path
) -> None:
    """A quote put beside an entry, or another's field in place of its own: it cannot be read."""
    for was, reads in (
        ("{", '{"quote":["AAAAAAAAAAAAAAAAAAAAAA","no"],'),
        ('"summary"', '"quote"'),
    ):
        path = copied(seeds_store, tmp_path)
        change(
            path,
            "UPDATE stored_events SET sealed = CAST(replace(CAST(sealed AS TEXT), ?, ?) AS BLOB)"
            ' WHERE CAST(state AS TEXT) LIKE \'%"id":"pokrovsk-2025-10-27-infiltration"%\'',
            was,
            reads,
        )
        refused = typed_on(path, "known", "Pokrovsk", "2025-10-27")
        assert (refused.exit_code, refused.stdout) == (1, "")
        assert "its sealed fields are not those that it commits to" in refused.stderr
        path.unlink()


def _as_it_comes(module: str, *arguments: object, source: int) -> subprocess.Popen[bytes]:
    return started(module, *arguments, source=source)


def _does_it_all(module: str, *arguments: object, source: int) -> subprocess.Popen[bytes]:
    process = started(module, *arguments, source=source)
    process.wait()
    return process


def _dies(*_: object, source: int) -> subprocess.Popen[bytes]:
    code = "import os; os.read(0, 16); os.kill(os.getpid(), 9)"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=source, stdout=subprocess.PIPE)
    process.wait()
    return process


@pytest.mark.parametrize("second", [_as_it_comes, _does_it_all, _dies])
def test_two_processes_find_what_one_does(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, second: Callable[..., Any]
) -> None:
    """The same root and flaws, whoever did which part, and where one died with a part in hand."""
    path = copied(large, tmp_path)
    for position in (200, 1200):
        change(path, "UPDATE stored_events SET state = x'7b7d' WHERE position = ?", position)
    with SQLiteTail(path) as log:
        alone = verify(log)
        monkeypatch.setattr(reading, "ALONE", 0)
        monkeypatch.setattr(reading, "started", second)
        assert verify(log) == alone
    assert {flaw.position for flaw in alone.flaws} == {200, 1200}


def test_a_second_process_looks_at_the_log_beside_its_view(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the view took in is known to whoever reads a part."""
    path = copied(large, tmp_path)
    _, check = view_of(path)
    change(
        path,
        "UPDATE stored_events SET state = CAST(replace(state, '\"clash\"', '\"crash\"') AS BLOB)"
        " WHERE position IN (302, 700)",
    )
    alone = check()
    monkeypatch.setattr(reading, "ALONE", 0)
    monkeypatch.setattr(reading, "started", _does_it_all)
    assert check() == alone
    assert any("view took it in" in flaw.what for flaw in alone.flaws)


def test_a_position_that_no_log_has_does_not_keep_a_file_from_being_told(
    large: Path, tmp_path: Path
) -> None:
    """Forged in a file: refused before long, and not looked for row by row."""
    path = copied(large, tmp_path)
    change(path, "UPDATE stored_events SET position = ? WHERE position = 1500", 1 << 60)
    with SQLiteTail(path) as log, pytest.raises(ValueError, match="are missing from the log"):
        verify(log)


def test_of_very_many_flaws_the_first_are_told_and_the_others_counted(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many parts the log was read in."""
    path = copied(large, tmp_path)
    change(path, "UPDATE stored_events SET state = x'7b7d' WHERE position > 100")
    monkeypatch.setattr(reading, "ALONE", 0)
    with SQLiteTail(path) as log:
        after = verify(log)
        unreadable = log.head() - 100
    assert [flaw.position for flaw in after.flaws[:MOST_FLAWS]] == [*range(101, 101 + MOST_FLAWS)]
    assert len(after.flaws) + after.more_flaws >= unreadable > MOST_FLAWS


def seen_by(rows: Sequence[Row]) -> TakenIn:
    """What a view would hold of these rows."""
    tiles = MemoryTiles()
    grow(tiles, 0, b"".join(hashes_of(rows)))
    return TakenIn(len(rows), tiles, frozenset(), "")


def one_by_one(rows: Sequence[Row]) -> Scan:
    """What is found in rows where each is read by itself."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("timeline.audit.scan._Pass._as_written", lambda *_: False)
        return scan([rows], 0, len(rows))


def field_cut_out(column: bytes, name: str) -> bytes:
    """A column in which a field is not redacted, but not there at all."""
    left = {field: own for field, own in json.loads(column).items() if field != name}
    return json.dumps(left, separators=(",", ":")).encode()


def test_what_was_seen_is_told_as_what_was_not() -> None:
    """Each bit of each sealed column, and a field that is gone: decoded by a view before or not."""
    seen, flaws = seen_by(ROWS), 0
    for at, row in enumerate(ROWS):
        if (column := row[5]) is None:
            continue
        others = [flipped(column, bit) for bit in range(8 * len(column))]
        fewer = [field_cut_out(column, name) for name in json.loads(column)]
        for sealed in (column, None, b"{}", redacted(column, ["summary"]), *fewer, *others):
            rows = [*ROWS[:at], (*row[:5], sealed), *ROWS[at + 1 :]]
            again = scan([rows], 0, len(rows), seen=seen)
            assert again == scan([rows], 0, len(rows)) == one_by_one(rows), sealed
            flaws += len(again.flaws)
    assert flaws > 500


SEALS: Sequence[dict[str, str]] = (
    {"summary": "small arms"},
    {"summary": 'said ["so"],"quote":["'},
    {"quote": "heard"},
    {"summary": "b", "quote": 'ends in a bracket"],"'},
    {},
)


@drawn(
    st.lists(st.sampled_from(SEALS), min_size=1, max_size=12),
    st.integers(0, 11),
    st.data(),
)
def test_many_sealed_columns_are_told_as_one_is(
    told: list[dict[str, str]], which: int, data: st.DataObject
) -> None:
    """However the fields of neighbours differ, and whatever happened to the column of one."""
    story_ = given(*(clash(f"r{at}", "2025-10-01", **one) for at, one in enumerate(told)))
    rows = [row for batch in story_.log.stored(0, story_.log.head()) for row in batch]
    assert not unlike(rows)
    seen = seen_by(rows)
    assert scan([rows], 0, len(rows), seen=seen) == scan([rows], 0, len(rows)) == one_by_one(rows)
    at = len(rows) - len(told) + which % len(told)
    column = rows[at][5]
    changed = [None, b"{}", b'{"summary":["AAAAAAAAAAAAAAAAAAAAAA","x"]}', 7, "{}"]
    if column is not None:
        bit = data.draw(st.integers(0, 8 * len(column) - 1))
        changed += [flipped(column, bit), column[:-1], column + b"}", redacted(column, ["quote"])]
    rows[at] = (*rows[at][:5], data.draw(st.sampled_from(changed)))
    assert scan([rows], 0, len(rows), seen=seen) == scan([rows], 0, len(rows)) == one_by_one(rows)


ODD: Sequence[Any] = (
    None,
    7,
    1.5,
    b"{}",
    "{}",
    b"\xff",
    "report.filed",
    "log.opened",
    "0" * 32,
    "",
)

Deed = Literal["bit", "column", "exchange", "gone", "again", "later"]


@drawn(st.data())
def test_rows_are_told_together_as_they_are_one_by_one(data: st.DataObject) -> None:
    """Whatever was done to some of them: bits, columns, places exchanged, a row gone or doubled."""
    rows = list(ROWS)
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(rows) - 1))
        position, *columns = rows[at]
        deed: Deed = data.draw(st.sampled_from(get_args(Deed)))
        match deed:
            case "bit":
                if rows[at] in ROWS:
                    rows[at] = data.draw(st.sampled_from(list(flips(rows[at]))))
            case "column":
                columns[data.draw(st.integers(0, 4))] = data.draw(st.sampled_from(ODD))
                rows[at] = (position, *columns)
            case "exchange":
                other = data.draw(st.integers(0, len(rows) - 1))
                rows[at], rows[other] = (position, *rows[other][1:]), (rows[other][0], *columns)
            case "gone":
                del rows[at]
            case "again":
                rows.insert(at, rows[at])
                rows = renumbered(rows)
            case "later":
                state = columns[3]
                if isinstance(state, bytes):
                    columns[3] = state.replace(b'{"recorded":1', b'{"recorded":2')
                rows[at] = (position, *columns)
    assert scan([rows], 0, len(rows)) == one_by_one(rows)


@pytest.mark.parametrize(
    ("two", "batch"), [(False, 5_000), (True, 5_000), (False, 767), (False, 1)]
)
def test_what_a_view_took_in_although_it_was_wrong_is_told(
    large: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, two: bool, batch: int
) -> None:
    """An id that is another's, a time before the last: a view has doubts, and `verify` looks."""
    path = copied(large, tmp_path)
    monkeypatch.setattr("timeline.view.build.BATCH", batch)
    for position in (302, 900):
        change(
            path,
            "UPDATE stored_events SET originator_id = replace(originator_id, '5', 'a')"
            " WHERE position = ?",
            position,
        )
    for position in (500, 768, 1_024, 1_025):  # the second begins a batch, and ends a tile
        change(
            path,
            "UPDATE stored_events SET state = CAST(replace(state, '{\"recorded\":17',"
            " '{\"recorded\":16') AS BLOB) WHERE position = ?",
            position,
        )
    if two:
        monkeypatch.setattr("timeline.view.laying.ALONE", 0)
    _, check = view_of(path)
    with SQLiteTail(path) as log:
        alone = verify(log)
    assert [flaw.position for flaw in alone.flaws] == [302, 500, 768, 900, 1_024, 1_025]
    after = check()
    assert after.flaws == alone.flaws
    assert after.view == Compared(entries=after.entries, same=True)


@pytest.mark.parametrize("two", [False, True])
@pytest.mark.parametrize("hole", [(440, 500), (497, 505), (501, 508), (600, 600), (1_508, 1_509)])
def test_a_log_with_a_hole_is_not_indexed(
    large: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    hole: tuple[int, int],
    two: bool,
) -> None:
    """A view over what is left would hide it, wherever a batch begins and whoever lays it out."""
    path = copied(large, tmp_path)
    monkeypatch.setattr("timeline.view.build.BATCH", 500)
    if two:
        monkeypatch.setattr("timeline.view.laying.ALONE", 0)
    with SQLiteTail(path) as log:
        assert log.head() > max(hole)
    change(path, "DELETE FROM stored_events WHERE position BETWEEN ? AND ?", *hole)
    with (
        SQLiteTail(path) as log,
        closing(indexed(path, log)) as index,
        pytest.raises(StoreError, match=f"no entry {hole[0]},"),
        index.reading(),
    ):
        pass


def test_a_forged_position_is_a_hole_and_fills_no_memory(large: Path, tmp_path: Path) -> None:
    """As for a view, which would be laid out up to there: told at once."""
    path = copied(large, tmp_path)
    change(path, "UPDATE stored_events SET position = ? WHERE position = 1500", 1 << 33)
    tracemalloc.start()
    with (
        SQLiteTail(path) as log,
        closing(indexed(path, log)) as index,
        pytest.raises(StoreError, match="the log has no entry"),
        index.reading(),
    ):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 50 * 2**20


def test_the_tree_does_not_depend_on_what_is_redacted() -> None:
    """The salted commitments stay, so that every proof and checkpoint of before holds."""
    told = story()
    before = verify(told.log)
    told.log.redact("a", ["quote"], "names a person")
    after = verify(told.log, against=Checkpoint(before.log, before.entries, _root(before)))
    assert after.sound, after.flaws
    assert after.entries == before.entries + 1


def _root(found_: Verified) -> bytes:
    return b64decode(found_.root)


def test_a_field_that_went_without_a_word_is_found() -> None:
    """Only an entry in the log takes a sealed field out."""
    at = next(number for number, row in enumerate(ROWS) if row[5] is not None)
    names = b'{"quote":null,"summary":null}'
    after = verified([*ROWS[:at], (*ROWS[at][:5], names), *ROWS[at + 1 :]])
    assert {str(flaw) for flaw in after.flaws} == {
        f"entry {at + 1}: its {name} is gone, and nobody redacted it; "
        "restore the log from a backup; `copy` again to a copy that was cut short"
        for name in ("quote", "summary")
    }


@pytest.mark.parametrize("position", [0, -7])
def test_an_entry_before_the_first_one_is_named(
    seeds_store: Path, tmp_path: Path, position: int
) -> None:
    """No question reads it, but for who asks for the versions of its report."""
    path = copied(seeds_store, tmp_path)
    change(
        path,
        "INSERT INTO stored_events SELECT ?, originator_id, 2, topic, state, sealed"
        " FROM stored_events WHERE position = 150",
        position,
    )
    for words in (("verify",), ("backup", tmp_path / "kept.tlog")):
        told = typed_on(path, *words, code=1).stderr
        assert f"entry {position}: stands before the first one, where nobody looks" in told


def test_a_format_that_never_was_is_named(seeds_store: Path, tmp_path: Path) -> None:
    """It is not raised to the one of today step by step, which would take for ever."""
    position = told_otherwise(copied(seeds_store, tmp_path), '"v":1}', f'"v":-{1 << 63}}}')
    told = typed_on(tmp_path / "log.db", "verify", code=1).stderr
    assert f"entry {position}: (report.filed) cannot be read" in told


def test_who_changes_a_report_is_told_which_of_its_entries_cannot_be_read(
    seeds_store: Path, tmp_path: Path
) -> None:
    """By its number in the log, as everybody else is."""
    path = copied(seeds_store, tmp_path)
    typed_on(path, "known", "Pokrovsk", code=0)  # else the view would be built, and tell of it
    position = told_otherwise(path, '"v":1}', '"v":99}')
    told = typed_on(
        path, "retract", REPORT, "--reported", "2025-11-01", "--reason", "x", code=1
    ).stderr
    assert f"log entry {position} (report.filed) was written by a newer version" in told


def test_ids_that_begin_alike_are_told_apart(seeds_store: Path, tmp_path: Path) -> None:
    """Somebody had a machine look for two such ids; the log that has both is as sound as before."""
    path, twins = copied(seeds_store, tmp_path), ("ae98b6e6ba23d3c", "d7276b2dad7ff7d")
    assert len({originator_id("report", one)[:16] for one in twins}) == 1
    reports = [clash(one, "2025-10-09", place="Pokrovsk") for one in twins]
    typed_on(path, "add", document(tmp_path, *reports), code=0)
    for one in twins:
        reason = ("--reported", "2025-11-01", "--reason", "a hoax")
        typed_on(path, "retract", one, *reason, code=0)
    typed_on(path, "verify", code=0)
    typed_on(path, "backup", tmp_path / "kept.tlog", code=0)


BEGUN_AGAIN = """\
(topic, state, sealed) = (SELECT topic, state, sealed FROM stored_events AS first
  WHERE first.originator_id = now.originator_id AND first.originator_version = 1)"""


@pytest.mark.parametrize(
    "changed", ["originator_version = 0", "originator_version = 5", BEGUN_AGAIN]
)
def test_a_history_that_is_none_is_not_written_to(
    seeds_store: Path, tmp_path: Path, changed: str
) -> None:
    """Versions that do not follow each other, or two beginnings: the report is named, in a line."""
    path, reason = copied(seeds_store, tmp_path), ("--reason", "x")
    typed_on(path, "retract", REPORT, "--reported", "2025-11-01", *reason, code=0)
    retracted = "WHERE topic = 'report.retracted'"
    change(path, f"UPDATE stored_events AS now SET {changed} {retracted}")  # noqa: S608
    for words in (("retract", REPORT, "--reported", "2025-11-02"), ("redact", REPORT, "summary")):
        refused = typed_on(path, *words, *reason, code=1).stderr
        assert "are not its history; restore the log from a backup" in refused


REPORT = "pokrovsk-2025-10-27-infiltration"
SEALED_OTHERWISE = (
    "UPDATE stored_events SET sealed = CAST(replace(CAST(sealed AS TEXT), ?, ?) AS BLOB)"
    " WHERE CAST(state AS TEXT) LIKE ?"
)
COLUMNS_MOVED = """\
CREATE TABLE stored_events (position INTEGER PRIMARY KEY, originator_id, sealed,
  originator_version, topic, state);
INSERT INTO stored_events SELECT position, originator_id, sealed, originator_version, topic, state
  FROM rows;
DROP TABLE rows;
"""


def test_a_field_that_came_back_is_found(seeds_store: Path, tmp_path: Path) -> None:
    """Words that an entry took out, put back with their salt from a copy of before."""
    path = copied(seeds_store, tmp_path)
    with SQLiteTail(path) as log:
        (entry,) = log.versions(originator_id("report", REPORT))
    typed_on(path, "redact", REPORT, "summary", "--reason", "names a person", code=0)
    typed_on(path, "verify", code=0)
    change(
        path, "UPDATE stored_events SET sealed = ? WHERE position = ?", entry.sealed, entry.position
    )
    for words in (("verify",), ("verify", "--view"), ("backup", tmp_path / "kept.tlog")):
        assert (
            f"entry {entry.position}: its summary was redacted, and is there again; "
            "restore the log from a backup made since it was redacted"
        ) in typed_on(path, *words, code=1).stderr


@pytest.mark.parametrize(
    ("was", "reads"),
    [
        ('{"summary":', '{"summary":["AAAAAAAAAAAAAAAAAAAAAA","more words"],"summary":'),
        ("}", "} "),
        ("summary", "\\u0073ummary"),
        ('",', '==",'),
        ('",', '!?",'),
    ],
)
def test_words_beside_those_that_are_committed_to_are_found(
    seeds_store: Path, tmp_path: Path, was: str, reads: str
) -> None:
    """Sealed fields in another way than this program writes them, with room for more."""
    path = copied(seeds_store, tmp_path)
    change(path, SEALED_OTHERWISE, was, reads, f'%"id":"{REPORT}"%')
    wrong = typed_on(path, "verify", code=1).stderr
    assert "its sealed fields are not those that it commits to" in wrong


def test_a_salt_has_one_way_to_be_written() -> None:
    """In its last digit are bits that no commitment is of."""
    at = next(number for number, row in enumerate(ROWS) if row[5] is not None)
    salt = ROWS[at][5].index(b'",')
    for digit in b"BRhx":
        column = ROWS[at][5][: salt - 1] + bytes([digit]) + ROWS[at][5][salt:]
        rows = [*ROWS[:at], (*ROWS[at][:5], column), *ROWS[at + 1 :]]
        assert scan([rows], 0, len(rows)) == one_by_one(rows)
        assert [flaw.position for flaw in verified(rows).flaws] == [at + 1]


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        (
            "CREATE TRIGGER t BEFORE INSERT ON stored_events BEGIN SELECT RAISE(IGNORE); END",
            "the trigger 't'",
        ),
        ("CREATE TABLE more AS SELECT * FROM stored_events", "the table 'more'"),
        ("CREATE UNIQUE INDEX i ON stored_events (topic, state)", "the index 'i'"),
        ("CREATE VIEW v AS SELECT * FROM stored_events", "the view 'v'"),
    ],
)
def test_what_no_log_has_is_named_and_keeps_the_log_from_being_written(
    seeds_store: Path, tmp_path: Path, statement: str, named: str
) -> None:
    """Else a trigger would have reports acknowledged that are not there."""
    path, kept = copied(seeds_store, tmp_path), tmp_path / "kept.tlog"
    document = tmp_path / "new.yaml"
    document.write_text(NEW)
    change(path, statement)
    told = f"has {named}, which no log has; see who put it there"
    for words in (
        ("verify",),
        ("backup", kept),
        ("add", document),
        ("redact", REPORT, "summary", "--reason", "x"),
        ("compact",),
    ):
        assert told in typed_on(path, *words, code=1).stderr
    assert not kept.exists()
    typed_on(path, "known", "Pokrovsk", "2025-10-27", code=0)
    typed("copy", seeds_store, path, code=0)  # nothing to write


@pytest.mark.parametrize(
    "statements",
    [
        "CREATE VIEW stored_events AS SELECT * FROM rows WHERE position < 100",
        "CREATE TABLE stored_events AS SELECT * FROM rows; DROP TABLE rows",
        COLUMNS_MOVED,
        "",
    ],
)
def test_entries_that_are_not_in_a_table_of_a_log_are_not_read(
    seeds_store: Path, tmp_path: Path, statements: str
) -> None:
    """A view that leaves some out, a table that takes them twice or in another order, or none."""
    path = copied(seeds_store, tmp_path)
    with closing(sqlite3.connect(path)) as db:
        db.executescript(f"ALTER TABLE stored_events RENAME TO rows; {statements}")
    for words in (("verify",), ("status",), ("known", "Pokrovsk"), ("add", *SEEDS), ("rebuild",)):
        refused = typed_on(path, *words, code=1)
        assert refused.stderr == (
            f"Error: {path} does not keep its entries in a table as logs do; "
            "restore it from a backup\n"
        )


ALL_BUT_ONE = f"""CAST(state AS TEXT) NOT LIKE '%"id":"{REPORT}"%'"""
OTHER_INDEX = """\
INSERT INTO other SELECT * FROM stored_events WHERE {0};
PRAGMA writable_schema = ON;
UPDATE sqlite_master SET rootpage =
  (SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_other_1')
  WHERE name = 'sqlite_autoindex_stored_events_1';
DELETE FROM sqlite_master WHERE tbl_name = 'other';
"""


@pytest.mark.parametrize(
    ("kept", "told_by_any"),
    [(ALL_BUT_ONE, True), ("1; UPDATE other SET originator_version = position", False)],
)
def test_an_index_of_the_log_that_passes_over_entries_is_told(
    seeds_store: Path, tmp_path: Path, kept: str, told_by_any: bool
) -> None:
    """Answers find the versions of a report by it; one that finds others takes a longer look."""
    path, better = copied(seeds_store, tmp_path), tmp_path / "better.db"
    with closing(sqlite3.connect(path)) as db:
        db.execute(TABLE.replace("stored_events", "other"))
        db.executescript(OTHER_INDEX.format(kept))
    for words, finds in (
        (("verify",), told_by_any),
        (("verify", "--view"), True),
        (("backup", tmp_path / "kept.tlog"), True),
    ):
        said = typed_on(path, *words, code=int(finds)).stderr
        assert finds is ("`copy` the log to a new file" in said), said
    if told_by_any:
        refused = typed_on(path, "explain", REPORT, code=1).stderr
        assert "an index that does not find all of its entries" in refused
    typed("copy", path, better, code=0)
    typed_on(better, "verify", "--view", code=0)


@pytest.mark.parametrize(
    "changed",
    ["UPDATE state SET position = 'x'", "UPDATE state SET position = -5", "DELETE FROM tile"],
)
def test_a_view_that_no_hand_should_have_been_at_is_built_anew(
    seeds_store: Path, tmp_path: Path, changed: str
) -> None:
    """Whoever asks for what was changed in it is told, and nobody that this program is at fault."""
    path = copied(seeds_store, tmp_path)
    for words in (("status",), ("prove", REPORT), ("rebuild",)):
        typed_on(path, "known", "Pokrovsk", code=0)
        (view,) = tmp_path.glob("*.view-*-00000[0-9]")
        change(view, changed)
        told = typed_on(path, *words)
        assert "fault of this program" not in told.stderr
        assert (
            told.exit_code == 0 or "was damaged and has been built anew; ask again" in told.stderr
        )
        typed_on(path, *words, code=0)
