"""Retake cases: the evidence, and the question to the MBB'er with its answer."""

from peewee import SQL, AutoField, BooleanField, CompositeKey, DoubleField, IntegerField, JSONField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Signal(Base):
    """One piece of evidence that an exposure was rejected or repeated (design, part 5)."""

    signal_id = TextField(primary_key=True)
    """Made of kind, source and target: the same message twice is the same signal."""
    kind = TextField()
    """One of `domain.cases`: key, rejection_note, revocation, rdsr_flag, no_image, rule, same_view, ct_overlap,
    mpps_count."""
    source_uid = TextField()
    """UID of the object that brought it; a UUID for the key on the kiosk."""
    study_uid = TextField(null=True, index=True)
    exposure_uid = TextField(null=True)
    instance_uid = TextField(null=True, index=True)
    room = TextField(null=True)
    at = UtcField()
    said_at = UtcField(null=True)
    """When the document that brought it was written; `at` is when it came in."""
    title = TextField(null=True)
    """Of a note: its code of CID 7010."""
    about = JSONField(null=True)
    """What else it rests on: the earlier exposure and the gap, the rule's name, the counts."""
    cid7011 = TextField(null=True)
    description = TextField(null=True)
    operator = TextField(null=True)
    confidence = DoubleField()
    """0 to 1."""
    case_id = TextField(null=True, index=True)


# Keys are pressed seldom, and looked for at every study with a signal.
Signal.add_index(Signal.room, Signal.at, where=Signal.kind == SQL("'key'"), name="signal_key")


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
    """It rests on signals alone that only ask: "overname?"."""
    counts_as = TextField(default="reject")
    """What it is once answered: reject, repeat (both images went on, AAPM TG-305) or identification (113038)."""
    confidence = DoubleField(null=True)
    """Of the best of its signals, 0 to 1."""
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
    at_prompt = BooleanField(default=False)
    """The prompt brought the answer, no note and no other screen: only then do moments and keys tell how fast."""
    keys = IntegerField(default=0)
    deferred = IntegerField(default=0)
    deferred_until = UtcField(null=True)
    updated_at = UtcField()

    class Meta:
        """The table's name: CASE is a word of SQL."""

        table_name = "retake_case"
        indexes = ((("state", "room", "detected_at"), False), (("room", "detected_at"), False))


class Correction(Base):
    """An answer that was put right later: by whom, and why."""

    id = AutoField()
    case_id = TextField(index=True)
    at = UtcField()
    by = TextField()
    before_code = TextField(null=True)
    after_code = TextField(null=True)
    why = TextField()


class Settling(Base):
    """A study whose report told of exposures without an image: to be looked at once it has been quiet."""

    study_uid = TextField(primary_key=True)
    room = TextField(null=True)
    due_at = UtcField(index=True)


class DeviceClock(Base):
    """How far the clock of a device's dose reports stands from that of its images, as its latest studies tell."""

    device_id = TextField(primary_key=True)
    samples = JSONField()
    """Study UID to [when, report minus image in seconds]."""
    updated_at = UtcField(index=True)


class OutgoingNote(Base):
    """A rejection note that the node writes for an answered case, on its way to the PACS."""

    case_id = TextField(primary_key=True)
    instance_uid = TextField(null=True)
    """SOP Instance UID of the note; the same however often it is tried."""
    state = TextField()
    """waiting, sent, failed or withdrawn."""
    tries = IntegerField(default=0)
    due_at = UtcField(index=True)
    error = TextField(null=True)
    created_at = UtcField()
    sent_at = UtcField(null=True)


class Lesson(Base):
    """A collection of cases for a clinical lesson."""

    lesson_id = TextField(primary_key=True)
    title = TextField()
    created_by = TextField()
    created_at = UtcField()
    updated_at = UtcField()


class LessonCase(Base):
    """A case of a lesson."""

    lesson_id = TextField(index=True)
    case_id = TextField(index=True)
    position = IntegerField()
    remark = TextField(null=True)
    added_by = TextField()
    added_at = UtcField()

    class Meta:
        """A case stands once in a lesson."""

        table_name = "lesson_case"
        primary_key = CompositeKey("lesson_id", "case_id")
