"""The end of the node, as a signal handler may announce it."""

import time


class Ending:
    """A flag that is set once, and looked at.

    `threading.Event.set` may not be called from a signal handler: the handler runs in the thread that waits, and where
    that thread just holds the event's lock, it waits for itself for ever. A plain flag has no lock.
    """

    def __init__(self) -> None:
        self._is_set = False

    def set(self) -> None:
        """Announce the end; who waits sees it after its wait."""
        self._is_set = True

    def wait(self, seconds: float) -> bool:
        """Wait for so long, unless the end has come; return whether it has."""
        if not self._is_set:
            time.sleep(seconds)
        return self._is_set
