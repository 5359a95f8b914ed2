"""A level over time: the median of each day, the EWMA through it, its limits, and where a baseline started anew."""

from __future__ import annotations

from datetime import date

from textual_plotext import Plot

from iqs_tui.domain.drift import DayPoint
from iqs_tui.locale import numbers
from iqs_tui.store.reading.drift import DriftSeries
from iqs_tui.ui import analysis_words as words
from iqs_tui.ui.widgets.analysis_plot import AnalysisPlot, Ink, room, ticks


class EwmaPlot(AnalysisPlot):
    """Days from left to right; a point that is out has another shape."""

    _series: DriftSeries | None = None

    @property
    def has_points(self) -> bool:
        """Whether a day had enough exposures."""
        return self._series is not None and bool(self._series.points)

    def set_series(self, series: DriftSeries | None) -> None:
        """Show this one."""
        if series != self._series:
            self._series = series
            self.refresh()

    def draw(self, plot: Plot, ink: Ink) -> None:
        """Limits first, so that what was measured lies over them."""
        if self._series is None:
            return
        points = self._series.points
        factor, _ = words.shown_unit(self._series.quantity)
        for name in ("low", "high"):
            self._line(plot, points, name, factor, "·", ink.quiet)
        self._line(plot, points, "ewma", factor, ink.line, ink.plain)
        for marker, is_out in ((ink.dot, False), (ink.other, True)):
            chosen = [point for point in points if point.is_out is is_out]
            if chosen:
                days = [point.day.toordinal() for point in chosen]
                plot.scatter(days, [point.value * factor for point in chosen], marker=marker, color=ink.strong)
        first, last = points[0].day.toordinal(), points[-1].day.toordinal()
        for baseline in self._series.baselines:
            if baseline.reason != "start" and first <= baseline.from_day.toordinal() <= last:
                plot.vertical_line(baseline.from_day.toordinal(), color=ink.quiet)
        low, high = room([value * factor for point in points for value in _drawn(point)])
        plot.ylim(low, high)
        plot.yticks(*ticks(low, high))
        days = _days(first, last)
        plot.xticks(days, [numbers.short_date(date.fromordinal(day)) for day in days])

    def _line(
        self, plot: Plot, points: tuple[DayPoint, ...], name: str, factor: float, marker: str, colour: object
    ) -> None:
        """Draw what is known of a line; where a baseline is being built there is none, and nothing bridges it."""
        runs: list[list[DayPoint]] = [[]]
        for point in points:
            if getattr(point, name) is None:
                runs.append([])
            else:
                runs[-1].append(point)
        for run in filter(None, runs):
            days = [point.day.toordinal() for point in run]
            plot.plot(days, [getattr(point, name) * factor for point in run], marker=marker, color=colour)


def _drawn(point: DayPoint) -> list[float]:
    return [value for value in (point.value, point.ewma, point.low, point.high) if value is not None]


def _days(first: int, last: int, count: int = 5) -> list[int]:
    """Whole weeks back from the last day."""
    step = max(7, -(-(last - first) // count) // 7 * 7)
    return sorted(range(last, first - 1, -step))
