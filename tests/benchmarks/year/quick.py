"""Makes a simulated year finish sooner: a tenth of the time goes into looking through its messages for garbage."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def quick() -> Iterator[None]:
    """Seldom look for garbage."""
    before = gc.get_threshold()
    gc.set_threshold(200_000, 50, 1000)
    yield
    gc.set_threshold(*before)
