"""A new scoring round: what is asked of the node, and how far the draw is."""

from __future__ import annotations

from collections.abc import Iterable

from iqs_tui.locale import language, t
from iqs_tui.store.forms import forms
from iqs_tui.store.jobs import JobView
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.form import BACK, Drafts, FormField, FormScreen, entry
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.admin.one_of import OneOf

KINDS = ("self_evaluation", "peer_review", "quality_analysis")
MOST = 500
"""More images than anyone scores in a round: a slip of the finger."""


class AdminDrawScreen(FormScreen):
    """Kind, form, procedure and number. The form stays open: its last line tells how the draw goes."""

    title_key = "admin.draw_title"
    keys = (Key("enter", "admin.draw_now", "keep"), BACK)

    def __init__(self, drafts: Drafts | None = None) -> None:
        super().__init__(drafts, "draw")

    def fields(self, filled: dict[str, str]) -> Iterable[FormField]:
        """Yield the four fields."""
        kinds = tuple((kind, t(f"admin.kind_{kind}")) for kind in KINDS)
        shown = tuple((code, form.label(language())) for code, form in forms().items())
        yield FormField("kind", t("admin.field_kind"), OneOf(kinds, filled.get("kind", "")))
        yield FormField("form_id", t("admin.field_form"), OneOf(shown, filled.get("form_id", "")))
        typed = entry(filled.get("procedure", ""), longest=64)
        yield FormField("procedure", t("admin.field_procedure"), typed, t("admin.hint_procedure"))
        yield FormField("n", t("admin.field_n"), entry(filled.get("n", "5"), longest=3), t("admin.hint_n"))

    def keep(self, values: dict[str, str]) -> bool:
        """Ask the node for the draw; stay, to show how it goes."""
        said = self.query_one(JobLine)
        if said.is_running:
            return False
        n = values["n"].strip()
        if not (n.isascii() and n.isdigit() and 1 <= int(n) <= MOST):
            self.complain("n", "not_allowed")
            return False
        said.ask("draw_round", {**values, "n": int(n)}, t("admin.draw_doing"), _drawn)
        return False


def _drawn(_: JobView) -> str:
    return t("admin.drawn")
