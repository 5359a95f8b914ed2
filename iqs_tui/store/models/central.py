"""What only the central server keeps."""

from peewee import AutoField, IntegerField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Kiosk(Base):
    """An enrolled kiosk. Its token is kept as a hash."""

    kiosk_id = TextField(primary_key=True)
    name = TextField()
    room = TextField()
    token_hash = TextField()
    enrolled_at = UtcField()
    revoked_at = UtcField(null=True)
    last_seen = UtcField(null=True)
    epoch = TextField(null=True)
    acked_through = IntegerField(default=0)
    """Every event up to this sequence number of the epoch has been taken in."""


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
    occurred_at = UtcField()
    received_at = UtcField()
    payload = TextField()
    payload_hash = TextField()
    verdict = TextField()

    class Meta:
        """A place in a kiosk's sequence is taken once."""

        table_name = "received_event"
        indexes = ((("kiosk_id", "epoch", "seq"), True),)
