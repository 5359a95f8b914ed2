"""The questions that wait for an answer, in every room."""

from __future__ import annotations

from rich.text import Text

from iqs_tui.locale import t
from iqs_tui.locale.numbers import duration
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import lists as reading
from iqs_tui.store.reading.admin.lists import OpenCase
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen, next_of
from iqs_tui.ui.screens.admin.words import either, line, plain, room_label, view_words, when


class AdminCasesScreen(TableScreen[OpenCase]):
    """Open cases, the oldest first, of one room or of all."""

    title_key = "admin.cases"
    empty_key = "admin.cases_empty"
    keys = (
        Key("f", "admin.other_room", "filter"),
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_room", 12),
        Column("admin.col_detected", 12),
        Column("admin.col_age", 11, is_wide_only=True),
        Column("admin.col_view"),
        Column("admin.col_signals", 22),
        Column("admin.col_deferred", 7, is_number=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self._room: str | None = None

    def read(self, offset: int) -> Page[OpenCase]:
        """Read the cases of the chosen room."""
        return reading.open_cases(self._room, offset)

    def caption(self) -> str:
        """Return the room and how many."""
        room = room_label(self.iqs.config, self._room) if self._room else t("admin.all_rooms")
        return f"{room}   {super().caption()}"

    def key_of(self, row: OpenCase) -> str:
        """Return the case's id."""
        return row.case_id

    def cells(self, row: OpenCase) -> tuple[Text, ...]:
        """Return room, time, age, examination, signals and how often it was put off."""
        now = self.iqs.clock()
        signals = ", ".join(either(f"prompt.rests_on_{signal}", signal) for signal in row.signals)
        return (
            plain(room_label(self.iqs.config, row.room)),
            plain(when(row.detected_at, now, self.iqs.config.site.zone)),
            plain(duration(now - row.detected_at)),
            plain(view_words(row.procedure, row.view, row.laterality)),
            plain(signals),
            plain(row.deferred or None),
        )

    def detail(self, row: OpenCase) -> str:
        """Return when the exposure was made, and what is asked about it."""
        made = when(row.acquired_at, self.iqs.clock(), self.iqs.config.site.zone)
        why = t("admin.case_question" if row.is_question else f"admin.case_{row.counts_as}")
        signals = ", ".join(either(f"prompt.rests_on_{signal}", signal) for signal in row.signals)
        return t("admin.case_detail", at=made, why=f"{why} ({signals})", case=line(row.case_id))

    def action_filter(self) -> None:
        """Go on to the next room; after the last to all of them."""
        self._room = next_of((None, *(room.id for room in self.iqs.config.rooms)), self._room)
        self.action_page(-self._offset)
