"""Ending with the process that started this one."""

import sys
import threading
from typing import Protocol


class Settable(Protocol):
    """What can be told that it is over."""

    def set(self) -> None:
        """Tell it."""
        ...


def follow(ended: Settable) -> None:
    """Set the event when standard input closes: the parent holds its other end, which closes however that ends."""
    threading.Thread(target=_wait, args=(ended,), name="parent", daemon=True).start()


def _wait(ended: Settable) -> None:
    while sys.stdin.buffer.read(1):
        pass
    ended.set()
