"""A titled box on the home screen: the whole picture where there is room, one line where there is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.reactive import var
from textual.widget import Widget

from iqs_tui.locale import t

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

TITLE_WIDTH = 10
"""Cells that the titles of folded panels take, so that their lines start at one column."""


class Panel(Widget):
    """A box of the home screen. A subclass reads in `load`, and draws in `render_body` and `summary`.

    All data it shows goes into `Content` as plain strings: markup from outside is never interpreted.
    """

    ALLOW_SELECT = False
    title_key: ClassVar[str]
    """Where its title stands in the locale."""
    opens: ClassVar[str]
    """The screen that it opens when it is touched."""
    folded = var(False, toggle_class="-folded")
    """One line instead of a box."""

    class Touched(Message):
        """Somebody touched a panel."""

        def __init__(self, panel: Panel) -> None:
            super().__init__()
            self.panel = panel

    def on_mount(self) -> None:
        """Put the title in the border."""
        self.border_title = Content(t(self.title_key))

    def load(self, app: IqsApp) -> None:
        """Read through `store.reading`, keep what was read, and call `self.refresh()`."""
        raise NotImplementedError

    def render_body(self) -> Content:
        """Return the inside of the box, for `self.content_size`."""
        raise NotImplementedError

    def summary(self) -> Content | str:
        """Return the one line that stands for the box at 80x24."""
        raise NotImplementedError

    def render(self) -> RenderResult:
        """Draw the box, or its one line."""
        if not self.folded:
            return self.render_body()
        title = t(self.title_key).ljust(TITLE_WIDTH)
        return Content.assemble((title, "bold $primary"), " ", self.summary()).truncate(self.size.width, ellipsis=True)

    def watch_folded(self) -> None:
        """Lay out anew: a folded panel is one line high."""
        self.refresh(layout=True)

    def on_click(self) -> None:
        """Tell the home screen, which unfolds it or opens its screen."""
        self.post_message(self.Touched(self))
