"""Keeps the cases of a study in step with its signals and images (`domain.cases` decides)."""

from datetime import datetime

from peewee import chunked

from iqs_tui.domain.cases import REVOCATION, Group, group_signals, survivor
from iqs_tui.store import audit, case_writing, outbox, signals
from iqs_tui.store.grouping import groups_of
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Case
from iqs_tui.store.models import Signal as SignalRow

_NAMES_ASKED = 500


def refresh(study_uid: str, at: datetime) -> None:
    """Make the cases of a study what its signals and images now say. Call it inside a transaction."""
    told = signals.of_study(study_uid)
    cases = {case.case_id: case for case in Case.whole(Case.study_uid == study_uid)}
    if not told and not cases:
        return
    groups = groups_of(study_uid, told, cases.values())
    owned = {signal.case_id for group in groups for signal in group.signals}
    taken: set[str] = set()
    for group in groups:
        taken.add(_settle(group, study_uid, [case for name, case in cases.items() if name not in taken], at))
    revoked = {signal.instance_uid for signal in told if signal.kind == REVOCATION}
    for case_id, case in cases.items():
        if case_id in owned and case_id not in taken:
            _take_away(case, "case.merged", at)
        elif case_id not in taken:
            _leave_without_evidence(case, revoked, at)


def refresh_press(name: str, at: datetime) -> None:
    """Make the case of a press of the key that is about no exposure yet what the press alone says."""
    press = signals.by_name(name)
    (group,) = group_signals([press], {})
    _settle(group, None, list(Case.whole(Case.case_id == press.case_id)), at)


def tell(case: Case, at: datetime) -> None:
    """Put a case as it stands in the outbox, and mark when it changed."""
    case.updated_at = at
    case.save()
    outbox.put_row("case", case, at)


def _settle(group: Group, study_uid: str | None, cases: list[Case], at: datetime) -> str:
    """Give a group its one case, of these or a new one, and return that case's id."""
    own = {signal.case_id for signal in group.signals}
    candidates = {
        case.case_id: case
        for case in cases
        if case.case_id in own or (group.exposure_uid and case.exposure_uid == group.exposure_uid)
    }
    chosen = survivor((case.case_id, _rank(case, group), case.detected_at) for case in candidates.values())
    case = candidates[chosen] if chosen else _opened(group)
    kept = dict(case.__data__) if chosen else None
    if case_writing.write_down(case, group, study_uid, at) or not chosen:
        case.updated_at = at
        case.save_changes(kept)
        outbox.put_row("case", case, at)
    moved = [signal.signal_id for signal in group.signals if signal.case_id != case.case_id]
    for ids in chunked(moved, _NAMES_ASKED):
        SignalRow.update(case_id=case.case_id).where(SignalRow.signal_id.in_(ids)).execute()
    return str(case.case_id)


def _opened(group: Group) -> Case:
    """Return a new case; the one that a press of the key opens bears its name, and goes where the press goes."""
    first = group.signals[0]
    case_id = first.source_uid if first.is_press and len(group.signals) == 1 else new_id()
    return Case(case_id=case_id, state="open", detected_at=group.detected_at)


def _rank(case: Case, group: Group) -> str:
    is_by_note = case.state == "answered" and case_writing.is_noted(case)
    if case.state in {"answered", "dismissed"} and not is_by_note:
        return str(case.state)
    if any(signal.is_press and signal.source_uid == case.case_id for signal in group.signals):
        return "pressed"
    return "noted" if is_by_note else str(case.state)


def _leave_without_evidence(case: Case, revoked: set[str | None], at: datetime) -> None:
    """Take a case away whose evidence is gone, unless a person answered it: that stays, and shows what is left."""
    if case.state in {"open", "expired"} or case_writing.is_noted(case):
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
