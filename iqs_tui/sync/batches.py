"""One batch on its way: what goes in, and what each verdict does to the outbox."""

from __future__ import annotations

import gzip
import logging

import msgspec

from iqs_tui.clock import Clock
from iqs_tui.store import outbox, refill, settings
from iqs_tui.store.ids import new_id
from iqs_tui.store.outbox import OutboxEvent
from iqs_tui.sync.events import LAST_SEQ, MAX_BATCH_BYTES, MAX_EVENTS, Answer, Batch, Event, encode
from iqs_tui.sync.transport import BadAnswer, NotTaken, Transport

_log = logging.getLogger(__name__)


class Courier:
    """Carries batches of one drain, and counts."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._limit = MAX_EVENTS
        self._carried_any = False
        self._refilled: set[tuple[int, int]] = set()
        self.sent = 0
        self.dead = 0

    def carry(self) -> bool:
        """Send the next batch and do what the answer says; return whether there is more to carry.

        With nothing to send, an empty batch goes once: a sign of life, and a question what the server lacks.

        Raises:
            SyncError: the batch was not taken; its events go on waiting.
        """
        waiting = outbox.pending(self._limit)
        readable = self._set_aside_unreadable(waiting)
        if waiting and not readable:
            return True
        if not readable and self._carried_any:
            return False
        chosen = _within_size(readable)
        batch = self._batch(chosen)
        try:
            answer = self._send(batch, chosen)
        except NotTaken as problem:
            return self._halve(batch, chosen, problem)
        self._carried_any = True
        self._limit = min(MAX_EVENTS, self._limit * 2)
        self._apply(answer, chosen)
        return self._refill(answer) or bool(chosen)

    def _set_aside_unreadable(self, waiting: list[OutboxEvent]) -> list[OutboxEvent]:
        """One payload that is not JSON would spoil its batch and hold up every event behind it."""
        readable = []
        for event in waiting:
            try:
                msgspec.json.decode(event.payload.encode("utf-8"))
                readable.append(event)
            except (UnicodeEncodeError, msgspec.DecodeError) as error:
                self._bury(event.event_id, f"not JSON: {error}")
        return readable

    def _batch(self, chosen: list[OutboxEvent]) -> Batch:
        return Batch(
            kiosk_id=settings.get("kiosk")["kiosk_id"],
            epoch=outbox.epoch(),
            batch_id=new_id(),
            sent_at=self._clock(),
            events=[_wire_event(event) for event in chosen],
            oldest_seq=refill.oldest_seq(),
            pending=outbox.depth(),
        )

    def _send(self, batch: Batch, chosen: list[OutboxEvent]) -> Answer:
        outbox.note_try([event.event_id for event in chosen])
        headers = {
            "Authorization": f"Bearer {settings.get('kiosk_token')}",
            "Content-Encoding": "gzip",
            "Idempotency-Key": batch.batch_id,
        }
        reply = self._transport.post("/api/v1/events", gzip.compress(encode(batch), 6), headers)
        try:
            answer = msgspec.json.decode(reply.body, type=Answer)
        except msgspec.DecodeError as error:
            raise BadAnswer(f"not an answer of the central server: {error}") from None
        if answer.batch_id != batch.batch_id:
            raise BadAnswer("the answer is to another batch")
        return answer

    def _apply(self, answer: Answer, chosen: list[OutboxEvent]) -> None:
        """Mark what the server has; an event without a verdict goes on waiting."""
        asked = {event.event_id for event in chosen}
        verdicts = [verdict for verdict in answer.verdicts if verdict.event_id in asked]
        taken = [verdict.event_id for verdict in verdicts if verdict.verdict != "rejected"]
        outbox.mark_acked(taken, self._clock())
        for verdict in verdicts:
            if verdict.verdict == "rejected":
                self._bury(verdict.event_id, verdict.reason or "rejected")
        self.sent += sum(verdict.verdict == "accepted" for verdict in verdicts)
        if len(verdicts) < len(asked):
            raise BadAnswer(f"the answer leaves out {len(asked) - len(verdicts)} of {len(asked)} events")

    def _halve(self, batch: Batch, chosen: list[OutboxEvent], problem: NotTaken) -> bool:
        """Try with half as many; set a single event aside only when the server itself cannot take it."""
        if len(chosen) > 1:
            self._limit = len(chosen) // 2
            return True
        if chosen and problem.batch_id == batch.batch_id:
            self._bury(chosen[0].event_id, str(problem))
            return True
        raise problem

    def _bury(self, event_id: str, why: str) -> None:
        _log.error("the central server cannot take event %s: %s", event_id, why)
        outbox.mark_dead(event_id, why)
        self.dead += 1

    def _refill(self, answer: Answer) -> bool:
        """Offer again what the server lost, each range once per drain."""
        lacking = [*answer.gaps, (answer.highest + 1, LAST_SEQ)]
        new = [gap for gap in lacking if gap not in self._refilled]
        self._refilled.update(new)
        opened = refill.reopen(new)
        if opened:
            _log.warning("the central server lacks %d events that it had; they are sent again", opened)
        return opened > 0


def _wire_event(event: OutboxEvent) -> Event:
    return Event(
        event_id=event.event_id,
        seq=event.seq,
        type=event.type,
        version=event.version,
        occurred_at=event.occurred_at,
        payload=msgspec.Raw(event.payload.encode("utf-8")),
    )


def _within_size(events: list[OutboxEvent]) -> list[OutboxEvent]:
    """Return the first events that together stay within the size of a batch; at least one."""
    total = 0
    for count, event in enumerate(events):
        total += len(event.payload.encode("utf-8")) + 300
        if total > MAX_BATCH_BYTES and count:
            return events[:count]
    return events
