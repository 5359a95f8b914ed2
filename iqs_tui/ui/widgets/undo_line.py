"""The line that says what was just answered, as long as it can be taken back. In the same place on every screen."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.ui.glyphs import glyphs

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


class UndoLine(Static):
    """ "✓ Belichting   U ongedaan maken"; nothing once the time is over."""

    def show(self) -> None:
        """Read the session and draw; touching the line is pressing U."""
        app = cast("IqsApp", self.app)
        last = app.session.undoable(app.clock())
        self.set_class(last is not None, "-shown")
        if last is None:
            return
        self.update(
            Content.assemble(
                (f"{glyphs(app.theme).done} {last.label}", "bold $success"),
                "    ",
                (" U ", "bold $key-foreground on $key-background"),
                f" {t('keys.undo').lower()}",
            )
        )

    async def on_click(self) -> None:
        """Take the answer back."""
        await self.screen.run_action("undo")
