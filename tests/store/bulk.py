"""Many rows at once: peewee builds a statement of all values, which takes a hundred times as long as writing them."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from peewee import AutoField, Field, JSONField, Model

from iqs_tui.store import database as store

_FOLDER = TemporaryDirectory()


def insert(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows; what they leave out has the column's default."""
    write(model, values_of(model, rows))


def values_of(model: type[Model], rows: Iterable[Mapping[str, Any]]) -> list[list[Any]]:
    """Return rows as `write` writes them, which can be done again with the same."""
    fields = _fields(model)
    return [
        [_plain(field, row[field.name] if field.name in row else _default(field)) for field in fields] for row in rows
    ]


def write(model: type[Model], values: list[list[Any]]) -> None:
    """Write what `values_of` made."""
    fields = _fields(model)
    names = ", ".join(f'"{field.column_name}"' for field in fields)
    statement = f'INSERT INTO "{model._meta.table_name}" ({names}) VALUES ({", ".join("?" * len(fields))})'
    with store.writing():
        store.database.connection().executemany(statement, values)


@cache
def empty_database() -> Path:
    """Return a database file without a row, made once: migrating one takes longer than most tests."""
    path = Path(_FOLDER.name) / "empty.db"
    store.open_database(path)
    store.close_connection()
    return path


def _fields(model: type[Model]) -> list[Field]:
    return [field for field in model._meta.sorted_fields if not isinstance(field, AutoField)]


def _default(field: Field) -> Any:
    return field.default() if callable(field.default) else field.default


def _plain(field: Field, value: Any) -> Any:
    if isinstance(field, JSONField):
        return None if value is None else json.dumps(value, separators=(",", ":"))
    return field.db_value(value)
