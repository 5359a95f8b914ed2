"""How fast the prompt is answered, per room: medians, each with what it rests on. Nothing per person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from iqs_tui.store.models import Case

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """The cases of a room, detected in `WINDOW`, that were answered at the prompt; None where nothing rests under it.

    The medians are of those that were never put off: of the others the time says when there was time.
    """

    room: str | None
    """None: of all rooms."""
    n_answered: int
    n_deferred: int
    """Put off at least once ("straks")."""
    n_timed: int
    answer_s: float | None
    """From shown to answered."""
    first_key_s: float | None
    """From shown to the first key."""
    keys: float | None
    """Until the answer."""


@dataclass(frozen=True, slots=True)
class _Answered:
    room: str | None
    shown_at: datetime
    first_key_at: datetime | None
    answered_at: datetime
    keys: int
    deferred: int


def speed(rooms: Sequence[str], now: datetime) -> Speed:
    """Return the figures of these rooms together."""
    return _speed(None, _answered(rooms, now))


def speeds(rooms: Sequence[str], now: datetime) -> tuple[Speed, ...]:
    """Return the figures of each of these rooms that answered anything, in their order."""
    answered = _answered(rooms, now)
    each = (_speed(room, [case for case in answered if case.room == room]) for room in rooms)
    return tuple(one for one in each if one.n_answered)


def _answered(rooms: Sequence[str], now: datetime) -> list[_Answered]:
    columns = (Case.room, Case.shown_at, Case.first_key_at, Case.answered_at, Case.keys, Case.deferred)
    rows: Any = Case.select(*columns).where(
        Case.state.in_(("answered", "dismissed")),
        Case.room.in_(list(rooms)),
        Case.detected_at >= now - WINDOW,
        Case.at_prompt == True,  # noqa: E712 (SQL)
        Case.shown_at.is_null(False),
        Case.answered_at.is_null(False),
    )
    return [_Answered(*row) for row in rows.tuples()]


def _speed(room: str | None, cases: Iterable[_Answered]) -> Speed:
    cases = list(cases)
    timed = [case for case in cases if not case.deferred]
    first_keys = [(case.first_key_at - case.shown_at).total_seconds() for case in timed if case.first_key_at]
    return Speed(
        room=room,
        n_answered=len(cases),
        n_deferred=len(cases) - len(timed),
        n_timed=len(timed),
        answer_s=_median([(case.answered_at - case.shown_at).total_seconds() for case in timed]),
        first_key_s=_median(first_keys),
        keys=_median([case.keys for case in timed]),
    )


def _median(values: Sequence[float]) -> float | None:
    return median(values) if values else None
