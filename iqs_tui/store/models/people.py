"""Who uses the kiosk, and who did what."""

from peewee import AutoField, BooleanField, JSONField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class User(Base):
    """An MBB'er or manager. The badge is kept as a keyed hash, never as its number."""

    user_id = TextField(primary_key=True)
    name = TextField()
    initials = TextField(unique=True)
    operators_names = JSONField(default=list)
    """How this person appears in Operators' Name (0008,1070), cleaned and case-folded."""
    role = TextField(default="radiographer")
    """radiographer, reviewer, quality, physicist or manager."""
    badge_hash = TextField(null=True, unique=True)
    is_active = BooleanField(default=True)
    updated_at = UtcField()


class Audit(Base):
    """Append-only: who did what to evaluations and settings. Each row carries the hash of the one before."""

    seq = AutoField()
    at = UtcField()
    actor = TextField()
    action = TextField()
    subject = TextField(null=True)
    detail = JSONField(null=True)
    previous_hash = TextField()
    row_hash = TextField()
