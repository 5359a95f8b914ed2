"""How the kiosks are doing: when they last spoke, what is missing of them, what was refused."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from peewee import Expression, Model, fn

from iqs_tui.store.models import ConflictingEvent, Kiosk, ReceivedEvent

QUIET_AFTER = timedelta(minutes=15)
SKEW_SHOWN_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class KioskState:
    """One kiosk, as the server knows it."""

    name: str
    room: str
    state: str
    """ok, quiet (not heard for a quarter of an hour), never (enrolled, not heard yet) or revoked."""
    last_seen: datetime | None
    pending: int
    n_events: int
    n_missing: int
    """Events of its sequence that were not received: a gap is asked for again at every contact."""
    n_rejected: int
    n_conflicts: int
    skew_s: float | None
    """Its clock minus ours, where that is worth showing."""


def kiosk_states(now: datetime) -> list[KioskState]:
    """Return every kiosk, by room and name; the revoked ones last."""
    received = _counts(ReceivedEvent)
    rejected = _counts(ReceivedEvent, ReceivedEvent.verdict == "rejected")
    conflicts = _counts(ConflictingEvent)
    kiosks = sorted(Kiosk.select(), key=lambda kiosk: (kiosk.revoked_at is not None, kiosk.room, kiosk.name))
    return [
        KioskState(
            name=kiosk.name,
            room=kiosk.room,
            state=_state(kiosk, now),
            last_seen=kiosk.last_seen,
            pending=kiosk.pending,
            n_events=received.get(kiosk.kiosk_id, 0),
            n_missing=sum(last - first + 1 for first, last in kiosk.gaps),
            n_rejected=rejected.get(kiosk.kiosk_id, 0),
            n_conflicts=conflicts.get(kiosk.kiosk_id, 0),
            skew_s=kiosk.skew_s if kiosk.skew_s is not None and abs(kiosk.skew_s) >= SKEW_SHOWN_S else None,
        )
        for kiosk in kiosks
    ]


def _state(kiosk: Kiosk, now: datetime) -> str:
    if kiosk.revoked_at is not None:
        return "revoked"
    if kiosk.last_seen is None:
        return "never"
    return "ok" if now - kiosk.last_seen <= QUIET_AFTER else "quiet"


def _counts(model: type[Model], only: Expression | None = None) -> dict[str, int]:
    query = model.select(model.kiosk_id, fn.COUNT(model.id)).group_by(model.kiosk_id)
    return dict((query if only is None else query.where(only)).tuples())
