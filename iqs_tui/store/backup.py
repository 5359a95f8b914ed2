"""A copy of the database while it is in use, checked before it gets its name.

What a restore needs beyond the copy is `patient.key`: without it, known patients become new ones. It is not put in
the copy, because whoever has both can find out who a record is of.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from iqs_tui.store.ids import new_id

_PAGES_AT_ONCE = 500

Progress = Callable[[int, int], None]
"""Called with the number of pages done and to do in all."""


class BackupFailed(Exception):
    """There is no good copy; nothing was left at its name. The message is one line."""


def back_up(source: Path, target: Path, on_progress: Progress | None = None) -> int:
    """Copy the database to `target`, verify the copy, and only then give it its name; return its size in bytes.

    The copy is one snapshot, whatever is received meanwhile. It starts a new outbox epoch: were it put back, its
    sequence numbers would otherwise be used twice, and the central server would take new events for old ones.

    Raises:
        BackupFailed: the source is not a database, the target cannot be written, or the copy is not whole.
    """
    if not source.is_file():
        raise BackupFailed(f"there is no database at {source}; give another --db")
    if target.exists() and target.samefile(source):
        raise BackupFailed(f"{target} is the database itself; give another file")
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        part.touch(mode=0o600)
        _copy(source, part, on_progress)
        _settle(part)
        part.replace(target)
    except (OSError, sqlite3.Error) as error:
        raise BackupFailed(f"no backup was made: {error}") from None
    finally:
        for leftover in (part, part.with_name(f"{part.name}-wal"), part.with_name(f"{part.name}-shm")):
            leftover.unlink(missing_ok=True)
    _sync_folder(target.parent)
    return target.stat().st_size


def _copy(source: Path, part: Path, on_progress: Progress | None) -> None:
    def told(_status: int, remaining: int, total: int) -> None:
        if on_progress is not None:
            on_progress(total - remaining, total)

    with closing(_reader(source)) as reading, closing(sqlite3.connect(part)) as writing:
        # Held open, this transaction keeps the snapshot: without it each commit of the node would start the copy anew.
        reading.execute("BEGIN")
        reading.execute("SELECT count(*) FROM sqlite_master").fetchone()
        reading.backup(writing, pages=_PAGES_AT_ONCE, progress=told)


def _settle(part: Path) -> None:
    with closing(sqlite3.connect(part)) as copy:
        copy.execute("PRAGMA journal_mode = DELETE")
        with suppress(sqlite3.OperationalError), copy:  # a database from before the first migration has no settings
            copy.execute("UPDATE setting SET value = ? WHERE key = 'epoch'", (json.dumps(new_id()),))
        found = copy.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(f"the copy is damaged ({found}); run: iqs-tui db verify")
    with part.open("rb+") as file:
        os.fsync(file.fileno())


def _reader(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=5, isolation_level=None)
    connection.execute("PRAGMA query_only = 1")
    return connection


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
