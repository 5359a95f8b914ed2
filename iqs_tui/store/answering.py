"""What the MBB'er does with a case: every deed in one transaction with its audit row and its outbox row.

`by` is a user_id, or `room` where nobody is signed in.
"""

from datetime import datetime, timedelta
from typing import Any

from iqs_tui.domain.cases import KEY, Signal, signal_id
from iqs_tui.domain.text import clean_text
from iqs_tui.store import audit, casework, documents
from iqs_tui.store.database import writing
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.models import Signal as SignalRow


class UnknownAnswer(ValueError):
    """The reason is not in the list that is in force."""


def answer(case_id: str, reason_code: str, by: str, at: datetime, text: str | None = None) -> None:
    """Say why the exposure was rejected; a second answer refines the first.

    Raises:
        UnknownAnswer: no such reason.
    """
    reasons = documents.reasons()
    if reasons.by_code(reason_code) is None or reasons.label(reason_code) is None:
        raise UnknownAnswer(reason_code)
    _settle(case_id, "answered", reason_code, by, at, text)


def dismiss(case_id: str, kind_code: str, by: str, at: datetime) -> None:
    """Say that nothing was rejected, and what it was instead: bilateral, stitching, functional…

    Raises:
        UnknownAnswer: no such kind.
    """
    if kind_code not in {item.code for item in documents.reasons().no_reject}:
        raise UnknownAnswer(kind_code)
    _settle(case_id, "dismissed", kind_code, by, at, None)


def defer(case_id: str, at: datetime, minutes: int) -> None:
    """Put a case off; it stays open and comes back."""
    with writing():
        case = Case.get_by_id(case_id)
        case.deferred += 1
        case.deferred_until = at + timedelta(minutes=minutes)
        casework.tell(case, at)


def undo(case_id: str, by: str, at: datetime) -> None:
    """Take the answer back: the case is open again."""
    with writing():
        case = Case.get_by_id(case_id)
        audit.append(by, "case.undone", case_id, {"reason": case.reason_code}, at)
        casework.open_again(case)
        case.deferred_until = None
        casework.tell(case, at)


def note_shown(case_id: str, at: datetime) -> None:
    """Note when the question was first on the screen."""
    with writing():
        Case.update(shown_at=at).where((Case.case_id == case_id) & Case.shown_at.is_null()).execute()


def note_key(case_id: str, at: datetime) -> None:
    """Count a key, and note when the first one came."""
    with writing():
        case = Case.get_by_id(case_id)
        case.keys += 1
        case.first_key_at = case.first_key_at or at
        case.save()


def report_from_kiosk(exposure_uid: str | None, room: str, by: str, at: datetime) -> str:
    """Open a case by the key on the kiosk, for an exposure or for one that was deleted at the console.

    Returns the case_id; where the exposure has a case already, that one.
    """
    with writing():
        exposure = Exposure.get_or_none(Exposure.exposure_uid == exposure_uid) if exposure_uid else None
        audit.append(by, "case.reported", exposure_uid, None, at)
        if exposure is None:
            return casework.open_without_image(room, at)
        signal = Signal(
            signal_id=signal_id(KEY, exposure.exposure_uid, exposure.exposure_uid),
            kind=KEY,
            source_uid=new_id(),
            study_uid=exposure.study_uid,
            exposure_uid=exposure.exposure_uid,
            at=at,
        )
        casework.add_signal(signal, room)
        casework.refresh(exposure.study_uid, room, at)
        return str(SignalRow.get_by_id(signal.signal_id).case_id)


def expire(before: datetime, at: datetime) -> int:
    """Close cases that nobody answered since a moment; return how many. They never count as rejects."""
    with writing():
        old = list(Case.select().where((Case.state == "open") & (Case.detected_at < before)))
        for case in old:
            case.state = "expired"
            audit.append("node", "case.expired", case.case_id, None, at)
            casework.tell(case, at)
    return len(old)


def _settle(case_id: str, state: str, code: str, by: str, at: datetime, text: str | None) -> None:
    reasons = documents.reasons()
    with writing():
        case = Case.get_by_id(case_id)
        before: dict[str, Any] = {"state": case.state, "reason": case.reason_code}
        case.state = state
        case.reason_code = code
        case.reason_label = reasons.label(code)
        case.cid7011_code = reasons.cid7011(code)
        case.detail = clean_text(text, 500) or (case.detail if state == "answered" else None)
        case.answered_by = by
        case.answered_at = case.answered_at if before["state"] == state and case.answered_at else at
        audit.append(by, f"case.{state}", case_id, {"before": before, "reason": code}, at)
        casework.tell(case, at)
