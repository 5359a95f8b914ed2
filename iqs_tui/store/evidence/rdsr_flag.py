"""What dose reports flag as rejected or repeated, as signals (`domain.rdsr_flags` decides)."""

from datetime import datetime

from iqs_tui.domain.cases import RDSR_FLAG, Signal, signal_id
from iqs_tui.domain.rdsr_flags import Flagged, ReportedEvent, ReportFlags, flagged, newest
from iqs_tui.domain.reasons import CID_7011
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store.evidence.study_rows import StudyRows


def signals(study: StudyRows, rules: RetakeRules, now: datetime) -> list[Signal]:
    """Return a signal for every exposure that the reports of a study say was rejected, or made again."""
    told = [
        ReportFlags(sop_instance_uid=row.sop_instance_uid, content_at=row.content_at, events=row.flags)
        for row in study.reports
        if row.flags
    ]
    if not told:
        return []
    return [_signal(each, study.study_uid, now) for each in flagged(newest(told), _events(study))]


def _events(study: StudyRows) -> list[ReportedEvent]:
    return [
        ReportedEvent(
            exposure_uid=uid,
            acquired_at=row.acquired_at,
            device=row.device_id,
            alike=(row.protocol, row.body_part, row.view, row.laterality),
        )
        for uid, row in study.exposures.items()
        if row.report_facts is not None and not row.is_quality_control
    ]


def _signal(found: Flagged, study_uid: str, now: datetime) -> Signal:
    flag = "repeated" if found.is_repeat else "rejected"
    about = {"flag": flag}
    if found.flagged_uid != found.exposure_uid:
        about["later"] = found.flagged_uid
    if found.is_repeat and found.code:
        about["cid10034"] = found.code
    is_coded = not found.is_repeat and found.code in CID_7011
    return Signal(
        signal_id=signal_id(f"{RDSR_FLAG}.{flag}", found.flagged_uid, found.exposure_uid),
        kind=RDSR_FLAG,
        source_uid=found.flagged_uid,
        study_uid=study_uid,
        exposure_uid=found.exposure_uid,
        at=now,
        about=about,
        cid7011=found.code if is_coded else None,
        description=None if is_coded else found.words,
    )
