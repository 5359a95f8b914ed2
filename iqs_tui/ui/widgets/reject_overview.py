"""The first sight of the reject analysis: the rates, the reasons as bars, and what rejects cost."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, VerticalScroll
from textual.widgets import Static

from iqs_tui.store.reading.reject_analysis.figures import Analysis, Burden
from iqs_tui.ui import reject_words as words


class RejectOverview(VerticalScroll):
    """Rates beside reasons where it is wide, above them where it is not."""

    def compose(self) -> ComposeResult:
        """The rates, the reasons, and the rest in sentences."""
        with Container(id="reject-top"):
            yield Static(id="reject-rates", markup=False)
            yield Static(id="reject-reasons", markup=False)
        yield Static(id="reject-notes", markup=False)

    def show_read(self, found: Analysis, burden: Burden | None, *, is_detailed: bool) -> None:
        """Show an analysis, with what rejects cost once that is read; `is_detailed`: with the reasons' second level."""
        theme, is_airy = self.app.theme, self.screen.has_class("-tall")
        self.query_one("#reject-rates", Static).update(words.rates(found, theme, is_airy=is_airy))
        is_told = bool(found.figure.counts.n_exposures)
        reasons = words.reasons(found.reasons, theme, is_detailed=is_detailed) if is_told else words.empty(found)
        self.query_one("#reject-reasons", Static).update(reasons)
        self.query_one("#reject-notes", Static).update(words.notes(found, burden))
