"""Real processes of the program, started and ended by the tests."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pexpect
import pyte

from tests.waiting import PATIENCE_S


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
            process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    assert process.returncode == 0


def run(*arguments: str, expect: int = 0, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a command of `iqs-tui` to its end; fail unless its exit status is the expected one."""
    done = subprocess.run(
        [sys.executable, "-m", "iqs_tui", *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        env=os.environ | environ,
    )
    assert done.returncode == expect, done.stdout + done.stderr
    return done


class Node:
    """`iqs-tui node` in a process of its own, its database and what it writes on stderr in one folder."""

    def __init__(self, folder: Path, settings: str = "", port: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.database, self.stderr = folder, folder / "iqs.db", folder / "stderr.txt"
        self.config = folder / "config.toml"
        own = f'[database]\npath = "{self.database}"\n[listener]\nhost = "127.0.0.1"\nport = {port}\n'
        self.config.write_text(own + settings)
        self.start()

    def __enter__(self) -> "Node":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.process.poll() is None:
            self.end()

    def start(self) -> None:
        """Start it (again), and wait until it is ready."""
        with self.stderr.open("a") as stderr:
            command = [sys.executable, "-m", "iqs_tui", "--config", str(self.config), "node"]
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=stderr, text=True)
        self.first_line = self.process.stdout.readline() if self.process.stdout else ""
        match = re.fullmatch(r"ready aet=IQS port=(\d+)\n", self.first_line)
        assert match, f"not ready: {self.first_line!r} {self.stderr.read_text()}"
        self.port = int(match[1])

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal; return the exit status once it has ended."""
        self.process.send_signal(how)
        try:
            self.process.communicate(timeout=PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return self.process.returncode

    def run(self, *arguments: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """Run a command on the node's database."""
        return run("--config", str(self.config), *arguments, expect=expect)

    def export(self, what: str, *arguments: str) -> list[dict[str, Any]]:
        """Return the records of an export."""
        lines = self.run("export", what, "--format", "jsonl", *arguments).stdout.splitlines()
        return [json.loads(line) for line in lines]

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the database file itself."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=PATIENCE_S)) as connection:
            return connection.execute(query, values).fetchall()

    def contents(self) -> dict[str, bytes]:
        """Return what every file in its folder holds; one that it takes away meanwhile is none."""
        found = {}
        for path in self.folder.rglob("*"):
            if path.is_file():
                with suppress(FileNotFoundError):
                    found[path.name] = path.read_bytes()
        return found


class Kiosk:
    """A face in a real pty, and what a person would see on it."""

    def __init__(self, *arguments: str, columns: int = 120, rows: int = 36, **environ: str) -> None:
        env = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"} | environ
        self.child = pexpect.spawn(
            sys.executable, ["-m", "iqs_tui", *arguments], dimensions=(rows, columns), env=env, timeout=PATIENCE_S
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

    def wait_for(self, text: str) -> str:
        """Wait until this text is on the screen; return the whole screen."""
        deadline = time.monotonic() + PATIENCE_S
        while text not in (shown := self.text):
            assert time.monotonic() < deadline, f"{text!r} did not appear:\n{shown}"
        return shown

    def press(self, keys: str) -> None:
        """Type."""
        self.child.send(keys)

    def wait_until_closed(self) -> None:
        """Wait until the process has ended, and read all that it wrote."""
        deadline = time.monotonic() + PATIENCE_S
        while not self.child.flag_eof:
            assert time.monotonic() < deadline, f"it still runs:\n{self.text}"
            self._read(0.05)
        self.child.wait()

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
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
