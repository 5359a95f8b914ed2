"""The real kiosk in a real pty: it never loses the terminal, and its node lives exactly as long as it does."""

import os
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pexpect
import pyte
import pytest

from iqs_tui.store import node_lock
from iqs_tui.store.models import Case
from tests.waiting import PATIENCE_S, wait_for

ROWS, COLUMNS = 36, 120
ALTERNATE_OFF, MOUSE_OFF, CURSOR_ON = "\x1b[?1049l", "\x1b[?1000l", "\x1b[?25h"
LOCKED_KEYS = {"ctrl+q": "\x11", "ctrl+c": "\x03", "ctrl+z": "\x1a", "ctrl+\\": "\x1c", "ctrl+p": "\x10"}


class Terminal:
    """A kiosk in a pty, with what a terminal would show of it."""

    def __init__(self, command: list[str], env: dict[str, str]) -> None:
        self.child = pexpect.spawn(
            command[0], command[1:], dimensions=(ROWS, COLUMNS), env=env, encoding="utf-8", timeout=PATIENCE_S
        )
        self._screen = pyte.Screen(COLUMNS, ROWS)
        self._stream = pyte.Stream(self._screen)
        self.raw = ""

    def read(self) -> None:
        """Take in what it wrote so far."""
        try:
            text = self.child.read_nonblocking(65536, timeout=0.05)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += text
        self._stream.feed(text)

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)

    def wait(self, condition: Callable[[], bool]) -> None:
        """Read until the condition holds, or fail with what stands on the screen."""
        deadline = time.monotonic() + PATIENCE_S
        while not condition():
            assert time.monotonic() < deadline, f"it did not come; on the screen:\n{self.text}"
            self.read()

    def is_quiet(self, seconds: float) -> bool:
        """Read for a while; say whether it wrote nothing."""
        before, deadline = len(self.raw), time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.read()
        return len(self.raw) == before

    def ended(self) -> bool:
        """Whether it has ended and said all."""
        self.read()
        return self.child.flag_eof and not self.child.isalive()


@pytest.fixture
def kiosk(db: Path, tmp_path: Path, free_port: int) -> Iterator[Callable[..., Terminal]]:
    """Start kiosks; whatever still runs at the end is ended."""
    started: list[Terminal] = []

    def start(**settings: str) -> Terminal:
        env = {**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
        env |= {"IQS_LISTENER__PORT": str(free_port), "IQS_LISTENER__HOST": "127.0.0.1", **settings}
        terminal = Terminal([sys.executable, "-m", "iqs_tui", "--db", str(db)], env)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.child.close(force=True)


@pytest.fixture
def listening(db: Path) -> Iterator[None]:
    """As if a node runs, so that the kiosk starts none."""
    with node_lock.acquire(db):
        yield


def home(terminal: Terminal) -> bool:
    return "Reden geven" in terminal.text and "Afkeur" in terminal.text


def test_locked_keys_do_nothing(kiosk, listening):
    terminal = kiosk(IQS_KIOSK__LOCKED="true")
    terminal.wait(lambda: home(terminal))
    for key in LOCKED_KEYS.values():
        terminal.child.send(key)
    terminal.child.send("m")
    terminal.wait(lambda: "Welke opname is afgekeurd?" in terminal.text or "nog geen opnamen" in terminal.text)


def test_ctrl_q_ends_an_unlocked_kiosk(kiosk, listening):
    terminal = kiosk()
    terminal.wait(lambda: home(terminal))
    terminal.child.send(LOCKED_KEYS["ctrl+q"])
    terminal.wait(terminal.ended)
    assert terminal.child.exitstatus == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_a_signal_restores_the_terminal(kiosk, listening, number: signal.Signals):
    terminal = kiosk(IQS_KIOSK__LOCKED="true")
    terminal.wait(lambda: home(terminal))
    assert "\x1b[?1049h" in terminal.raw
    terminal.child.kill(number)
    terminal.wait(terminal.ended)
    for sequence in (ALTERNATE_OFF, MOUSE_OFF, CURSOR_ON):
        assert terminal.raw.rfind(sequence) > terminal.raw.rfind("\x1b[?1049h"), repr(sequence)
    assert terminal.child.signalstatus is None


@pytest.mark.parametrize("when", ["while it draws", "at rest"])
def test_a_terminal_that_goes_away_takes_the_kiosk_along(kiosk, listening, when: str):
    terminal = kiosk(IQS_KIOSK__LOCKED="true")
    if when == "while it draws":
        terminal.child.expect("Kamer 1")
    else:
        terminal.wait(lambda: home(terminal))
        terminal.wait(lambda: terminal.is_quiet(0.5))
    terminal.child.ptyproc.fileobj.close()
    wait_for(lambda: not terminal.child.isalive(), what="its end")


def test_a_commit_of_another_process_opens_the_prompt_and_one_key_answers(kiosk, listening, db: Path):
    terminal = kiosk()
    terminal.wait(lambda: home(terminal))
    with sqlite3.connect(db) as other:
        other.execute(
            "insert into retake_case (case_id, room, instance_uids, signals, is_question, counts_as, at_prompt, state,"
            " detected_at, updated_at, keys, deferred, view) values ('c1', 'kamer-1', '[]', '[\"rejection_note\"]', 0,"
            " 'reject', 0, 'open', '2026-11-21T13:39:00.000000+00:00', '2026-11-21T13:39:00.000000+00:00', 0, 0, 'PA')"
        )
    terminal.wait(lambda: "Waarom is deze opname afgekeurd?" in terminal.text)
    terminal.child.send("5")
    terminal.wait(lambda: Case.get_by_id("c1").state == "answered")
    assert Case.get_by_id("c1").reason_code == "exposure"


def test_nothing_moves_while_nothing_happens(kiosk, listening):
    """Once the first frame and its panels are done; but for the clock, between two minutes."""
    terminal = kiosk()
    terminal.wait(lambda: home(terminal))
    terminal.wait(lambda: terminal.is_quiet(3))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_node_it_started_ends_with_it(kiosk, db: Path, number: signal.Signals):
    terminal = kiosk()
    terminal.wait(lambda: home(terminal) and node_lock.is_running(db))
    terminal.child.kill(number)
    terminal.wait(lambda: not node_lock.is_running(db))
