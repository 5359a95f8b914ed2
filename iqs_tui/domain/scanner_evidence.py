"""What tells what a scanner was doing, the states it can be in, and the times that part them."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

State = Literal["off", "standby", "idle", "turnover", "in_exam", "scanning", "unknown"]
Confidence = Literal["high", "medium", "low"]
STATES: tuple[State, ...] = ("scanning", "in_exam", "turnover", "idle", "standby", "off", "unknown")
BUSY: frozenset[State] = frozenset({"scanning", "in_exam"})
CLOCK_TOLERANCE = timedelta(minutes=2)
REACH = timedelta(hours=12)
"""How far outside a range evidence still speaks for it.

Longer than any threshold, and than an examination.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acquisition:
    """One exposure or series. It cannot have been made after it was received."""

    uid: str
    at: datetime
    received_at: datetime
    group: str
    """Its patient's pseudonym, else its study: what belongs to one visit."""
    study_uid: str | None = None
    is_brought_back: bool = False
    """It claimed to be made well after it was received, so the scanner's clock is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """A DICOM association that the device opened: it was on."""

    opened_at: datetime
    closed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A Modality Performed Procedure Step.

    IN PROGRESS may only mean that the patient was selected: it expires.
    """

    uid: str
    started_at: datetime
    ended_at: datetime | None = None
    study_uid: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """All that is known of one device in and around a range."""

    acquisitions: tuple[Acquisition, ...] = ()
    associations: tuple[Association, ...] = ()
    steps: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Times that part one state from another. Proposals, to be learned per scanner later."""

    scan_pad: timedelta
    """Around an acquisition whose duration is not known."""
    same_visit: timedelta
    """The longest gap within one examination."""
    before: timedelta
    """Patient in the room before the first acquisition, where no step says so."""
    after: timedelta
    turnover_max: timedelta
    step_expires: timedelta
    """A step in progress without an image counts so long."""
    stale: timedelta
    """Images may still be under way for so long."""
    runs_to_next: bool = False
    """MR: a sequence lasts until the next one of its examination."""
    on_for: timedelta = timedelta(minutes=30)
    """Evidence of being on counts so long after it."""
    bridge: timedelta = timedelta(hours=2)
    """On at both ends of a gap of at most so long: on all through it."""


def _thresholds(
    pad: float, same: float, before: float, after: float, turn: float, step: float, stale: float
) -> Thresholds:
    return Thresholds(
        scan_pad=timedelta(seconds=pad),
        same_visit=timedelta(minutes=same),
        before=timedelta(minutes=before),
        after=timedelta(minutes=after),
        turnover_max=timedelta(minutes=turn),
        step_expires=timedelta(minutes=step),
        stale=timedelta(minutes=stale),
    )


_PROJECTION = _thresholds(2, 10, 2, 1, 5, 30, 5)
_ANGIO = _thresholds(5, 30, 10, 5, 30, 240, 45)
THRESHOLDS = {
    "CT": _thresholds(5, 20, 5, 3, 10, 45, 10),
    "MR": replace(_thresholds(60, 20, 8, 4, 15, 90, 30), runs_to_next=True),
    "DX": _PROJECTION,
    "CR": _PROJECTION,
    "MG": _thresholds(4, 10, 3, 1, 7, 30, 10),
    "XA": _ANGIO,
    "RF": _ANGIO,
}


def thresholds(modality: str | None) -> Thresholds:
    """Return the thresholds of a modality; of a projection room where it is another or not known."""
    return THRESHOLDS.get(modality or "", _PROJECTION)


@dataclass(frozen=True, slots=True, kw_only=True)
class StateInterval:
    """One stretch of one state, with what it rests on."""

    state: State
    start: datetime
    end: datetime
    evidence: tuple[str, ...]
    """Sorted.

    Acquisition, association, clock (the scanner's runs ahead), silence, step_ended, step_started.
    """
    confidence: Confidence
    n_acquisitions: int = 0

    @property
    def length(self) -> timedelta:
        """How long it lasted."""
        return self.end - self.start
