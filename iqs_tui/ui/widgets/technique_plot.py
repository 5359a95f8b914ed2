"""One parameter against the dose, exposure by exposure; rejects have another mark."""

from __future__ import annotations

from collections.abc import Sequence

from textual_plotext import Plot

from iqs_tui.domain.technique import Made, ParameterName
from iqs_tui.ui import dose_words
from iqs_tui.ui.analysis_words import shown_unit
from iqs_tui.ui.technique_words import with_unit
from iqs_tui.ui.widgets.analysis_plot import AnalysisPlot, Ink, room, ticks


class TechniquePlot(AnalysisPlot):
    """The parameter lies, the dose stands."""

    _parameter: ParameterName = "mas"
    _quantity = "DAP"
    _points: tuple[tuple[float, float, bool], ...] = ()

    @property
    def has_points(self) -> bool:
        """Whether any exposure has both."""
        return bool(self._points)

    @property
    def counts(self) -> tuple[int, int]:
        """How many good ones are drawn, and how many rejects."""
        rejected = sum(is_rejected for *_, is_rejected in self._points)
        return len(self._points) - rejected, rejected

    def set_points(self, made: Sequence[Made], name: ParameterName, quantity: str) -> None:
        """Show these exposures; only those that state both are drawn."""
        factor, _ = shown_unit(quantity)
        self._parameter, self._quantity = name, quantity
        self._points = tuple(
            (one.values[name], one.dose * factor, one.is_rejected)
            for one in made
            if one.dose is not None and name in one.values
        )
        self.refresh()

    def draw(self, plot: Plot, ink: Ink) -> None:
        """Rejects last: there are few of them."""
        for is_rejected, marker, colour in ((False, ink.dot, ink.strong), (True, ink.other, ink.plain)):
            chosen = [(x, y) for x, y, rejected in self._points if rejected is is_rejected]
            if chosen:
                plot.scatter([x for x, _ in chosen], [y for _, y in chosen], marker=marker, color=colour)
        across, up = room([x for x, *_ in self._points]), room([y for _, y, _ in self._points])
        plot.xlim(*across)
        plot.ylim(*up)
        plot.xticks(*ticks(*across, count=6))
        plot.yticks(*ticks(*up))
        plot.xlabel(with_unit(self._parameter))
        plot.ylabel(f"{self._quantity} ({dose_words.unit(self._quantity)})")
