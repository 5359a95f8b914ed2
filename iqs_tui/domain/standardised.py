"""What a unit's rejects would be if it had the department's rate for each of its projections: fair to its mix.

Indirect standardisation (facts on rejects, 6.3): somebody who makes hips with a horizontal beam cannot be held against
somebody who makes hands. Observed over expected, with the exact interval of a Poisson count (Garwood 1936).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from iqs_tui.domain.rates import MIN_FOR_RATE

MIN_OF_DEPARTMENT = MIN_FOR_RATE
"""A projection that the department made less often has no rate of its own: such are taken together."""
MIN_EXPECTED = 5.0
"""Expected rejects before observed over expected is shown: below it the interval is wider than tenfold."""

_Kind = TypeVar("_Kind")


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Observed rejects beside those expected of the same projections."""

    observed: int
    expected: float
    n: int
    n_pooled: int
    """Exposures of projections that are rare in the department, weighed with the rate of all of those together."""
    low: float | None
    """95 % interval of observed over expected; None where `expected` is below `MIN_EXPECTED`."""
    high: float | None

    @property
    def ratio(self) -> float | None:
        """Observed over expected; None where too little is expected. 1 is as the department."""
        return self.observed / self.expected if self.low is not None else None

    @property
    def needed(self) -> int | None:
        """How many exposures of this mix it takes before the ratio is shown; None where none is expected at all."""
        return None if self.expected <= 0 else -int(-MIN_EXPECTED * self.n // self.expected)


class Standard:
    """The department's rates per projection."""

    def __init__(self, department: Mapping[_Kind, tuple[int, int]]) -> None:
        """Take rejects and exposures of each projection."""
        rare = [counts for counts in department.values() if counts[1] < MIN_OF_DEPARTMENT]
        k, n = sum(counts[0] for counts in rare), sum(counts[1] for counts in rare)
        self._pooled = k / n if n else 0.0
        self._rates: dict[object, float] = {
            kind: counts[0] / counts[1] for kind, counts in department.items() if counts[1] >= MIN_OF_DEPARTMENT
        }

    def adjusted(self, unit: Mapping[_Kind, tuple[int, int]]) -> Adjusted:
        """Hold a unit's rejects and exposures of each projection against the department's."""
        observed = sum(k for k, _ in unit.values())
        expected = sum(n * self._rates.get(kind, self._pooled) for kind, (_, n) in unit.items())
        low, high = _poisson_interval(observed) if expected >= MIN_EXPECTED else (None, None)
        return Adjusted(
            observed=observed,
            expected=expected,
            n=sum(n for _, n in unit.values()),
            n_pooled=sum(n for kind, (_, n) in unit.items() if kind not in self._rates),
            low=None if low is None else low / expected,
            high=None if high is None else high / expected,
        )


def _poisson_interval(observed: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean of a Poisson count."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(observed, 0.025)) if observed else 0.0
    return low, float(gammaincinv(observed + 1, 0.975))
