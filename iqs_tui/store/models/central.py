"""What only the central server keeps."""

from peewee import AutoField, DoubleField, IntegerField, JSONField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Kiosk(Base):
    """An enrolled kiosk. Its token is kept as a hash."""

    kiosk_id = TextField(primary_key=True)
    name = TextField()
    room = TextField()
    token_hash = TextField(unique=True)
    enrolled_at = UtcField()
    revoked_at = UtcField(null=True)
    last_seen = UtcField(null=True)
    epoch = TextField(null=True)
    acked_through = IntegerField(default=0)
    """Every event up to this sequence number of the epoch has been taken in."""
    gaps = JSONField(default=list)
    """Pairs [from, to] of sequence numbers that were not received, below the highest that was."""
    pending = IntegerField(default=0)
    """How many events waited at the kiosk when it last spoke."""
    skew_s = DoubleField(null=True)
    """The kiosk's clock minus the server's, when it last spoke."""


class EnrolCode(Base):
    """A one-time code with which a kiosk enrols."""

    code_hash = TextField(primary_key=True)
    room = TextField()
    created_at = UtcField()
    expires_at = UtcField()
    used_at = UtcField(null=True)
    kiosk_id = TextField(null=True)


class ReceivedEvent(Base):
    """An event as it came in: the ground under every table of the server."""

    id = AutoField()
    event_id = TextField(unique=True)
    kiosk_id = TextField(index=True)
    epoch = TextField()
    seq = IntegerField()
    type = TextField()
    version = IntegerField()
    subject = TextField(null=True)
    """The key of the row it tells about; None where it could not be read."""
    occurred_at = UtcField()
    received_at = UtcField()
    payload = TextField()
    payload_hash = TextField()
    verdict = TextField()
    """accepted or rejected."""
    reason = TextField(null=True)
    """Why it was rejected."""

    class Meta:
        """A place in a kiosk's sequence is taken once; the newest of a subject is found quickly."""

        table_name = "received_event"
        indexes = ((("kiosk_id", "epoch", "seq"), True), (("type", "subject"), False))


class ConflictingEvent(Base):
    """An event whose key other content has, kept aside: a cloned kiosk, a database put back by hand."""

    id = AutoField()
    event_id = TextField()
    kiosk_id = TextField(index=True)
    epoch = TextField()
    seq = IntegerField()
    type = TextField()
    version = IntegerField()
    occurred_at = UtcField()
    received_at = UtcField()
    payload = TextField()
    payload_hash = TextField()
    reason = TextField()

    class Meta:
        """The same conflict, sent again, is the same row."""

        table_name = "conflicting_event"
        indexes = ((("event_id", "kiosk_id", "epoch", "seq", "payload_hash"), True),)
