"""Exposures of which cannot be said whether an image of them came, room by room."""

from __future__ import annotations

from rich.text import Text

from iqs_tui.locale import t
from iqs_tui.store.reading.admin import Page, unsure
from iqs_tui.store.reading.admin.unsure import Unsure
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import plain, room_label, when


class AdminUnsureScreen(TableScreen[Unsure]):
    """Per room: how many, of how many, and when the last came."""

    title_key = "admin.unsure"
    empty_key = "admin.unsure_empty"
    keys = (Key("escape", "keys.back", "back"),)
    columns = (
        Column("admin.col_room"),
        Column("admin.col_unsure", 12, is_number=True),
        Column("admin.col_told", 16, is_number=True),
        Column("admin.col_last", 16),
    )

    def read(self, offset: int) -> Page[Unsure]:
        """Read all rooms; a department has fewer than a page."""
        found = unsure.by_room(self.iqs.clock())
        return Page(found, len(found))

    def caption(self) -> str:
        """Return over how many days."""
        return t("admin.unsure_over", days=unsure.WINDOW.days)

    def key_of(self, row: Unsure) -> str:
        """Return the room."""
        return row.room or ""

    def cells(self, row: Unsure) -> tuple[Text, ...]:
        """Return room, how many, of how many, and when the last came."""
        last = when(row.last_at, self.iqs.clock(), self.iqs.config.site.zone)
        return (
            plain(room_label(self.iqs.config, row.room), "bold"),
            plain(row.n_unsure),
            plain(row.n_told),
            plain(last),
        )

    def detail(self, row: Unsure) -> str:
        """Return why there is no question, and what would help."""
        return t("admin.unsure_detail")
