"""The figures of the pages: cases per room and reason of a month. Never per person, and never without their n."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from peewee import fn

from iqs_tui.domain.cases import outcome
from iqs_tui.domain.reasons import ReasonList
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.ranges import happened_within


@dataclass(frozen=True, slots=True)
class Bar:
    """One reason with how often it was given."""

    label: str
    n: int
    fraction: float
    """Of the longest bar of the page, so that rooms can be compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomMonth:
    """The cases of one room in a month."""

    room: str
    n_cases: int
    n_rejects: int
    """Answered with a reason: only these count as rejects."""
    n_repeats: int
    """Answered, but both images went on."""
    n_misidentified: int
    """Answered: of another patient or examination than the worklist entry it was made under."""
    n_no_reject: int
    n_open: int
    n_expired: int
    n_exposures: int
    """Exposures of the room that the server knows of, derived ones and quality control not counted."""
    bars: tuple[Bar, ...]

    @property
    def n_answered(self) -> int:
        """Cases that somebody answered, with a reason or as "geen afkeur"."""
        return self.n_rejects + self.n_repeats + self.n_misidentified + self.n_no_reject


@dataclass(slots=True)
class _Tally:
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)


def rooms_of(start: datetime, end: datetime, reasons: ReasonList, language: str) -> list[RoomMonth]:
    """Return the rooms that had cases from `start` up to `end`, by name.

    A case belongs to the month of its exposure; where that is not known, to the month in which it was noticed.
    """
    tallies: dict[str, _Tally] = {}
    for room, state, counts_as, code, n in _counts(start, end):
        tally = tallies.setdefault(room or "", _Tally())
        kind = outcome(state, counts_as)
        tally.outcomes[kind] += n
        if kind == "rejected" and code:
            tally.reasons[code.split(".")[0]] += n
    longest = max((n for tally in tallies.values() for n in tally.reasons.values()), default=1)
    exposures = _exposures(start, end)
    return [
        RoomMonth(
            room=room,
            n_cases=tally.outcomes.total(),
            n_rejects=tally.outcomes["rejected"],
            n_repeats=tally.outcomes["repeated"],
            n_misidentified=tally.outcomes["misidentified"],
            n_no_reject=tally.outcomes["dismissed"],
            n_open=tally.outcomes["open"],
            n_expired=tally.outcomes["expired"],
            n_exposures=exposures.get(room, 0),
            bars=tuple(
                Bar(reasons.label(code, language) or code, n, n / longest)
                for code, n in sorted(tally.reasons.items(), key=lambda item: (-item[1], item[0]))
            ),
        )
        for room, tally in sorted(tallies.items())
    ]


def rooms_ever() -> list[str]:
    """Return every room that ever had a case, by name."""
    query = (
        Case.select(Case.room).where(Case.room.is_null(False), Case.state != "withdrawn").distinct().order_by(Case.room)
    )
    return [room for (room,) in query.tuples()]


def first_moment() -> datetime | None:
    """Return when the first case happened; None where there is none."""
    happened_at = fn.COALESCE(Case.acquired_at, Case.detected_at)
    found = Case.select(fn.MIN(happened_at)).where(Case.state != "withdrawn").scalar()
    return datetime.fromisoformat(found) if isinstance(found, str) else found


def _counts(start: datetime, end: datetime) -> list[tuple[str | None, str, str, str | None, int]]:
    kinds = (Case.room, Case.state, Case.counts_as, Case.reason_code)
    query = (
        Case.select(*kinds, fn.COUNT(Case.case_id))
        .where(happened_within(Case.acquired_at, Case.detected_at, start, end), Case.state != "withdrawn")
        .group_by(*kinds)
    )
    return list(query.tuples())


def _exposures(start: datetime, end: datetime) -> dict[str, int]:
    query = (
        Exposure.select(Exposure.room, fn.COUNT(Exposure.exposure_uid))
        .where(happened_within(Exposure.acquired_at, Exposure.received_at, start, end))
        .where(~Exposure.is_derived & ~Exposure.is_quality_control)
        .group_by(Exposure.room)
    )
    return {room or "": n for room, n in query.tuples()}
