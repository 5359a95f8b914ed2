"""Keeps the cases of a study in step with its signals and images (`domain.cases` decides)."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime

from iqs_tui.domain.cases import CONFIDENCE, KEY, SAME_VIEW, Group, Signal, group_signals, signal_id, survivor
from iqs_tui.domain.same_view import SameViewRules, SeenView, repeats
from iqs_tui.store import audit, documents, outbox
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Case, Exposure, Instance
from iqs_tui.store.models import Signal as SignalRow


def add_signal(signal: Signal, room: str | None) -> bool:
    """Keep a signal; return whether it is new. Call `refresh` for its study afterwards, in the same transaction."""
    inserted = (
        SignalRow.insert(**asdict(signal) | {"case_id": None}, room=room, confidence=CONFIDENCE.get(signal.kind, 0.5))
        .on_conflict_ignore()
        .as_rowcount()
        .execute()
    )
    return bool(inserted)


def refresh_same_view(study_uid: str, room: str | None, rules: SameViewRules, at: datetime) -> None:
    """Make the same-view questions of a study what its exposures now say: new ones added, overtaken ones taken back."""
    found = {signal_id(SAME_VIEW, repeat.later, repeat.earlier): repeat for repeat in repeats(_seen(study_uid), rules)}
    kept = set()
    for row in SignalRow.select().where((SignalRow.study_uid == study_uid) & (SignalRow.kind == SAME_VIEW)):
        if row.signal_id in found:
            kept.add(row.signal_id)
        else:
            row.delete_instance()
    for name, repeat in found.items():
        if name not in kept:
            where = Exposure.select(Exposure.room).where(Exposure.exposure_uid == repeat.later).scalar()
            add_signal(
                Signal(
                    signal_id=name,
                    kind=SAME_VIEW,
                    source_uid=repeat.later,
                    study_uid=study_uid,
                    exposure_uid=repeat.earlier,
                    at=at,
                ),
                where or room,
            )


def refresh(study_uid: str, room: str | None, at: datetime) -> None:
    """Make the cases of a study what its signals and images now say. Call it inside a transaction."""
    same_as = _same_exposures(study_uid)
    signals = [_signal(row, same_as) for row in SignalRow.select().where(SignalRow.study_uid == study_uid)]
    cases = {case.case_id: case for case in Case.select().where(Case.study_uid == study_uid)}
    if not signals and not cases:
        return
    owned = {signal.case_id for signal in signals}
    taken: set[str] = set()
    for group in group_signals(signals, _exposures_of(signals)):
        taken.add(_settle(group, study_uid, room, cases, taken, at))
    for case_id, case in cases.items():
        if case_id not in taken:
            _withdraw(case, at, is_merged=case_id in owned)


def open_without_image(room: str, at: datetime) -> str:
    """Open a case for an exposure that left nothing here: it was deleted at the console. Return its case_id."""
    source = new_id()
    case = Case(
        case_id=new_id(),
        room=room,
        state="open",
        instance_uids=[],
        signals=[KEY],
        detected_at=at,
        updated_at=at,
    )
    case.save(force_insert=True)
    add_signal(Signal(signal_id=signal_id(KEY, source, None), kind=KEY, source_uid=source, at=at), room)
    SignalRow.update(case_id=case.case_id).where(SignalRow.source_uid == source).execute()
    outbox.put_row("case", case, at)
    return str(case.case_id)


def tell(case: Case, at: datetime) -> None:
    """Put a case as it stands in the outbox, and mark when it changed."""
    case.updated_at = at
    case.save()
    outbox.put_row("case", case, at)


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
    ids = [signal.signal_id for signal in group.signals if signal.case_id != case.case_id]
    if ids:
        SignalRow.update(case_id=case.case_id).where(SignalRow.signal_id.in_(ids)).execute()
    return str(case.case_id)


def _rank(case: Case) -> str:
    return "noted" if case.state == "answered" and case.answered_by == "note" else str(case.state)


def _write_down(case: Case, group: Group, study_uid: str, at: datetime) -> bool:
    """Write what the group says into its case; return whether that changed anything."""
    before = dict(case.__data__)
    was_question = bool(case.is_question)
    case.study_uid = study_uid
    case.exposure_uid = group.exposure_uid or case.exposure_uid
    case.signals = group.kinds
    case.is_question = group.is_question
    case.detected_at = min(case.detected_at, group.detected_at)
    case.operator = case.operator or next((s.operator for s in group.signals if s.operator), None)
    known = _instances_of(group)
    case.instance_uids = sorted({*(case.instance_uids or ()), *group.instance_uids, *known})
    _describe(case)
    if case.state == "dismissed" and was_question and not group.is_question:
        audit.append("node", "case.reopened", case.case_id, {"signals": group.kinds}, at)
        open_again(case)
    if case.state == "open" and group.cid7011:
        _answer_from_note(case, group, at)
    return dict(case.__data__) != before


def _answer_from_note(case: Case, group: Group, at: datetime) -> None:
    reasons = documents.reasons()
    code = reasons.from_cid7011(group.cid7011 or "")
    if code is None:
        return
    case.state = "answered"
    case.reason_code = code
    case.reason_label = reasons.label(code)
    case.cid7011_code = group.cid7011
    case.detail = group.description
    case.answered_by = "note"
    case.answered_at = at
    audit.append("node", "case.answered", case.case_id, {"reason": code, "by": "note"}, at)


def open_again(case: Case) -> None:
    """Make a case open, without its answer; the caller saves and tells it."""
    case.state = "open"
    for name in ("reason_code", "reason_label", "cid7011_code", "detail", "answered_by", "answered_at"):
        setattr(case, name, None)


def _withdraw(case: Case, at: datetime, *, is_merged: bool) -> None:
    """Take a case away whose evidence is gone, or now stands in another case; an answer without its evidence stays."""
    if case.state != "open" and not is_merged:
        return
    action = "case.merged" if is_merged else "case.withdrawn"
    audit.append("node", action, case.case_id, {"signals": case.signals, "reason": case.reason_code}, at)
    outbox.put_row("case", case, at, state="withdrawn", updated_at=at)
    case.delete_instance()


def _describe(case: Case) -> None:
    exposure = Exposure.get_or_none(Exposure.exposure_uid == case.exposure_uid) if case.exposure_uid else None
    if exposure is None:
        return
    case.device_id = exposure.device_id
    case.room = exposure.room or case.room
    case.procedure = exposure.procedure or exposure.protocol
    case.view = exposure.view
    case.laterality = exposure.laterality
    case.operator = exposure.operator or case.operator
    case.acquired_at = exposure.acquired_at


def _instances_of(group: Group) -> list[str]:
    if not group.exposure_uid:
        return []
    rows = Instance.select(Instance.sop_instance_uid).where(Instance.exposure_uid == group.exposure_uid).limit(50)
    return [row.sop_instance_uid for row in rows]


def _exposures_of(signals: Iterable[Signal]) -> dict[str, str]:
    wanted = [signal.instance_uid for signal in signals if signal.instance_uid]
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):
        rows = Instance.select(Instance.sop_instance_uid, Instance.exposure_uid).where(
            Instance.sop_instance_uid.in_(wanted[start : start + 500])
        )
        found.update((row.sop_instance_uid, row.exposure_uid) for row in rows)
    return found


def _seen(study_uid: str) -> list[SeenView]:
    image_types = {row.exposure_uid: row.image_type for row in Instance.select().where(Instance.study_uid == study_uid)}
    return [
        SeenView(
            exposure_uid=row.exposure_uid,
            acquired_at=row.acquired_at,
            modality=row.modality,
            body_part=row.body_part,
            view=row.view,
            laterality=row.laterality,
            procedure=row.procedure,
            protocol=row.protocol,
            image_type=image_types[row.exposure_uid],
            kvp=row.kvp,
            mas=row.mas,
            is_derived=row.is_derived,
            is_quality_control=row.is_quality_control,
        )
        for row in Exposure.select().where(Exposure.study_uid == study_uid)
        if row.exposure_uid in image_types
    ]


def _same_exposures(study_uid: str) -> dict[str, str]:
    """Return the exposures of a study that turned out to be another one."""
    rows = Exposure.select(Exposure.exposure_uid, Exposure.same_as).where(
        Exposure.study_uid == study_uid, Exposure.same_as.is_null(False)
    )
    return {row.exposure_uid: row.same_as for row in rows if row.same_as}


def _signal(row: SignalRow, same_as: dict[str, str]) -> Signal:
    return Signal(
        signal_id=row.signal_id,
        kind=row.kind,
        source_uid=row.source_uid,
        study_uid=row.study_uid,
        exposure_uid=same_as.get(row.exposure_uid or "", row.exposure_uid),
        instance_uid=row.instance_uid,
        at=row.at,
        cid7011=row.cid7011,
        description=row.description,
        operator=row.operator,
        case_id=row.case_id,
    )
