"""One line of the admin's first screen: its key, its subject, how it stands."""

from typing import Literal

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from iqs_tui.locale import t
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import cap

Mark = Literal["ok", "off", "wrong", "none"]
TITLE_WIDTH = 16
_STYLES = {"ok": "bold $success", "off": "$muted", "wrong": "bold $warning", "none": "$muted"}


class StatusLine(Widget):
    """A line that opens a screen by key, Enter or touch; without a key it only tells."""

    def __init__(self, key: str, title_key: str, opens: str) -> None:
        super().__init__(id=opens)
        self.key = key
        self.opens = opens
        self._title_key = title_key
        self._said: tuple[Mark, str, str] = ("none", "", "")
        self.can_focus = bool(key)

    def show(self, mark: Mark, words: str, detail: str) -> None:
        """Show how it stands; `detail` is what can be missed on a narrow screen."""
        if self._said != (mark, words, detail):
            self._said = (mark, words, detail)
            self.refresh()

    def render(self) -> RenderResult:
        """Draw key, subject, mark, words."""
        mark, words, detail = self._said
        theme = self.app.theme
        marks = {"ok": glyphs(theme).ok, "off": glyphs(theme).off, "wrong": glyphs(theme).warning, "none": " "}
        key = (f" {cap(self.key)} ", "bold $key-foreground on $key-background") if self.key else "   "
        drawn = Content.assemble(
            key,
            (f"  {t(self._title_key).ljust(TITLE_WIDTH)}", "bold" if self.has_focus else ""),
            (f"{marks[mark]} ", _STYLES[mark]),
            (words, "bold" if mark == "wrong" else ""),
            (f"   {detail}" if detail else "", "" if self.has_focus else "$muted"),
        )
        return drawn.truncate(self.content_size.width, ellipsis=True)

    async def on_click(self) -> None:
        """Open its screen."""
        if self.key:
            await self.screen.run_action(f"open('{self.opens}')")
