"""The terminal of a face, which may go away at any moment: a cable, an SSH session, a window that is closed."""

from collections.abc import Mapping

from msgspec.structs import replace
from textual.drivers.linux_driver import LinuxDriver

from iqs_tui.config import Config


def suited(config: Config, environ: Mapping[str, str]) -> Config:
    """Return the config with the theme that this terminal can show: a bare Linux console has 16 colours, few glyphs."""
    if environ.get("TERM") != "linux":
        return config
    return replace(config, kiosk=replace(config.kiosk, theme="vt"))


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
