"""Putting an answer right later, with a trace of who did it and why: one transaction each."""

from datetime import datetime

from iqs_tui.domain.text import clean_text
from iqs_tui.store import audit, casework, documents
from iqs_tui.store.answering import UnknownAnswer
from iqs_tui.store.database import writing
from iqs_tui.store.models import Case, Correction

CORRECTABLE = frozenset({"answered", "dismissed"})
LONGEST = 200


class NothingToCorrect(ValueError):
    """The case has no answer (any more)."""


def correct(case_id: str, code: str, why: str, by: str, at: datetime) -> int:
    """Give a case another answer: a reason, or a kind of "geen afkeur"; return the number of the correction.

    Who answered stays who answered; who put it right stands with the correction.

    Raises:
        UnknownAnswer: no such answer in the list that is in force.
        NothingToCorrect: the case is open or gone, or has this answer already.
        ValueError: it does not say why.
    """
    reason = clean_text(why, LONGEST)
    if reason is None:
        raise ValueError("a correction says why")
    with writing():
        case = Case.get_or_none(Case.case_id == case_id)
        if case is None or case.state not in CORRECTABLE or case.reason_code == code:
            raise NothingToCorrect(case_id)
        before = case.reason_code
        _put(case, code)
        row = Correction.create(case_id=case_id, at=at, by=by, before_code=before, after_code=code, why=reason)
        audit.append(by, "case.corrected", case_id, {"before": before, "after": code, "why": reason}, at)
        casework.tell(case, at)
        return int(row.id)


def take_back(correction_id: int, by: str, at: datetime) -> None:
    """Undo a correction, while the case still has the answer that it brought; the audit log keeps that it was made."""
    with writing():
        row = Correction.get_or_none(Correction.id == correction_id)
        case = Case.get_or_none(Case.case_id == row.case_id) if row else None
        if row is None or case is None or case.reason_code != row.after_code:
            return
        _put(case, row.before_code)
        row.delete_instance()
        audit.append(
            by, "case.correction_undone", case.case_id, {"before": row.after_code, "after": row.before_code}, at
        )
        casework.tell(case, at)


def _put(case: Case, code: str | None) -> None:
    reasons = documents.reasons()
    label = reasons.label(code) if code else None
    if code is None or label is None:
        raise UnknownAnswer(code)
    case.state = "dismissed" if code in {kind.code for kind in reasons.no_reject} else "answered"
    case.reason_code = code
    case.reason_label = label
    case.cid7011_code = reasons.cid7011(code)
