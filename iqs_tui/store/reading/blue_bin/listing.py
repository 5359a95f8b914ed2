"""The list of the blauwe ton, a page at a time, and how far it reaches."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.domain.pictures import MADE
from iqs_tui.domain.reject_rate import Answers
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Case, Instance, Preview
from iqs_tui.store.reading.blue_bin.conditions import Kind, of_cases, of_kind, of_reason
from iqs_tui.store.reading.exposures import Named, name_cases


@dataclass(frozen=True, slots=True)
class Row:
    """One case in the list."""

    case_id: str
    subject: Named
    detected_at: datetime
    room: str | None
    state: str
    reason_code: str | None
    reason_label: str | None
    signals: tuple[str, ...]
    has_picture: bool


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the cases, the newest first, and what they are of."""

    rows: tuple[Row, ...]
    n: int
    """How many there are in all, of the chosen reason."""
    reasons: tuple[tuple[str, int], ...]
    """First-level reason code and how often, of every reason, the most frequent first."""
    answers: Answers
    """What became of the questions of the scope, whatever came out."""


def page(scope: Scope, kind: Kind, offset: int, limit: int) -> Page:
    """Return a page of the cases of a scope."""
    of_scope = of_cases(scope)
    codes = _codes([*of_scope, of_kind(kind)])
    wanted = [*of_scope, of_kind(kind), *of_reason(scope.reason)]
    made_at = fn.COALESCE(Case.acquired_at, Case.detected_at)
    here = Case.select(Case.case_id).where(*wanted).order_by(made_at.desc(), Case.case_id).limit(limit).offset(offset)
    found = list(Case.select().where(Case.case_id.in_(here)).order_by(made_at.desc(), Case.case_id))
    return Page(
        rows=_rows(found),
        n=sum(n for code, n in codes.items() if _is_of(code, scope.reason)),
        reasons=_by_first_level(codes),
        answers=_answers(of_scope),
    )


def _codes(wanted: list[Any]) -> Counter[str]:
    counted = Case.select(Case.reason_code, fn.COUNT(Case.case_id)).where(*wanted).group_by(Case.reason_code)
    return Counter({code or "": n for code, n in database.execute(counted)})


def _is_of(code: str, reason: str | None) -> bool:
    return reason is None or code == reason or code.startswith(f"{reason}.")


def _by_first_level(codes: Counter[str]) -> tuple[tuple[str, int], ...]:
    first: Counter[str] = Counter()
    for code, n in codes.items():
        if code:
            first[code.split(".")[0]] += n
    return tuple(sorted(first.items(), key=lambda pair: (-pair[1], pair[0])))


def _answers(of_scope: list[Any]) -> Answers:
    counted = Case.select(Case.state, fn.COUNT(Case.case_id)).where(*of_scope).group_by(Case.state)
    n: dict[str, int] = dict(iter(database.execute(counted)))
    return Answers(
        n_answered=n.get("answered", 0) + n.get("dismissed", 0),
        n_open=n.get("open", 0),
        n_expired=n.get("expired", 0),
    )


def _rows(cases: list[Case]) -> tuple[Row, ...]:
    names = name_cases(cases)
    pictured = _pictured({case.exposure_uid for case in cases if case.exposure_uid})
    return tuple(
        Row(
            case_id=case.case_id,
            subject=names[case.case_id],
            detected_at=case.detected_at,
            room=case.room,
            state=case.state,
            reason_code=case.reason_code,
            reason_label=case.reason_label,
            signals=tuple(case.signals or ()),
            has_picture=case.exposure_uid in pictured,
        )
        for case in cases
    )


def _pictured(exposures: set[str]) -> set[str]:
    """Return which of these exposures have a picture."""
    found = (
        Instance.select(Instance.exposure_uid)
        .join(Preview, on=(Preview.instance_uid == Instance.sop_instance_uid))
        .where(Instance.exposure_uid.in_(sorted(exposures)), Preview.state == MADE)
    )
    return {uid for (uid,) in database.execute(found)}
