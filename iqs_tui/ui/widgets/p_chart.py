"""The weeks of a rate: a dot for each, their average, and the limits that chance alone gives a week of its size."""

from __future__ import annotations

from textual_plotext import Plot

from iqs_tui.domain.control_chart import Chart, Week
from iqs_tui.domain.funnel import Limits, limits
from iqs_tui.locale import t
from iqs_tui.ui.reject_chart_words import CENTRE, DOT, LINES, OUT, OUTSIDE
from iqs_tui.ui.widgets.analysis_plot import AnalysisPlot, Colour, Ink, percents, runs

_TICK = 8
"""Cells that the number of a week takes."""


class PChart(AnalysisPlot):
    """Weeks from left to right; one outside 99.8 % has another shape."""

    _chart: Chart | None = None

    @property
    def has_points(self) -> bool:
        """Whether a week had enough exposures for a rate."""
        return self._chart is not None and any(week.share is not None for week in self._chart.weeks)

    def set_chart(self, chart: Chart | None) -> None:
        """Show this one."""
        if chart != self._chart:
            self._chart = chart
            self.refresh()

    def draw(self, plot: Plot, ink: Ink) -> None:
        """Limits first, so that what was counted lies over them."""
        if self._chart is None or self._chart.centre is None:
            return
        weeks = [week for week in self._chart.weeks if week.share is not None]
        first = weeks[0].monday
        places = [(week.monday - first).days / 7 for week in weeks]
        at = [limits(week.n, self._chart.centre) for week in weeks]
        left, right = -0.5, max(places[-1], 1.0) + 0.5
        for start, end in runs(places):
            for name, marker in LINES:
                _limit_line(plot, places[start:end], at[start:end], name, marker, ink.quiet)
        plot.plot([left, right], [100 * self._chart.centre] * 2, marker=CENTRE, color=ink.plain)
        for marker, is_out in ((DOT, False), (OUT, True)):
            chosen = [(x, week) for x, week in zip(places, weeks, strict=True) if (week.position in OUTSIDE) is is_out]
            if chosen:
                heights = [100 * week.k / week.n for _, week in chosen]
                plot.scatter([x for x, _ in chosen], heights, marker=marker, color=ink.strong)
        top = _top(weeks, at)
        plot.xlim(left, right)
        plot.ylim(0, top)
        plot.yticks(*percents(top))
        every = -(-len(weeks) * _TICK // max(1, self.content_size.width - _TICK))
        named = list(zip(places, weeks, strict=True))[::every]
        plot.xticks([x for x, _ in named], [_tick(week) for _, week in named])


def _tick(week: Week) -> str:
    return t("reject.week_tick", n=week.monday.isocalendar().week)


def _limit_line(plot: Plot, places: list[float], at: list[Limits], name: str, marker: str, colour: Colour) -> None:
    """Draw one limit over weeks in a row, where there is one; a week alone gets a dash as wide as itself."""
    counts = [(x, one.n, getattr(one, name)) for x, one in zip(places, at, strict=True)]
    found = [(x, 100 * count / n) for x, n, count in counts if count is not None]
    if len(found) == 1:
        found = [(found[0][0] - 0.4, found[0][1]), (found[0][0] + 0.4, found[0][1])]
    if found:
        plot.plot([x for x, _ in found], [y for _, y in found], marker=marker, color=colour)


def _top(weeks: list[Week], at: list[Limits]) -> float:
    highest = [100 * week.k / week.n for week in weeks]
    highest += [100 * one.high_998 / one.n for one in at if one.high_998 is not None]
    return 1.08 * max(highest) or 1.0
