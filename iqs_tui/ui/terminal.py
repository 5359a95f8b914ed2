"""The terminal of a face, which may go away at any moment: a cable, an SSH session, a window that is closed."""

from textual.drivers.linux_driver import LinuxDriver


class Terminal(LinuxDriver):
    """Textual's driver, without its wait for ever on a terminal that is gone.

    Its thread that writes ends with the terminal; what is put in that thread's queue then is never taken out, and the
    face would hang in its own ending once the queue is full.
    """

    @property
    def _is_there(self) -> bool:
        return self._writer_thread is not None and self._writer_thread.is_alive()

    def write(self, data: str) -> None:
        """Write, where there is still somebody to read."""
        if self._is_there:
            super().write(data)

    def close(self) -> None:
        """Let the thread that writes finish."""
        if self._is_there:
            super().close()
