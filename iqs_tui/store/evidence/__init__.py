"""Signals that are derived from what was received: made anew whenever it changes, and taken back when overtaken.

One module per kind, each with `signals(study, rules, now)`: it maps rows to the records of a rule in `domain`, which
decides. What it returns depends on the rows alone, so order and repetition of the messages change nothing.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from iqs_tui.domain.cases import Signal
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import casework, claiming, signals
from iqs_tui.store.evidence import ct_overlap, mpps_count, no_image, rdsr_flag, room_rule, same_view
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.study import Study

Derive = Callable[[StudyRows, RetakeRules, datetime], list[Signal]]

DERIVED: tuple[Derive, ...] = (
    room_rule.signals,
    rdsr_flag.signals,
    no_image.signals,
    same_view.signals,
    ct_overlap.signals,
    mpps_count.signals,
)
"""In this order: a later kind may look at what the earlier ones found (`StudyRows.derived`)."""


def refresh(study_uid: str, room: str | None, rules: RetakeRules, now: datetime, read: Study | None = None) -> None:
    """Make the derived signals of a study, and then its cases, what its rows now say. Call it inside a transaction.

    Args:
        study_uid: of the study.
        room: of the sender, for what names no room.
        rules: of that room.
        now: the moment of new signals and cases.
        read: the study, where it was just read.
    """
    study = StudyRows(study_uid, room, read)
    if study.modalities or study.steps:  # else nothing came yet, or retention took it: what was derived stays
        for derive in DERIVED:
            study.derived += derive(study, rules, now)
        if not study.derived and not signals.has_any(study_uid):
            return
        roomed = ((each, each.room or study.room_of(each.exposure_uid or "")) for each in study.derived)
        signals.make_derived(study_uid, [replace(each, room=its) for each, its in roomed])
    claiming.claim(study_uid, now)
    casework.refresh(study_uid, now)
