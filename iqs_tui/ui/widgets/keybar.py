"""The keys of a screen, at its foot: to read, and to touch."""

from textual import events
from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from iqs_tui.locale import t
from iqs_tui.ui.keys import Key, cap

PADDING = 2
"""Cells that the style sheet leaves beside a hint."""


class KeyHint(Widget):
    """One key with its word. Touching it is pressing it."""

    ALLOW_SELECT = False

    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key

    def render(self) -> RenderResult:
        """Draw the key cap and its word."""
        word = t(self.key.label_key)
        return Content.assemble((f" {cap(self.key.key)} ", "bold $key-foreground on $key-background"), f" {word}")

    def get_content_width(self, container: object, viewport: object) -> int:
        """As wide as the cap and the word."""
        return _width(self.key)

    async def on_click(self) -> None:
        """Do what the key does."""
        await self.screen.run_action(self.key.action)


class KeyBar(Vertical):
    """The keys, on one line where they fit and on two where they do not. Redrawn only when they change."""

    def __init__(self) -> None:
        super().__init__()
        self._keys: tuple[Key, ...] = ()

    def compose(self) -> ComposeResult:
        """One hint per key, in as many lines as the width asks."""
        lines = _lines(self._keys, self.app.size.width - PADDING)
        self.set_class(len(lines) > 1, "-two")
        for line in lines:
            with Horizontal():
                yield from (KeyHint(key) for key in line)

    async def show(self, keys: tuple[Key, ...]) -> None:
        """Show these keys from now on."""
        if keys != self._keys:
            self._keys = keys
            await self.recompose()

    async def on_resize(self, _: events.Resize) -> None:
        """Break the line elsewhere."""
        shown = [[hint.key for hint in line.query(KeyHint)] for line in self.query(Horizontal)]
        if shown != _lines(self._keys, self.app.size.width - PADDING):
            await self.recompose()


def _width(key: Key) -> int:
    return len(cap(key.key)) + 3 + len(t(key.label_key))


def _lines(keys: tuple[Key, ...], width: int) -> list[list[Key]]:
    lines: list[list[Key]] = [[]]
    used = 0
    for key in keys:
        needed = _width(key) + PADDING
        if used + needed > width and lines[-1]:
            lines.append([])
            used = 0
        lines[-1].append(key)
        used += needed
    return lines
