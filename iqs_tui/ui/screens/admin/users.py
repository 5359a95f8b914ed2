"""Who uses the kiosk: adding, changing, deactivating, badges; what was done last can be taken back."""

from __future__ import annotations

from collections.abc import Callable

from peewee import OperationalError
from rich.text import Text
from textual import on
from textual.widgets import DataTable

from iqs_tui.locale import t
from iqs_tui.store import people
from iqs_tui.store.people import Change, PersonError
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import users as reading
from iqs_tui.store.reading.admin.users import UserRow
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.form import Drafts
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import either, line, plain, system_user


class AdminUsersScreen(TableScreen[UserRow]):
    """The people. No question "are you sure": every change can be undone."""

    title_key = "admin.users"
    empty_key = "admin.users_empty"
    keys = (
        Key("plus,add,a", "admin.add", "add"),
        Key("enter,w", "admin.edit", "edit"),
        Key("b", "admin.badge", "badge"),
        Key("x", "admin.remove_badge", "remove_badge"),
        Key("d", "admin.deactivate", "set_active(False)"),
        Key("d", "admin.activate", "set_active(True)"),
        Key("u", "keys.undo", "undo"),
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_initials", 9),
        Column("admin.col_name"),
        Column("admin.col_role", 20),
        Column("admin.col_badge", 7),
        Column("admin.col_active", 12),
        Column("admin.col_operators", 30, is_wide_only=True),
    )

    def __init__(self) -> None:
        super().__init__()
        self.drafts: Drafts = {}
        self._last: Change | None = None

    def read(self, offset: int) -> Page[UserRow]:
        """Read a page."""
        return reading.users(offset)

    def key_of(self, row: UserRow) -> str:
        """Return the person's id."""
        return row.user_id

    def cells(self, row: UserRow) -> tuple[Text, ...]:
        """Return who, as what, with a badge or not, active or not."""
        marks = glyphs(self.app.theme)
        state = f"{marks.ok} {t('admin.active')}" if row.is_active else f"{marks.off} {t('admin.inactive')}"
        return (
            plain(row.initials, "bold"),
            plain(row.name),
            plain(either(f"admin.role_{row.role}", row.role)),
            plain(t("admin.yes") if row.has_badge else None),
            plain(state),
            plain("; ".join(row.operators_names)),
        )

    def detail(self, row: UserRow) -> str:
        """Return the names under which the modalities know this person."""
        names = "; ".join(line(name) for name in row.operators_names)
        return t("admin.operators_detail", names=names) if names else t("admin.no_operators")

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the keys that do something for the chosen person."""
        row = self.chosen if self.is_mounted else None
        works = {
            "edit": row is not None,
            "badge": row is not None and row.is_active,
            "remove_badge": row is not None and row.has_badge,
            "set_active(False)": row is not None and row.is_active,
            "set_active(True)": row is not None and not row.is_active,
            "undo": self._last is not None,
        }
        return tuple(key for key in super().visible_keys() if works.get(key.action, True))

    def action_add(self) -> None:
        """Open an empty form."""
        self.iqs.open_screen("admin_person", drafts=self.drafts, kept=self._kept)

    @on(DataTable.RowSelected)
    def action_edit(self) -> None:
        """Open the form of the chosen person."""
        if self.chosen is not None:
            self.iqs.open_screen("admin_person", drafts=self.drafts, kept=self._kept, row=self.chosen)

    def action_badge(self) -> None:
        """Let a badge be read for the chosen person."""
        if self.chosen is not None:
            self.iqs.open_screen("admin_badge", kept=self._kept, row=self.chosen)

    def action_remove_badge(self) -> None:
        """Take the chosen person's badge away."""
        if (row := self.chosen) is not None:
            self._do(lambda: people.remove_badge(row.user_id, system_user(), self.iqs.clock()), row.name)

    def action_set_active(self, is_active: bool) -> None:
        """Let the chosen person in, or no longer."""
        if (row := self.chosen) is not None:
            self._do(lambda: people.set_active(row.user_id, is_active, system_user(), self.iqs.clock()), row.name)

    def action_undo(self) -> None:
        """Take the last change back."""
        if (last := self._last) is None:
            return
        self._last = None
        self._do(lambda: people.undo(last, system_user(), self.iqs.clock()), "")

    def _do(self, deed: Callable[[], Change | None], name: str) -> None:
        """Do it, and say that it was done or why it could not be."""
        try:
            made = deed()
        except (PersonError, OperationalError) as error:
            problem = f"admin.problem_{error.field}_{error.problem}" if isinstance(error, PersonError) else None
            words = t(problem or "common.not_kept")
            self.query_one(JobLine).say(words, is_wrong=True)
            made = None
        else:
            self.query_one(JobLine).say(t("admin.undone"))
        if made is not None:
            self._kept(made, name)
        self.show_all()

    def _kept(self, made: Change, name: str) -> None:
        self._last = made
        self.query_one(JobLine).say(t(f"admin.user_{made.action}", name=line(name)))
        self.show_all()
