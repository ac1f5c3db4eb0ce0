import fcntl
import json
import os
import pty
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from command import ROOT, environment, typed_on
from domain import PLACES, clash, document, infiltration

from cli.player import SLOWEST, USUAL, play

PATIENCE = 30.0
ASKED = ("replay", "Alpha", "--from", "2025-10-09", "--to", "2025-10-14")


class Hand:
    """Presses keys at times of a clock that stands still but for waiting."""

    def __init__(self, *presses: tuple[float, str]) -> None:
        self.now = 0.0
        self.states: list[str] = []
        self._presses = list(presses)

    def wait(self, seconds: float | None) -> str | None:
        """The next key if it comes within these seconds."""
        if self._presses and (seconds is None or self._presses[0][0] <= self.now + seconds):
            at, key = self._presses.pop(0)
            self.now = max(self.now, at)
            return key
        assert seconds is not None, "nobody presses a key, and it waits for ever"
        self.now += seconds
        return None


def seen(hand: Hand, delay: float, steps: Sequence[str] = "abcd") -> list[tuple[str, float]]:
    """The steps that are shown, and when."""
    return [
        (step, round(hand.now, 3))
        for step in play(steps, hand, hand.states.append, delay, lambda: hand.now)
    ]


def test_left_alone_it_plays_to_the_end() -> None:
    """One step after each delay, the first at once."""
    assert seen(Hand(), 2) == [("a", 0), ("b", 2), ("c", 4), ("d", 6)]


def test_space_pauses_and_goes_on() -> None:
    """Paused it waits for ever; it goes on with a whole delay."""
    hand = Hand((1, " "), (50, " "))
    assert seen(hand, 2) == [("a", 0), ("b", 52), ("c", 54), ("d", 56)]
    assert any(state.startswith("PAUSED") for state in hand.states)


@pytest.mark.parametrize("key", ["n", "\r", "\x1b[C", "\x1bOC", "\x1b[B"])
def test_a_step_by_hand_shows_the_next_and_pauses(key: str) -> None:
    """By letter, enter or arrow."""
    assert seen(Hand((1, key), (30, key), (60, "q")), 2) == [("a", 0), ("b", 1), ("c", 30)]


def test_plus_and_minus_change_the_speed() -> None:
    """Twice as fast, twice as slow, within bounds; the step that is waited for too."""
    assert seen(Hand((1, "+")), 4) == [("a", 0), ("b", 2), ("c", 4), ("d", 6)]
    assert seen(Hand((1, "-")), 4) == [("a", 0), ("b", 8), ("c", 16), ("d", 24)]
    slow = seen(Hand(*[(0, "-")] * 20), 4)
    assert slow[1:] == [("b", SLOWEST), ("c", 2 * SLOWEST), ("d", 3 * SLOWEST)]
    fast = seen(Hand(*[(0, "+")] * 20), 4)
    assert 0 < fast[-1][1] < 1


@pytest.mark.parametrize("key", ["q", "\x1b", "\x04", ""])
def test_it_ends_when_told_to(key: str) -> None:
    """By q, escape or the end of input; nothing is left in the last line."""
    hand = Hand((1, key))
    assert seen(hand, 2) == [("a", 0)]
    assert hand.states[-1] == ""


def test_other_keys_change_nothing() -> None:
    """Neither a letter nor a key that sends a sequence."""
    assert seen(Hand((1, "x"), (1.5, "\x1b[5~")), 2) == seen(Hand(), 2)


def test_without_a_delay_it_begins_paused() -> None:
    """The first step stays until a key is pressed; then it goes on at the usual speed."""
    assert seen(Hand((9, " ")), 0)[:2] == [("a", 0), ("b", 9 + USUAL)]


# On a real terminal.


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of four days at Alpha."""
    folder = tmp_path_factory.mktemp("player")
    told = [
        infiltration("day10", "2025-10-10", size="10"),
        infiltration("day11", "2025-10-11", size="11"),
        clash("day12", "2025-10-12"),
        infiltration("day13", "2025-10-13", size="13"),
    ]
    path = document(folder, *told, places=PLACES)
    typed_on(folder / "timeline.db", "add", path, code=0)
    return folder / "timeline.db"


class Terminal:
    """A program on a terminal of 80 columns, with what it wrote so far."""

    def __init__(self, store: Path, *args: str) -> None:
        self.screen, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self.before = termios.tcgetattr(inside)
        self._inside = inside
        self.written = ""
        self.program = subprocess.Popen(
            [sys.executable, "-m", "cli.main", "--store", str(store), *args],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            env=_environment() | {"TERM": "xterm-256color", "NO_COLOR": "1"},
            start_new_session=True,
        )

    def until(self, text: str) -> str:
        """Read until the text is there; what came since the last time."""
        came, end = "", time.monotonic() + PATIENCE
        while text not in came:
            assert time.monotonic() < end, f"{text!r} did not come: {came!r}"
            if select.select([self.screen], [], [], 0.1)[0]:
                came += os.read(self.screen, 65_536).decode()
        self.written += came
        return came

    def press(self, key: str) -> None:
        """Press a key."""
        os.write(self.screen, key.encode())

    def ends(self) -> int:
        """Its exit code; the terminal is as it was before."""
        code = self.program.wait(PATIENCE)
        assert termios.tcgetattr(self._inside) == self.before
        return code

    def close(self) -> None:
        """Take the terminal away."""
        if self.program.poll() is None:
            self.program.kill()
            self.program.wait()
        os.close(self.screen)
        os.close(self._inside)


def _environment() -> dict[str, str]:
    inherited = environment()
    return {name: inherited[name] for name in inherited.keys() - {"COLUMNS", "LINES"}}


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Terminals that are taken away after the test."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def test_a_replay_is_played_by_hand(store: Path, terminals: list[Terminal]) -> None:
    """`--play` shows the first step and waits; each key does what the last line says."""
    terminal = Terminal(store, *ASKED, "--play")
    terminals.append(terminal)
    first = terminal.until("q quit")
    assert "infiltration RU: 10" in first
    assert "infiltration RU: 11" not in first
    assert "PAUSED  1/4" in first
    terminal.press("n")
    assert "infiltration RU: 11" in terminal.until("2/4")
    terminal.press("\x1b[C")
    assert "clash" in terminal.until("3/4")
    terminal.press("+")
    terminal.until("0.75 s")
    terminal.press(" ")
    terminal.until("infiltration RU: 13")
    assert terminal.ends() == 0


def test_a_delay_on_a_terminal_plays_and_q_ends_it(store: Path, terminals: list[Terminal]) -> None:
    """With a delay it plays at once, and all the same can be stopped."""
    terminal = Terminal(store, *ASKED, "--delay", "30")
    terminals.append(terminal)
    assert "PLAYING 1/4 every 30 s" in terminal.until("q quit")
    terminal.press("q")
    assert terminal.ends() == 0
    assert "infiltration RU: 11" not in terminal.written


def test_control_c_leaves_the_terminal_as_it_was(store: Path, terminals: list[Terminal]) -> None:
    """Interrupted it ends as other programs do."""
    terminal = Terminal(store, *ASKED, "--play")
    terminals.append(terminal)
    terminal.until("q quit")
    os.killpg(terminal.program.pid, signal.SIGINT)
    assert terminal.ends() == 130


def test_the_last_line_fits_a_narrow_terminal(store: Path, terminals: list[Terminal]) -> None:
    """At 80 columns the state of the player is one line, which is erased in place."""
    terminal = Terminal(store, *ASKED, "--delay", "0.05")
    terminals.append(terminal)
    terminal.until("infiltration RU: 13")
    assert terminal.ends() == 0
    states = [part.split("\x1b[2K")[-1] for part in terminal.written.split("\r") if "quit" in part]
    assert states
    assert max(map(len, states)) < 80


@pytest.mark.parametrize("delay", ["nan", "inf", "1e300", "86401", "-1"])
def test_what_is_no_time_to_wait_is_refused(store: Path, delay: str) -> None:
    """Before anything is shown, and no system has to sleep for so long."""
    line = [sys.executable, "-m", "cli.main", "--store", str(store), *ASKED, f"--delay={delay}"]
    done = subprocess.run(line, env=_environment(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is no time to wait; write seconds from 0 to 86,400" in done.stderr


def test_pipes_need_no_player(store: Path) -> None:
    """A replay in a pipe is the same with a delay; to play there is refused, in one line."""
    line = shlex.join([sys.executable, "-m", "cli.main", "--store", str(store), *ASKED])

    def piped(rest: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", f"{line} {rest}"],
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )

    plain = piped("--format jsonl")
    assert len([json.loads(step) for step in plain.stdout.splitlines()]) == 4
    assert piped("--format jsonl --delay 0.01").stdout == plain.stdout
    assert piped("--delay 0.01 | cat").stdout == piped("").stdout
    for refused in ("--play", "--play --format jsonl", "--play --follow"):
        done = piped(refused)
        assert done.returncode == 2
        assert "--play" in done.stderr
        assert done.stdout == ""


def test_it_plays_in_tmux(store: Path, tmp_path: Path) -> None:
    """In tmux at 80 columns the picture is whole: the steps above, the state in the last line."""
    if shutil.which("tmux") is None:
        pytest.skip("no tmux on this machine")
    line = shlex.join(["env", f"PYTHONPATH={ROOT}", sys.executable, "-m", "cli.main"])
    line += shlex.join(["", "--store", str(store), *ASKED, "--play"])
    tmux = ["tmux", "-S", str(tmp_path / "socket")]

    def asked(*args: str) -> str:
        done = subprocess.run([*tmux, *args], capture_output=True, text=True, check=False)
        return done.stdout

    try:
        asked("-f", "/dev/null", "new-session", "-d", "-x", "80", "-y", "24", f"{line}; sleep 60")
        _shown(asked, "PAUSED  1/4")
        asked("send-keys", "Right")
        picture = _shown(asked, "PAUSED  2/4")
        assert " as it became known from " in picture[0]
        assert picture[1].startswith("known by the end of 2025-10-10")
        assert [line for line in picture if "quit" in line] == [picture[-1]]
        asked("send-keys", "n", "n")
        assert not [line for line in _shown(asked, "infiltration RU: 13") if "quit" in line]
    finally:
        asked("kill-server")


def _shown(asked: object, text: str) -> list[str]:
    assert callable(asked)
    end = time.monotonic() + PATIENCE
    while True:
        picture = [line for line in asked("capture-pane", "-p").splitlines() if line]
        if any(text in line for line in picture):
            return picture
        assert time.monotonic() < end, picture
        time.sleep(0.1)
