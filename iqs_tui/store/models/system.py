"""The program's own housekeeping."""

from peewee import AutoField, CompositeKey, IntegerField, JSONField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Outbox(Base):
    """An event for the central server, written in the transaction of what it tells. Never deleted before its ack."""

    seq = AutoField()
    event_id = TextField(unique=True)
    type = TextField()
    version = IntegerField()
    occurred_at = UtcField()
    payload = TextField()
    """JSON; see `sync.events`."""
    state = TextField(default="pending", index=True)
    """pending, acked or dead (the server refused this one: visible in the admin)."""
    tries = IntegerField(default=0)
    verdict = TextField(null=True)
    acked_at = UtcField(null=True)


class Setting(Base):
    """A fact that the processes tell each other: heartbeat, epoch, last sync, installed versions."""

    key = TextField(primary_key=True)
    value = JSONField(null=True)
    updated_at = UtcField()


class Job(Base):
    """Work that a face asks of the node, the only process that talks to networks: C-ECHO, enrol, draw, sync."""

    job_id = TextField(primary_key=True)
    kind = TextField()
    params = JSONField()
    state = TextField(default="queued", index=True)
    """queued, running, done or failed."""
    progress = IntegerField(default=0)
    total = IntegerField(null=True)
    message = TextField(null=True)
    result = JSONField(null=True)
    created_by = TextField(null=True)
    created_at = UtcField()
    finished_at = UtcField(null=True)


class LogEntry(Base):
    """A line of the program's log: warnings and worse, and what an application manager needs to see."""

    id = AutoField()
    at = UtcField(index=True)
    process = TextField()
    level = TextField()
    source = TextField()
    message = TextField()

    class Meta:
        """The table's name."""

        table_name = "log"


class Document(Base):
    """A reference document in force: reasons, forms, DRN table or users, shipped or handed out by the server."""

    kind = TextField(primary_key=True)
    version = IntegerField()
    source = TextField()
    """shipped, or the URL it came from."""
    body = TextField()
    """JSON."""
    received_at = UtcField()


class DocumentVersion(Base):
    """Every version of a reference document that was ever in force here, and who put it there."""

    kind = TextField()
    version = IntegerField()
    source = TextField()
    body = TextField()
    """JSON."""
    installed_by = TextField(null=True)
    """A user, or None where the central server handed it out."""
    note = TextField(null=True)
    """Why, in the words of who changed it."""
    installed_at = UtcField()

    class Meta:
        """The table's name."""

        table_name = "document_version"
        primary_key = CompositeKey("kind", "version")
