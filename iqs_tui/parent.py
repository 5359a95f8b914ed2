"""Ending with the process that started this one."""

import sys
import threading


def follow(ended: threading.Event) -> None:
    """Set the event when standard input closes: the parent holds its other end, which closes however that ends."""
    threading.Thread(target=_wait, args=(ended,), name="parent", daemon=True).start()


def _wait(ended: threading.Event) -> None:
    while sys.stdin.buffer.read(1):
        pass
    ended.set()
