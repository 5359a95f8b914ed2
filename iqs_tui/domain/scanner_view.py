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
    running = max(
        (s.started_at for s in evidence.steps if s.ended_at is None and s.started_at <= now), default=None
    )
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


def cells(
    ledger: Sequence[StateInterval], start: datetime, end: datetime, count: int
) -> tuple[State | None, ...]:
    """Return the state that fills most of each of `count` equal parts of a range.

    None where the ledger is silent.
    """
    step = (end - start) / count
    return tuple(_most(ledger, start + step * i, start + step * (i + 1)) for i in range(count))


def _most(ledger: Iterable[StateInterval], start: datetime, end: datetime) -> State | None:
    shares = dict.fromkeys(STATES, timedelta())
    for interval in ledger:
        overlap = min(interval.end, end) - max(interval.start, start)
        if overlap > timedelta():
            shares[interval.state] += overlap
    busiest = max(STATES, key=lambda state: shares[state])
    if not shares[busiest]:
        return None
    busy = shares["scanning"] + shares["in_exam"]
    return "in_exam" if busy and busy >= shares[busiest] else busiest


def busy_shares(
    ledger: Sequence[StateInterval], start: datetime, end: datetime, count: int
) -> tuple[float | None, ...]:
    """Return which part of each of `count` equal parts of a range had a patient.

    None where nothing is known.
    """
    step = (end - start) / count
    shares: list[float | None] = []
    for first in (start + step * i for i in range(count)):
        known = busy = timedelta()
        for interval in ledger:
            overlap = min(interval.end, first + step) - max(interval.start, first)
            if overlap > timedelta() and interval.state != "unknown":
                known += overlap
                busy += overlap if interval.state in BUSY else timedelta()
        shares.append(busy / step if known else None)
    return tuple(shares)
