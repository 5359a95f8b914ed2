"""`iqs-tui demo`: node, simulator and kiosk on a throwaway database. The product in one minute.

Nothing of the user's own is touched: a folder of its own, a free port on the loopback, no settings from outside.
"""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import IO, NoReturn, cast

from iqs_tui.clock import utc_now
from iqs_tui.config import Config, load

_END_S = 15
_CONFIG = """\
[site]
name = "Demoziekenhuis"
timezone = "{timezone}"
language = "{language}"

[listener]
host = "127.0.0.1"
port = 0

[kiosk]
room = "kamer-1"
theme = "{theme}"

[[rooms]]
id = "kamer-1"
name = "Kamer 1"

[[modalities]]
ae_title = "DX_BUCKY_1"
room = "kamer-1"
kind = "DX"

[[rounds]]
kind = "peer_review"
form = "projection"
n = 5
every_days = 14

[[rounds]]
kind = "quality_analysis"
form = "projection"
n = 3
every_days = 14
"""
_USERS = (
    ("Jolanda de Vries", "JV", "de Vries^Jolanda", "radiographer"),
    ("Pieter Bakker", "PB", "Bakker^Pieter", "radiographer"),
    ("Elif Yildiz", "EY", "Yildiz^Elif", "reviewer"),
)


class DemoFailed(OSError):
    """The node did not come up; the message is one line."""


def run(wanted: Config) -> int:
    """Run the demo in the `wanted` language, zone and theme until the kiosk is closed; leave nothing behind."""
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _leave)
    with tempfile.TemporaryDirectory(prefix="iqs-demo-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        config_path = _write_config(folder, wanted)
        config = load(config_path, database=str(folder / "iqs.db"), environ={})
        _add_users(config)
        with _node(config_path, config) as port, _simulator(config_path, config, port):
            return _face(config, config_path)


def _face(config: Config, config_path: Path) -> int:
    from iqs_tui.ui.app import run_face

    return run_face(config, config_path, "kiosk")


def _write_config(folder: Path, wanted: Config) -> Path:
    path = folder / "config.toml"
    site = wanted.site
    path.write_text(
        _CONFIG.format(timezone=site.timezone, language=site.language, theme=wanted.kiosk.theme), encoding="utf-8"
    )
    return path


def _add_users(config: Config) -> None:
    from iqs_tui.store import people
    from iqs_tui.store.database import close_connection, open_database

    open_database(config.database_path)
    for name, initials, operators_name, role in _USERS:
        draft = people.Draft(name=name, initials=initials, operators_names=(operators_name,), role=role)
        people.add(draft, "admin", utc_now())
    close_connection()


@contextmanager
def _node(config_path: Path, config: Config) -> Iterator[int]:
    """Run a node that ends when its standard input closes, however this process ends; give its port."""
    with (config_path.with_name("node.log")).open("wb") as log:
        command = [*_command(config_path, config), "node", "--port", "0", "--follow-parent"]
        process = _start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log)
    told = cast(IO[bytes], process.stdout)
    try:
        ready = told.readline().decode()
        if not ready.startswith("ready "):
            words = config_path.with_name("node.log").read_text(encoding="utf-8", errors="replace").split("\n")
            raise DemoFailed(f"the demo's node did not start: {words[0] or 'it said nothing'}")
        yield int(ready.rpartition("port=")[2])
    finally:
        _end(process)
        told.close()


@contextmanager
def _simulator(config_path: Path, config: Config, port: int) -> Iterator[None]:
    """Play the demo scenario to the node, in a process of its own, so that it never holds up the screen."""
    command = [*_command(config_path, config), "simulate", "demo", "--to", f"127.0.0.1:{port}", "--follow-parent"]
    process = _start(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        _end(process)


def _command(config_path: Path, config: Config) -> list[str]:
    return [sys.executable, "-m", "iqs_tui", "--config", str(config_path), "--db", str(config.database_path)]


def _start(command: list[str], *, stdin: int, stdout: int, stderr: int | IO[bytes]) -> subprocess.Popen[bytes]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("IQS_")}
    return subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=stderr, env=plain, start_new_session=True)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Close the pipe that the child follows, and wait until it has gone."""
    cast(IO[bytes], process.stdin).close()
    with suppress(subprocess.TimeoutExpired):
        process.wait(_END_S)
        return
    process.kill()
    process.wait()


def _leave(number: int, _frame: FrameType | None) -> NoReturn:
    """Leave by way of every `finally`, so that no process and no folder stays behind."""
    raise SystemExit(128 + number)
