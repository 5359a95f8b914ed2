"""Units around their joint rate: how many exposures lies, the rate stands, and the limits are those of chance."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10

from textual_plotext import Plot

from iqs_tui.domain.funnel import limits
from iqs_tui.domain.rates import MIN_FOR_RATE
from iqs_tui.domain.reject_rate import MIN_FOR_POSITION
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.reject_analysis.figures import Funnel, Unit
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.reject_chart_words import CENTRE, DOT, LINES, OUT, OUTSIDE, legend_of_lines
from iqs_tui.ui.widgets.analysis_plot import AnalysisPlot, Colour, Ink, percents

_SMALL, _CHOSEN = "o", "■"
_STEPS = (10, 15, 20, 30, 50, 70)
_MOST_TICKS = 8
_BESIDE = 1.02
"""The word beside the own mark begins so much further to the right."""


class FunnelPlot(AnalysisPlot):
    """Steps to the right are times, not additions: rooms of fifty and of five thousand both have their place."""

    _funnel: Funnel | None = None
    _chosen: Unit | None = None

    @property
    def has_points(self) -> bool:
        """Whether any unit has a rate."""
        return bool(self._shown)

    @property
    def _shown(self) -> list[Unit]:
        return [unit for unit in self._funnel.units if unit.rate.share is not None] if self._funnel else []

    def set_funnel(self, funnel: Funnel | None, chosen: Unit | None) -> None:
        """Show this one, and which of its units is chosen in the list."""
        if funnel != self._funnel or chosen is not self._chosen:
            self._funnel, self._chosen = funnel, chosen
            self.refresh()

    def draw(self, plot: Plot, ink: Ink) -> None:
        """Limits first, the own mark last."""
        if self._funnel is None or self._funnel.centre is None:
            return
        units, centre = self._shown, self._funnel.centre
        sizes = [unit.rate.n for unit in units]
        least, most = max(MIN_FOR_RATE, int(0.8 * min(sizes))), int(1.3 * max(sizes)) + MIN_FOR_RATE
        top = _top(units, least, centre)
        self._draw_limits(plot, ink, least, most, centre, top)
        for marker, chosen, colour in self._marks(ink, units):
            if chosen:
                plot.scatter(_places(chosen), [_height(unit) for unit in chosen], marker=marker, color=colour)
        for unit in units:
            if unit.is_own:
                plot.text(t("reject.you"), log10(unit.rate.n * _BESIDE), _height(unit), color=ink.plain)
        plot.xlim(log10(least), log10(most))
        plot.ylim(0, top)
        plot.yticks(*percents(top))
        sizes = _sizes(least, most)
        plot.xticks([log10(size) for size in sizes], [numbers.whole(size) for size in sizes])

    def _marks(self, ink: Ink, units: Sequence[Unit]) -> tuple[tuple[str, list[Unit], Colour], ...]:
        """Each kind of unit has a shape of its own; what comes later lies over what came before."""
        own = [unit for unit in units if unit.is_own]
        others = [unit for unit in units if not unit.is_own]
        placed = [unit for unit in others if unit.position is not None]
        return (
            (_SMALL, [unit for unit in others if unit.position is None], ink.quiet),
            (DOT, [unit for unit in placed if unit.position not in OUTSIDE], ink.strong),
            (OUT, [unit for unit in placed if unit.position in OUTSIDE], ink.strong),
            (_CHOSEN, [unit for unit in others if unit is self._chosen], ink.plain),
            (glyphs(self.app.theme).state, own, ink.plain),
        )

    def _draw_limits(self, plot: Plot, ink: Ink, least: int, most: int, centre: float, top: float) -> None:
        n_steps = 2 * self.content_size.width
        ratio = (most / least) ** (1 / n_steps)
        places = sorted({round(least * ratio**step) for step in range(n_steps + 1)})
        at = [limits(n, centre) for n in places]
        for name, marker in LINES:
            counts = [(one.n, getattr(one, name)) for one in at]
            line = [(log10(n), 100 * count / n) for n, count in counts if count is not None and 100 * count / n <= top]
            if line:
                plot.plot([x for x, _ in line], [y for _, y in line], marker=marker, color=ink.quiet)
        plot.plot([log10(least), log10(most)], [100 * centre] * 2, marker=CENTRE, color=ink.plain)

    def legend(self, ink: Ink) -> list[str]:
        """Say what the signs mean: only those that are in it."""
        marks = zip(("small", "dot", "out", "chosen", "own"), self._marks(ink, self._shown), strict=True)
        signs = [
            t(f"reject.legend_{name}", sign=sign, needed=MIN_FOR_POSITION) for name, (sign, units, _) in marks if units
        ]
        return [*signs, *legend_of_lines()]


def _places(units: Sequence[Unit]) -> list[float]:
    return [log10(unit.rate.n) for unit in units]


def _height(unit: Unit) -> float:
    return 100 * unit.rate.k / unit.rate.n


def _top(units: Sequence[Unit], least: int, centre: float) -> float:
    """The highest rate, and the limit of the smallest unit: above that there is nothing to see."""
    high = limits(least, centre).high_998
    return 1.08 * max([*(_height(unit) for unit in units), 100 * (high or 0) / least]) or 1.0


def _sizes(least: int, most: int) -> list[int]:
    """Whole numbers that people count in."""
    found = [step * 10**power for power in range(7) for step in _STEPS]
    within = [size for size in found if least <= size <= most]
    return within[:: max(1, -(-len(within) // _MOST_TICKS))]
