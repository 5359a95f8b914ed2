"""How the command line shows what the commands return: files, tables, findings, progress."""

import errno
import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.store.verification import Finding

_COLOUR = {"ok": "green", "warn": "yellow", "fail": "red"}


@contextmanager
def to(path: Path | None) -> Iterator[IO[bytes]]:
    """Give the file to write to: standard output, or a new file that gets its name when it is complete.

    What is there but no regular file (a device, a named pipe) is written to as it is: it must not be replaced.
    """
    if path is not None and path.exists() and not path.is_file():
        with path.open("wb") as file:
            yield file
        return
    if path is None:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    path = path.resolve()
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with os.fdopen(_private(part, like=path), "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _private(part: Path, like: Path) -> int:
    """Make a file that only its owner can read (exports tell of patients), or with the rights of what it replaces."""
    if not part.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(part.parent))
    part.unlink(missing_ok=True)
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    if like.exists():
        os.fchmod(descriptor, stat.S_IMODE(like.stat().st_mode))
    return descriptor


def backup_name(config: Config) -> Path:
    """Return a name for a backup made now, in `backups/` beside the database."""
    database, moment = config.database_path, utc_now().astimezone(config.site.zone)
    return database.parent / "backups" / f"{database.stem}-{moment:%Y%m%d-%H%M%S}{database.suffix}"


def status(config: Config) -> dict[str, Any]:
    """Return the state of the database in use, with what the system says of its clock."""
    from iqs_tui.store.status import gather

    return gather(config.database_path, config.site.zone, utc_now(), is_clock_synchronised=clock_synchronised())


def clock_synchronised() -> bool | None:
    """Return whether systemd says that the clock follows a time server; None where it does not say."""
    command = ["timedatectl", "show", "--property=NTPSynchronized", "--value"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=3, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())


def as_json(state: dict[str, Any]) -> str:
    """Return the state as indented JSON."""
    return json.dumps(state, indent=2, ensure_ascii=False)


def as_table(state: dict[str, Any]) -> str:
    """Return the state as a table for people."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(show_header=False, box=None)
    for name, value in _flat(state):
        table.add_row(Text(name, "bold"), Text("–" if value is None else str(value)))
    console = Console()
    with console.capture() as captured:
        console.print(table)
    return captured.get().rstrip("\n")


def findings(found: Iterable[Finding]) -> int:
    """Print findings as they come, one line each; return 1 where one failed, else 0."""
    from rich.console import Console
    from rich.text import Text

    console, failed = Console(soft_wrap=True, highlight=False), False
    for finding in found:
        failed = failed or finding.level == "fail"
        line = Text.assemble((f"{finding.level:<5}", _COLOUR[finding.level]), f"{finding.subject}: {finding.what}")
        if finding.advice:
            line.append(f" → {finding.advice}")
        console.print(line)
    return 1 if failed else 0


@contextmanager
def progress(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error where a person looks on; give the function that moves it."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(label)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _flat(state: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in state.items():
        words = f"{prefix}{name.replace('_', ' ')}"
        if isinstance(value, dict):
            yield from _flat(value, f"{words} ")
        else:
            yield words, {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
