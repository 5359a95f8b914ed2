"""Retake cases: the evidence, and the question to the MBB'er with its answer."""

from peewee import BooleanField, DoubleField, IntegerField, JSONField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Signal(Base):
    """One piece of evidence that an exposure was rejected or repeated (design, part 5)."""

    signal_id = TextField(primary_key=True)
    """Made of kind, source and target: the same message twice is the same signal."""
    kind = TextField()
    """key, rejection_note, same_view; later rdsr_flag, no_image, rule, mpps_count."""
    source_uid = TextField()
    """UID of the object that brought it; a UUID for the key on the kiosk."""
    study_uid = TextField(null=True, index=True)
    exposure_uid = TextField(null=True)
    instance_uid = TextField(null=True, index=True)
    room = TextField(null=True)
    at = UtcField()
    cid7011 = TextField(null=True)
    description = TextField(null=True)
    operator = TextField(null=True)
    confidence = DoubleField()
    """0 to 1."""
    case_id = TextField(null=True, index=True)


class Case(Base):
    """One exposure that was, or may have been, rejected; one question to the MBB'er."""

    case_id = TextField(primary_key=True)
    room = TextField(null=True)
    device_id = TextField(null=True)
    study_uid = TextField(null=True, index=True)
    exposure_uid = TextField(null=True, index=True)
    instance_uids = JSONField()
    signals = JSONField()
    """The kinds of its signals, sorted, each once."""
    is_question = BooleanField(default=False)
    """It rests on the same view alone: "overname?"."""
    state = TextField(default="open")
    """open, answered, dismissed or expired; at the central server also withdrawn: the kiosk has the case no more."""
    reason_code = TextField(null=True)
    """Of reasons.toml: a reason (answered) or a kind of "geen afkeur" (dismissed)."""
    reason_label = TextField(null=True)
    cid7011_code = TextField(null=True)
    detail = TextField(null=True)
    """Free text of the MBB'er, or the description that the note brought."""
    procedure = TextField(null=True)
    view = TextField(null=True)
    laterality = TextField(null=True)
    operator = TextField(null=True)
    """Who made the exposure, as Operators' Name (0008,1070) says."""
    answered_by = TextField(null=True)
    """user_id, `room` where nobody was signed in, `note` where the rejection note brought the reason."""
    acquired_at = UtcField(null=True)
    detected_at = UtcField()
    answered_at = UtcField(null=True)
    shown_at = UtcField(null=True)
    first_key_at = UtcField(null=True)
    keys = IntegerField(default=0)
    deferred = IntegerField(default=0)
    deferred_until = UtcField(null=True)
    updated_at = UtcField()

    class Meta:
        """The table's name: CASE is a word of SQL."""

        table_name = "retake_case"
        indexes = ((("state", "room", "detected_at"), False),)
