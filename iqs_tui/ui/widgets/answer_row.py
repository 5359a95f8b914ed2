"""The answers to one question, each a large place to touch that says its key."""

from __future__ import annotations

from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

Option = tuple[str, str, str]
"""Key, cap, word."""


class AnswerButton(Widget):
    """One answer. Touching it is pressing its key."""

    ALLOW_SELECT = False

    class Pressed(Message):
        """An answer was touched."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    def __init__(self, option: Option) -> None:
        super().__init__()
        self._option = option

    def render(self) -> RenderResult:
        """The key above its word."""
        _, cap, word = self._option
        return Content.assemble((f" {cap} ", "bold $key-foreground on $key-background"), f"\n{word}")

    def on_click(self) -> None:
        """Do what the key does."""
        self.post_message(self.Pressed(self._option[0]))


class AnswerRow(Horizontal):
    """The answers beside each other. Rebuilt only when they change."""

    def __init__(self) -> None:
        super().__init__()
        self._options: tuple[Option, ...] = ()

    def compose(self) -> ComposeResult:
        """One button per answer."""
        yield from (AnswerButton(option) for option in self._options)

    async def set_options(self, options: tuple[Option, ...]) -> None:
        """Offer these answers from now on."""
        if options != self._options:
            self._options = options
            await self.recompose()
