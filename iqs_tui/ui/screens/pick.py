"""One answer, chosen from a list or typed; Esc goes back and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import DataTable, Input, Static

from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.plain_table import Column, PlainTable


class PickScreen(IqsScreen):
    """A list with its own words; what is chosen goes to `on_pick` by its key, after the screen has closed."""

    title_key = "change.pick_title"
    keys = (Key("enter", "keys.choose", "choose"), Key("escape", "keys.back", "back"))
    AUTO_FOCUS = "PlainTable"

    def __init__(
        self,
        question: str,
        columns: tuple[Column, ...],
        rows: Mapping[str, tuple[str, ...]],
        on_pick: Callable[[str], None],
        *,
        empty: str = "",
    ) -> None:
        super().__init__()
        self._question = question
        self._columns = columns
        self._rows = rows
        self._on_pick = on_pick
        self._empty = empty

    def compose_body(self) -> ComposeResult:
        """The question, and what can be answered."""
        yield Static(Content(self._question), id="pick-question")
        if self._rows:
            yield PlainTable(self._columns, id="pick-list")
        else:
            yield Static(Content(self._empty), id="pick-empty")

    def show(self) -> None:
        """The list stays as it was opened."""
        for table in self.query(PlainTable):
            table.fill(self._rows)

    @on(DataTable.RowSelected)
    def action_choose(self) -> None:
        """Close, and hand over what is under the cursor."""
        chosen = self.query_one(PlainTable).chosen if self._rows else None
        self.action_back()
        if chosen is not None:
            self._on_pick(chosen)


class TypeScreen(IqsScreen):
    """One thing to type. `on_typed` says what is wrong with it, or None: then the screen closes."""

    title_key = "change.pick_title"
    keys = (Key("enter", "keys.choose", "keep"), Key("escape", "keys.back", "back"))
    BINDINGS = [Binding("enter", "keep", show=False, priority=True)]
    AUTO_FOCUS = "Input"

    def __init__(self, question: str, typed: str, on_typed: Callable[[str], str | None]) -> None:
        super().__init__()
        self._question = question
        self._typed = typed
        self._on_typed = on_typed

    @property
    def is_busy(self) -> bool:
        """Something is half typed."""
        return self.is_mounted and self.query_one(Input).value != self._typed

    def compose_body(self) -> ComposeResult:
        """The question, the field, and what is wrong."""
        yield Static(Content(self._question), id="pick-question")
        field = Input(self._typed, select_on_focus=True, id="pick-field")
        field.cursor_blink = False
        yield field
        yield Static(id="pick-problem")

    def show(self) -> None:
        """What was typed stays."""

    def action_keep(self) -> None:
        """Close, unless something is wrong with it."""
        problem = self._on_typed(self.query_one(Input).value.strip())
        if problem is None:
            self.action_back()
        else:
            self.query_one("#pick-problem", Static).update(Content(problem))
