"""What the scanner of the room does, since when and why, and how the day went so far."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui.domain.scanner_view import time_in
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.scanner import ScannerView, today
from iqs_tui.ui import scanner_words as words
from iqs_tui.ui.glyphs import glyphs, spark
from iqs_tui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


WIDEST = 48
"""Cells beyond which a word and its number stand too far apart."""
TALL = 13
"""Lines from which the whole day is told."""


class ScannerPanel(Panel):
    """State, reason, the day's timeline, and idle time with its energy."""

    title_key = "scanner.title"
    opens = "scanner"
    _view: ScannerView | None = None
    _is_loaded = False
    _zone: ZoneInfo

    def load(self, app: IqsApp) -> None:
        """Read the room's scanner."""
        self._zone = app.config.site.zone
        self._view = today(app.room.id, self._zone, app.clock())
        self._is_loaded = True
        self.refresh()

    def summary(self) -> Content | str:
        """The state, since when, and why."""
        view = self._view
        if view is None:
            return Content.styled(t("scanner.empty"), "$muted") if self._is_loaded else ""
        parts = [words.since(view.current, self._zone), *words.because(view.current, self._zone)[:1]]
        return Content.assemble(self._word(view), *(f"   {part}" for part in parts if part))

    def render_body(self) -> Content:
        """State, why, timeline, idle and energy: as many lines as there are."""
        view = self._view
        width, height = self.content_size
        width = min(width, WIDEST)
        if view is None:
            lines = [Content.styled(t("scanner.empty"), "bold"), Content("")] if self._is_loaded else []
            hint = Content.styled(t("scanner.empty_hint"), "$muted").wrap(width) if self._is_loaded else []
            return Content("\n").join([*lines, *hint][:height])
        lines = self._state(view, width)
        lines += [Content.styled(reason, "$muted") for reason in words.because(view.current, self._zone)]
        lines += [Content(""), self._timeline(view, width), Content("")]
        lines += [
            _pair(t("scanner.idle_today"), numbers.duration(view.idle), width),
            Content.styled(words.energy(view.idle_energy), "$muted"),
            *(self._others(view, width) if height >= TALL else ()),
            _pair(t("scanner.unknown_share"), words.percent(view.unknown), width),
        ]
        if view.n_devices > 1:
            lines.append(Content.styled(t("scanner.more_devices", n=view.n_devices), "$muted"))
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _others(self, view: ScannerView, width: int) -> list[Content]:
        """How long there was a patient, and how long between two."""
        busy, between = time_in(view.intervals, "scanning", "in_exam"), time_in(view.intervals, "turnover")
        return [
            Content(""),
            _pair(t("scanner.busy_today"), numbers.duration(busy), width),
            _pair(t("scanner.turnover_today"), numbers.duration(between), width),
        ]

    def _state(self, view: ScannerView, width: int) -> list[Content]:
        """The word, and since when: beside it where there is room."""
        word = self._word(view)
        since = words.since(view.current, self._zone)
        gap = width - word.cell_length - len(since)
        return [Content.assemble(word, " " * gap, since)] if gap > 1 else [word, Content(since)]

    def _word(self, view: ScannerView) -> Content:
        current = view.current
        marks = glyphs(self.app.theme)
        if words.is_sure(current):
            return Content.styled(
                f"{marks.state} {words.state(current.state, current.confidence).upper()}", "bold $primary"
            )
        return Content.styled(f"{marks.off} {words.state(current.state, current.confidence)}", "$muted")

    def _timeline(self, view: ScannerView, width: int) -> Content:
        """Per hour, or half hour where there is room, how much of it had a patient."""
        hours = round((view.day_end - view.day_start).total_seconds() / 3600)
        count = hours * 2 if width >= hours * 2 + 6 else hours
        drawn = spark([*view.shares(count), 1.0], self.app.theme)[:-1]
        first, last = (moment.astimezone(self._zone).hour for moment in (view.day_start, view.day_end))
        return Content.assemble((f"{first:02} ", "$muted"), (drawn, "$primary"), (f" {last or 24:02}", "$muted"))


def _pair(name: str, value: str, width: int) -> Content:
    gap = max(1, width - len(name) - len(value))
    return Content.assemble((name, "$muted"), " " * gap, (value, "bold"))
