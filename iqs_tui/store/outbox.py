"""The transactional outbox: events for the central server, written with the deed they tell, kept until the ack.

Order is by (kiosk, epoch, seq), never by time. The epoch is random at the database's creation and renewed at a
restore, or a restored backup would reuse sequence numbers and the server would take new events for old ones.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from peewee import fn

from iqs_tui.store import audit, settings
from iqs_tui.store.database import writing
from iqs_tui.store.fields import utc_text
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Outbox

EVENT_VERSION = 1


@dataclass(frozen=True, slots=True)
class OutboxEvent:
    """One event as it will be sent; `payload` is JSON text."""

    seq: int
    event_id: str
    type: str
    version: int
    occurred_at: datetime
    payload: str
    tries: int


def put(type: str, payload: Mapping[str, Any], at: datetime) -> None:
    """Add an event; call it inside the transaction of what it tells."""
    Outbox.insert(
        event_id=new_id(),
        type=type,
        version=EVENT_VERSION,
        occurred_at=at,
        payload=msgspec.json.encode(payload).decode(),
    ).execute()


def put_row(type: str, row: Any, at: datetime, **changed: object) -> None:  # noqa: ANN401 (any model)
    """Add a row as it now stands, its columns as keys, with what is `changed` over it; call it as `put`."""
    payload = {name: value for name, value in row.__data__.items() if name != "is_told"} | changed
    put(type, {name: utc_text(value) if isinstance(value, datetime) else value for name, value in payload.items()}, at)


def pending(limit: int = 500) -> list[OutboxEvent]:
    """Return the oldest events that the server has not acknowledged."""
    rows = Outbox.select().where(Outbox.state == "pending").order_by(Outbox.seq).limit(limit)
    return [
        OutboxEvent(row.seq, row.event_id, row.type, row.version, row.occurred_at, row.payload, row.tries)
        for row in rows
    ]


def mark_acked(event_ids: Iterable[str], at: datetime) -> None:
    """Note that the server has these."""
    with writing():
        for chunk in _chunks(event_ids):
            Outbox.update(state="acked", acked_at=at, verdict=None).where(Outbox.event_id.in_(chunk)).execute()


def mark_dead(event_id: str, verdict: str) -> None:
    """Set an event aside that the server refuses for good; it stays, visible in the admin."""
    with writing():
        Outbox.update(state="dead", verdict=verdict).where(Outbox.event_id == event_id).execute()


def requeue(event_id: str, by: str) -> None:
    """Offer a dead event again."""
    with writing():
        audit.append(by, "outbox.requeued", event_id)
        Outbox.update(state="pending", verdict=None).where(
            (Outbox.event_id == event_id) & (Outbox.state == "dead")
        ).execute()


def note_try(event_ids: Iterable[str]) -> None:
    """Count one more try."""
    with writing():
        for chunk in _chunks(event_ids):
            Outbox.update(tries=Outbox.tries + 1).where(Outbox.event_id.in_(chunk)).execute()


def forget_acked(before: datetime) -> int:
    """Delete events that the server acknowledged before a moment; return how many."""
    return _forget((Outbox.state == "acked") & (Outbox.acked_at < before))


def forget_unsent(before: datetime) -> int:
    """Delete events before a moment that nobody will ever fetch; only for a kiosk without a central server."""
    return _forget(Outbox.occurred_at < before)


def _forget(which: Any) -> int:  # noqa: ANN401 (a peewee expression)
    """Delete, but never the newest row: SQLite would give its number again, and the server would refuse that event."""
    newest = Outbox.select(fn.MAX(Outbox.seq))
    with writing():
        return int(Outbox.delete().where(which, Outbox.seq < newest).execute())


def depth() -> int:
    """Return how many events wait."""
    return int(Outbox.select().where(Outbox.state == "pending").count())


def dead_count() -> int:
    """Return how many events the server refused."""
    return int(Outbox.select().where(Outbox.state == "dead").count())


def epoch() -> str:
    """Return this database's epoch, made at first use; a backup gets its own (`store.backup`)."""
    return str(settings.get_or_make("epoch", new_id()))


def _chunks(event_ids: Iterable[str], size: int = 500) -> Iterable[list[str]]:
    whole = list(event_ids)
    return [whole[start : start + size] for start in range(0, len(whole), size)]
