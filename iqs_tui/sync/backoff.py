"""How long to wait after a call that failed: full jitter, so that fifty kiosks do not come back at once."""

import random
from collections.abc import Callable

BASE_S = 1.0
CAP_S = 300.0


class Backoff:
    """Waiting times that grow with each failure, up to five minutes. There is no last try.

    `random(0, min(cap, base * 2^n))` is what the AWS architecture blog calls full jitter.
    """

    def __init__(self, draw: Callable[[float, float], float] = random.uniform) -> None:
        self._draw = draw
        self._failures = 0

    def failed(self, at_least_s: float | None = None) -> float:
        """Count a failure; return the seconds to wait: what the server asked or more, at most 300."""
        ceiling = min(CAP_S, BASE_S * 2.0 ** min(self._failures, 30))
        self._failures += 1
        return max(self._draw(0.0, ceiling), min(at_least_s or 0.0, CAP_S))

    def succeeded(self) -> None:
        """Forget the failures."""
        self._failures = 0
