"""One person of the kiosk, to add or to change."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from iqs_tui.domain.roles import ROLES
from iqs_tui.locale import t
from iqs_tui.store import people
from iqs_tui.store.people import Change, Draft, PersonError
from iqs_tui.store.reading.admin.users import UserRow
from iqs_tui.ui.screens.admin.form import Drafts, FormField, FormScreen, entry
from iqs_tui.ui.screens.admin.one_of import OneOf
from iqs_tui.ui.screens.admin.words import system_user

Kept = Callable[[Change, str], None]


class AdminPersonScreen(FormScreen):
    """Name, initials, role, and the names under which the modalities know this person."""

    title_key = "admin.person_title"

    def __init__(self, drafts: Drafts, kept: Kept, row: UserRow | None = None) -> None:
        super().__init__(drafts, row.user_id if row else "new")
        self._kept = kept
        self._row = row

    def fields(self, filled: dict[str, str]) -> Iterable[FormField]:
        """Yield the four fields, filled in with the draft, else with what is known."""
        row = self._row
        names = "; ".join(row.operators_names) if row else ""
        roles = tuple((role, t(f"admin.role_{role}")) for role in ROLES)
        found = {"name": row.name, "initials": row.initials, "role": row.role} if row else {}
        words = {"operators_names": names, **found, **filled}
        yield FormField("name", t("admin.field_name"), entry(words.get("name", "")), t("admin.hint_name"))
        initials = entry(words.get("initials", ""), longest=people.INITIALS_MAX)
        yield FormField("initials", t("admin.field_initials"), initials, t("admin.hint_initials"))
        yield FormField("role", t("admin.field_role"), OneOf(roles, words.get("role", "")), t("admin.hint_role"))
        typed = entry(words["operators_names"])
        yield FormField("operators_names", t("admin.field_operators"), typed, t("admin.hint_operators"))

    def keep(self, values: dict[str, str]) -> bool:
        """Write the person; where that cannot be, say why under the field."""
        draft = Draft(
            name=values["name"],
            initials=values["initials"],
            role=values["role"],
            operators_names=tuple(values["operators_names"].split(";")),
        )
        now, who = self.iqs.clock(), system_user()
        try:
            made = people.change(self._row.user_id, draft, who, now) if self._row else people.add(draft, who, now)
        except PersonError as error:
            self.complain(error.field, error.problem)
            return False
        self._kept(made, draft.name)
        return True
