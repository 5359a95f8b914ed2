"""Is the database whole? Each check as a finding: what was found, and what to do."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from peewee import PeeweeException

from iqs_tui.store import audit, objects
from iqs_tui.store.database import NewerSchema, close_connection, database, open_database, schema_version
from iqs_tui.store.models import ALL, KeptObject

Level = Literal["ok", "warn", "fail"]
_RESTORE = "stop the node, keep this file, and put the newest good backup in its place"


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one check."""

    level: Level
    subject: str
    what: str
    advice: str = ""


def verify(path: Path) -> Iterator[Finding]:
    """Yield the findings on a database file, in the order in which one rests on the other.

    What cannot be read ends the list: the checks after it would say nothing.
    """
    if not path.is_file():
        yield Finding("fail", "file", f"{path} is not there", "give its path with --db, or start iqs-tui to make one")
        return
    structure = list(_structure(path))
    yield from structure
    if any(finding.level == "fail" for finding in structure):
        return
    try:
        open_database(path)
    except (NewerSchema, PeeweeException) as error:
        yield Finding("fail", "schema", str(error), "use the version of iqs-tui that wrote it")
        return
    try:
        yield _schema()
        yield _audit_chain()
        yield _objects()
        yield _counts()
    finally:
        close_connection()


def quick_check(path: Path) -> str | None:
    """Return what SQLite's quick check finds wrong; None where all is well."""
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=5)) as connection:
            found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    except sqlite3.Error as error:
        return str(error)
    return None if found == "ok" else str(found)


def _structure(path: Path) -> Iterator[Finding]:
    try:
        with closing(sqlite3.connect(path, timeout=5)) as connection:
            damage = [row[0] for row in connection.execute("PRAGMA integrity_check(5)")]
            orphans = connection.execute("PRAGMA foreign_key_check").fetchall()
    except sqlite3.Error as error:
        yield Finding("fail", "integrity", f"{path} cannot be read: {error}", _RESTORE)
        return
    if damage != ["ok"]:
        yield Finding("fail", "integrity", damage[0].replace("\n", " "), _RESTORE)
    else:
        yield Finding("ok", "integrity", "every page and index is whole")
    if orphans:
        yield Finding(
            "fail", "foreign keys", f"{len(orphans)} rows point at nothing (first: {orphans[0][0]})", _RESTORE
        )
    else:
        yield Finding("ok", "foreign keys", "every row points at one that is there")


def _schema() -> Finding:
    missing = []
    for model in ALL:
        there = {column.name for column in database.get_columns(model._meta.table_name)}
        missing += [f"{model._meta.table_name}.{name}" for name in model._meta.columns if name not in there]
    if missing:
        return Finding("fail", "schema", f"missing: {', '.join(missing)}", _RESTORE)
    return Finding("ok", "schema", str(schema_version()))


def _audit_chain() -> Finding:
    broken_at = audit.first_break()
    if broken_at is None:
        return Finding("ok", "audit log", "the chain of hashes is whole")
    what = f"row {broken_at} was changed, or a row before it was removed"
    return Finding("fail", "audit log", what, "tell the quality officer; compare with a backup from before")


def _objects() -> Finding:
    """Compare the folder of objects with the rows; what is only in one of them is put right when the node starts."""
    files, rows = objects.found(), {row.path: row.size_bytes for row in KeptObject.select()}
    missing = sum(1 for path, size in rows.items() if files.get(path) != size)
    stray = sum(1 for path in files if path not in rows)
    if missing or stray:
        what = f"{missing} of {len(rows)} are missing or cut off, {stray} files belong to none"
        advice = "a backup of the database holds no objects; the node cleans up when it starts"
        return Finding("warn", "objects", what, advice)
    return Finding("ok", "objects", f"{len(rows)}, each with its file")


def _counts() -> Finding:
    counts = ", ".join(f"{model._meta.table_name} {model.select().count()}" for model in ALL)
    return Finding("ok", "rows", counts)
