"""A badge, read once for one person. What is read is never shown and never kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from iqs_tui.locale import t
from iqs_tui.store import people
from iqs_tui.store.people import Change, PersonError
from iqs_tui.store.reading.admin.users import UserRow
from iqs_tui.ui.screens.admin.form import FormField, FormScreen, entry
from iqs_tui.ui.screens.admin.words import line, system_user


class AdminBadgeScreen(FormScreen):
    """One masked field: the reader types into it and ends with Enter."""

    title_key = "admin.badge_title"

    def __init__(self, kept: Callable[[Change, str], None], row: UserRow) -> None:
        super().__init__()
        self._kept = kept
        self._row = row

    def fields(self, filled: dict[str, str]) -> Iterable[FormField]:
        """Yield the masked field."""
        label = t("admin.field_badge", name=line(self._row.name))
        yield FormField("badge", label, entry("", masked=True, longest=64), t("admin.hint_badge"))

    def keep(self, values: dict[str, str]) -> bool:
        """Keep the badge's keyed hash."""
        return self.take_badge(values["badge"].removeprefix(self.iqs.config.kiosk.badge_prefix))

    def take_badge(self, number: str) -> bool:
        """Give the person this badge; where that cannot be, say why and clear the field."""
        try:
            made = people.set_badge(self._row.user_id, number, system_user(), self.iqs.clock())
        except PersonError as error:
            field = self.query_one(FormField)
            field.query_one("Input").clear()  # type: ignore[attr-defined]
            self.complain(error.field, error.problem)
            return False
        self._kept(made, self._row.name)
        return True
