"""The doses of a group as a picture: how they are distributed, or their course per week. One neutral colour."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from textual_plotext import Plot

from iqs_tui.domain.dose import SHOWN_IN, histogram
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.analysis.group_view import GroupView, Week
from iqs_tui.ui import dose_words as words
from iqs_tui.ui.widgets.analysis_plot import AnalysisPlot, Ink, runs, ticks

Picture = Literal["distribution", "weeks"]
_TAIL = 0.99
"""The part of the doses that the distribution shows: a few far away would make one bar of the rest."""
_BINS = 24


class DosePlot(AnalysisPlot):
    """Bars per dose with median, streefwaarde and DRN upright in them; or weeks, with those levels lying."""

    picture: Picture = "distribution"
    _view: GroupView | None = None

    def show_view(self, view: GroupView | None, picture: Picture) -> None:
        """Show this group in this way."""
        self._view, self.picture = view, picture
        self.refresh()

    @property
    def has_points(self) -> bool:
        """Whether there is anything to draw."""
        return self._view is not None and bool(self._view.values)

    def draw(self, plot: Plot, ink: Ink) -> None:
        """Draw the chosen picture."""
        if self._view is None:
            return
        plot.frame(False)
        if self.picture == "weeks":
            self._draw_weeks(plot, ink, self._view)
        else:
            self._draw_distribution(plot, ink, self._view)

    def _draw_distribution(self, plot: Plot, ink: Ink, view: GroupView) -> None:
        shown = in_unit(view, view.values)
        marks = levels(view)
        high = max([shown[min(len(shown) - 1, int(_TAIL * len(shown)))], *(value * 1.05 for value, _ in marks)])
        within = [value for value in shown if value <= high]
        low = 0.0 if within[0] < high / 2 else within[0]
        n_bins = max(6, min(_BINS, self.content_size.width // 4))
        counts = histogram([low, *within, high], n_bins)
        counts = (max(0, counts[0] - 1), *counts[1:-1], max(0, counts[-1] - 1)) if len(counts) > 1 else counts
        step = (high - low) / len(counts)
        centres = [low + step * (place + 0.5) for place in range(len(counts))]
        plot.bar(centres, counts, width=1, marker="█", color=ink.strong, minimum=0)
        top = max(counts) * 1.15 or 1
        for value, sign in marks:
            plot.plot([value, value], [0, top], marker=sign, color=ink.plain)
        plot.xlim(low, high)
        plot.ylim(0, top)
        plot.xticks(*ticks(low, high, 6))
        plot.yticks(*ticks(0, max(counts), 3))

    def _draw_weeks(self, plot: Plot, ink: Ink, view: GroupView) -> None:
        weeks = view.weeks
        marks = [(value, _LYING[sign]) for value, sign in levels(view) if sign in _LYING]
        places = [(week.monday - weeks[0].monday).days / 7 for week in weeks]
        middle, p25, p75 = (in_unit(view, [getattr(week, name) for week in weeks]) for name in ("median", "p25", "p75"))
        top = max([*p75, *(value for value, _ in marks)]) * 1.08
        left, right = -0.6, max(places[-1], 1.0) + 0.6
        column = (right - left) / max(1, self.content_size.width - _AXIS)
        for place, low, high in _band(places, p25, p75, column):
            plot.plot([place, place], [low, high], marker="░", color=ink.quiet)
        for value, sign in marks:
            plot.plot([left, right], [value, value], marker=sign, color=ink.plain)
        for start, end in runs(places):
            plot.plot(places[start:end], middle[start:end], marker=ink.line, color=ink.strong)
        plot.scatter(places, middle, marker="█", color=ink.strong)
        every = _every(weeks, self.content_size.width)
        for place, week in list(zip(places, weeks, strict=True))[::every]:
            plot.text(f"n={week.n}", place, 0, color=ink.quiet, alignment="center")
        plot.xlim(left, right)
        plot.ylim(0, top)
        plot.yticks(*ticks(0, top, 4))
        plot.xticks(places[::every], [numbers.short_date(week.monday) for week in weeks[::every]])


_UPRIGHT = {"median": "┃", "achievable": "┊", "drl": "║"}
_LYING = {_UPRIGHT["achievable"]: "┈", _UPRIGHT["drl"]: "═"}
"""What is marked upright in a distribution, and the same lying over the weeks."""
_AXIS = 6
"""Cells that the figures at the left take, at most."""


def levels(view: GroupView) -> list[tuple[float, str]]:
    """Return what is marked in a distribution, in the unit of the screens, each with its sign."""
    row = view.group.drl.row
    found = [
        (view.group.statistics.median, _UPRIGHT["median"]),
        (row.achievable if row else None, _UPRIGHT["achievable"]),
        (row.drl if row else None, _UPRIGHT["drl"]),
    ]
    factor = SHOWN_IN[view.group.quantity][0]
    return [(value * factor, sign) for value, sign in found if value is not None]


def legend(view: GroupView, picture: Picture) -> str:
    """Say what the signs mean, each with its figure."""
    group, row = view.group, view.group.drl.row
    quantity = group.quantity
    unit = words.unit(quantity)
    if picture == "weeks":
        counts = [week.n for week in view.weeks]
        parts = [t("dose.legend_weeks", low=min(counts, default=0), high=max(counts, default=0), unit=unit)]
    else:
        median = words.amount(quantity, group.statistics.median)
        parts = [t("dose.legend_distribution", unit=unit), f"{_UPRIGHT['median']} {t('dose.col_median')} {median}"]
    for value, name in ((row.achievable if row else None, "achievable"), (row.drl if row else None, "drl")):
        if value is not None:
            sign = _LYING[_UPRIGHT[name]] if picture == "weeks" else _UPRIGHT[name]
            parts.append(f"{sign} {t(f'dose.{name}', value=words.level(quantity, value))}")
    return "   ".join(parts)


def in_unit(view: GroupView, values: Sequence[float]) -> list[float]:
    """Return doses in the unit of the screens."""
    factor = SHOWN_IN[view.group.quantity][0]
    return [value * factor for value in values]


def _band(
    places: Sequence[float], low: Sequence[float], high: Sequence[float], column: float
) -> Iterator[tuple[float, float, float]]:
    """Fill between the quartiles, half a column at a time; a week alone gets one column, a gap none."""
    for start, end in runs(places):
        yield places[start], low[start], high[start]
        for left in range(start, end - 1):
            n_columns = max(1, round(2 * (places[left + 1] - places[left]) / column))
            for step in range(1, n_columns + 1):
                part = step / n_columns
                yield (
                    _between(places, left, part),
                    _between(low, left, part),
                    _between(high, left, part),
                )


def _every(weeks: Sequence[Week], width: int) -> int:
    """Say of each how many weeks one has room for its date and number under it."""
    widest = max(max(len(numbers.short_date(week.monday)), len(f"n={week.n}")) for week in weeks)
    fitting = max(1, width // (widest + 2))
    return -(-len(weeks) // fitting)


def _between(values: Sequence[float], left: int, part: float) -> float:
    return values[left] + (values[left + 1] - values[left]) * part
