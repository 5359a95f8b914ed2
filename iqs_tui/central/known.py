"""What the server already has of the events of one batch, looked up at once instead of event by event."""

from typing import Any

from iqs_tui.store.models import Kiosk, ReceivedEvent
from iqs_tui.sync.events import Batch


class Known:
    """The events and places of a batch that are taken, and the new ones that are still to be written."""

    def __init__(self, batch: Batch, kiosk: Kiosk) -> None:
        ids = [event.event_id for event in batch.events]
        numbers = [event.seq for event in batch.events]
        here = (ReceivedEvent.kiosk_id == kiosk.kiosk_id) & (ReceivedEvent.epoch == batch.epoch)
        by_id = ReceivedEvent.select().where(ReceivedEvent.event_id.in_(ids)) if ids else []
        places = ReceivedEvent.select(ReceivedEvent.seq).where(here & ReceivedEvent.seq.in_(numbers)) if ids else []
        self._by_id: dict[str, ReceivedEvent] = {row.event_id: row for row in by_id}
        self._places: set[int] = {row.seq for row in places}
        self._new: list[dict[str, Any]] = []

    def event(self, event_id: str) -> ReceivedEvent | None:
        """Return the event as it was taken in before, also when that was earlier in this batch."""
        return self._by_id.get(event_id)

    def is_taken(self, seq: int) -> bool:
        """Say whether an event has this place in the sequence."""
        return seq in self._places

    def add(self, values: dict[str, Any]) -> None:
        """Take in a new event."""
        self._by_id[values["event_id"]] = ReceivedEvent(**values)
        self._places.add(values["seq"])
        self._new.append(values)

    def move(self, known: ReceivedEvent, values: dict[str, Any]) -> None:
        """Give an event its place in a new epoch, or of a kiosk that was enrolled anew."""
        place = {name: values[name] for name in ("kiosk_id", "epoch", "seq")}
        ReceivedEvent.update(**place).where(ReceivedEvent.event_id == known.event_id).execute()
        self._places.add(values["seq"])

    def write(self) -> None:
        """Write the new events."""
        if self._new:
            ReceivedEvent.insert_many(self._new).execute()
