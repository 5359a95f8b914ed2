"""Waiting for what happens elsewhere: polled, never slept for, and never compared with a clock."""

import time
from collections.abc import Callable
from multiprocessing.pool import ThreadPool
from typing import Any

PATIENCE_S = 120.0
"""Far longer than anything takes on the slowest machine: who waits so long has found that something hangs."""


def wait_for(condition: Callable[[], Any], what: str = "it") -> Any:
    """Poll until the condition gives something true, and return that; fail when it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not (found := condition()):
        assert time.monotonic() < deadline, f"{what} did not happen within {PATIENCE_S:g} s"
        time.sleep(0.02)
    return found


def must_end(deed: Callable[[], Any]) -> Any:
    """Do what might go on for ever, and return what it gives; a TimeoutError where it does, so that the test ends."""
    with ThreadPool(1) as aside:
        return aside.apply_async(deed).get(PATIENCE_S)
