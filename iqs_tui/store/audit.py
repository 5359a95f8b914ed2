"""The audit log: append-only, each row with the hash of the one before (NEN 7513: what, when, who, of what)."""

import hashlib
from datetime import datetime
from typing import Any

import msgspec

from iqs_tui.clock import utc_now
from iqs_tui.store import settings
from iqs_tui.store.fields import utc_text
from iqs_tui.store.models import Audit

_FIRST = "0" * 64


def append(
    actor: str,
    action: str,
    subject: str | None = None,
    detail: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Add a row; call it inside the transaction of the deed. `actor` is a user_id, `room`, `node` or `admin`."""
    at = at or utc_now()
    last = Audit.select(Audit.row_hash).order_by(Audit.seq.desc()).first()
    previous = last.row_hash if last else _FIRST
    Audit.insert(
        at=at,
        actor=actor,
        action=action,
        subject=subject,
        detail=detail,
        previous_hash=previous,
        row_hash=_row_hash(previous, at, actor, action, subject, detail),
    ).execute()


def cut(before: datetime) -> int:
    """Forget the rows before a moment (retention), in one piece at the old end; return how many.

    The hash at which the kept chain begins is kept, so that a row taken away by hand still shows.
    """
    last = Audit.select().where(Audit.at < before).order_by(Audit.seq.desc()).first()
    if last is None:
        return 0
    settings.put("audit_begins_after", last.row_hash)
    return int(Audit.delete().where(Audit.seq <= last.seq).execute())


def first_break() -> int | None:
    """Return the number of the first row that was altered, or that follows a removed one; None where all is whole."""
    previous = settings.get("audit_begins_after", _FIRST)
    for row in Audit.select().order_by(Audit.seq).iterator():
        whole = _row_hash(previous, row.at, row.actor, row.action, row.subject, row.detail)
        if row.previous_hash != previous or row.row_hash != whole:
            return int(row.seq)
        previous = row.row_hash
    return None


def _row_hash(
    previous: str, at: datetime, actor: str, action: str, subject: str | None, detail: dict[str, Any] | None
) -> str:
    fields = msgspec.json.encode([previous, utc_text(at), actor, action, subject, detail], order="sorted")
    return hashlib.sha256(fields).hexdigest()
