"""Opens the prompt by itself when a case begins to wait, and never over something half filled in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iqs_tui.store.reading import prompt as reading
from iqs_tui.ui.screens.base import IqsScreen

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


class PromptOpener:
    """Remembers which cases it has opened the prompt for: one that was closed with Esc stays closed."""

    def __init__(self) -> None:
        self._offered: set[tuple[str, int]] = set()

    def offer(self, app: IqsApp) -> None:
        """Open the prompt if a case waits that was not offered yet."""
        if app.face != "kiosk" or not app.room.pillars.reject:
            return
        waiting = set(reading.waiting(app.room.id, app.clock()))
        fresh = waiting - self._offered
        screen = app.screen
        if not fresh or (isinstance(screen, IqsScreen) and screen.is_busy):
            return
        self._offered |= fresh
        app.gate.wake()
        if app.config.kiosk.bell:
            app.bell()
        if not app.has_open("prompt"):
            app.open_screen("prompt")
