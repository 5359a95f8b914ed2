"""How fast the prompt is answered, room by room. Nothing per person: it says how the screen does, not who."""

from __future__ import annotations

from rich.text import Text

from iqs_tui.locale import t
from iqs_tui.locale.numbers import decimal
from iqs_tui.store.reading.admin import Page, answering_speed, same_view_gaps
from iqs_tui.store.reading.admin.answering_speed import Speed
from iqs_tui.store.reading.admin.same_view_gaps import Gaps
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import NONE, plain, room_label


class AdminAnswersScreen(TableScreen[Speed]):
    """Per room: how many answers, the median times and keys, and the share that was put off."""

    title_key = "admin.answers"
    empty_key = "admin.answers_empty"
    keys = (Key("escape", "keys.back", "back"),)
    columns = (
        Column("admin.col_room"),
        Column("admin.col_answered_n", 10, is_number=True),
        Column("admin.col_first_key", 9, is_number=True),
        Column("admin.col_answer", 9, is_number=True),
        Column("admin.col_keys", 8, is_number=True),
        Column("admin.col_later", 11, is_number=True),
    )

    def read(self, offset: int) -> Page[Speed]:
        """Read all rooms; a department has fewer than a page."""
        now = self.iqs.clock()
        found = answering_speed.speeds([room.id for room in self.iqs.config.rooms], now)
        self._gaps = same_view_gaps.by_room(now - same_view_gaps.WINDOW)
        return Page(found, len(found))

    def caption(self) -> str:
        """Return over how many days."""
        return t("admin.answers_over", days=answering_speed.WINDOW.days)

    def key_of(self, row: Speed) -> str:
        """Return the room."""
        return row.room or ""

    def cells(self, row: Speed) -> tuple[Text, ...]:
        """Return room, answers, medians, and how many were put off."""
        return (
            plain(room_label(self.iqs.config, row.room), "bold"),
            plain(row.n_answered),
            plain(_seconds(row.first_key_s)),
            plain(_seconds(row.answer_s)),
            plain(NONE if row.keys is None else decimal(row.keys)),
            plain(t("admin.later_share", n=row.n_deferred, percent=round(100 * row.n_deferred / row.n_answered))),
        )

    def detail(self, row: Speed) -> str:
        """Return on what the medians rest, and how far apart the exposures were of "overname?"."""
        words = t("admin.answers_detail", n=row.n_timed, later=row.n_deferred)
        gaps = self._gaps.get(row.room or "")
        return f"{words}\n{_gaps(gaps)}" if gaps else words


def _gaps(gaps: Gaps) -> str:
    return t(
        "admin.answers_gaps",
        yes=gaps.n_confirmed,
        yes_s=_seconds(gaps.confirmed_s),
        no=gaps.n_denied,
        no_s=_seconds(gaps.denied_s),
    )


def _seconds(value: float | None) -> str:
    return NONE if value is None else f"{decimal(value)} s"
