"""The scoring rounds and how far they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.store.models import Round, Task
from iqs_tui.store.reading.admin import Page, window


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round: what was drawn, out of how many, and how many of its tasks are done. No names of people."""

    round_id: str
    kind: str
    form_id: str
    room: str | None
    procedure: str
    n: int
    n_candidates: int
    n_done: int
    drawn_at: datetime
    due_at: datetime | None


def rounds(offset: int = 0) -> Page[RoundRow]:
    """Return the rounds, the newest first."""
    rows, total = window(Round.select().order_by(Round.drawn_at.desc(), Round.round_id.desc()), offset)
    done: Any = (
        Task.select(Task.round_id, fn.COUNT(Task.task_id))
        .where(Task.round_id.in_([row.round_id for row in rows]), Task.state != "open")
        .group_by(Task.round_id)
        .tuples()
    )
    n_done = dict(list(done))
    found = tuple(
        RoundRow(
            row.round_id,
            row.kind,
            row.form_id,
            row.room,
            row.procedure,
            row.n,
            row.n_candidates,
            n_done.get(row.round_id, 0),
            row.drawn_at,
            row.due_at,
        )
        for row in rows
    )
    return Page(found, total, offset)
