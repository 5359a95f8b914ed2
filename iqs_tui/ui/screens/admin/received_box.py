"""Who sent last: one line per device, with what it sent in a day as a bar."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, cast

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from iqs_tui.locale import t
from iqs_tui.store.reading.admin.home import RECENT, Received
from iqs_tui.ui.glyphs import bar
from iqs_tui.ui.screens.admin.words import line, room_label, when

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

_BAR = 12


class ReceivedBox(Widget):
    """A box with the devices of every room, newest first within the room."""

    def __init__(self) -> None:
        super().__init__()
        self._received: tuple[Received, ...] = ()
        self._now: datetime | None = None

    def on_mount(self) -> None:
        """Put the title in the border."""
        self.border_title = Content(t("admin.received"))

    def show(self, received: tuple[Received, ...], now: datetime) -> None:
        """Show these."""
        self._received, self._now = received, now
        self.refresh()

    def render(self) -> RenderResult:
        """Draw a line per device that fits; the last line says how many did not."""
        if not self._received or self._now is None:
            return Content.styled(t("admin.received_empty"), "$muted")
        room = self.content_size.height
        fits = len(self._received) if len(self._received) <= room else max(0, room - 1)
        lines = [self._line(device, self._now) for device in self._received[:fits]]
        if fits < len(self._received):
            lines.append(Content.styled(t("admin.more", n=len(self._received) - fits), "$muted"))
        return Content("\n").join(lines)

    def _line(self, device: Received, now: datetime) -> Content:
        app = cast("IqsApp", self.app)
        most = max(item.n_recent for item in self._received) or 1
        name_width = max(12, self.content_size.width - 62)
        last = when(device.last_at, now, app.config.site.zone)
        words = t("admin.recent", n=device.n_recent, hours=round(RECENT.total_seconds() / 3600))
        return Content.assemble(
            _cell(room_label(app.config, device.room), 14),
            (_cell(line(device.modality), 4), "bold"),
            _cell(line(device.name), name_width),
            (last.rjust(13) + "  ", "bold"),
            (bar(device.n_recent / most, _BAR, app.theme), "$primary"),
            (f" {words}", "$muted"),
        )


def _cell(words: str, width: int) -> str:
    return words[: width - 1].ljust(width)
