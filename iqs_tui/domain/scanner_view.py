"""What a screen says of a ledger: the state now and why, the day in cells, the time per state."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from iqs_tui.domain.scanner_evidence import BUSY, STATES, Confidence, Evidence, State, StateInterval

Why = Literal["last_acquisition", "last_association", "step_started", "nothing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Because:
    """One thing that a state rests on."""

    why: Why
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentState:
    """The state now, since when, how sure, and why we think so."""

    state: State
    since: datetime | None
    confidence: Confidence
    because: tuple[Because, ...]


def current_state(ledger: Sequence[StateInterval], evidence: Evidence, now: datetime) -> CurrentState:
    """Return the state at the end of a ledger that runs until `now`.

    Examination and scan are one stretch: a scanner that scans now has been in examination since it began.
    """
    because = tuple(_because(evidence, now)) or (Because(why="nothing"),)
    if not ledger:
        return CurrentState(state="unknown", since=None, confidence="low", because=because)
    last = ledger[-1]
    since = last.start
    for interval in reversed(ledger):
        if _kind(interval.state) != _kind(last.state):
            break
        since = interval.start
    is_never_heard = last.state == "unknown" and because[0].why == "nothing"
    return CurrentState(
        state=last.state, since=None if is_never_heard else since, confidence=last.confidence, because=because
    )


def _kind(state: State) -> str:
    return "busy" if state in BUSY else state


def _because(evidence: Evidence, now: datetime) -> Iterable[Because]:
    images = max((min(a.at, a.received_at, now) for a in evidence.acquisitions), default=None)
    heard = max((a.closed_at or a.opened_at for a in evidence.associations), default=None)
    running = max((s.started_at for s in evidence.steps if s.ended_at is None and s.started_at <= now), default=None)
    if running is not None and (images is None or running > images):
        yield Because(why="step_started", at=running)
    if images is not None:
        yield Because(why="last_acquisition", at=images)
    if heard is not None and (images is None or heard > images):
        yield Because(why="last_association", at=min(heard, now))


def time_in(ledger: Iterable[StateInterval], *states: State) -> timedelta:
    """Return how long a ledger is in any of these states."""
    return sum((interval.length for interval in ledger if interval.state in states), timedelta())


def unknown_share(ledger: Sequence[StateInterval]) -> float | None:
    """Return which part of the time is unknown, 0 to 1; None for an empty ledger."""
    whole = sum((interval.length for interval in ledger), timedelta())
    return time_in(ledger, "unknown") / whole if whole else None


def cells(ledger: Sequence[StateInterval], start: datetime, end: datetime, count: int) -> tuple[State | None, ...]:
    """Return the state of each of `count` equal parts of a range; None where the ledger is silent.

    A patient during a quarter of a part or more is what is seen of it: examinations are short. Else what fills most.
    """
    step = (end - start) / count
    return tuple("in_exam" if _busy(part) * 4 >= step else _most(part) for part in _parts(ledger, start, end, count))


def busy_shares(
    ledger: Sequence[StateInterval], start: datetime, end: datetime, count: int
) -> tuple[float | None, ...]:
    """Return which part of each of `count` equal parts of a range had a patient; None where nothing is known."""
    step = (end - start) / count
    return tuple(
        _busy(part) / step if any(part[state] for state in STATES if state != "unknown") else None
        for part in _parts(ledger, start, end, count)
    )


def _parts(ledger: Sequence[StateInterval], start: datetime, end: datetime, count: int) -> list[dict[State, timedelta]]:
    """The time per state of each part; ledger and parts are walked once, side by side."""
    step = (end - start) / count
    parts = [dict.fromkeys(STATES, timedelta()) for _ in range(count)]
    for interval in ledger:
        first = max(0, (interval.start - start) // step)
        for index in range(first, count):
            part_start = start + step * index
            if part_start >= interval.end:
                break
            overlap = min(interval.end, part_start + step) - max(interval.start, part_start)
            if overlap > timedelta():
                parts[index][interval.state] += overlap
    return parts


def _busy(part: dict[State, timedelta]) -> timedelta:
    return part["scanning"] + part["in_exam"]


def _most(part: dict[State, timedelta]) -> State | None:
    longest = max(STATES, key=lambda state: part[state])
    return longest if part[longest] else None
