"""Reference documents: the shipped ones, replaced by what the central server hands out.

A document is only installed when it can be read and its version rises; the last good one stays in force.
"""

from functools import lru_cache
from typing import Any

import msgspec

from iqs_tui.clock import utc_now
from iqs_tui.domain.forms import FormList
from iqs_tui.domain.reasons import ReasonList
from iqs_tui.store import drl_document, reference
from iqs_tui.store.database import writing
from iqs_tui.store.models import Document

_KINDS: dict[str, Any] = {"reasons": ReasonList, "forms": FormList}


def reasons() -> ReasonList:
    """Return the reject reasons in force."""
    body = document("reasons")
    return _parse_reasons(body) if body is not None else shipped_reasons()


@lru_cache(maxsize=1)
def shipped_reasons() -> ReasonList:
    """Return the reject reasons that ship with the program."""
    return msgspec.convert(reference.shipped("reasons")[1], ReasonList)


@lru_cache(maxsize=4)
def _parse_reasons(body: str) -> ReasonList:
    return msgspec.json.decode(body, type=ReasonList)


def document(kind: str) -> str | None:
    """Return the installed body (JSON text) of a document, or None where the shipped one is in force."""
    row = Document.get_or_none(Document.kind == kind)
    return None if row is None else str(row.body)


def version(kind: str) -> int | None:
    """Return the version of the installed document, or None where the shipped one is in force."""
    row = Document.get_or_none(Document.kind == kind)
    return None if row is None else int(row.version)


def install(kind: str, version: int, body: str, source: str) -> bool:
    """Put a document in force; return whether it was newer than the one that is.

    Raises:
        ValueError: the body is not what it says it is; nothing changes.
    """
    _validate(kind, body)
    with writing():
        current = Document.get_or_none(Document.kind == kind)
        if current is not None and current.version >= version:
            return False
        values: dict[str, Any] = {
            "version": version,
            "body": body,
            "source": source,
            "received_at": utc_now(),
        }
        Document.insert(kind=kind, **values).on_conflict(conflict_target=[Document.kind], update=values).execute()
    return True


def _validate(kind: str, body: str) -> None:
    if kind == "drl":
        drl_document.read(body)
        return
    try:
        msgspec.json.decode(body, type=_KINDS.get(kind, Any))
    except msgspec.DecodeError as error:
        raise ValueError(f"{kind}: {error}") from None
