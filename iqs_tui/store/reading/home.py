"""What the reject panel of home shows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.header import n_open
from iqs_tui.store.reading.prompt import OpenCase, open_cases

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
    """Answered in the window: the only cases that count as rejects."""
    n_exposures: int
    """Exposures received in the window: the ground of the share; 0 where nothing is known."""
    top: tuple[ReasonCount, ...]


def reject_view(room: str, now: datetime) -> RejectView:
    """Return what the reject panel of a room shows."""
    put_off = Case.select(Case.deferred_until).where(Case.state == "open", Case.room == room, Case.deferred_until > now)
    later = sorted(row.deferred_until for row in put_off)
    codes = [str(code).split(".")[0] for code in _answered(room, now)]
    counts = [ReasonCount(code, codes.count(code)) for code in dict.fromkeys(codes)]
    return RejectView(
        n_waiting=n_open(room, now),
        cases=open_cases(room, now, limit=20),
        n_deferred=len(later),
        next_deferred_at=later[0] if later else None,
        n_rejects=len(codes),
        n_exposures=_n_exposures(room, now),
        top=tuple(sorted(counts, key=lambda count: (-count.n, count.code))),
    )


def _answered(room: str, now: datetime) -> list[str]:
    rows = Case.select(Case.reason_code).where(
        Case.room == room, Case.state == "answered", Case.detected_at >= now - WINDOW
    )
    return [row.reason_code for row in rows if row.reason_code]


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
