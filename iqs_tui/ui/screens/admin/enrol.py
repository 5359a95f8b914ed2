"""Enrolment with the central server: the one-time code."""

from __future__ import annotations

from collections.abc import Iterable

from iqs_tui.locale import t
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.form import BACK, FormField, FormScreen, entry
from iqs_tui.ui.screens.admin.job_line import JobLine


class AdminEnrolScreen(FormScreen):
    """One field. The code is used up by the node; nothing of it is kept here."""

    title_key = "admin.enrol_title"
    keys = (Key("enter", "admin.enrol", "keep"), BACK)

    def fields(self, filled: dict[str, str]) -> Iterable[FormField]:
        """Yield the field for the code."""
        yield FormField("code", t("admin.field_code"), entry("", longest=80), t("admin.hint_code"))

    def keep(self, values: dict[str, str]) -> bool:
        """Ask the node to enrol; stay, to show how it ends."""
        code = values["code"].strip()
        if not code:
            self.complain("code", "empty")
            return False
        self.query_one(JobLine).ask("enrol", {"code": code}, t("admin.enrol_doing"), lambda _: t("admin.enrolled"))
        return False
