"""What waits in a room: the reject panel of home."""

from dataclasses import dataclass
from datetime import datetime

from iqs_tui.store.models import Case
from iqs_tui.store.reading.header import n_open
from iqs_tui.store.reading.prompt import OpenCase, open_cases


@dataclass(frozen=True, slots=True)
class RejectView:
    """What waits, and what is put off."""

    n_waiting: int
    cases: tuple[OpenCase, ...]
    n_deferred: int
    next_deferred_at: datetime | None


def reject_view(room: str, now: datetime) -> RejectView:
    """Return what waits in a room."""
    put_off = Case.select(Case.deferred_until).where(Case.state == "open", Case.room == room, Case.deferred_until > now)
    later = sorted(row.deferred_until for row in put_off)
    return RejectView(
        n_waiting=n_open(room, now),
        cases=open_cases(room, now, limit=20),
        n_deferred=len(later),
        next_deferred_at=later[0] if later else None,
    )
