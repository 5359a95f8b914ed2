"""How the rejection notes that we write fare (`store.outgoing_notes`)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import JOIN, fn

from iqs_tui.store.models import Case, OutgoingNote
from iqs_tui.store.reading.admin import Page, window


@dataclass(frozen=True, slots=True)
class NoteCounts:
    """How many notes stand how."""

    n_waiting: int
    n_sent: int
    n_failed: int
    last_sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class NoteRow:
    """One note of ours."""

    case_id: str
    room: str | None
    procedure: str | None
    reason_label: str | None
    answered_at: datetime | None
    state: str
    """waiting, sent or failed."""
    tries: int
    due_at: datetime
    sent_at: datetime | None
    error: str | None


def counts() -> NoteCounts:
    """Return how many notes stand how."""
    query = OutgoingNote.select(OutgoingNote.state, fn.COUNT(OutgoingNote.case_id)).group_by(OutgoingNote.state)
    rows: Any = query.tuples()
    by_state = dict(rows)
    newest = OutgoingNote.select().where(OutgoingNote.state == "sent").order_by(OutgoingNote.sent_at.desc()).first()
    return NoteCounts(
        n_waiting=by_state.get("waiting", 0),
        n_sent=by_state.get("sent", 0),
        n_failed=by_state.get("failed", 0),
        last_sent_at=newest.sent_at if newest else None,
    )


def notes(offset: int = 0) -> Page[NoteRow]:
    """Return the notes, those that were given up and those that wait first, then the newest."""
    query = (
        OutgoingNote.select(OutgoingNote, Case.room, Case.procedure, Case.reason_label, Case.answered_at)
        .join(Case, JOIN.LEFT_OUTER, on=(Case.case_id == OutgoingNote.case_id))
        .where(OutgoingNote.state != "withdrawn")
        .order_by(OutgoingNote.state == "sent", OutgoingNote.state, OutgoingNote.created_at.desc())
        .objects()
    )
    rows, total = window(query, offset)
    found = tuple(
        NoteRow(
            row.case_id,
            row.room,
            row.procedure,
            row.reason_label,
            row.answered_at,
            row.state,
            row.tries,
            row.due_at,
            row.sent_at,
            row.error,
        )
        for row in rows
    )
    return Page(found, total, offset)
