"""The weeks of the reject analysis: what they find, and their picture or their table."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.control_chart import Chart
from iqs_tui.locale import t
from iqs_tui.ui import reject_chart_words as words
from iqs_tui.ui.analysis_words import in_lines
from iqs_tui.ui.widgets.p_chart import PChart
from iqs_tui.ui.widgets.plain_table import Column, PlainTable

_COLUMNS = (
    Column("reject.col_week"),
    Column("reject.col_n", 9),
    Column("reject.col_k", 9),
    Column("reject.col_share", 4),
    Column("reject.col_interval", 13, is_wide_only=True),
    Column("reject.col_limits_95", 12, is_wide_only=True),
    Column("reject.col_limits_998", 14),
    Column("reject.col_answered", 10, is_wide_only=True),
    Column("reject.col_position", 14),
)


class RejectWeeks(Vertical):
    """`-table`: the weeks as rows, the newest first."""

    def compose(self) -> ComposeResult:
        """Of what, the finding, the picture with its signs, the table."""
        yield Static(id="weeks-caption", classes="caption", markup=False)
        yield Static(id="weeks-finding", markup=False)
        yield PChart(id="weeks-plot")
        yield Static(id="weeks-legend", classes="reject-small", markup=False)
        yield PlainTable(_COLUMNS, id="weeks-table")
        yield Static(t("reject.weeks_footnote"), id="weeks-footnote", classes="reject-small", markup=False)

    def show_chart(self, chart: Chart | None) -> None:
        """Show the weeks of one basis; None: there are none."""
        said = (
            ("", "", "")
            if chart is None
            else (
                words.weeks_caption(chart),
                words.finding(chart),
                in_lines(words.weeks_legend(chart), self.app.size.width - 4),
            )
        )
        for name, sentence in zip(("caption", "finding", "legend"), said, strict=True):
            self.query_one(f"#weeks-{name}", Static).update(Content(sentence))
        self.query_one(PChart).set_chart(chart)
        weeks = chart.weeks if chart is not None else ()
        rows = {week.monday.isoformat(): words.week_line(week, chart.centre if chart else None) for week in weeks}
        self.query_one(PlainTable).fill(dict(reversed(rows.items())))
