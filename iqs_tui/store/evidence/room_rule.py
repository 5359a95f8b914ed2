"""Images that the room's own rule says were rejected, as signals (`domain.room_rules` found the marks at the door)."""

from datetime import datetime

from iqs_tui.domain.cases import RULE, Signal, signal_id
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.domain.room_rules import Mark
from iqs_tui.store import marks
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import Instance

_MARKED = "SELECT DISTINCT exposure_uid, rejected_by FROM instance WHERE study_uid = ? AND rejected_by IS NOT NULL"
"""A CT's slices are marked by the thousand, with a handful of different marks."""


def signals(study: StudyRows, rules: RetakeRules, now: datetime) -> list[Signal]:
    """Return one signal per rule and exposure that a marked image is of."""
    found: dict[tuple[str, str], set[Mark]] = {}
    for image in Instance.raw(_MARKED, study.study_uid):
        for mark in marks.marks_of(image):
            found.setdefault((image.exposure_uid, mark.rule), set()).add(mark)
    return [_signal(study, uid, rule, sorted(its), now) for (uid, rule), its in sorted(found.items())]


def _signal(study: StudyRows, exposure_uid: str, rule: str, found: list[Mark], now: datetime) -> Signal:
    """Return the signal of a rule; of several images, or copies of one, the first that brought a reason counts."""
    return Signal(
        signal_id=signal_id(RULE, rule, exposure_uid),
        kind=RULE,
        source_uid=exposure_uid,
        study_uid=study.study_uid,
        exposure_uid=exposure_uid,
        at=now,
        about={"rule": rule, "reason": next((mark.reason for mark in found if mark.reason), None)},
        description=next((mark.words for mark in found if mark.words), None),
    )
