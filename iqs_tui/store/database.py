"""The one database of a process: opening it, and writing to it in one transaction.

SQLite in WAL mode with synchronous=FULL: what was acknowledged to a modality or an MBB'er survives a power cut
(WAL with NORMAL lost 0.9 % of acknowledged commits in simulated cuts). PostgreSQL by URL, for the central server.
"""

from __future__ import annotations

import fcntl
import os
import stat
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import SQL, DatabaseProxy, Model, OperationalError, PostgresqlDatabase, SqliteDatabase
from playhouse.migrations import Runner

from iqs_tui import locations

database: Any = DatabaseProxy()
_writing = threading.RLock()
_PATIENCE_S = 10.0
"""How long a thread waits for the others of its process."""
_PRAGMAS = {
    "journal_mode": "wal",
    "synchronous": "full",
    "foreign_keys": 1,
    "busy_timeout": 5000,
    "cache_size": -16000,
    "wal_autocheckpoint": 1000,
}


class Base(Model):
    """What every table shares: the database of this process, and a shorter way for wide rows.

    peewee writes all names of a table anew for each query: of the fifty of an exposure that takes longer than the rest.
    """

    class Meta:
        """peewee's settings."""

        database = database
        legacy_table_names = False

    @classmethod
    def whole(cls, *conditions: Any) -> Any:  # noqa: ANN401 (a query)
        """Return a query of whole rows of this one table, as `select()` but for the writing out of its names."""
        return cls.select(SQL("*")).where(*conditions)

    def save_changes(self, before: Mapping[str, Any] | None) -> None:
        """Save what differs from an earlier copy of `__data__`; None: the row is new."""
        there = before or {}
        names = [name for name, value in self.__data__.items() if there.get(name) != value]
        if names:
            self.save(force_insert=before is None, only=names)


def open_database(where: str | Path) -> Any:  # noqa: ANN401 (peewee has no types)
    """Make `where` (a path, or a postgresql:// URL) the database of this process, with its schema up to date.

    Raises:
        peewee.OperationalError: the file cannot be opened, or the server cannot be reached.
        NewerSchema: the database was written by a newer version of the program; it is left untouched.
    """
    text = str(where)
    if "://" in text:
        from playhouse.db_url import connect as connect_url

        opened = connect_url(text, unquote_user=True, unquote_password=True)
    else:
        _make_private(Path(text))
        opened = SqliteDatabase(text, pragmas=_PRAGMAS, timeout=5)
    database.initialize(opened)
    migrate()
    return opened


def be_quick(patience_ms: int) -> None:
    """Wait no longer than this for another process that writes: where a screen must not stand still."""
    database.obj.pragma("busy_timeout", patience_ms, permanent=True)


def _make_private(path: Path) -> None:
    """Make the file, readable by its owner only; SQLite gives its WAL the same rights.

    In a folder that hands its group on (setgid) that group may write too: so the managers of docs/admin-ssh.md come in.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_shared = bool(path.parent.stat().st_mode & stat.S_ISGID)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o660 if is_shared else 0o600))


class NewerSchema(Exception):
    """The database knows migrations that this version of the program does not."""


def migrate() -> list[str]:
    """Apply the migrations that the database lacks; return their names. Of two processes one does it, one waits."""
    if not _pending():
        return []
    with _migrating():
        return list(_runner().up()) if _pending() else []


def _pending() -> bool:
    rows = _runner().status()
    unknown = [row.name for row in rows if row.path is None]
    if unknown:
        raise NewerSchema(f"the database is of a newer version (it has {', '.join(unknown)}); install that version")
    return any(row.applied is None for row in rows)


@contextmanager
def _migrating() -> Iterator[None]:
    if not isinstance(database.obj, SqliteDatabase):
        yield
        return
    with Path(f"{database.obj.database}.migrate-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def schema_version() -> str | None:
    """Return the name of the newest migration that was applied."""
    applied = [row.name for row in _runner().status() if row.applied is not None]
    return applied[-1] if applied else None


def _runner() -> Runner:
    return Runner(database.obj, directory=str(locations.shipped("db", "migrations")))


@contextmanager
def writing() -> Iterator[None]:
    """Write in one transaction: all of it is kept, or nothing.

    Within the process one writer at a time; between processes SQLite's own lock, for at most five seconds.

    Raises:
        peewee.OperationalError: the database is locked, by another process or by this one.
    """
    if not _writing.acquire(timeout=_PATIENCE_S):
        raise OperationalError("database is locked: others of this process wait for it too")
    try:
        if isinstance(database.obj, SqliteDatabase):
            with database.atomic("IMMEDIATE"):
                yield
        else:
            with database.atomic():
                yield
    finally:
        _writing.release()


def is_postgres() -> bool:
    """Say whether the database is PostgreSQL."""
    return isinstance(database.obj, PostgresqlDatabase)


def data_version() -> int:
    """Return a number that changes whenever another connection commits (SQLite `PRAGMA data_version`)."""
    return int(database.pragma("data_version"))


def close_connection() -> None:
    """Close this thread's connection, if it has one."""
    if not database.is_closed():
        database.close()
