"""The DRN table and its mapping in force: what the central server handed out, else the shipped one."""

import tomllib
from functools import lru_cache

import msgspec

from iqs_tui import locations
from iqs_tui.domain.drl import DrlBook
from iqs_tui.store import documents
from iqs_tui.store.drl_document import DrlBody, book_of, read


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
    return book_of(msgspec.convert({**mapping, "table": table}, DrlBody))
