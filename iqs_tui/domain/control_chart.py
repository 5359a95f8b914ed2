"""A rate week by week: does it vary as chance would have it, and did its level move? A p-chart with run rules.

Two rules look for a moved level: a long run on one side of the middle, and few crossings of it (Anhøj, PLoS ONE 2014,
9:e113825). The rule that looks for a trend finds next to nothing (same study), and is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from math import log2
from statistics import median

from iqs_tui.domain.binomial import quantile
from iqs_tui.domain.funnel import Position, limits, position
from iqs_tui.domain.rates import MIN_FOR_RATE
from iqs_tui.domain.reject_rate import Basis

MIN_WEEKS = 10
"""Weeks off the middle before the run rules say anything (Anhøj 2014)."""
CROSSINGS_ALPHA = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """A local week; its limits in counts are those of its own n."""

    monday: date
    k: int
    n: int
    n_raised: int
    n_answered: int
    low: int | None
    """At or below this many it lies outside 99.8 %; None where no count is so rare, or n is below `MIN_FOR_RATE`."""
    high: int | None
    position: Position | None
    """None where n is too small for a rate: the week is a count."""

    @property
    def share(self) -> float | None:
        """k / n; None where the week is only a count."""
        return self.k / self.n if self.position is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A run of weeks on one side of the middle, longer than chance gives: the level was another for some time."""

    first: date
    """Its first week, by the Monday."""
    last: date
    n_weeks: int
    is_above: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """The weeks in order, and what the rules say of them. Weeks without exposures are not there."""

    basis: Basis
    weeks: tuple[Week, ...]
    centre: float | None
    """k / n of the whole period, on which the limits rest."""
    middle: float | None
    """The median of the weekly rates, on which the run rules rest."""
    longest_run: int
    allowed_run: int
    n_crossings: int
    needed_crossings: int
    n_useful: int
    """Weeks off the middle, which the run rules look at; below `MIN_WEEKS` they say nothing."""
    shift: Shift | None
    """Of several the last: what is so now, or was of late, is what people can look into."""
    has_few_crossings: bool

    @property
    def is_moved(self) -> bool:
        """Whether the level did not stay where it was: a finding, of which the cause is not known."""
        return self.shift is not None or self.has_few_crossings


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekCount:
    """What was counted in one week."""

    monday: date
    k: int
    n: int
    n_raised: int = 0
    n_answered: int = 0


def chart(basis: Basis, counted: Iterable[WeekCount]) -> Chart:
    """Put weeks on a p-chart."""
    found = sorted((week for week in counted if week.n), key=lambda week: week.monday)
    total = sum(week.n for week in found)
    centre = sum(week.k for week in found) / total if total else None
    weeks = tuple(_week(week, centre) for week in found)
    rated = [(week.monday, week.share) for week in weeks if week.share is not None]
    middle = median(share for _, share in rated) if rated else None
    sides = [(monday, share > middle) for monday, share in rated if middle is not None and share != middle]
    runs = [list(run) for _, run in groupby(sides, key=lambda side: side[1])]
    n = len(sides)
    is_enough = n >= MIN_WEEKS
    n_crossings, needed = max(0, len(runs) - 1), _needed_crossings(n)
    allowed = round(log2(n) + 3) if n else 0
    shifts = [_shift(run) for run in runs if is_enough and len(run) > allowed]
    return Chart(
        basis=basis,
        weeks=weeks,
        centre=centre,
        middle=middle,
        longest_run=max(map(len, runs), default=0),
        allowed_run=allowed,
        n_crossings=n_crossings,
        needed_crossings=needed,
        n_useful=n,
        shift=shifts[-1] if shifts else None,
        has_few_crossings=is_enough and n_crossings < needed,
    )


def _shift(run: Sequence[tuple[date, bool]]) -> Shift:
    return Shift(first=run[0][0], last=run[-1][0], n_weeks=len(run), is_above=run[0][1])


def _week(found: WeekCount, centre: float | None) -> Week:
    is_rated = found.n >= MIN_FOR_RATE and centre is not None
    at = limits(found.n, centre) if is_rated and centre is not None else None
    return Week(
        monday=found.monday,
        k=found.k,
        n=found.n,
        n_raised=found.n_raised,
        n_answered=found.n_answered,
        low=at.low_998 if at else None,
        high=at.high_998 if at else None,
        position=position(found.k, at) if at else None,
    )


def _needed_crossings(n: int) -> int:
    """Return the fifth percentile of the crossings among `n` useful weeks that chance gives."""
    return quantile(CROSSINGS_ALPHA, n - 1, 0.5) if n else 0
