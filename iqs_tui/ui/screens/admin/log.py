"""The program's log, the newest line first."""

from __future__ import annotations

from typing import get_args

from rich.text import Text

from iqs_tui.locale import t
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import lists as reading
from iqs_tui.store.reading.admin.lists import LogLevel, LogLine
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen, next_of
from iqs_tui.ui.screens.admin.words import either, line, plain, when


class AdminLogScreen(TableScreen[LogLine]):
    """Log lines, of every level or only what is wrong."""

    title_key = "admin.log"
    empty_key = "admin.log_empty"
    keys = (
        Key("f", "admin.other_level", "filter"),
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_at", 12),
        Column("admin.col_level", 10),
        Column("admin.col_process", 9),
        Column("admin.col_source", 24, is_wide_only=True),
        Column("admin.col_message"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._level: LogLevel = "all"

    def read(self, offset: int) -> Page[LogLine]:
        """Read a page from the chosen level up."""
        return reading.log(self._level, offset)

    def caption(self) -> str:
        """Return the level and how many."""
        level = t(f"admin.level_from_{self._level}")
        return f"{level}   {super().caption()}"

    def key_of(self, row: LogLine) -> str:
        """Return the line's number."""
        return str(row.row_id)

    def cells(self, row: LogLine) -> tuple[Text, ...]:
        """Return time, level, process, source and message."""
        is_wrong = row.level in {"warning", "error", "critical"}
        mark = glyphs(self.app.theme).warning if is_wrong else " "
        level = either(f"admin.level_{row.level}", row.level)
        return (
            plain(when(row.at, self.iqs.clock(), self.iqs.config.site.zone)),
            Text(f"{mark} {level}"),
            plain(row.process),
            plain(row.source.removeprefix("iqs_tui.")),
            plain(row.message),
        )

    def detail(self, row: LogLine) -> str:
        """Return the whole message, with where it came from."""
        return f"{line(row.process)}   {line(row.source)}\n{line(row.message)}"

    def action_filter(self) -> None:
        """Go on to the next level."""
        self._level = next_of(get_args(LogLevel), self._level)
        self.action_page(-self._offset)
