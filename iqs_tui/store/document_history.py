"""Every version of a reference document that was in force here: who put it there, when and why.

A version is numbered as it was handed out. An edit of this kiosk that the central server refused is kept under a
number below zero: the server's document has its number now, and nobody's work is lost.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from peewee import fn

from iqs_tui.store import reference
from iqs_tui.store.models import Document, DocumentVersion

SHIPPED = "shipped"
EDITED = "kiosk:"
"""How the source of an edit made here begins; the id of the edit follows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version, without its body."""

    number: int
    source: str
    installed_by: str | None
    note: str | None
    installed_at: datetime

    @property
    def is_refused(self) -> bool:
        """Say whether the central server refused it."""
        return self.number < 0


def versions(kind: str) -> tuple[Version, ...]:
    """Return the versions of a document, the newest first; refused edits last. Empty where it never changed."""
    rows: Any = (
        DocumentVersion.select(
            DocumentVersion.version,
            DocumentVersion.source,
            DocumentVersion.installed_by,
            DocumentVersion.note,
            DocumentVersion.installed_at,
        )
        .where(DocumentVersion.kind == kind)
        .tuples()
    )
    found = [
        Version(number=number, source=source, installed_by=by, note=note, installed_at=at)
        for number, source, by, note, at in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.number < 0, -abs(one.number))))


def body_of(kind: str, number: int) -> str | None:
    """Return the body (JSON text) of a version, or None where it is not kept."""
    row = DocumentVersion.get_or_none((DocumentVersion.kind == kind) & (DocumentVersion.version == number))
    return None if row is None else str(row.body)


def keep(kind: str, number: int, body: str, source: str, *, by: str | None, note: str | None, at: datetime) -> None:
    """Note a version; call it inside the transaction that puts it in force."""
    values = {"source": source, "body": body, "installed_by": by, "note": note, "installed_at": at}
    key = [DocumentVersion.kind, DocumentVersion.version]
    insert = DocumentVersion.insert(kind=kind, version=number, **values)
    insert.on_conflict(conflict_target=key, update=values).execute()


def begin(kind: str, at: datetime) -> None:
    """Note what is in force before the first version is: the shipped document, or one from before there was a history.

    Call it inside the transaction that changes it.
    """
    if DocumentVersion.select().where(DocumentVersion.kind == kind).exists():
        return
    if kind in reference.KINDS:
        number, shipped = reference.shipped(kind)
        body = msgspec.json.encode(shipped).decode()
        keep(kind, number, body, SHIPPED, by=None, note=None, at=at)
    row = Document.get_or_none(Document.kind == kind)
    if row is not None:
        keep(kind, row.version, row.body, row.source, by=None, note=None, at=row.received_at)


def set_aside(kind: str, sources: Collection[str]) -> int:
    """Give refused edits a number below zero; return how many there were."""
    of_kind: Any = DocumentVersion.kind == kind
    refused: Any = (
        DocumentVersion.select(DocumentVersion.version)
        .where(of_kind, DocumentVersion.source.in_(list(sources)), DocumentVersion.version > 0)
        .order_by(DocumentVersion.version)
        .tuples()
    )
    numbers = [int(number) for (number,) in refused]
    lowest = DocumentVersion.select(fn.MIN(DocumentVersion.version)).where(of_kind).scalar() or 0
    for back, number in enumerate(numbers, 1):
        moved = DocumentVersion.update(version=min(0, lowest) - back)
        moved.where(of_kind, DocumentVersion.version == number).execute()
    return len(numbers)
