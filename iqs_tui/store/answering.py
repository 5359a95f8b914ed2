"""What the MBB'er does with a case: every deed in one transaction with its audit row and its outbox row.

`by` is a user_id, or `room` where nobody is signed in.
"""

from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, fn

from iqs_tui.domain.cases import KEY, Signal, signal_id
from iqs_tui.domain.text import clean_text
from iqs_tui.store import audit, case_writing, casework, claiming, documents, signals
from iqs_tui.store.database import writing
from iqs_tui.store.fields import utc_text
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.models import Signal as SignalRow


class UnknownAnswer(ValueError):
    """The reason is not in the list that is in force."""


class CaseGone(LookupError):
    """The case was withdrawn meanwhile, as when the image came after all, or joined another one."""


def answer(
    case_id: str, reason_code: str, by: str, at: datetime, text: str | None = None, *, at_prompt: bool = False
) -> None:
    """Say why the exposure was rejected; a second answer refines the first.

    `at_prompt` says that the prompt on the kiosk brought it: of such answers alone the speed is kept.

    Raises:
        UnknownAnswer: no such reason.
        CaseGone: there is no such case any more.
    """
    reasons = documents.reasons()
    if reasons.by_code(reason_code) is None or reasons.label(reason_code) is None:
        raise UnknownAnswer(reason_code)
    _settle(case_id, "answered", reason_code, by, at, text, at_prompt=at_prompt)


def dismiss(case_id: str, kind_code: str, by: str, at: datetime, *, at_prompt: bool = False) -> None:
    """Say that nothing was rejected, and what it was instead: bilateral, stitching, functional…

    Raises:
        UnknownAnswer: no such kind.
        CaseGone: as `answer`.
    """
    if kind_code not in {item.code for item in documents.reasons().no_reject}:
        raise UnknownAnswer(kind_code)
    _settle(case_id, "dismissed", kind_code, by, at, None, at_prompt=at_prompt)


def defer(case_id: str, at: datetime, minutes: int) -> None:
    """Put a case off; it stays open and comes back.

    Raises:
        CaseGone: as `answer`.
    """
    with writing():
        case = _case(case_id)
        case.deferred += 1
        case.deferred_until = at + timedelta(minutes=minutes)
        casework.tell(case, at)


def undo(case_id: str, by: str, at: datetime) -> None:
    """Take the answer back: the case is open again.

    Raises:
        CaseGone: as `answer`.
    """
    with writing():
        case = _case(case_id)
        audit.append(by, "case.undone", case_id, {"reason": case.reason_code}, at)
        case_writing.open_again(case)
        case.deferred_until = None
        casework.tell(case, at)


def note_shown(case_id: str, at: datetime) -> None:
    """Note when the question was first on the screen."""
    with writing():
        Case.update(shown_at=at).where((Case.case_id == case_id) & Case.shown_at.is_null()).execute()


def note_key(case_id: str, at: datetime) -> None:
    """Count a key until the answer, and note when the first one came."""
    counted: dict[Any, Any] = {
        Case.keys: Case.keys + 1,
        Case.first_key_at: fn.COALESCE(Case.first_key_at, utc_text(at)),
    }
    with writing():
        Case.update(counted).where((Case.case_id == case_id) & (Case.state == "open")).execute()


def report_from_kiosk(exposure_uid: str | None, room: str, by: str, at: datetime) -> str:
    """Open a case by the key on the kiosk, for an exposure or for one that was deleted at the console.

    Returns the case_id; where the exposure has a case already, that one.
    """
    with writing():
        exposure = Exposure.get_or_none(Exposure.exposure_uid == exposure_uid) if exposure_uid else None
        audit.append(by, "case.reported", exposure_uid, None, at)
        if exposure is None:
            return _report_without_image(room, at)
        signal = Signal(
            signal_id=signal_id(KEY, exposure.exposure_uid, exposure.exposure_uid),
            kind=KEY,
            source_uid=new_id(),
            study_uid=exposure.study_uid,
            exposure_uid=exposure.exposure_uid,
            room=room,
            at=at,
        )
        signals.add(signal)
        casework.refresh(exposure.study_uid, at)
        return str(signals.by_name(signal.signal_id).case_id)


def _report_without_image(room: str, at: datetime) -> str:
    """Open a case for an exposure that is not known, or join that of the one that was lost just before."""
    source = new_id()
    press = Signal(signal_id=signal_id(KEY, source, None), kind=KEY, source_uid=source, room=room, at=at)
    signals.add(press)
    casework.refresh_press(press.signal_id, at)
    claiming.claim_at(room, at)
    return str(signals.by_name(press.signal_id).case_id)


def expire(before: datetime, at: datetime) -> int:
    """Close cases that nobody answered since a moment; return how many. They never count as rejects.

    A case is as young as its newest signal: one that opened again for a note is asked about as long as a new one.
    """
    newer = SignalRow.select(SQL("1")).where(SignalRow.case_id == Case.case_id, SignalRow.at >= before)
    with writing():
        old = list(Case.select().where((Case.state == "open") & (Case.detected_at < before), ~fn.EXISTS(newer)))
        for case in old:
            case.state = "expired"
            audit.append("node", "case.expired", case.case_id, None, at)
            casework.tell(case, at)
    return len(old)


def _case(case_id: str) -> Case:
    case = Case.get_or_none(Case.case_id == case_id)
    if case is None:
        raise CaseGone(case_id)
    return case


def _settle(case_id: str, state: str, code: str, by: str, at: datetime, text: str | None, *, at_prompt: bool) -> None:
    reasons = documents.reasons()
    with writing():
        case = _case(case_id)
        before: dict[str, Any] = {"state": case.state, "reason": case.reason_code}
        case.state = state
        case.reason_code = code
        case.reason_label = reasons.label(code)
        case.cid7011_code = reasons.cid7011(code)
        case.detail = clean_text(text, 500) or (case.detail if state == "answered" else None)
        case.answered_by = by
        if before["state"] != state or case.answered_at is None:
            case.answered_at, case.at_prompt = at, at_prompt
        audit.append(by, f"case.{state}", case_id, {"before": before, "reason": code, "room": case.room}, at)
        casework.tell(case, at)
