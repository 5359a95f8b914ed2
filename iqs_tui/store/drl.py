"""The DRN table and its mapping in force: what the central server handed out, else the shipped one."""

import re
import tomllib
from functools import lru_cache

import msgspec

from iqs_tui import locations
from iqs_tui.domain.drl import DrlBook, RowMapping, parse_table
from iqs_tui.store import documents


class _Body(msgspec.Struct, frozen=True, kw_only=True):
    version: int
    table_version: int
    table: str
    mapping: tuple[RowMapping, ...] = ()


def book() -> DrlBook:
    """Return the table and mapping in force; an installed one that cannot be used gives way to the shipped one."""
    body = documents.document("drl")
    if body is None:
        return shipped_book()
    try:
        return read(body)
    except ValueError:
        return shipped_book()


@lru_cache(maxsize=1)
def shipped_book() -> DrlBook:
    """Return the table and mapping that ship with the program."""
    reference = locations.shipped("db", "reference")
    mapping = tomllib.loads((reference / "drl_mapping.toml").read_text(encoding="utf-8"))
    table = (reference / "drl.csv").read_text(encoding="utf-8")
    return _book(msgspec.convert({**mapping, "table": table}, _Body))


@lru_cache(maxsize=4)
def read(body: str) -> DrlBook:
    """Read the JSON that the server hands out: `drl_mapping.toml`, with the text of `drl.csv` under `table`.

    Raises:
        ValueError: it is not that JSON, a row of the table is bad, or a pattern is no regular expression.
    """
    try:
        return _book(msgspec.json.decode(body, type=_Body))
    except msgspec.DecodeError as error:
        raise ValueError(f"drl: {error}") from None


def _book(body: _Body) -> DrlBook:
    for item in body.mapping:
        for name in ("matches", "excludes", "view"):
            try:
                re.compile(getattr(item, name))
            except re.error as error:
                raise ValueError(f"drl mapping of {item.procedure_nl}: {name}: {error}") from None
    return DrlBook(
        table_version=body.table_version,
        mapping_version=body.version,
        rows=parse_table(body.table),
        mappings=body.mapping,
    )
