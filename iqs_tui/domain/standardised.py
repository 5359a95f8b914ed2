"""What a unit's rejects would be if it had the department's rate for each of its projections: fair to its mix.

Indirect standardisation (facts on rejects, 6.3): somebody who makes hips with a horizontal beam cannot be held against
somebody who makes hands. Observed over expected, with the exact interval of a Poisson count (Garwood 1936).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

from iqs_tui.domain.rates import MIN_FOR_RATE

MIN_OF_DEPARTMENT = MIN_FOR_RATE
"""A projection that the department made less often has no rate of its own: such are taken together (`pool`)."""
MIN_EXPECTED = 5.0
"""Expected rejects before observed over expected is shown: below it the interval is wider than tenfold."""

_Kind = TypeVar("_Kind", bound=Hashable)


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjusted:
    """Observed rejects beside those expected of the same projections."""

    observed: int
    expected: float
    n: int
    n_pooled: int
    """Exposures of projections that are rare in the department, weighed with the rate of all of its pool together."""
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


class Standard(Generic[_Kind]):
    """The department's rates per projection."""

    def __init__(
        self, department: Mapping[_Kind, tuple[int, int]], pool: Callable[[_Kind], Hashable] = lambda kind: None
    ) -> None:
        """Take rejects and exposures of each projection, and with which others a rare one is taken together."""
        self._pool = pool
        self._rates: dict[_Kind, float] = {}
        rare: dict[Hashable, list[tuple[int, int]]] = defaultdict(list)
        for kind, (k, n) in department.items():
            if n >= MIN_OF_DEPARTMENT:
                self._rates[kind] = k / n
            elif n:
                rare[pool(kind)].append((k, n))
        self._pooled = {name: sum(k for k, _ in found) / sum(n for _, n in found) for name, found in rare.items()}

    def adjusted(self, unit: Mapping[_Kind, tuple[int, int]]) -> Adjusted:
        """Hold a unit's rejects and exposures of each projection against the department's."""
        observed = sum(k for k, _ in unit.values())
        expected = sum(n * self._rate(kind) for kind, (_, n) in unit.items())
        low, high = _poisson_interval(observed) if expected >= MIN_EXPECTED else (None, None)
        return Adjusted(
            observed=observed,
            expected=expected,
            n=sum(n for _, n in unit.values()),
            n_pooled=sum(n for kind, (_, n) in unit.items() if kind not in self._rates),
            low=None if low is None else low / expected,
            high=None if high is None else high / expected,
        )

    def _rate(self, kind: _Kind) -> float:
        rate = self._rates.get(kind)
        return self._pooled.get(self._pool(kind), 0.0) if rate is None else rate


def _poisson_interval(observed: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean of a Poisson count."""
    from scipy.special import gammaincinv

    low = float(gammaincinv(observed, 0.025)) if observed else 0.0
    return low, float(gammaincinv(observed + 1, 0.975))
