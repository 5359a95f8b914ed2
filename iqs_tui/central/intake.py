"""Taking in a batch: every event once, in whatever order and however often it comes, with a verdict for each.

An event is known by its id and by its place (kiosk, epoch, seq). The same again is a duplicate; the same key with
other content is kept aside and refused: two kiosks run on copies of one database, or one was put back by hand.
All of a batch is one transaction; the answer is given after its commit.
"""

import hashlib
import logging
from datetime import datetime
from typing import Any

from peewee import DataError, IntegrityError

from iqs_tui.central import document_edits
from iqs_tui.central.known import Known
from iqs_tui.central.rows import NotARow, Row, read_row
from iqs_tui.central.sequence import sequence_of
from iqs_tui.store.database import database, is_postgres, writing
from iqs_tui.store.models import ConflictingEvent, Kiosk, ReceivedEvent
from iqs_tui.sync.events import Answer, Batch, Event, EventVerdict, Verdict

_log = logging.getLogger(__name__)


def take_in(batch: Batch, kiosk: Kiosk, at: datetime) -> Answer:
    """Keep the events of a batch and bring the tables up to date; return the answer."""
    with writing():
        kiosk = _locked(kiosk)
        known = Known(batch, kiosk)
        in_order = sorted(batch.events, key=lambda event: event.seq)
        verdicts = [_take_event(event, _values(event, batch, kiosk, at), kiosk, known) for event in in_order]
        known.write()
        sequence = sequence_of(kiosk, batch.epoch, batch.oldest_seq)
        _note_kiosk(kiosk, batch, at, sequence.acked_through, sequence.gaps)
    return Answer(
        batch_id=batch.batch_id,
        verdicts=verdicts,
        acked_through=sequence.acked_through,
        highest=sequence.highest,
        gaps=sequence.gaps,
    )


def _locked(kiosk: Kiosk) -> Kiosk:
    """Two batches of one kiosk are taken in one after the other; SQLite has one writer anyway."""
    query = Kiosk.select().where(Kiosk.kiosk_id == kiosk.kiosk_id)
    return (query.for_update() if is_postgres() else query).get()


def _take_event(event: Event, values: dict[str, Any], kiosk: Kiosk, known: Known) -> EventVerdict:
    before = known.event(event.event_id)
    if before is not None:
        return _seen_before(before, kiosk, values, known)
    if known.is_taken(event.seq):
        return _keep_aside(values, "another event has this place in the kiosk's sequence")
    subject, verdict, reason = _apply(kiosk, values)
    known.add(values | {"subject": subject, "verdict": verdict, "reason": reason})
    return EventVerdict(event_id=event.event_id, verdict=verdict, reason=reason)


def _values(event: Event, batch: Batch, kiosk: Kiosk, at: datetime) -> dict[str, Any]:
    """What is kept of an event. A NUL, which PostgreSQL's text cannot hold, is kept as JSON escapes it."""
    payload = bytes(event.payload)
    return {
        "event_id": event.event_id,
        "kiosk_id": kiosk.kiosk_id,
        "epoch": batch.epoch,
        "seq": event.seq,
        "type": event.type,
        "version": event.version,
        "occurred_at": event.occurred_at,
        "received_at": at,
        "payload": payload.decode("utf-8", "replace").replace("\x00", "\\u0000"),
        "payload_hash": payload_hash(event.type, event.version, payload),
    }


def _apply(kiosk: Kiosk, values: dict[str, Any]) -> tuple[str | None, Verdict, str | None]:
    """Bring the table up to date; return the subject, the verdict and the reason."""
    subject = None
    try:
        if values["type"] == document_edits.TYPE:
            with database.atomic():
                return document_edits.take_in(values["version"], values["payload"].encode()), "accepted", None
        row = read_row(values["type"], values["version"], values["payload"].encode(), values["occurred_at"])
        subject = row.subject
        if not _is_overtaken(values, subject):
            _write(row, kiosk)
    except NotARow as refusal:
        event = f"{values['type']} {values['event_id']}"
        _log.warning("kiosk %s: %s rejected: %s", kiosk.kiosk_id, event, refusal)
        return subject, "rejected", str(refusal)
    return subject, "accepted", None


def _write(row: Row, kiosk: Kiosk) -> None:
    if "room" in row.values and row.values["room"] is None:
        row.values["room"] = kiosk.room
    try:
        with database.atomic():
            row.write()
    except (DataError, IntegrityError, ValueError) as error:
        raise NotARow(f"the table does not take it ({type(error).__name__})") from error


def _is_overtaken(values: dict[str, Any], subject: str) -> bool:
    """Say whether something newer of the same subject was taken in before: events may arrive in any order.

    Within an epoch of a kiosk the sequence tells which is newer; a clock that was set back does not matter. Between
    epochs or kiosks only the time is left.
    """
    here = (ReceivedEvent.kiosk_id == values["kiosk_id"]) & (ReceivedEvent.epoch == values["epoch"])
    newer = (here & (ReceivedEvent.seq > values["seq"])) | (~here & (ReceivedEvent.occurred_at > values["occurred_at"]))
    same = (ReceivedEvent.type == values["type"]) & (ReceivedEvent.subject == subject)
    return ReceivedEvent.select().where(same & (ReceivedEvent.verdict == "accepted") & newer).exists()


def _seen_before(before: ReceivedEvent, kiosk: Kiosk, values: dict[str, Any], known: Known) -> EventVerdict:
    """The same again is a duplicate. A restored or newly enrolled database sends what it had under its new epoch."""
    if before.payload_hash != values["payload_hash"]:
        return _keep_aside(values, "an event with this id has other content")
    if not known.is_taken(values["seq"]):
        known.move(before, values)
    if before.verdict == "rejected":
        return _once_more(before, kiosk, values)
    return EventVerdict(event_id=before.event_id, verdict="duplicate")


def _once_more(before: ReceivedEvent, kiosk: Kiosk, values: dict[str, Any]) -> EventVerdict:
    """What was refused is offered again, perhaps because this server has been upgraded since."""
    subject, verdict, reason = _apply(kiosk, values)
    changed = {"subject": subject, "verdict": verdict, "reason": reason}
    ReceivedEvent.update(**changed).where(ReceivedEvent.event_id == before.event_id).execute()
    return EventVerdict(event_id=before.event_id, verdict=verdict, reason=reason)


def _keep_aside(values: dict[str, Any], reason: str) -> EventVerdict:
    _log.error("kiosk %s: event %s conflicts: %s", values["kiosk_id"], values["event_id"], reason)
    ConflictingEvent.insert(**values, reason=reason).on_conflict_ignore().execute()
    return EventVerdict(event_id=str(values["event_id"]), verdict="rejected", reason=reason)


def payload_hash(type_: str, version: int, payload: bytes) -> str:
    """Return the fingerprint of what an event says."""
    return hashlib.sha256(f"{type_}:{version}:".encode() + payload).hexdigest()


def _note_kiosk(kiosk: Kiosk, batch: Batch, at: datetime, acked_through: int, gaps: list[tuple[int, int]]) -> None:
    Kiosk.update(
        last_seen=at,
        epoch=batch.epoch,
        acked_through=acked_through,
        gaps=[list(gap) for gap in gaps],
        pending=max(0, batch.pending - len(batch.events)),
        skew_s=round((batch.sent_at - at).total_seconds(), 1),
    ).where(Kiosk.kiosk_id == kiosk.kiosk_id).execute()
