"""Reference documents: the shipped ones, replaced by what the central server hands out or a person here edits.

A document is only installed when it can be read and its version rises; the last good one stays in force. The one
exception is `take_over`: where the server refused what was edited here, its own document counts, whatever its number.
"""

import hashlib
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal

import msgspec

from iqs_tui.clock import utc_now
from iqs_tui.domain.forms import FormList
from iqs_tui.domain.reasons import ReasonList
from iqs_tui.store import document_history as history
from iqs_tui.store import drl_document, reference
from iqs_tui.store.database import writing
from iqs_tui.store.models import Document, Outbox

EVENT = "document"
"""The type of the event that carries an edit to the central server: an `Edit` as JSON."""
NOT_KNOWN = "unknown type"
"""What a central server answers that cannot take edits in: then what was edited here stands."""
_KINDS: dict[str, Any] = {"reasons": ReasonList, "forms": FormList}


class Edit(msgspec.Struct, frozen=True, kw_only=True):
    """An edit on its way to the central server, which takes it only where its own document is still the base."""

    edit_id: str
    kind: str
    version: int
    base_digest: str
    """`digest` of the body that was edited."""
    body: Any
    by: str | None = None
    note: str | None = None


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


def in_force(kind: str) -> tuple[int, str]:
    """Return the version and the body (JSON text) of what is in force, installed or shipped."""
    row = Document.get_or_none(Document.kind == kind)
    if row is not None:
        return int(row.version), str(row.body)
    number, body = reference.shipped(kind)
    return number, msgspec.json.encode(body).decode()


def digest(body: str) -> str:
    """Return the fingerprint of what a body (JSON text) says; the order of its keys does not matter."""
    return hashlib.sha256(msgspec.json.encode(msgspec.json.decode(body), order="sorted")).hexdigest()


def install(
    kind: str,
    version: int,
    body: str,
    source: str,
    *,
    by: str | None = None,
    note: str | None = None,
    at: datetime | None = None,
) -> bool:
    """Put a document in force; return whether it was newer than the one that is.

    `by`, `note` and `at` are for its history: who, why, and when where that is not now.

    Raises:
        ValueError: the body is not what it says it is; nothing changes.
    """
    _validate(kind, body)
    with writing():
        current = Document.get_or_none(Document.kind == kind)
        if current is not None and current.version >= version:
            return False
        _put(kind, version, body, source, by, note, at or utc_now())
    return True


def take_over(kind: str, version: int, body: str, source: str) -> bool:
    """Put the server's document in force in place of an edit that it refused; return whether anything changed.

    The edit stays in the history, under a number below zero.

    Raises:
        ValueError: the body is not what it says it is; nothing changes.
    """
    _validate(kind, body)
    with writing():
        refused = _edits(kind, "dead")
        row = Document.get_or_none(Document.kind == kind)
        if row is None or row.source not in refused:
            return False
        history.begin(kind, utc_now())
        history.set_aside(kind, refused)
        _put(kind, version, body, source, None, None, utc_now())
    return True


def edit_state(kind: str) -> Literal["none", "waiting", "refused"]:
    """Say how it stands with what was edited here: the server has not answered yet, or refused what is in force."""
    if _edits(kind, "pending"):
        return "waiting"
    row = Document.get_or_none(Document.kind == kind)
    return "refused" if row is not None and row.source in _edits(kind, "dead") else "none"


def _edits(kind: str, state: str) -> set[str]:
    """Return the sources of the edits of a kind whose event is in this state of the outbox."""
    rows = Outbox.select(Outbox.payload, Outbox.verdict).where(Outbox.type == EVENT, Outbox.state == state)
    found = [edit for row in rows if row.verdict != NOT_KNOWN and (edit := _edit(row.payload)) is not None]
    return {history.EDITED + edit.edit_id for edit in found if edit.kind == kind}


def _edit(payload: str) -> Edit | None:
    """Return the edit of an event; None where it cannot be read, as the server said too."""
    try:
        return msgspec.json.decode(payload, type=Edit)
    except msgspec.DecodeError:
        return None


def _put(kind: str, version: int, body: str, source: str, by: str | None, note: str | None, at: datetime) -> None:
    history.begin(kind, at)
    values: dict[str, Any] = {"version": version, "body": body, "source": source, "received_at": at}
    Document.insert(kind=kind, **values).on_conflict(conflict_target=[Document.kind], update=values).execute()
    history.keep(kind, version, body, source, by=by, note=note, at=at)


def _validate(kind: str, body: str) -> None:
    if kind == "drl":
        drl_document.read(body)
        return
    try:
        msgspec.json.decode(body, type=_KINDS.get(kind, Any))
    except msgspec.DecodeError as error:
        raise ValueError(f"{kind}: {error}") from None
