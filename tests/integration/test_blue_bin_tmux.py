"""The blauwe ton in real terminals: half cells in tmux, real pixels where the terminal says that it draws them."""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pexpect
import pytest

from iqs_tui.store import node_lock
from tests.conftest import find_peer
from tests.ui.conftest import Shelf
from tests.ui.radiographs import a_blue_bin
from tests.waiting import PATIENCE_S

FACE = [sys.executable, "-m", "iqs_tui", "--db"]
DA1, CELLS, KITTY = rb"\x1b\[c", rb"\x1b\[16t", rb"\x1b_Gi=\d+[^\x1b]*a=q[^\x1b]*\x1b\\"


@pytest.fixture
def filled(db: Path) -> Iterator[Path]:
    """A database with nine rejects of the last weeks, as if a node runs."""
    a_blue_bin(Shelf(), datetime.now(UTC))
    with node_lock.acquire(db):
        yield db


def environment(**more: str) -> dict[str, str]:
    """The environment of a terminal: its size is what it says itself, not what that of the tests is."""
    kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "LINES", "TMUX"}}
    return kept | {"LANG": "C.UTF-8"} | more


class Tmux:
    """A kiosk in a tmux of its own."""

    def __init__(self, socket: Path, columns: int, rows: int, command: list[str]) -> None:
        self._tmux = [find_peer("tmux"), "-S", str(socket), "-f", "/dev/null"]
        env = environment(COLORTERM="truecolor")
        words = " ".join(map(shlex.quote, command))
        subprocess.run(
            [*self._tmux, "new-session", "-d", "-x", str(columns), "-y", str(rows), words], env=env, check=True
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            subprocess.run([*self._tmux, "send-keys", key], check=True)

    def screen(self, *options: str) -> str:
        done = subprocess.run([*self._tmux, "capture-pane", "-p", *options], capture_output=True, text=True, check=True)
        return done.stdout

    def wait(self, condition: Callable[[str], bool], *options: str) -> str:
        deadline = time.monotonic() + PATIENCE_S
        while not condition(shown := self.screen(*options)):
            assert time.monotonic() < deadline, shown
            time.sleep(0.05)
        return shown

    def end(self) -> None:
        subprocess.run([*self._tmux, "kill-server"], check=False)


@pytest.mark.parametrize(("columns", "rows"), [(120, 36), (80, 24)])
def test_list_picture_compare_and_back_in_tmux(filled: Path, tmp_path: Path, columns: int, rows: int):
    tmux = Tmux(tmp_path / "tmux", columns, rows, [*FACE, str(filled)])
    try:
        tmux.wait(lambda shown: "Blauwe ton" in shown)
        tmux.press("b")
        tmux.wait(lambda shown: "Bekijken" in shown)
        assert ("▀" in tmux.wait(lambda shown: "▀" in shown or columns < 100)) == (columns >= 100)
        tmux.press("Enter")
        greys = tmux.wait(lambda shown: "▀" in shown and "niet voor diagnose" in shown, "-e")
        assert len(set(re.findall(r"38;2;(\d+);\1;\1", greys))) > 16, "a picture has more greys than a console"
        tmux.press("v")
        tmux.wait(lambda shown: "Goedgekeurd, erna gemaakt" in shown and shown.count("kVp") == 2)
        tmux.press("Escape")
        tmux.wait(lambda shown: "1 van 9" in shown)
        tmux.press("Escape")
        tmux.wait(lambda shown: "Bekijken" in shown and "9 afgekeurd" in shown)
    finally:
        tmux.end()


def wait_for(child: pexpect.spawn, pattern: bytes) -> None:
    child.expect(pattern, timeout=PATIENCE_S)


@pytest.mark.parametrize(
    ("term", "answers", "drawn"),
    [
        ("foot", [(DA1, b"\x1b[?62;4;22c")], rb"\x1bP[0-9;]*q"),
        ("xterm-kitty", [(DA1, b"\x1b[?62;c"), (KITTY, b"\x1b_Gi=31;OK\x1b\\")], rb"\x1b_Gi=\d+,m=[01],f=100"),
    ],
)
def test_real_pixels_where_the_terminal_draws_them(filled: Path, term: str, answers, drawn: bytes):
    env = environment(TERM=term, COLORTERM="truecolor")
    child = pexpect.spawn(FACE[0], [*FACE[1:], str(filled)], dimensions=(36, 120), env=env)
    try:
        for question, answer in answers:
            wait_for(child, question)
            child.send(answer)
        wait_for(child, CELLS)
        child.send(b"\x1b[6;16;8t")
        wait_for(child, b"Afkeur melden")
        child.send(b"b")
        wait_for(child, drawn)
        child.send(b"\r")
        wait_for(child, drawn)
    finally:
        child.close(force=True)


def test_a_terminal_that_is_not_known_is_asked_nothing(filled: Path):
    env = environment(TERM="xterm-256color")
    child = pexpect.spawn(FACE[0], [*FACE[1:], str(filled)], dimensions=(36, 120), env=env)
    try:
        wait_for(child, b"Afkeur melden")
        assert not re.search(DA1, child.before)
    finally:
        child.close(force=True)
