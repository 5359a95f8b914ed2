"""Keeps the cases of a study in step with its signals and images (`domain.cases` decides)."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from peewee import chunked, fn

from iqs_tui.domain.cases import (
    CONFIDENCE,
    KEY,
    MPPS_COUNT,
    QUESTIONS,
    REVOCATION,
    Group,
    Signal,
    group_signals,
    signal_id,
    survivor,
    without_explained,
)
from iqs_tui.domain.notes import standing
from iqs_tui.domain.reasons import ReasonList
from iqs_tui.store import audit, documents, outbox, signals
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Case, Correction, DoseReportRow, Exposure, Instance, Step
from iqs_tui.store.models import Signal as SignalRow

_NAMES_ASKED = 500
INSTANCES_NAMED = 50
"""Of a case: a CT scan has a thousand."""


def refresh(study_uid: str, room: str | None, at: datetime) -> None:
    """Make the cases of a study what its signals and images now say. Call it inside a transaction."""
    told = signals.of_study(study_uid)
    cases = {case.case_id: case for case in Case.select().where(Case.study_uid == study_uid)}
    if not told and not cases:
        return
    groups = _groups(study_uid, told, cases)
    owned = {signal.case_id for group in groups for signal in group.signals}
    taken: set[str] = set()
    for group in groups:
        taken.add(_settle(group, study_uid, room, cases, taken, at))
    revoked = {signal.instance_uid for signal in told if signal.kind == REVOCATION}
    for case_id, case in cases.items():
        if case_id in owned and case_id not in taken:
            _take_away(case, "case.merged", at)
        elif case_id not in taken:
            _leave_without_evidence(case, revoked, at)


def open_without_image(room: str, at: datetime) -> str:
    """Open a case for an exposure that left nothing here: it was deleted at the console. Return its signal_id."""
    source = new_id()
    press = Signal(signal_id=signal_id(KEY, source, None), kind=KEY, source_uid=source, at=at)
    case = Case(
        case_id=new_id(),
        room=room,
        state="open",
        instance_uids=[],
        signals=[KEY],
        confidence=CONFIDENCE[KEY],
        detected_at=at,
        updated_at=at,
    )
    case.save(force_insert=True)
    signals.add(press, room)
    SignalRow.update(case_id=case.case_id).where(SignalRow.signal_id == press.signal_id).execute()
    outbox.put_row("case", case, at)
    return press.signal_id


def tell(case: Case, at: datetime) -> None:
    """Put a case as it stands in the outbox, and mark when it changed."""
    case.updated_at = at
    case.save()
    outbox.put_row("case", case, at)


def _groups(study_uid: str, told: list[Signal], cases: dict[str, Case]) -> list[Group]:
    same_as = _same_exposures(study_uid)
    found = [
        replace(signal, exposure_uid=same_as.get(signal.exposure_uid or "", signal.exposure_uid))
        for signal in standing(told)
    ]
    exposure_of = {image: same_as.get(uid, uid) for image, uid in _exposures_of(study_uid, found, cases).items()}
    groups = group_signals(found, exposure_of)
    if any(MPPS_COUNT in group.kinds for group in groups):
        settled = {case_id for case_id, case in cases.items() if case.state in {"answered", "dismissed"}}
        return without_explained(groups, _shown(study_uid), settled)
    return groups


def _shown(study_uid: str) -> set[str]:
    """Return the exposures of a study that have an image, and the images that its procedure steps say were stored."""
    imaged = Exposure.select(Exposure.exposure_uid).where(
        Exposure.study_uid == study_uid, Exposure.image_facts.is_null(False)
    )
    stored = Step.select(Step.image_uids).where(Step.study_uid == study_uid)
    return {row.exposure_uid for row in imaged} | {uid for step in stored for uid in step.image_uids or ()}


def _settle(
    group: Group, study_uid: str, room: str | None, cases: dict[str, Case], taken: set[str], at: datetime
) -> str:
    """Give a group its one case, and return that case's id."""
    own = {signal.case_id for signal in group.signals}
    candidates = [
        case
        for case in cases.values()
        if case.case_id not in taken
        and (case.case_id in own or (group.exposure_uid and case.exposure_uid == group.exposure_uid))
    ]
    chosen = survivor((case.case_id, _rank(case), case.detected_at) for case in candidates)
    is_new = chosen is None
    case = cases[chosen] if chosen else Case(case_id=new_id(), room=room, state="open", detected_at=group.detected_at)
    if _write_down(case, group, study_uid, at) or is_new:
        case.updated_at = at
        case.save(force_insert=is_new)
        outbox.put_row("case", case, at)
    moved = [signal.signal_id for signal in group.signals if signal.case_id != case.case_id]
    for ids in chunked(moved, _NAMES_ASKED):
        SignalRow.update(case_id=case.case_id).where(SignalRow.signal_id.in_(ids)).execute()
    return str(case.case_id)


def _rank(case: Case) -> str:
    return "noted" if case.state == "answered" and _is_noted(case) else str(case.state)


def _is_noted(case: Case) -> bool:
    """Say whether only a note (or a rule, or a report) answered it: no person did, or put that right since."""
    return case.answered_by == "note" and not Correction.select().where(Correction.case_id == case.case_id).exists()


def _write_down(case: Case, group: Group, study_uid: str, at: datetime) -> bool:
    """Write what the group says into its case; return whether that changed anything."""
    before = dict(case.__data__)
    is_asked_anew = _is_asked_anew(case, group)
    case.study_uid = study_uid
    case.exposure_uid = group.exposure_uid or case.exposure_uid
    case.signals = group.kinds
    case.is_question = group.is_question
    case.counts_as = group.counts_as
    case.confidence = group.confidence
    case.detected_at = min(case.detected_at, group.detected_at)
    case.instance_uids = sorted({*group.instance_uids, *_instances_of(group)}) or case.instance_uids or []
    _describe(case, group)
    if is_asked_anew:
        audit.append("node", "case.reopened", case.case_id, {"signals": group.kinds}, at)
        open_again(case)
    _follow_the_note(case, group, at)
    return dict(case.__data__) != before


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
    is_noted = case.state == "answered" and _is_noted(case)
    if case.state != "open" and not is_noted:
        return
    reasons = documents.reasons() if group.cid7011 or group.reason or group.cid10034 else None
    code = _reason_brought(reasons, group) if reasons else None
    if reasons is None or code is None:
        if is_noted:
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
    exposure = Exposure.get_or_none(Exposure.exposure_uid == group.exposure_uid) if group.exposure_uid else None
    modality = exposure.modality if exposure else None
    if group.cid7011:
        return reasons.from_cid7011(group.cid7011, modality)
    if group.reason and reasons.by_code(group.reason) and reasons.label(group.reason):
        return group.reason
    return reasons.from_cid10034(group.cid10034, modality) if group.cid10034 else None


def open_again(case: Case) -> None:
    """Make a case open, without its answer; the caller saves and tells it."""
    case.state, case.at_prompt = "open", False
    for name in ("reason_code", "reason_label", "cid7011_code", "detail", "answered_by", "answered_at"):
        setattr(case, name, None)


def _leave_without_evidence(case: Case, revoked: set[str | None], at: datetime) -> None:
    """Take a case away whose evidence is gone, unless a person answered it: that stays, and shows what is left."""
    if case.state in {"open", "expired"} or _is_noted(case):
        _take_away(case, "case.withdrawn", at)
        return
    left = [REVOCATION] if revoked.intersection(case.instance_uids or ()) else []
    if case.signals != left:
        audit.append("node", "case.evidence_gone", case.case_id, {"signals": case.signals, "left": left}, at)
        case.signals = left
        tell(case, at)


def _take_away(case: Case, action: str, at: datetime) -> None:
    audit.append("node", action, case.case_id, {"signals": case.signals, "reason": case.reason_code}, at)
    outbox.put_row("case", case, at, state="withdrawn", updated_at=at)
    case.delete_instance()


def _describe(case: Case, group: Group) -> None:
    """Fill in what is known of the exposure; without one, what a signal says of it."""
    said = next((signal.operator for signal in group.signals if signal.operator), None)
    exposure = Exposure.get_or_none(Exposure.exposure_uid == case.exposure_uid) if case.exposure_uid else None
    if exposure is None:
        case.operator = said or case.operator
        about = (signal.about or {} for signal in group.signals)
        case.procedure = case.procedure or next((each["procedure"] for each in about if "procedure" in each), None)
        return
    case.device_id = exposure.device_id
    case.room = exposure.room or case.room
    case.procedure = exposure.procedure or exposure.protocol
    case.view = exposure.view
    case.laterality = exposure.laterality
    case.operator = exposure.operator or said or case.operator
    case.acquired_at = exposure.acquired_at


def _instances_of(group: Group) -> list[str]:
    if not group.exposure_uid:
        return []
    of_exposure = Instance.select(Instance.sop_instance_uid).where(Instance.exposure_uid == group.exposure_uid)
    return [row.sop_instance_uid for row in of_exposure.order_by(Instance.sop_instance_uid).limit(INSTANCES_NAMED)]


def _exposures_of(study_uid: str, told: list[Signal], cases: dict[str, Case]) -> dict[str, str]:
    """Return the exposure of each image that a signal names.

    As the image itself says; while it is not here, as a dose report says, or the other slices of its series; once it is
    no longer kept, as its case says.
    """
    wanted = {signal.instance_uid for signal in told if signal.instance_uid}
    if not wanted:
        return {}
    found: dict[str, str] = {}
    for case in cases.values():
        if case.exposure_uid:
            found |= dict.fromkeys(wanted.intersection(case.instance_uids), case.exposure_uid)
    reports = DoseReportRow.select().where(DoseReportRow.study_uid == study_uid)
    for report in reports.order_by(DoseReportRow.sop_instance_uid):
        events = report.image_events or {}
        found |= {image: events[image] for image in wanted & events.keys()}
    for names in chunked(sorted(wanted), _NAMES_ASKED):
        rows = Instance.select(Instance.sop_instance_uid, Instance.exposure_uid).where(
            Instance.sop_instance_uid.in_(names)
        )
        found |= {row.sop_instance_uid: row.exposure_uid for row in rows}
    return _exposures_of_series(study_uid, told) | found


def _exposures_of_series(study_uid: str, told: list[Signal]) -> dict[str, str]:
    """Return the exposure of slices that may not have come, as the others of their series say."""
    named = {signal.instance_uid: signal.series for signal in told if signal.instance_uid and signal.series}
    if not named:
        return {}
    rows: Any = (
        Instance.select(Instance.series_uid, fn.MIN(Instance.exposure_uid))
        .where(Instance.study_uid == study_uid)
        .group_by(Instance.series_uid)
        .tuples()
    )
    exposure_of = dict(rows)
    return {image: exposure_of[series] for image, series in named.items() if series in exposure_of}


def _same_exposures(study_uid: str) -> dict[str, str]:
    """Return the exposures of a study that turned out to be another one."""
    rows = Exposure.select(Exposure.exposure_uid, Exposure.same_as).where(
        Exposure.study_uid == study_uid, Exposure.same_as.is_null(False)
    )
    return {row.exposure_uid: row.same_as for row in rows if row.same_as}
