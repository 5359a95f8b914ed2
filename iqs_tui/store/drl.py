"""The DRN table and its mapping in force: what was edited here or handed out by the server, else the shipped one."""

from functools import lru_cache

import msgspec

from iqs_tui.domain.drl import DrlBook
from iqs_tui.store import documents, reference
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
    return book_of(shipped_body())


def shipped_body() -> DrlBody:
    """Return the document that ships with the program."""
    return msgspec.convert(reference.shipped("drl")[1], DrlBody)
