"""A group before and after on one scale, with DRN and streefwaarde as marks under them."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from iqs_tui.domain.dose import GroupStatistics
from iqs_tui.locale import t
from iqs_tui.ui import dose_words
from iqs_tui.ui.change_reading import Pair
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.widgets import dose_line

_SIDE = 10
_SAID = 24
_BEYOND = 2.0
"""The scale ends at so many times the third quartile: a few large doses do not press the rest together."""


class ChangePlot(Widget):
    """As many pairs as there is height for."""

    ALLOW_SELECT = False
    _pairs: tuple[Pair, ...] = ()

    def set_pairs(self, pairs: tuple[Pair, ...]) -> None:
        """Show these."""
        if pairs != self._pairs:
            self._pairs = pairs
            self.refresh()

    def render(self) -> RenderResult:
        """Draw for the size there is."""
        width, height = self.content_size
        rows: list[Content] = []
        for pair in self._pairs:
            drawn = self._pair(pair, width)
            if len(rows) + len(drawn) > height:
                break
            rows += drawn
        return Content("\n").join(rows)

    def _pair(self, pair: Pair, width: int) -> list[Content]:
        before, after, row = pair.before.statistics, pair.after.statistics, pair.before.drl.row
        quantity = pair.before.quantity
        drl, achievable = (None, None) if row is None else (row.drl, row.achievable)
        ends = [min(one.high, _BEYOND * one.p75) for one in (before, after)]
        maximum = 1.1 * max(*ends, drl or 0.0, achievable or 0.0)
        cells = max(20, width - _SIDE - _SAID)
        adults = t("change.adults") if pair.before.band == "adult" else ""
        names = (dose_words.group_name(pair.before), pair.before.protocol or "", adults)
        title = " · ".join(filter(None, (f"{quantity} ({dose_words.unit(quantity)})", *names)))
        known = ((achievable, "dose.achievable"), (drl, "dose.drl"))
        marks = [
            (level / maximum, t(key, value=dose_words.level(quantity, level)))
            for level, key in known
            if level is not None
        ]
        labels = dose_line.labels([(0.0, "0"), *marks], cells)
        return [
            Content.styled(title, "bold"),
            self._row("change.col_before", before, quantity, maximum, cells),
            self._row("change.col_after", after, quantity, maximum, cells),
            Content.styled(" " * _SIDE + self._scale([place for place, _ in marks], cells), "$muted"),
            *(Content.styled(" " * _SIDE + label, "$muted") for label in labels),
        ]

    def _row(self, key: str, one: GroupStatistics, quantity: str, maximum: float, cells: int) -> Content:
        box = self._box(one, maximum, cells)
        said = t("change.median_n", median=dose_words.amount(quantity, one.median), n=one.n)
        return Content.assemble((t(key).ljust(_SIDE), "$muted"), (box, "$primary"), f"  {said}")

    def _box(self, one: GroupStatistics, maximum: float, cells: int) -> str:
        """From the least to the greatest a line, the middle half filled, the median in it."""
        signs = glyphs(self.app.theme)

        def place(value: float) -> int:
            return max(0, min(cells - 1, round(value / maximum * (cells - 1)))) if maximum > 0 else 0

        drawn = [" "] * cells
        for number in range(place(one.low), place(one.high) + 1):
            drawn[number] = signs.line
        for number in range(place(one.p25), place(one.p75) + 1):
            drawn[number] = signs.empty
        drawn[place(one.median)] = signs.filled
        if one.high > maximum:
            drawn[-1] = "→"
        return "".join(drawn)

    def _scale(self, places: list[float], cells: int) -> str:
        signs = glyphs(self.app.theme)
        drawn = [signs.line_start, *(signs.line * (cells - 2)), signs.line_end]
        for number, place in enumerate(places):
            is_drl = number == len(places) - 1
            drawn[max(0, min(cells - 1, round(place * (cells - 1))))] = signs.mark if is_drl else signs.mark_light
        return "".join(drawn)
