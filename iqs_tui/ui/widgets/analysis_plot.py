"""A plot of the analysis screens: plotext in the theme's own colours, its ticks as people here write numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.text import Text
from textual.app import RenderResult
from textual.color import Color
from textual.widget import Widget
from textual_plotext import Plot

from iqs_tui.locale import numbers
from iqs_tui.ui.analysis_words import minus
from iqs_tui.ui.themes import PALETTES, is_console

_LEAST_WIDTH, _LEAST_HEIGHT = 24, 6
_CONSOLE_COLOURS = {"ansi_black": 0, "ansi_white": 7, "ansi_blue": 4}
_BRIGHT = {"ansi_bright_red": 9, "ansi_bright_green": 10, "ansi_bright_yellow": 11, "ansi_bright_cyan": 14}
_CONSOLE_COLOURS |= _BRIGHT | {"ansi_bright_white": 15}

Colour = int | tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ink:
    """What a plot is drawn with: one strong colour, one quiet one, and the marks that the terminal has."""

    strong: Colour
    plain: Colour
    quiet: Colour
    line: str
    """The marker of a line: finer than a cell where the fonts allow it."""
    line_sign: str
    """How a legend writes it."""
    dot: str = "•"
    other: str = "x"
    """The second kind of point: another shape, since colour never stands alone."""


def ink(theme: str) -> Ink:
    """Return the inks of a theme (its name, as in `App.theme`)."""
    palette = PALETTES[theme]
    return Ink(
        strong=_colour(palette["primary"]),
        plain=_colour(palette["foreground"]),
        quiet=_colour(palette["muted"]),
        line="+" if is_console(theme) else "hd",
        line_sign="+" if is_console(theme) else "▞",
    )


def _colour(name: str) -> Colour:
    return _CONSOLE_COLOURS[name] if name in _CONSOLE_COLOURS else Color.parse(name).rgb


class AnalysisPlot(Widget):
    """A subclass gives `has_points` and `draw`; a box too small for a plot stays empty."""

    ALLOW_SELECT = False

    @property
    def has_points(self) -> bool:
        """Whether there is anything to draw."""
        raise NotImplementedError

    def draw(self, plot: Plot, ink: Ink) -> None:
        """Put lines, points and ticks in `plot`."""
        raise NotImplementedError

    def render(self) -> RenderResult:
        """Draw anew, as large as the box is now."""
        width, height = self.content_size
        if not self.has_points or width < _LEAST_WIDTH or height < _LEAST_HEIGHT:
            return ""
        plot, inks = Plot(), ink(self.app.theme)
        plot.plotsize(width, height)
        plot._set_size(width, height)  # a figure by itself would take the size of the terminal that it is started in
        plot.canvas_color("default")
        plot.axes_color("default")
        plot.ticks_color(inks.quiet)
        self.draw(plot, inks)
        return Text.from_ansi(plot.build())


def ticks(low: float, high: float, count: int = 5) -> tuple[list[float], list[str]]:
    """Return places for ticks between `low` and `high`, and what stands at them."""
    places = _places(low, high, count)
    step = abs(places[1] - places[0]) if len(places) > 1 else abs(places[0]) or 1.0
    digits = max(0, next((n for n in range(6) if step >= 0.999 * 10.0**-n), 6))
    return places, [minus(numbers.decimal(place + 0.0, digits)) for place in places]


def _places(low: float, high: float, count: int) -> list[float]:
    """Whole steps of 1, 2 or 5: what people count in."""
    span = high - low
    if span <= 0:
        return [low]
    exact = span / count
    power = 10.0 ** int(f"{exact:e}".split("e")[1])
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= exact * 0.999)
    first = -(-low // step)
    places = [step * (first + n) for n in range(count + 2)]
    return [place for place in places if place <= high + step * 1e-9] or [low]


def percents(top: float, count: int = 4) -> tuple[list[float], list[str]]:
    """Return ticks for a rate from nothing to `top` percent."""
    places, said = ticks(0, top, count)
    return places, [f"{label} %" for label in said]


def room(values: Sequence[float], margin: float = 0.06) -> tuple[float, float]:
    """Return limits that leave a margin around the values."""
    low, high = min(values), max(values)
    spare = (high - low or abs(high) or 1.0) * margin
    return low - spare, high + spare


def runs(places: Sequence[float]) -> Iterator[tuple[int, int]]:
    """Give the stretches of weeks without a gap, as slices: over a gap no line is drawn."""
    start = 0
    for place in range(1, len(places) + 1):
        if place == len(places) or places[place] - places[place - 1] > 1:
            yield start, place
            start = place
