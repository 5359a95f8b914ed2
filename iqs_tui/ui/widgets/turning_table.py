"""A plain table of which the arrows to the side belong to its screen: another page, another value."""

from __future__ import annotations

from textual.message import Message

from iqs_tui.ui.widgets.plain_table import PlainTable


class TurningTable(PlainTable):
    """Says `Turned` for the arrow to the left or right."""

    class Turned(Message):
        """One step to the left (-1) or right (1)."""

        def __init__(self, step: int) -> None:
            super().__init__()
            self.step = step

    def action_cursor_left(self) -> None:
        """A step back."""
        self.post_message(self.Turned(-1))

    def action_cursor_right(self) -> None:
        """A step on."""
        self.post_message(self.Turned(1))
