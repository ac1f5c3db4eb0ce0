import json
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from domain import with_place

from benchmarks import generator, stores
from benchmarks.agreement import agree
from benchmarks.generator import FOREVER, TOPICS, Story, line, story
from benchmarks.peers import least
from benchmarks.peers.engine import Engine
from benchmarks.peers.replay import Replay
from benchmarks.peers.sqlite_by_hand import SQLiteByHand
from benchmarks.questions import cities, questions
from benchmarks.rows import row
from events.draft import Draft, draft_from
from events.kinds import stored
from events.place import PlaceRef

if TYPE_CHECKING:
    from benchmarks.peers.base import Peer

CLAIMS = 2_000


@pytest.fixture(scope="module")
def small() -> Story:
    """A war of three towns."""
    return story(CLAIMS, places=3)


@pytest.fixture(scope="module")
def log(small: Story, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its log."""
    path = tmp_path_factory.mktemp("bench") / "log.db"
    stores.fill(path, small)
    return path


def test_a_generated_version_is_stored_as_its_document_would_be(small: Story) -> None:
    """The fast way into the log and `timeline add` leave the same bytes."""
    for one in small.versions[:300]:
        if one.number < 0:
            continue
        draft = draft_from(json.loads(line(one)), file="generated", timezone="UTC")
        assert isinstance(draft, Draft), draft
        name = generator.place_name(one.place)
        ref = PlaceRef(id=generator.place_id(one.place), name=name)
        assert draft.key == one.key
        assert stored(with_place(draft.event, ref)) == generator.content(one)


def test_every_peer_answers_as_the_engine_does(small: Story, log: Path) -> None:
    """Times are compared only of answers that are the same, claim by claim."""
    towns = cities(small)
    assert towns
    with ExitStack() as stack:
        engine = stack.enter_context(closing(Engine(log)))
        by_hand = SQLiteByHand(log.with_name("hand.db"), small)
        replay = Replay(log.with_name("replay.db"), small, towns)
        peers: list[Peer] = [by_hand, replay]
        for peer in peers:
            stack.enter_context(closing(peer))
        agree(engine, peers, questions(towns, 100))


def test_the_least_by_hand_takes_in_what_the_engine_does(small: Story, log: Path) -> None:
    """It leaves out what it says, and no reports."""
    folder = log.parent
    with closing(sqlite3.connect(log)) as db:
        ((entries, filed),) = db.execute(
            "SELECT count(*), count(*) FILTER (WHERE topic = 'report.filed') FROM stored_events"
        )
    assert least.view(log, folder / "least.view") == entries
    documents = folder / "least.ndjson"
    documents.write_bytes(b"".join(line(one) for one in small.versions if one.version == 1))
    assert least.add(documents, folder / "least.log") == filed
    for name, count in (
        ("least.view", "SELECT count(*) FROM claim"),
        ("least.log", "SELECT count(*) FROM log"),
    ):
        with closing(sqlite3.connect(folder / name)) as db:
            assert db.execute(count).fetchone() == (filed,)


def test_a_table_that_is_its_own_log_answers_from_what_was_put_in(
    small: Story, tmp_path: Path
) -> None:
    """At once, and durable: another connection finds it."""
    told = next(one for one in small.versions if TOPICS[one.topic].status)
    newest = max(one.knowledge for one in small.versions) + 1
    new = row(told._replace(report=80_000_000), newest, FOREVER)
    new = new._replace(reach=newest, earliest=newest, known_from=newest)
    with closing(least.OwnLog(tmp_path / "own.db", small)) as own:
        own.file(new)
        bodies = [one.body for one in own.known(least.today(told.place))]
    with closing(sqlite3.connect(tmp_path / "own.db")) as db:
        count = db.execute("SELECT count(*) FROM claim WHERE body = ?", (new.body,)).fetchone()
    assert count == (1,)
    assert json.loads(new.body) in bodies


@pytest.mark.long
def test_servers_and_columns_answer_as_the_engine_does(small: Story, log: Path) -> None:
    """DuckDB, and PostgreSQL where it is on the machine."""
    duckdb = pytest.importorskip("benchmarks.peers.duckdb")
    postgres = pytest.importorskip("benchmarks.peers.postgres")
    with ExitStack() as stack:
        engine = stack.enter_context(closing(Engine(log)))
        peers: list[Peer] = [stack.enter_context(closing(duckdb.DuckDB(log.parent, small)))]
        if postgres.there():
            peers.append(stack.enter_context(closing(postgres.Postgres(small))))
        agree(engine, peers, questions(cities(small), 50))


def test_a_story_is_the_same_for_the_same_seed() -> None:
    """Two runs compare like with like."""
    assert story(500).versions == story(500).versions
    assert story(500).versions != story(500, seed=1).versions
