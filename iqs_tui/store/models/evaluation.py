"""Scoring of good images: rounds, their tasks, and the scores."""

from peewee import IntegerField, JSONField, TextField

from iqs_tui.store.database import Base
from iqs_tui.store.fields import UtcField


class Round(Base):
    """A random draw of good images, to be scored on one form. Filter and seed make the draw repeatable."""

    round_id = TextField(primary_key=True)
    room = TextField(null=True)
    kind = TextField()
    """self_evaluation, peer_review or quality_analysis."""
    form_id = TextField()
    form_version = IntegerField()
    form = JSONField(null=True)
    """The form as it was at the draw: a newer version changes nothing for a round that is under way.
    None: the form in force."""
    procedure = TextField(default="")
    """Part of the procedure's name; empty: all."""
    subject_operator = TextField(null=True)
    """Whose images: for a self-evaluation the MBB'er's own, for a peer review the chosen colleague's."""
    seed = TextField()
    n = IntegerField()
    n_candidates = IntegerField()
    """How many images the draw could choose from."""
    drawn_at = UtcField()
    due_at = UtcField(null=True)
    created_by = TextField(null=True)


class Task(Base):
    """One image of a round."""

    task_id = TextField(primary_key=True)
    round_id = TextField(index=True)
    position = IntegerField()
    exposure_uid = TextField(index=True)
    instance_uid = TextField()
    procedure = TextField(null=True)
    view = TextField(null=True)
    laterality = TextField(null=True)
    operator = TextField(null=True)
    acquired_at = UtcField(null=True)
    state = TextField(default="open")
    """open, done or skipped."""
    scored_by = TextField(null=True)
    scored_at = UtcField(null=True)
    scores = JSONField(default=dict)
    """Criterion code to score: the whole answer of one task, written at once."""
    remark = TextField(null=True)


class Score(Base):
    """One criterion of one task, as scored: the rows that statistics count."""

    score_id = TextField(primary_key=True)
    task_id = TextField(index=True)
    criterion = TextField()
    value = IntegerField(null=True)
    """Points on the form's scale; None: not applicable."""
