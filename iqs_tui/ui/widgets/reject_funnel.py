"""The funnel of the reject analysis: its picture, the list of its units, and what the chosen one rests on."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.config import Config
from iqs_tui.domain.reject_rate import Rate
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.reject_analysis.figures import Analysis, Funnel, Unit
from iqs_tui.ui import reject_chart_words as words
from iqs_tui.ui.analysis_words import in_lines
from iqs_tui.ui.widgets.analysis_plot import ink
from iqs_tui.ui.widgets.funnel_plot import FunnelPlot
from iqs_tui.ui.widgets.plain_table import Column, PlainTable

_COLUMNS = (
    Column("reject.col_unit"),
    Column("reject.col_counts", 11),
    Column("reject.col_share", 4),
    Column("reject.col_interval", 13),
    Column("reject.col_answered", 10, is_wide_only=True),
    Column("reject.col_expected", 8, is_wide_only=True),
    Column("reject.col_ratio", 17, is_wide_only=True),
    Column("reject.col_position", 15),
)


class RejectFunnel(Vertical):
    """`-table`: the list alone. Its order is that of the number of exposures, which says nothing of the rate."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self._config = config
        self._found: Analysis | None = None
        self._funnel: Funnel | None = None
        self._units: dict[str, Unit] = {}

    def compose(self) -> ComposeResult:
        """Of what, the picture with its signs, the list, the grounds."""
        yield Static(id="funnel-caption", classes="caption", markup=False)
        yield Static(id="funnel-empty", markup=False)
        yield FunnelPlot(id="funnel-plot")
        yield Static(id="funnel-legend", classes="reject-small", markup=False)
        yield PlainTable(_COLUMNS, id="funnel-table")
        yield Static(id="funnel-grounds", markup=False)
        yield Static(t("reject.funnel_footnote"), id="funnel-footnote", classes="reject-small", markup=False)

    def show_funnel(self, found: Analysis | None, funnel: Funnel | None) -> None:
        """Show the units of one basis; None: they are still being read."""
        self._found, self._funnel = found, funnel
        self._units = {str(number): unit for number, unit in enumerate(funnel.units)} if funnel else {}
        self.set_class(not self._units, "-empty")
        self.query_one("#funnel-caption", Static).update(Content(self._caption()))
        self.query_one("#funnel-empty", Static).update(Content(self._empty()))
        by = funnel.by if funnel is not None else "room"
        lines = {
            key: words.unit_line(unit, words.unit_name(unit, by, self._config)) for key, unit in self._units.items()
        }
        self.query_one(PlainTable).fill(lines)
        self._show_chosen()

    def _whole(self) -> Rate | None:
        if self._found is None or self._funnel is None:
            return None
        return next((rate for rate in self._found.figure.rates if rate.basis == self._funnel.basis), None)

    def _caption(self) -> str:
        whole = self._whole()
        if self._found is None or self._funnel is None or whole is None:
            return ""
        is_own_only = self._funnel.by == "operator" and not self._found.viewer.sees_everyone
        return words.funnel_caption(self._funnel, whole, is_own_only=is_own_only)

    def _empty(self) -> str:
        if self._funnel is None or self._found is None or self._units:
            return ""
        if self._funnel.by == "operator" and not self._found.viewer.sees_everyone:
            return t("reject.no_own") if self._found.viewer.names else t("reject.not_signed_in")
        return t("reject.empty")

    @on(DataTable.RowHighlighted)
    def _show_chosen(self) -> None:
        unit = self._units.get(self.query_one(PlainTable).chosen or "")
        plot = self.query_one(FunnelPlot)
        plot.set_funnel(self._funnel, unit)
        legend = plot.legend(ink(self.app.theme)) if plot.has_points else []
        self.query_one("#funnel-legend", Static).update(Content(in_lines(legend, self.app.size.width - 4)))
        self.query_one("#funnel-grounds", Static).update(Content(self._grounds(unit)))

    def _grounds(self, unit: Unit | None) -> str:
        n_without = self._funnel.n_without_name if self._funnel else 0
        nameless = t("reject.without_name", n=numbers.whole(n_without)) if n_without else ""
        return "\n".join(part for part in (words.grounds(unit) if unit else "", nameless) if part)
