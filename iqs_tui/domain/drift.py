"""Does a level stay where it was? EWMA of deviation index and dose, level shifts, and where a baseline starts anew."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise, takewhile
from typing import Literal, NamedTuple

from iqs_tui.domain.comparison import rank_test, robust_sd

Reason = Literal["start", "software", "detector", "protocol"]
Step = Literal["day", "week"]

LAMBDA = 0.2
"""Weight of the newest point (facts on drift, 5.2; Roberts 1959)."""
L = 3.0
"""Width of the limits, in standard deviations."""
MIN_PER_POINT = 5
"""Exposures that a day (or week) needs: the DI of 19,297 mobile chests had a standard deviation of 2.75 (facts on
drift, 5.1), so that a single image says nothing and a median does."""
MIN_DI_SHIFT = 0.5
CONSECUTIVE = 2
"""Points in a row that lie outside before it is a finding."""
BASELINE_POINTS: dict[Step, int] = {"day": 20, "week": 8}
RECENT_DAYS, PREVIOUS_DAYS = 28, 84
MIN_RANK, MIN_RANK_CT = 30, 50
P_LIMIT = 0.001
MIN_DOSE_SHIFT = 0.15
MIN_TO_SUCCEED = 20
"""Exposures under a new name before it counts as the successor of an old one."""
RENAME_GAP = timedelta(days=14)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayPoint:
    """One day (or week, by its Monday) of a series, in the unit of the series."""

    day: date
    n: int
    value: float
    """The median of that day or week."""
    ewma: float | None
    """None within the baseline, and while it is still being built."""
    low: float | None
    high: float | None
    is_out: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Baseline:
    """From when a level is measured, and why there: logged as "herstart basislijn" where the reason is not `start`."""

    from_day: date
    reason: Reason
    old: str | None
    new: str | None
    n: int
    """Points in hand, at most `needed`."""
    needed: int
    n_exposures: int
    """Exposures behind those points."""
    centre: float | None
    """The median of the baseline; None while n is below needed."""

    @property
    def is_ready(self) -> bool:
        """Whether it has the points it needs."""
        return self.n >= self.needed


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A level that moved: something to look at, for the medical physicist. It says nothing of a cause."""

    kind: Literal["ewma", "level_shift"]
    since: date
    shift: float
    """DI: in its own unit. Doses: as a fraction, +0.18 is 18 % more."""
    p_value: float | None
    """Of the rank test; None for an EWMA."""
    n: int
    """Exposures behind it: of the days out, or of the recent weeks."""
    n_before: int
    """Exposures of the baseline, or of the weeks before."""


class Reset(NamedTuple):
    """A day from which the level is measured anew, and what changed."""

    day: date
    reason: Reason
    old: str
    new: str


class Span(NamedTuple):
    """From when to when something (a protocol, a detector, a version) was seen, and how often."""

    first: date
    last: date
    n: int


class Course(NamedTuple):
    """A series on its chart."""

    points: tuple[DayPoint, ...]
    baselines: tuple[Baseline, ...]


class _Median(NamedTuple):
    """A day or week on the scale it is weighed on."""

    day: date
    n: int
    value: float
    spread: float
    """Robust standard deviation of the exposures within it."""


def follow(
    days: Mapping[date, Sequence[float]], resets: Sequence[Reset], *, step: Step = "day", is_log: bool = False
) -> Course:
    """Put a series on an EWMA chart: per stretch between resets first its baseline, then the chart.

    The limits are those of the exact variance, which grows with the number of points, widened by how unsure the
    baseline's own centre is. The spread is robust: of the medians of the baseline, or of the exposures within them
    where that expects more. Successive days are taken as independent: where they are not, limits are too narrow.

    Args:
        days: the values of each local day, in the unit of the series; with `is_log` all above 0.
        resets: where a new baseline starts; days on which nothing was made may be among them.
        step: a point per day, or per week by its Monday.
        is_log: weigh on a log scale; the points are given in the unit again.
    """
    if not days:
        return Course((), ())
    first = min(days)
    starts = [Reset(first, "start", "", ""), *sorted(reset for reset in resets if reset.day > first)]
    points: list[DayPoint] = []
    baselines: list[Baseline] = []
    for index, start in enumerate(starts):
        end = starts[index + 1].day if index + 1 < len(starts) else date.max
        medians = _medians({day: found for day, found in days.items() if start.day <= day < end}, start, step, is_log)
        baselines.append(_baseline(medians, start, BASELINE_POINTS[step], is_log))
        points += _charted(medians, BASELINE_POINTS[step], is_log)
    return Course(tuple(points), tuple(baselines))


def ewma_finding(course: Course) -> Finding | None:
    """Return what an EWMA chart of the deviation index says now: out for two points in a row, by half a DI or more."""
    out = list(takewhile(lambda point: point.is_out, reversed(course.points)))
    baseline = course.baselines[-1] if course.baselines else None
    if len(out) < CONSECUTIVE or baseline is None or baseline.centre is None:
        return None
    shift = (out[0].ewma or 0.0) - baseline.centre
    if abs(shift) < MIN_DI_SHIFT:
        return None
    return Finding(
        kind="ewma",
        since=out[-1].day,
        shift=shift,
        p_value=None,
        n=sum(point.n for point in out),
        n_before=baseline.n_exposures,
    )


def level_shift(
    days: Mapping[date, Sequence[float]], course: Course, today: date, *, minimum: int = MIN_RANK
) -> Finding | None:
    """Compare the last four weeks with the twelve before, as far as these lie in the baseline now in force.

    The test is over exposures: of 4 against 12 weekly medians no rank test can come below 0.001.
    """
    if not course.baselines:
        return None
    middle = today - timedelta(days=RECENT_DAYS - 1)
    start = max(middle - timedelta(days=PREVIOUS_DAYS), course.baselines[-1].from_day)
    recent = [value for day, found in days.items() if middle <= day <= today for value in found]
    previous = [value for day, found in days.items() if start <= day < middle for value in found]
    if min(len(recent), len(previous)) < minimum:
        return None
    shift = statistics.median(recent) / statistics.median(previous) - 1
    if abs(shift) < MIN_DOSE_SHIFT:
        return None
    p_value = rank_test(recent, previous)
    if p_value >= P_LIMIT:
        return None
    return Finding(
        kind="level_shift", since=middle, shift=shift, p_value=p_value, n=len(recent), n_before=len(previous)
    )


def chains(spans: Mapping[str, Span], gap: timedelta | None = None) -> tuple[tuple[str, ...], ...]:
    """Part names into chains in which each one took over from the one before.

    A name succeeds another where it was first seen when the other was last seen or later, at most `gap` after, and
    often enough since. Names that were in use side by side are each a chain of their own.
    """
    found: list[list[str]] = []
    for name, span in sorted(spans.items(), key=lambda item: (item[1].first, item[1].last, item[0])):
        ended = [
            chain
            for chain in found
            if (last := spans[chain[-1]].last) <= span.first and (gap is None or span.first - last <= gap)
        ]
        if ended and span.n >= MIN_TO_SUCCEED:
            max(ended, key=lambda chain: (spans[chain[-1]].last, spans[chain[-1]].n, chain[-1])).append(name)
        else:
            found.append([name])
    return tuple(tuple(chain) for chain in found)


def resets_of(chain: Sequence[str], spans: Mapping[str, Span], reason: Reason) -> tuple[Reset, ...]:
    """Return where each name of a chain took over from the one before."""
    return tuple(Reset(spans[new].first, reason, old, new) for old, new in pairwise(chain))


def _medians(days: Mapping[date, Sequence[float]], start: Reset, step: Step, is_log: bool) -> list[_Median]:
    together: dict[date, list[float]] = defaultdict(list)
    for day in sorted(days):
        point = day if step == "day" else max(day - timedelta(days=day.weekday()), start.day)
        together[point] += [math.log(value) for value in days[day]] if is_log else days[day]
    return [
        _Median(day, len(found), statistics.median(found), robust_sd(found))
        for day, found in together.items()
        if len(found) >= MIN_PER_POINT
    ]


def _baseline(medians: Sequence[_Median], start: Reset, needed: int, is_log: bool) -> Baseline:
    part = medians[:needed]
    centre = statistics.median(one.value for one in part) if len(part) == needed else None
    return Baseline(
        from_day=start.day,
        reason=start.reason,
        old=start.old or None,
        new=start.new or None,
        n=len(part),
        needed=needed,
        n_exposures=sum(one.n for one in part),
        centre=math.exp(centre) if centre is not None and is_log else centre,
    )


def _charted(medians: Sequence[_Median], needed: int, is_log: bool) -> Iterator[DayPoint]:
    back = math.exp if is_log else float
    for one in medians[:needed]:
        yield DayPoint(day=one.day, n=one.n, value=back(one.value), ewma=None, low=None, high=None, is_out=False)
    if len(medians) <= needed:
        return
    centre, spread = _centre_and_spread(medians[:needed])
    level = centre
    for number, one in enumerate(medians[needed:], 1):
        level += LAMBDA * (one.value - level)
        grown = LAMBDA / (2 - LAMBDA) * (1 - (1 - LAMBDA) ** (2 * number))
        half = L * spread * math.sqrt(grown + math.pi / 2 / needed)
        yield DayPoint(
            day=one.day,
            n=one.n,
            value=back(one.value),
            ewma=back(level),
            low=back(centre - half),
            high=back(centre + half),
            is_out=half > 0 and abs(level - centre) > half,
        )


def _centre_and_spread(baseline: Sequence[_Median]) -> tuple[float, float]:
    """Return the median of the baseline's medians, and the robust standard deviation of one of them.

    A MAD of twenty is itself unsure by a quarter; what the exposures within each day say keeps it from being too
    small (a median of n has 1.2533 times the standard error of their mean).
    """
    values = [one.value for one in baseline]
    expected = [1.2533 * one.spread / math.sqrt(one.n) for one in baseline]
    return statistics.median(values), max(robust_sd(values), statistics.median(expected))
