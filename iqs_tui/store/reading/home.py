"""What the reject panel of home shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.header import n_open
from iqs_tui.store.reading.prompt import OpenCase, open_cases
from iqs_tui.store.reading.rejecting import is_answered_reject

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How often a reason was given in `WINDOW`. `code` is of the first level."""

    code: str
    n: int


@dataclass(frozen=True, slots=True)
class RejectView:
    """The reject panel: what waits, what is put off, and what `WINDOW` taught so far."""

    n_waiting: int
    cases: tuple[OpenCase, ...]
    n_deferred: int
    next_deferred_at: datetime | None
    n_rejects: int
    """Answered in the window: the only cases that count as rejects; a view made twice is a repeat, not a reject."""
    n_exposures: int
    """Clinical exposures in the window: those received, and the rejects that left nothing."""
    n_questions: int
    """Cases of the window, whatever became of them."""
    n_answered: int
    """How many of those were answered, "geen afkeur" included: how far the figures reach."""
    top: tuple[ReasonCount, ...]


def reject_view(room: str, now: datetime) -> RejectView:
    """Return what the reject panel of a room shows."""
    put_off = Case.select(Case.deferred_until).where(Case.state == "open", Case.room == room, Case.deferred_until > now)
    later = sorted(row.deferred_until for row in put_off)
    states = _states(room, now)
    rejects = _rejects(room, now)
    codes = [str(row.reason_code).split(".")[0] for row in rejects]
    unseen = sum(row.exposure_uid is None for row in rejects)
    counts = [ReasonCount(code, codes.count(code)) for code in dict.fromkeys(codes)]
    return RejectView(
        n_waiting=n_open(room, now),
        cases=open_cases(room, now, limit=20),
        n_deferred=len(later),
        next_deferred_at=later[0] if later else None,
        n_rejects=len(codes),
        n_exposures=_n_exposures(room, now) + unseen,
        n_questions=sum(states.get(state, 0) for state in ("open", "answered", "dismissed", "expired")),
        n_answered=states.get("answered", 0) + states.get("dismissed", 0),
        top=tuple(sorted(counts, key=lambda count: (-count.n, count.code))),
    )


def _states(room: str, now: datetime) -> dict[str, int]:
    rows: Any = (
        Case.select(Case.state, fn.COUNT(Case.case_id))
        .where(Case.room == room, Case.detected_at >= now - WINDOW)
        .group_by(Case.state)
        .tuples()
    )
    return {str(state): int(n) for state, n in rows}


def _rejects(room: str, now: datetime) -> list[Case]:
    return list(
        Case.select(Case.reason_code, Case.exposure_uid).where(
            Case.room == room, is_answered_reject(), Case.detected_at >= now - WINDOW, Case.reason_code.is_null(False)
        )
    )


def _n_exposures(room: str, now: datetime) -> int:
    return int(
        Exposure.select()
        .where(
            Exposure.room == room,
            Exposure.received_at >= now - WINDOW,
            Exposure.is_derived == False,  # noqa: E712 (SQL)
            Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        )
        .count()
    )
