"""Real processes of the program, started and ended by the tests."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType

import pexpect
import pyte


def wait_for(condition: Callable[[], object], seconds: float = 15, what: str = "it") -> object:
    """Poll until the condition gives something true; return that."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen within {seconds} s")


@contextmanager
def running(*arguments: str, ready: str, **environ: str) -> Iterator[re.Match[str]]:
    """Run `iqs-tui` with these arguments until the block ends; gives the match of `ready` on its first line."""
    process = subprocess.Popen(
        [sys.executable, "-m", "iqs_tui", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | environ,
    )
    try:
        line = process.stdout.readline() if process.stdout else ""
        match = re.search(ready, line)
        if match is None:
            process.kill()
            raise AssertionError(f"not ready: {line!r} {process.communicate()[1]}")
        yield match
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0


class Kiosk:
    """A face in a real pty, and what a person would see on it."""

    def __init__(self, *arguments: str, columns: int = 120, rows: int = 36, **environ: str) -> None:
        env = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | environ
        self.child = pexpect.spawn(
            sys.executable, ["-m", "iqs_tui", *arguments], dimensions=(rows, columns), env=env, timeout=20
        )
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""

    def __enter__(self) -> "Kiosk":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.child.isalive():
            self.child.kill(signal.SIGTERM)
            self.wait_until_closed()
        self.child.close(force=True)

    @property
    def text(self) -> str:
        """What stands on the screen now."""
        self._read(0.02)
        return "\n".join(line.rstrip() for line in self._screen.display)

    def wait_for(self, text: str, seconds: float = 15) -> str:
        """Wait until this text is on the screen; return the whole screen."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            shown = self.text
            if text in shown:
                return shown
        raise AssertionError(f"{text!r} did not appear within {seconds} s:\n{self.text}")

    def press(self, keys: str) -> None:
        """Type."""
        self.child.send(keys)

    def wait_until_closed(self, seconds: float = 15) -> None:
        """Wait until the process has ended, reading what it still writes."""
        deadline = time.monotonic() + seconds
        while self.child.isalive() and time.monotonic() < deadline:
            self._read(0.05)
        self._read(0.05)

    def _read(self, seconds: float) -> None:
        try:
            data = self.child.read_nonblocking(1 << 16, timeout=seconds)
        except (pexpect.TIMEOUT, pexpect.EOF):
            return
        self.raw += data
        self._stream.feed(data)


def store(port: int, *files: Path, sender: str, ae_title: str = "BUCKY") -> str:
    """Send files with dcmtk's storescu; return what it printed."""
    done = subprocess.run(
        [sender, "-aet", ae_title, "-aec", "IQS", "127.0.0.1", str(port), *map(str, files)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
