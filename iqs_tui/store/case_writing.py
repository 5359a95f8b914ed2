"""What the signals of an exposure say, written into the row of its case."""

from datetime import datetime

from iqs_tui.domain.cases import QUESTIONS, Group
from iqs_tui.domain.reasons import ReasonList
from iqs_tui.store import audit, documents
from iqs_tui.store.models import Case, Correction, Exposure, Instance

INSTANCES_NAMED = 50
"""Of a case: a CT scan has a thousand."""


def write_down(case: Case, group: Group, study_uid: str | None, at: datetime) -> bool:
    """Write what the group says into its case; return whether that changed anything."""
    before = dict(case.__data__)
    is_asked_anew = _is_asked_anew(case, group)
    case.study_uid = study_uid
    if case.exposure_uid and not group.exposure_uid:
        forget_exposure(case)
    case.exposure_uid = group.exposure_uid
    case.signals = group.kinds
    case.is_question = group.is_question
    case.counts_as = group.counts_as
    case.confidence = group.confidence
    case.detected_at = min(case.detected_at, group.detected_at)
    exposure = Exposure.whole(Exposure.exposure_uid == case.exposure_uid).first() if case.exposure_uid else None
    is_past = exposure is None and case.exposure_uid is not None  # no longer kept: what the case says of it stays
    left = case.instance_uids if is_past else None
    case.instance_uids = sorted({*group.instance_uids, *_instances_of(group)}) or left or []
    _describe(case, group, exposure, is_past=is_past)
    if is_asked_anew:
        audit.append("node", "case.reopened", case.case_id, {"signals": group.kinds}, at)
        open_again(case)
    _follow_the_note(case, group, at)
    return dict(case.__data__) != before


def forget_exposure(case: Case) -> None:
    """Leave out what was known of the exposure: it turned out to be another."""
    for name in ("exposure_uid", "device_id", "procedure", "view", "laterality", "operator", "acquired_at"):
        setattr(case, name, None)
    case.instance_uids = []


def open_again(case: Case) -> None:
    """Make a case open, without its answer; the caller saves and tells it."""
    case.state, case.at_prompt = "open", False
    for name in ("reason_code", "reason_label", "cid7011_code", "detail", "answered_by", "answered_at"):
        setattr(case, name, None)


def is_noted(case: Case) -> bool:
    """Say whether only a note (or a rule, or a report) answered it: no person did, or put that right since."""
    return case.answered_by == "note" and not Correction.select().where(Correction.case_id == case.case_id).exists()


def _is_asked_anew(case: Case, group: Group) -> bool:
    """Say whether a closed case opens again.

    So it does where "geen afkeur" answered a mere question and something now says that the image was rejected; and
    where nobody answered in time, and then something other than a question came (a note days after the images).
    """
    if group.is_question:
        return False
    is_news = any(signal.case_id != case.case_id and signal.kind not in QUESTIONS for signal in group.signals)
    return (case.state == "dismissed" and bool(case.is_question)) or (case.state == "expired" and is_news)


def _follow_the_note(case: Case, group: Group, at: datetime) -> None:
    """Answer a case with the reason that its signals bring, or open it where they bring none any more.

    What a person answered stays.
    """
    by_note = case.state == "answered" and is_noted(case)
    if case.state != "open" and not by_note:
        return
    reasons = documents.reasons() if group.cid7011 or group.reason or group.cid10034 else None
    code = _reason_brought(reasons, group) if reasons else None
    if reasons is None or code is None:
        if by_note:
            audit.append("node", "case.reopened", case.case_id, {"signals": group.kinds}, at)
            open_again(case)
        return
    brought = {
        "state": "answered",
        "reason_code": code,
        "reason_label": reasons.label(code),
        "cid7011_code": group.cid7011 or reasons.cid7011(code),
        "detail": group.description,
        "answered_by": "note",
    }
    if any(getattr(case, name) != value for name, value in brought.items()):
        audit.append("node", "case.answered", case.case_id, {"reason": code, "by": "note"}, at)
        for name, value in brought.items():
            setattr(case, name, value)
        case.answered_at = case.answered_at or at


def _reason_brought(reasons: ReasonList, group: Group) -> str | None:
    """Return the reason of a note, else of a room's rule, else of a dose report's repeat; None where there is none."""
    exposure = Exposure.whole(Exposure.exposure_uid == group.exposure_uid).first() if group.exposure_uid else None
    modality = exposure.modality if exposure else None
    if group.cid7011:
        return reasons.from_cid7011(group.cid7011, modality)
    if group.reason and reasons.by_code(group.reason) and reasons.label(group.reason):
        return group.reason
    return reasons.from_cid10034(group.cid10034, modality) if group.cid10034 else None


def _describe(case: Case, group: Group, exposure: Exposure | None, *, is_past: bool) -> None:
    """Fill in what is known of the exposure; without one, what a signal says of it."""
    said = next((signal.operator for signal in group.signals if signal.operator), None)
    if exposure is None:
        case.room = (case.room if is_past else None) or group.room or case.room
        case.operator = said or (case.operator if is_past else None)
        about = (signal.about or {} for signal in group.signals)
        case.procedure = case.procedure or next((each["procedure"] for each in about if "procedure" in each), None)
        return
    case.device_id = exposure.device_id
    case.room = exposure.room or case.room or group.room
    case.procedure = exposure.procedure or exposure.protocol
    case.view = exposure.view
    case.laterality = exposure.laterality
    case.operator = exposure.operator or said
    case.acquired_at = exposure.acquired_at


def _instances_of(group: Group) -> list[str]:
    if not group.exposure_uid:
        return []
    of_exposure = Instance.select(Instance.sop_instance_uid).where(Instance.exposure_uid == group.exposure_uid)
    return [row.sop_instance_uid for row in of_exposure.order_by(Instance.sop_instance_uid).limit(INSTANCES_NAMED)]
