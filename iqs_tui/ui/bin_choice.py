"""Which cases the blauwe ton shows: chosen on its filter screen, kept for the session, said in one line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iqs_tui import locale
from iqs_tui.domain import roles
from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store import documents
from iqs_tui.store.reading.blue_bin.conditions import Kind
from iqs_tui.ui import choosing
from iqs_tui.ui.choosing import Choice
from iqs_tui.ui.words import label

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp
    from iqs_tui.ui.reject_choice import Chosen as RejectChosen


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Choice):
    """What was chosen for the blauwe ton."""

    kind: Kind = "reject"
    reason: str = ""
    """A code of the reason list; of the first level, its details too."""

    def only(self, reason: str) -> Chosen:
        """Return the same choice of one reason; empty: of all."""
        return replace(self, reason=reason)


def chosen(app: IqsApp) -> Chosen:
    """Return what is chosen in this session; at first the room of the kiosk, or all rooms on the manager's face."""
    return app.session.bin_choice or Chosen(rooms=choosing.start_rooms(app))


def scope_of(app: IqsApp) -> Scope:
    """Return the scope of the choice as it is now."""
    what = chosen(app)
    return replace(choosing.scope(app, what), reason=what.reason or None)


def in_words(app: IqsApp) -> str:
    """Say the choice in one line: "Kamer 1 · 90 dagen · geen afkeur · iedereen"."""
    what = chosen(app)
    kind = t(f"blue_bin.kind_{what.kind}") if what.kind != "reject" else ""
    return choosing.in_words(app, what, kind, reason_in_words(what.reason))


def reason_in_words(code: str | None, label: str | None = None) -> str:
    """Return a reason in the language of the screens; one that the list no longer has as it was kept."""
    return (documents.reasons().label(code, locale.language()) if code else None) or label or code or ""


def reason_options(what: Chosen | RejectChosen) -> list[tuple[str, str]]:
    """Return all of them and each reason, in the order of the list: code and words. The chosen one stays a choice."""
    reasons = documents.reasons().reasons_of(what.modality or None)
    kept = [] if what.reason in {"", *(reason.code for reason in reasons)} else [what.reason]
    return [
        ("", t("choosing.all")),
        *((reason.code, label(reason).rstrip("…")) for reason in reasons),
        *((one, reason_in_words(one)) for one in kept),
    ]


def may_correct(app: IqsApp, case_id: str) -> bool:
    """Say whether who is here may put the answer of a case right: their own, or any by who oversees the quality."""
    user = app.session.user
    if user is None:
        return app.face == "admin"
    if roles.may_correct(user.role):
        return True
    from iqs_tui.store.reading.blue_bin.case import is_own

    return is_own(case_id, user.user_id)


def may_make_lessons(app: IqsApp) -> bool:
    """Say whether who is here may pick cases for a lesson: whoever is known."""
    return bool(choosing.chooser(app))
