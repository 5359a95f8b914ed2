"""The numpad on the screen: nine cells in its order, each a key and a target for a finger.

Standing users are slower and err more below 20 mm (Colle and Hiszem 2004): the whole cell is the target, not its
label.
"""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import wrap

from textual.app import ComposeResult, RenderResult
from textual.containers import Grid
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER
from iqs_tui.ui.keys import cap
from iqs_tui.ui.widgets.big import ROWS, big

BIG_FROM = 26
"""Cells of width from which a cell has its figure three rows high."""


class Choice(Widget):
    """One cell: its key first, then the words. Empty where the key answers nothing."""

    ALLOW_SELECT = False
    words = reactive("")
    note = reactive("")
    """A second, quieter line."""
    chosen = reactive(False, toggle_class="-chosen")

    class Touched(Message):
        """Somebody touched a cell."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, key: str, words: str = "", id: str | None = None) -> None:
        super().__init__(id=id)
        self.key = key
        self.set_reactive(Choice.words, words)
        self.set_class(not words, "-empty")

    def watch_words(self, words: str) -> None:
        """An empty cell stays in its place, without a border: the hand knows the places."""
        self.set_class(not words, "-empty")

    def on_click(self) -> None:
        """Touching is pressing."""
        if self.words:
            self.post_message(self.Touched(self.key))

    def render(self) -> RenderResult:
        """Draw the key and the words, in the middle of the height."""
        width, height = self.content_size
        if not self.words or height < 1:
            return Content("")
        if height >= ROWS and width >= BIG_FROM and self.key.isdigit():
            return self._large(width, height)
        return self._small(width, height)

    def _small(self, width: int, height: int) -> Content:
        """The key as a cap, the words beside it in as many lines as fit."""
        keycap = f" {cap(self.key)} "
        beside = width - len(keycap) - 2
        lines = [Content.styled(line, "bold") for line in _broken(self.words, beside)]
        lines += [Content.styled(line, "$muted") for line in _broken(self.note, beside)]
        lines = [line.truncate(beside, ellipsis=True) for line in lines[:height]]
        first = Content.assemble((keycap, "bold $key-foreground on $key-background"), "  ", lines[0])
        rest = [Content.assemble(" " * (len(keycap) + 2), line) for line in lines[1:]]
        return Content("\n").join([*[Content("")] * ((height - len(lines)) // 2), first, *rest])

    def _large(self, width: int, height: int) -> Content:
        figures = big(self.key)
        words = [Content.styled(line, "bold") for line in _broken(self.words, width - len(figures[0]) - 3)]
        beside = [Content(""), *words, Content.styled(self.note, "$muted"), Content("")][:ROWS]
        lines = [
            Content.assemble((figure, "bold $primary"), "   ", text)
            for figure, text in zip(figures, beside, strict=True)
        ]
        blank = [Content("")] * ((height - ROWS) // 2)
        return Content("\n").join([*blank, *(line.truncate(width, ellipsis=True) for line in lines)])


def _broken(words: str, width: int) -> list[str]:
    return wrap(words, max(1, width), break_long_words=False)


class ChoiceGrid(Grid):
    """Nine choices in numpad order."""

    def compose(self) -> ComposeResult:
        """7 8 9 / 4 5 6 / 1 2 3."""
        yield from (Choice(key, id=f"choice-{key}") for key in KEYS_IN_NUMPAD_ORDER)

    def offer(self, words: Mapping[str, str], notes: Mapping[str, str] | None = None, chosen: str = "") -> None:
        """Offer these words by key; `notes` are second lines, `chosen` the key that stands marked."""
        for cell in self.query(Choice):
            cell.words = words.get(cell.key, "")
            cell.note = (notes or {}).get(cell.key, "")
            cell.chosen = cell.key == chosen
