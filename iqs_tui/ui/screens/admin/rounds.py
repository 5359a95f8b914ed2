"""The scoring rounds: how far they are, and a new one."""

from __future__ import annotations

from rich.text import Text

from iqs_tui.locale import language, t
from iqs_tui.locale.numbers import short_date
from iqs_tui.store.forms import forms
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import rounds as reading
from iqs_tui.store.reading.admin.rounds import RoundRow
from iqs_tui.ui.glyphs import bar
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.form import Drafts
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import either, line, plain, room_label, when

_BAR = 10


class AdminRoundsScreen(TableScreen[RoundRow]):
    """Rounds, the newest first. Whose images they are stays with who may know."""

    title_key = "admin.rounds"
    empty_key = "admin.rounds_empty"
    keys = (
        Key("plus,add,a", "admin.draw", "draw"),
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_drawn", 12),
        Column("admin.col_round_kind", 24),
        Column("admin.col_form", 18, is_wide_only=True),
        Column("admin.col_procedure"),
        Column("admin.col_progress", 19),
        Column("admin.col_due", 7, is_wide_only=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self.drafts: Drafts = {}

    def read(self, offset: int) -> Page[RoundRow]:
        """Read a page."""
        return reading.rounds(offset)

    def key_of(self, row: RoundRow) -> str:
        """Return the round's id."""
        return row.round_id

    def cells(self, row: RoundRow) -> tuple[Text, ...]:
        """Return when, what, on which form, of what, how far and until when."""
        zone = self.iqs.config.site.zone
        known = forms()
        form = known[row.form_id].label(language()) if row.form_id in known else row.form_id
        done = bar(row.n_done / row.n if row.n else 0, _BAR, self.app.theme)
        return (
            plain(when(row.drawn_at, self.iqs.clock(), zone)),
            plain(either(f"admin.kind_{row.kind}", row.kind)),
            plain(form),
            plain(row.procedure or t("admin.all_procedures")),
            plain(f"{done} {row.n_done}/{row.n}"),
            plain(short_date(row.due_at.astimezone(zone).date()) if row.due_at else None),
        )

    def detail(self, row: RoundRow) -> str:
        """Return out of how many the round was drawn, and where."""
        room = room_label(self.iqs.config, row.room) if row.room else t("admin.all_rooms")
        return t("admin.round_detail", n=row.n, of=row.n_candidates, room=room, round=line(row.round_id))

    def action_draw(self) -> None:
        """Open the form for a new round."""
        self.iqs.open_screen("admin_draw", drafts=self.drafts)
