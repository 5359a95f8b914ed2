"""A table of plain text: one column takes what the others leave, and some are for wide screens only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text
from textual.events import Resize
from textual.widgets import DataTable

from iqs_tui.locale import t

WIDE = 110
"""From this width on, the columns for wide screens are shown."""
_PADDING = 2
_SCROLLBAR = 2
_LEAST = 10
_END = 12


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `width` 0: what the others leave; one such column per table.

    `keeps_end`: of a text that does not fit its last word stays, which tells one name from another.
    """

    label_key: str
    width: int = 0
    is_wide_only: bool = False
    keeps_end: bool = True


class PlainTable(DataTable[Text]):
    """Rows by key; the cursor stays on its row when rows come in above it, and at the top when it is there."""

    def __init__(self, columns: tuple[Column, ...], *, id: str | None = None) -> None:
        super().__init__(cursor_type="row", id=id)
        self._own = columns
        self._cells: dict[str, tuple[str, ...]] = {}
        self._drawn_width = 0

    def set_columns(self, columns: tuple[Column, ...]) -> None:
        """Take other columns; what fits them comes with the next `fill`."""
        if columns != self._own:
            self._own, self._cells, self._drawn_width = columns, {}, 0

    @property
    def chosen(self) -> str | None:
        """The key of the row under the cursor."""
        keys = list(self._cells)
        return keys[self.cursor_row] if 0 <= self.cursor_row < len(keys) else None

    def fill(self, cells: Mapping[str, tuple[str, ...]]) -> None:
        """Show these rows: one text per column, also for the columns that are hidden."""
        chosen, is_top = self.chosen, self.cursor_row <= 0  # before the columns go, and the cursor with them
        if self._drawn_width != self.size.width and self.size.width:
            self._lay_out()
        elif dict(cells) == self._cells:
            return
        self._cells = dict(cells)
        if not self.columns:
            return
        self.clear()
        for key, row in self._cells.items():
            shown = [cell for cell in zip(row, self._own, strict=True) if self._is_shown(cell[1])]
            widths = [column.width for column in self.ordered_columns]
            texts = (
                shortened(text, width, keeps_end=column.keeps_end)
                for (text, column), width in zip(shown, widths, strict=True)
            )
            self.add_row(*map(Text, texts), key=key)
        if chosen in self._cells and not is_top:
            self.move_cursor(row=list(self._cells).index(chosen), animate=False)

    def on_resize(self, event: Resize) -> None:
        """Share the width out anew."""
        if event.size.width not in {0, self._drawn_width}:  # of one that is hidden nothing need be laid out
            self._drawn_width = 0
            self.fill(self._cells)

    def _lay_out(self) -> None:
        self.clear(columns=True)
        self._drawn_width = self.size.width
        shown = [column for column in self._own if self._is_shown(column)]
        rest = self.size.width - _SCROLLBAR - sum(column.width + _PADDING for column in shown)
        for column in shown:
            self.add_column(Text(t(column.label_key)), width=column.width or max(_LEAST, rest))

    def _is_shown(self, column: Column) -> bool:
        return not column.is_wide_only or self._drawn_width >= WIDE


def shortened(text: str, width: int, *, keeps_end: bool = True) -> str:
    """Return a text that fits, with "…" where something is left out.

    "X-thorax PA en lateraal LL" in 20 cells is "X-thorax PA en l… LL".
    """
    if cell_len(text) <= width:
        return text
    mark = " · " if " · " in text else " "
    end = "".join(text.rpartition(mark)[1:]) if keeps_end and mark in text else ""
    end = "" if cell_len(end) > min(_END, 3 * width // 5) else end
    return set_cell_size(text, max(0, width - 1 - cell_len(end))).rstrip() + "…" + end
