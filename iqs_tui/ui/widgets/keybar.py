"""The keys of a screen, at its foot: to read, and to touch."""

from textual.app import ComposeResult, RenderResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widget import Widget

from iqs_tui.locale import t
from iqs_tui.ui.keys import Key, cap


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
        return len(cap(self.key.key)) + 3 + len(t(self.key.label_key))

    async def on_click(self) -> None:
        """Do what the key does."""
        await self.screen.run_action(self.key.action)


class KeyBar(Horizontal):
    """The row of keys. Redrawn only when the keys change."""

    def __init__(self, keys: tuple[Key, ...]) -> None:
        super().__init__()
        self._keys = keys

    def compose(self) -> ComposeResult:
        """One hint per key."""
        yield from (KeyHint(key) for key in self._keys)

    async def show(self, keys: tuple[Key, ...]) -> None:
        """Show these keys from now on."""
        if keys != self._keys:
            self._keys = keys
            await self.recompose()
