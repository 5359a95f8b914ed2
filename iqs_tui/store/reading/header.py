"""What the header of every screen says: the modality of the room, the sync, and whether the listener listens."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iqs_tui.store import settings
from iqs_tui.store.models import Case, Device

SYNC_STATES = frozenset({"ok", "offline", "off", "refused", "never"})


@dataclass(frozen=True, slots=True)
class SyncView:
    """How far the central server is: `state` is ok, offline, off, refused or never; `at` is its last success."""

    state: str
    at: datetime | None
    pending: int


def modality_kinds(room: str) -> tuple[str, ...]:
    """Return the kinds of modality that were heard in a room, sorted."""
    rows = Device.select(Device.modality).where(Device.room == room, Device.modality.is_null(False)).distinct()
    return tuple(sorted(row.modality for row in rows if row.modality))


def sync() -> SyncView:
    """Return the state of the sync as the node last told it."""
    told: Any = settings.get("sync") or {}
    state = told.get("state") if told.get("state") in SYNC_STATES else "never"
    return SyncView(str(state), _moment(told.get("last_ok_at")), int(told.get("pending") or 0))


def n_open(room: str, now: datetime) -> int:
    """Return how many cases of a room wait for a reason and are not put off."""
    return int(Case.select().where(is_waiting(room, now)).count())


def is_waiting(room: str, now: datetime) -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition under which a case of a room waits for an answer now."""
    due = Case.deferred_until.is_null() | (Case.deferred_until <= now)
    return (Case.state == "open") & (Case.room == room) & due


def listener_error() -> str | None:
    """Return why the node could not listen, as it told; None where it listens."""
    told: Any = settings.get("node") or {}
    error = told.get("error")
    return str(error) if error else None


def _moment(text: object) -> datetime | None:
    return datetime.fromisoformat(text) if isinstance(text, str) else None
