"""A screen with one list: a page of rows, what the chosen row says in full, and why there is nothing yet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.events import Resize
from textual.widgets import DataTable, Static

from iqs_tui.locale import t
from iqs_tui.store.reading.admin import PAGE, Page
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.base import IqsScreen

Row = TypeVar("Row")
WIDE = 110
"""From this width on, the columns that are only for wide screens are shown."""
_PADDING = 2
_SCROLLBAR = 2


@dataclass(frozen=True, slots=True)
class Column:
    """A column. `width` 0: what the others leave; one such column per table."""

    label_key: str
    width: int = 0
    is_wide_only: bool = False
    is_number: bool = False
    """Stands at the right of its column."""


class TableScreen(IqsScreen, Generic[Row]):
    """A subclass gives `columns`, `empty_key`, `read`, `key_of`, `cells`, and, where there is more to say, `detail`."""

    columns: ClassVar[tuple[Column, ...]]
    empty_key: ClassVar[str]
    AUTO_FOCUS = "DataTable"

    def __init__(self) -> None:
        super().__init__()
        self.page: Page[Row] = Page((), 0)
        self._offset = 0
        self._cells: dict[str, tuple[Text, ...]] = {}

    def read(self, offset: int) -> Page[Row]:
        """Read a page through `store.reading`."""
        raise NotImplementedError

    def key_of(self, row: Row) -> str:
        """Return the row's own key."""
        raise NotImplementedError

    def cells(self, row: Row) -> tuple[Text, ...]:
        """Return one cell per column, as plain text."""
        raise NotImplementedError

    def detail(self, row: Row) -> str:
        """Return what the chosen row says in full."""
        return ""

    def caption(self) -> str:
        """Return the line above the table."""
        if not self.page.total:
            return ""
        last = self.page.offset + len(self.page.rows)
        if self.page.total <= PAGE:
            return t("admin.rows", n=self.page.total)
        return t("admin.rows_of", first=self.page.offset + 1, last=last, n=self.page.total)

    def compose_body(self) -> ComposeResult:
        """Caption, table or the reason why it is empty, the chosen row, and the job that was asked for."""
        yield Static(id="caption", markup=False)
        yield DataTable(cursor_type="row", zebra_stripes=False, cell_padding=1)
        yield Static(t(self.empty_key), id="empty", markup=False)
        yield Static(id="detail", markup=False)
        yield JobLine()

    @property
    def table(self) -> DataTable[Text]:
        """The table."""
        return self.query_one(DataTable)

    @property
    def chosen(self) -> Row | None:
        """The row under the cursor."""
        index = self.table.cursor_row
        return self.page.rows[index] if self.is_attached and 0 <= index < len(self.page.rows) else None

    def show(self) -> None:
        """Read the page again, and change only the cells that changed."""
        self.page = self.read(self._offset)
        if self._offset and not self.page.rows:
            self._offset = max(0, (self.page.total - 1) // PAGE * PAGE)
            self.page = self.read(self._offset)
        if not self.table.columns:
            self._add_columns()
        self._fill({self.key_of(row): self.cells(row) for row in self.page.rows})
        self.query_one("#caption", Static).update(Content(self.caption()))
        self.set_class(not self.page.rows, "-empty")
        self._show_detail()
        self.query_one(JobLine).show()

    def action_page(self, step: int) -> None:
        """Turn the page."""
        self._offset = max(0, self._offset + step * PAGE)
        self.table.move_cursor(row=0)
        self.show_all()

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the screen's keys; those for paging only where there are pages."""
        turns = {"page(1)": self.page.has_more, "page(-1)": self._offset > 0}
        return tuple(key for key in super().visible_keys() if turns.get(key.action, True))

    def on_resize(self, event: Resize) -> None:
        """Share the width out anew."""
        if self._cells:
            self.table.clear(columns=True)
            self._add_columns()
            cells, self._cells = self._cells, {}
            self._fill(cells)

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self._show_detail()
        self.refresh_keys()

    def _show_detail(self) -> None:
        row = self.chosen
        words = self.detail(row) if row is not None else ""
        self.query_one("#detail", Static).update(Content(words))
        self.set_class(bool(words), "-detailed")

    def _shown(self) -> list[int]:
        is_wide = self.size.width >= WIDE
        return [index for index, column in enumerate(self.columns) if is_wide or not column.is_wide_only]

    def _add_columns(self) -> None:
        shown = [self.columns[index] for index in self._shown()]
        fixed = sum(column.width + _PADDING for column in shown)
        rest = max(10, self.size.width - fixed - _PADDING - _SCROLLBAR)
        for column in shown:
            label = _placed(Text(t(column.label_key)), column)
            self.table.add_column(label, key=column.label_key, width=column.width or rest)

    def _fill(self, cells: dict[str, tuple[Text, ...]]) -> None:
        if list(cells) == list(self._cells):
            self._update(cells)
        else:
            self._rebuild(cells)
        self._cells = cells

    def _update(self, cells: dict[str, tuple[Text, ...]]) -> None:
        for key, row in cells.items():
            for index in self._shown():
                if row[index] != self._cells[key][index]:
                    cell = _placed(row[index], self.columns[index])
                    self.table.update_cell(key, self.columns[index].label_key, cell)

    def _rebuild(self, cells: dict[str, tuple[Text, ...]]) -> None:
        keys = list(self._cells)
        cursor = self.table.cursor_row
        at_top = cursor <= 0
        chosen = keys[cursor] if 0 <= cursor < len(keys) else None
        self.table.clear()
        for key, row in cells.items():
            placed = (_placed(row[index], self.columns[index]) for index in self._shown())
            self.table.add_row(*placed, key=key)
        if chosen in cells and not at_top:
            self.table.move_cursor(row=list(cells).index(chosen), animate=False)


def _placed(cell: Text, column: Column) -> Text:
    if not column.is_number:
        return cell
    placed = cell.copy()
    placed.align("right", column.width)
    return placed


def next_of(choices: tuple[Any, ...], current: Any) -> Any:  # noqa: ANN401 (whatever the filter holds)
    """Return the choice after this one; after the last the first."""
    return choices[(choices.index(current) + 1) % len(choices)]
