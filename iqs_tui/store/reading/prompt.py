"""What the prompt asks about: the cases of a room that wait, and the exposures around each."""

from dataclasses import dataclass
from datetime import datetime

from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.exposures import Named, name_cases, name_exposure
from iqs_tui.store.reading.header import is_waiting


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One case that waits for a reason."""

    case_id: str
    subject: Named
    signals: tuple[str, ...]
    is_question: bool
    operator: str | None
    deferred: int
    detected_at: datetime


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The exposures of the same study just before and just after; None where there is none."""

    before: Named | None
    after: Named | None
    repeat: Named | None
    """The same view, made again later: what took the place of the rejected one."""


def waiting(room: str, now: datetime) -> list[tuple[str, int]]:
    """Return (case_id, times put off) of the cases that wait now: one that comes back is new again."""
    rows = Case.select(Case.case_id, Case.deferred).where(is_waiting(room, now))
    return [(row.case_id, row.deferred) for row in rows]


def open_cases(room: str, now: datetime, limit: int = 50) -> tuple[OpenCase, ...]:
    """Return the cases that wait now, the newest exposure first: that one is still in mind."""
    rows = list(Case.select().where(is_waiting(room, now)).order_by(Case.detected_at.desc()).limit(limit))
    names = name_cases(rows)
    found = (_open_case(row, names[row.case_id]) for row in rows)
    return tuple(sorted(found, key=lambda case: (case.subject.at or case.detected_at, case.case_id), reverse=True))


def put_off_cases(room: str, now: datetime) -> tuple[OpenCase, ...]:
    """Return the cases of a room that were put off and have not come back yet, the first to come back first."""
    off = (Case.state == "open") & (Case.room == room) & (Case.deferred_until > now)
    rows = list(Case.select().where(off).order_by(Case.deferred_until))
    names = name_cases(rows)
    return tuple(_open_case(row, names[row.case_id]) for row in rows)


def open_case(case_id: str) -> OpenCase | None:
    """Return a case by its id, whatever its state."""
    row = Case.get_or_none(Case.case_id == case_id)
    return None if row is None else _open_case(row, name_cases([row])[case_id])


def _open_case(row: Case, subject: Named) -> OpenCase:
    return OpenCase(
        case_id=row.case_id,
        subject=subject,
        signals=tuple(row.signals or ()),
        is_question=bool(row.is_question),
        operator=row.operator,
        deferred=row.deferred,
        detected_at=row.detected_at,
    )


def neighbours(case_id: str) -> Neighbours:
    """Return the exposures of the study around a case's own."""
    case = Case.get_or_none(Case.case_id == case_id)
    if case is None or case.study_uid is None or case.acquired_at is None:
        return Neighbours(None, None, None)
    others = Exposure.select().where(
        Exposure.study_uid == case.study_uid,
        Exposure.acquired_at.is_null(False),
        Exposure.is_derived == False,  # noqa: E712 (SQL)
    )
    if case.exposure_uid:
        others = others.where(Exposure.exposure_uid != case.exposure_uid)
    earlier = others.where(Exposure.acquired_at < case.acquired_at).order_by(Exposure.acquired_at.desc()).first()
    later = list(others.where(Exposure.acquired_at >= case.acquired_at).order_by(Exposure.acquired_at))
    again = next((row for row in later if (row.view, row.laterality) == (case.view, case.laterality)), None)
    return Neighbours(_named(earlier), _named(later[0] if later else None), _named(again))


def _named(row: Exposure | None) -> Named | None:
    return None if row is None else name_exposure(row)
