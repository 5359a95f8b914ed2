"""Where a rate lies among others of its size: within what chance alone gives, or outside it. Never a ranking.

The limits are those of the binomial distribution itself; the normal approximation misleads where counts are low (facts
on rejects, 6.3). Too low is a signal too: of questions without an answer, or of a unit that cannot see its rejects.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from iqs_tui.domain.binomial import quantile
from iqs_tui.domain.reject_rate import LOW_COVERAGE, Rate

Position = Literal["within", "high_95", "high_998", "low_95", "low_998"]
Remark = Literal["low_coverage", "look_closer"]
ALPHA_95, ALPHA_998 = 0.05, 0.002
"""Of both sides together. Of many units some lie outside 95 % by chance: only 99.8 % is a reason to look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The counts among `n` at which, and beyond which, a unit lies outside; None where no count is so rare."""

    n: int
    low_95: int | None
    high_95: int | None
    low_998: int | None
    high_998: int | None


@lru_cache(maxsize=4096)
def limits(n: int, rate: float) -> Limits:
    """Return the exact binomial limits of `n` at a rate.

    Raises:
        ValueError: n is not positive, or the rate no fraction.
    """
    if n <= 0 or not 0 <= rate <= 1:
        raise ValueError(f"{n} at {rate} has no limits")
    low_95, high_95 = _tails(n, rate, ALPHA_95)
    low_998, high_998 = _tails(n, rate, ALPHA_998)
    return Limits(n=n, low_95=low_95, high_95=high_95, low_998=low_998, high_998=high_998)


def position(k: int, at: Limits) -> Position:
    """Say where a count lies."""
    if at.high_998 is not None and k >= at.high_998:
        return "high_998"
    if at.low_998 is not None and k <= at.low_998:
        return "low_998"
    if at.high_95 is not None and k >= at.high_95:
        return "high_95"
    return "low_95" if at.low_95 is not None and k <= at.low_95 else "within"


def position_of(rate: Rate, centre: float) -> Position | None:
    """Return the position of a unit; None where its n is too small for one."""
    return position(rate.k, limits(rate.n, centre)) if rate.shown == "position" else None


def remark_on(rate: Rate, at: Position | None) -> Remark | None:
    """Say what to look at before a low rate is praised: its answers; else mobile work, and whether it sees rejects."""
    if at not in {"low_95", "low_998"}:
        return None
    share = rate.coverage.share
    return "low_coverage" if share is None or share < LOW_COVERAGE else "look_closer"


def _tails(n: int, rate: float, alpha: float) -> tuple[int | None, int | None]:
    low, high = quantile(alpha / 2, n, rate) - 1, quantile(1 - alpha / 2, n, rate) + 1
    return low if low >= 0 else None, high if high <= n else None
