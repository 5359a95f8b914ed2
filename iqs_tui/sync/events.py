"""What travels between a kiosk and the central server: the wire format, version 1.

A batch holds events in the order of the kiosk's outbox. An event is the whole row of its table at that
moment, as plain JSON: keys are column names, times are UTC ISO 8601 texts. Fields may be added, never changed or
removed: a reader ignores what it does not know, and the server keeps the payload as it came.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Raw, Struct

TYPES = ("case", "exposure", "examination", "round", "task", "user", "document")
"""What an event may tell about; the server keeps any other type aside and says `rejected`."""

MAX_EVENTS = 500
MAX_BATCH_BYTES = 1 << 20
"""Of the payloads together, before compression; one larger event still travels, alone."""

Verdict = Literal["accepted", "duplicate", "rejected"]
Identifier = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9._-]+$")]
Line = Annotated[str, Meta(min_length=1, max_length=100)]
LAST_SEQ = 2**31 - 1
Sequence = Annotated[int, Meta(ge=1, le=LAST_SEQ)]
Moment = Annotated[datetime, Meta(tz=True)]


class Event(Struct, frozen=True, kw_only=True):
    """One thing that happened at a kiosk."""

    event_id: Identifier
    seq: Sequence
    """Its place in the kiosk's outbox: the order of events is (kiosk, epoch, seq), never their time."""
    type: Annotated[str, Meta(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_]*$")]
    version: Annotated[int, Meta(ge=0, le=LAST_SEQ)]
    occurred_at: Moment
    payload: Raw


class Batch(Struct, frozen=True, kw_only=True):
    """Events on their way; without events it is a sign of life that asks what the server lacks."""

    kiosk_id: Identifier
    epoch: Identifier
    """Made anew when the kiosk's database is made or restored: a sequence number counts within its epoch."""
    batch_id: Identifier
    sent_at: Moment
    events: Annotated[list[Event], Meta(max_length=MAX_EVENTS)]
    oldest_seq: Sequence = 1
    """The oldest event that the kiosk still has: what came before it can no longer be asked for."""
    pending: Annotated[int, Meta(ge=0)] = 0
    """How many events waited at the kiosk when this was sent, these included."""


class EventVerdict(Struct, frozen=True, kw_only=True):
    """What the server did with one event."""

    event_id: str
    verdict: Verdict
    reason: str | None = None


class Answer(Struct, frozen=True, kw_only=True):
    """The server's answer, given after its commit. It counts only where `batch_id` is the batch's own."""

    batch_id: str
    verdicts: list[EventVerdict]
    acked_through: int
    """Every event up to this number of this epoch is there."""
    highest: int
    """The highest number of this epoch that is there."""
    gaps: list[tuple[int, int]] = []
    """Numbers from .. to (both included) that are lacking below `highest`."""


class Problem(Struct, frozen=True, kw_only=True):
    """Why the server did nothing with a request; `batch_id` shows that it says so itself, not a proxy."""

    message: str
    batch_id: str | None = None


class EnrolRequest(Struct, frozen=True, kw_only=True):
    """A kiosk that presents its one-time code."""

    code: Annotated[str, Meta(min_length=1, max_length=40)]
    name: Line
    room: Identifier


class Enrolment(Struct, frozen=True, kw_only=True):
    """An enrolled kiosk, with the token that it shows from now on. The server keeps the token's hash only."""

    kiosk_id: Identifier
    token: Annotated[str, Meta(min_length=20, max_length=200)]
    name: str
    room: str
    badge_key: Annotated[str, Meta(pattern=r"^([0-9a-f]{2}){16,64}$")] | None = None
    """The hospital's key of badge hashes (`store.badges`): the users that are handed out carry theirs under it."""


class DocumentAnswer(Struct, frozen=True, kw_only=True):
    """A reference document, whole."""

    kind: str
    version: int
    body: Any


class UserRecord(Struct, frozen=True, kw_only=True):
    """A user as the document `users` hands it out. The badge travels as its keyed hash."""

    user_id: Identifier
    name: str
    initials: str
    role: str
    updated_at: Moment
    operators_names: list[str] = []
    badge_hash: str | None = None
    is_active: bool = True


def encode(message: Struct) -> bytes:
    """Return a message as UTF-8 JSON."""
    return msgspec.json.encode(message)
