"""Databases as earlier versions of the program left them, with rows in the columns of that time."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from peewee import SqliteDatabase
from playhouse.migrations import Runner

from iqs_tui import locations

Row = tuple[str, Mapping[str, object]]
"""A table, and the values of one row by column."""
MIGRATIONS = locations.shipped("db", "migrations")
NEWEST = max(path.stem for path in MIGRATIONS.glob("[0-9]*.py"))


@contextmanager
def migrating(path: Path) -> Iterator[Runner]:
    """Migrate a database step by step, with a connection of its own."""
    database = SqliteDatabase(str(path))
    try:
        yield Runner(database, directory=str(MIGRATIONS))
    finally:
        database.close()


def make(path: Path, version: str, rows: Iterable[Row]) -> None:
    """Make a database up to a migration, with these rows."""
    with migrating(path) as runner:
        runner.up(version)
        for table, row in rows:
            marks = ", ".join("?" * len(row))
            runner.database.execute_sql(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))


def schema_of(path: Path) -> dict[str, Any]:
    """Return by table its columns and its indices."""
    with migrating(path) as runner:
        database = runner.database
        return {
            table: (database.get_columns(table), sorted(database.get_indexes(table))) for table in database.get_tables()
        }


def rows_of(path: Path) -> dict[str, list[dict[str, Any]]]:
    """Return by table its rows, but for the history of migrations."""
    with migrating(path) as runner:
        database, found = runner.database, {}
        for table in sorted({*database.get_tables()} - {"schema_migration"}):
            cursor = database.execute_sql(f'SELECT * FROM "{table}" ORDER BY 1')
            names = [column[0] for column in cursor.description]
            found[table] = [dict(zip(names, row, strict=True)) for row in cursor]
        return found
