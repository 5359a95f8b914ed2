"""The scanner of the room today: its timeline, the time per state, and every stretch with what it rests on."""

from __future__ import annotations

from datetime import timedelta

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.scanner_evidence import State
from iqs_tui.domain.scanner_view import time_in
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.scanner import ScannerView, Stretch, today
from iqs_tui.ui import scanner_words as words
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.plain_table import WIDE, Column, PlainTable

_COLUMNS = (
    Column("scanner.col_time", 13),
    Column("scanner.col_length", 11, is_wide_only=True),
    Column("scanner.col_state", 19),
    Column("scanner.col_n", 9),
    Column("scanner.col_evidence"),
    Column("scanner.col_confidence", 6),
)
_MARGIN = 4


class ScannerScreen(IqsScreen):
    """State and why, the day in a bar, the sums, and the list from new to old."""

    title_key = "scanner.title"
    keys = (Key("escape", "keys.back", "back"),)
    AUTO_FOCUS = "#scanner-list"
    _view: ScannerView | None = None

    def compose_body(self) -> ComposeResult:
        """From what it does now to what it rests on."""
        yield Static(id="scanner-now", markup=False)
        yield Static(id="scanner-day", markup=False)
        yield Static(id="scanner-sums", markup=False)
        yield Static(id="scanner-caption", classes="caption", markup=False)
        yield PlainTable(_COLUMNS, id="scanner-list")
        yield Static(t("scanner.footnote"), id="scanner-footnote", markup=False)

    def show(self) -> None:
        """Read the day."""
        self._view = view = today(self.iqs.room.id, self.iqs.config.site.zone, self.iqs.clock())
        self.set_class(view is None, "-empty")
        if view is None:
            hint = f"{t('scanner.empty')}\n\n{t('scanner.empty_hint')}"
            self.query_one("#scanner-now", Static).update(Content.styled(hint, "$muted"))
            return
        self.query_one("#scanner-now", Static).update(self._now(view))
        self._show_sums()
        stretches = view.stretches()
        caption = t("scanner.caption", n=len(stretches), acquisitions=view.n_acquisitions)
        self.query_one("#scanner-caption", Static).update(Content(caption))
        self.query_one(PlainTable).fill({stretch.start.isoformat(): self._line(stretch) for stretch in stretches})

    def on_resize(self) -> None:
        """Draw the day and the sums in the width there is."""
        self._show_sums()

    def _now(self, view: ScannerView) -> Content:
        zone, current = self.iqs.config.site.zone, view.current
        marks = glyphs(self.app.theme)
        word = words.state(current.state, current.confidence)
        sure = words.is_sure(current)
        return Content.assemble(
            (f"{marks.state} {word.upper()}" if sure else f"{marks.off} {word}", "bold $primary" if sure else "$muted"),
            f"   {words.since(current, zone)}   ",
            (", ".join(words.because(current, zone)), "$muted"),
            "\n",
            (view.device, "$muted"),
        )

    def _show_sums(self) -> None:
        if self._view is not None:
            width = max(24, self.size.width - _MARGIN)
            self.query_one("#scanner-day", Static).update(self._day(self._view, width))
            self.query_one("#scanner-sums", Static).update(self._sums(self._view))

    def _day(self, view: ScannerView, width: int) -> Content:
        """One character per part of the day, hours under it, and what the characters mean."""
        hours = round((view.day_end - view.day_start).total_seconds() / 3600)
        per_hour = max(1, min(12, width // hours))
        signs = self._signs()
        cells = "".join(signs[state] if state else " " for state in view.cells(hours * per_hour))
        first = view.day_start.astimezone(self.iqs.config.site.zone).hour
        step = 1 if per_hour >= 3 else 2
        ruler = "".join(f"{first + hour:<{per_hour * step}}" for hour in range(0, hours + 1, step)).rstrip()
        legend = "   ".join(f"{sign} {t(f'scanner.{key}')}" for sign, key in self._legend())
        return Content.assemble((cells, "$primary"), "\n", (ruler, "$muted"), "\n", (legend, "$muted"))

    def _signs(self) -> dict[State, str]:
        marks = glyphs(self.app.theme)
        return {
            "scanning": marks.filled,
            "in_exam": marks.filled,
            "turnover": "▒",
            "idle": marks.empty,
            "standby": "-",
            "off": "_",
            "unknown": "·",
        }

    def _legend(self) -> list[tuple[str, str]]:
        signs = self._signs()
        return [
            (signs["in_exam"], "legend_busy"),
            (signs["turnover"], "state_turnover"),
            (signs["idle"], "state_idle"),
            (signs["unknown"], "state_unknown"),
        ]

    def _sums(self, view: ScannerView) -> Content:
        ledger = view.intervals
        busy = numbers.duration(time_in(ledger, "scanning", "in_exam"))
        turnover = numbers.duration(time_in(ledger, "turnover"))
        times = [
            (t("scanner.sum_busy"), f"{busy} ({t('scanner.n_acquisitions', n=view.n_acquisitions)})"),
            (t("scanner.sum_turnover"), turnover),
            (t("scanner.sum_unknown"), words.percent(view.unknown)),
        ]
        idle = (t("scanner.sum_idle"), f"{numbers.duration(view.idle)}, {words.energy(view.idle_energy)}")
        day = (t("scanner.sum_energy"), words.energy(view.day_energy))
        rows = [times, [idle, day]] if self.size.width >= WIDE else [times, [idle], [day]]
        return Content("\n").join(Content("   ").join(_named(*pair) for pair in row) for row in rows)

    def _line(self, stretch: Stretch) -> tuple[str, ...]:
        zone = self.iqs.config.site.zone
        length = stretch.end - stretch.start
        return (
            f"{numbers.clock_time(stretch.start, zone)} – {numbers.clock_time(stretch.end, zone)}",
            numbers.duration(length) if length >= timedelta(minutes=1) else "< 1 min",
            words.state(stretch.state, stretch.confidence),
            str(stretch.n_acquisitions or ""),
            words.evidence(stretch.evidence),
            t(f"scanner.confidence_{stretch.confidence}"),
        )


def _named(name: str, value: str) -> Content:
    return Content.assemble((f"{name} ", "$muted"), (value, "bold"))
