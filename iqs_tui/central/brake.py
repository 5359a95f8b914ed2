"""Slowing down who guesses enrolment codes: 40 bits, three days, and a handful of tries."""

import threading
from collections import deque
from collections.abc import Callable

MAX_FAILURES = 5
MAX_FAILURES_OF_ALL = 50
WINDOW_S = 300.0


class Brake:
    """Counts failures per caller, and of all callers together, over the last five minutes."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._failures: deque[tuple[float, str]] = deque()
        self._lock = threading.Lock()

    def wait_s(self, host: str) -> int:
        """Return how many seconds this caller must wait before the next try; 0: none."""
        with self._lock:
            self._forget_old()
            own = [at for at, who in self._failures if who == host]
            full = len(own) >= MAX_FAILURES or len(self._failures) >= MAX_FAILURES_OF_ALL
            if not full:
                return 0
            oldest = own[0] if len(own) >= MAX_FAILURES else self._failures[0][0]
            return int(oldest + WINDOW_S - self._monotonic()) + 1

    def failed(self, host: str) -> None:
        """Count a failure."""
        with self._lock:
            self._forget_old()
            self._failures.append((self._monotonic(), host))

    def _forget_old(self) -> None:
        while self._failures and self._failures[0][0] <= self._monotonic() - WINDOW_S:
            self._failures.popleft()
