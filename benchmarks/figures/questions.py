"""`known` of a city: against the peers, and as the log grows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

from benchmarks.agreement import agree
from benchmarks.figure import Figure, Plan
from benchmarks.peers import postgres
from benchmarks.peers.duckdb import DuckDB
from benchmarks.peers.engine import Engine
from benchmarks.peers.postgres import Postgres
from benchmarks.peers.replay import Replay
from benchmarks.peers.sqlite_by_hand import SQLiteByHand
from benchmarks.questions import cities, questions
from benchmarks.stores import stored
from benchmarks.timing import Times, in_turn, medians, percentile, ratio

if TYPE_CHECKING:
    from benchmarks.peers.base import Peer, Question

COMPARED = 200
"""Questions whose answers are compared before anything is timed."""

SLOW = 200
"""Questions for peers that take about ten milliseconds each."""

AT_ONCE = 10
"""Questions of a turn, where a peer works through so much memory that the other one starts cold."""


def known(plan: Plan) -> Iterator[Figure]:
    """`known` of a city with about forty series, and every peer's answer to the same question."""
    store = stored(plan.largest, plan.seed)
    towns = cities(store.story)
    asked = questions(towns, plan.asked)
    with ExitStack() as stack:
        engine = stack.enter_context(closing(Engine(store.log)))
        by_hand = stack.enter_context(closing(SQLiteByHand(store.folder / "hand.db", store.story)))
        peers: list[Peer] = [by_hand]
        if postgres.there():
            plan.say("loading PostgreSQL")
            peers.append(stack.enter_context(closing(Postgres(store.story))))
        plan.say("loading DuckDB and the replay")
        peers.append(stack.enter_context(closing(DuckDB(store.folder, store.story))))
        replay = Replay(store.folder / "replay.db", store.story, towns)
        peers.append(stack.enter_context(closing(replay)))
        agree(engine, peers, asked[:COMPARED])
        yield from _beside_hand(engine, by_hand, asked)
        for peer in peers[1:]:
            some = asked[: SLOW if peer.name != Postgres.name else len(asked)]
            rivals = {"timeline": engine.known, "peer": peer.known}
            by_question = in_turn(rivals, some)
            yield _against(peer, in_turn(rivals, some, at_once=AT_ONCE), warm=True)
            yield _against(peer, by_question, warm=False)


def _beside_hand(
    engine: Engine, by_hand: SQLiteByHand, asked: Sequence[Question]
) -> Iterator[Figure]:
    whole: dict[str, Callable[[Question], object]] = {
        "timeline": engine.known,
        by_hand.name: by_hand.known,
    }
    in_turn(whole, asked)
    # Two at a time: a third that reads one of the two files would leave it warm for its like.
    times = in_turn(whole, asked)
    statuses = in_turn({"timeline": engine.known, "one seek": by_hand.statuses}, asked)
    view = in_turn({"view": engine.held, by_hand.name: by_hand.known}, asked)
    details = medians(times)
    details |= {f"{name}, p99": 1e3 * percentile(some, 0.99) for name, some in times.items()}
    details["claims in an answer (count)"] = sum(len(engine.known(one)) for one in asked) / len(
        asked
    )
    group = "`known` of a city"
    yield Figure(
        group,
        "SQLite by hand, the same claims",
        ratio(times["timeline"], times[by_hand.name]),
        bar=1.5,
        details=details,
    )
    yield Figure(
        group,
        "SQLite by hand, statuses alone",
        ratio(statuses["timeline"], statuses["one seek"]),
        details=medians(statuses),
    )
    yield Figure(
        group,
        "the view alone : SQLite by hand",
        ratio(view["view"], view[by_hand.name]),
        details=medians(view),
    )
    yield Figure(group, "p50", details["timeline, p50"], "ms", bar=None, aim=0.3)
    yield Figure(group, "p99", details["timeline, p99"], "ms", bar=None, aim=1.0)


def _against(peer: Peer, times: Times, *, warm: bool) -> Figure:
    least = 20.0 if isinstance(peer, Replay) else 1.0
    return Figure(
        "`known` of a city",
        f"times faster than {peer.name}{'' if warm else ', question by question'}",
        ratio(times["peer"], times["timeline"]),
        bar=least if warm else None,
        more=True,
        details=medians(times),
    )


def growth(plan: Plan) -> Iterator[Figure]:
    """The same question on logs of different sizes, in turn."""
    with ExitStack() as stack:
        engines, asked = [], []
        for size in plan.sizes:
            store = stored(size, plan.seed)
            engines.append(stack.enter_context(closing(Engine(store.log))))
            asked.append(questions(cities(store.story), plan.asked))
            del store
        sizes = [f"{size:,} claims" for size in plan.sizes]
        calls = {
            name: lambda n, engine=engine, some=some: engine.known(some[n])
            for name, engine, some in zip(sizes, engines, asked, strict=True)
        }
        in_turn(calls, range(plan.asked))
        times = in_turn(calls, range(plan.asked))
    details = medians(times)
    bars = {2: (1.5, 1.2), 3: (3.0, 2.0)}
    for back in range(2, len(sizes) + 1):
        bar, aim = bars.get(back, (None, None))
        measured = ratio(times[sizes[-1]], times[sizes[-back]])
        yield Figure(
            "growth", f"{sizes[-back]} to {sizes[-1]}", measured, bar=bar, aim=aim, details=details
        )
