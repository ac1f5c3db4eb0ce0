"""Who is asked next, where many questions wait."""

import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from web.room import Room, TooBusy

WAIT = 10.0


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody passes because the machine has other things to do."""
    monkeypatch.setattr("web.room._PATIENCE_SECONDS", WAIT)


@pytest.fixture
def room() -> Iterator[Room]:
    """A room where one question is asked at a time."""
    made = Room("test", 3, 64, in_turn=True)
    yield made
    made.close(wait=True)


@pytest.mark.usefixtures("patient")
def test_who_came_first_is_answered_first(room: Room) -> None:
    """Whichever thread wakes up: else a few wait for long while others pass them."""
    answered: list[int] = []

    def ask(number: int) -> None:
        time.sleep(0.001)
        answered.append(number)

    running = [room.begin(partial(ask, number)) for number in range(60)]
    for one in running:
        one.result(WAIT)
    assert answered == list(range(60))


@pytest.mark.usefixtures("patient")
def test_one_question_is_asked_at_a_time(room: Room) -> None:
    """Threads that all have work keep each other waiting."""
    under_way = most = 0

    def ask() -> None:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        time.sleep(0.001)
        under_way -= 1

    for one in [room.begin(ask) for _ in range(40)]:
        one.result(WAIT)
    assert most == 1


def test_those_behind_pass_one_that_takes_its_time(room: Room) -> None:
    """They wait for it a tenth of a second, once, and go on in turn beside it."""
    let_go = threading.Event()
    slow = room.begin(lambda: let_go.wait(WAIT))
    for one in [room.begin(lambda: "answered") for _ in range(30)]:
        assert one.result(WAIT) == "answered"
    assert not slow.done()
    let_go.set()
    assert slow.result(WAIT)
    assert room.begin(lambda: "answered").result(WAIT) == "answered"


def test_what_is_given_up_makes_room(room: Room) -> None:
    """A question that nobody waits for is not asked, and takes no place."""
    let_go = threading.Event()
    first = room.begin(lambda: let_go.wait(WAIT))
    while not first.running():
        time.sleep(0.001)
    given_up = [room.begin(lambda: pytest.fail("asked")) for _ in range(63)]
    with pytest.raises(TooBusy):
        room.begin(lambda: None)
    for one in given_up:
        assert one.cancel()
    let_go.set()
    assert room.begin(lambda: "answered").result(WAIT) == "answered"


def test_an_error_is_told_to_who_asked(room: Room) -> None:
    """And the next question is asked as ever."""
    with pytest.raises(ZeroDivisionError):
        room.begin(lambda: 1 // 0).result(WAIT)
    assert room.begin(lambda: "answered").result(WAIT) == "answered"
