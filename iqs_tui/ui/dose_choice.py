"""Of what the dose screens show figures: chosen on the filter screen, kept for the session, said in one line."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from iqs_tui.domain import roles
from iqs_tui.domain.scope import Scope, Size, Which
from iqs_tui.locale import t
from iqs_tui.ui import choosing
from iqs_tui.ui.choosing import Choice

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

WHICH: tuple[Which, ...] = ("good", "rejected", "both")
SIZES: tuple[Size, ...] = ("all", "standard")


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Choice):
    """What was chosen for the doses."""

    which: Which = "good"
    size: Size = "all"


def chosen(app: IqsApp) -> Chosen:
    """Return what is chosen in this session; at first the room of the kiosk, or all rooms on the manager's face."""
    return app.session.dose_choice or Chosen(rooms=choosing.start_rooms(app))


def scope_of(app: IqsApp) -> Scope:
    """Return the scope of the choice as it is now."""
    what = chosen(app)
    return replace(choosing.scope(app, what), which=what.which, size=what.size)


def may_export(app: IqsApp) -> bool:
    """Say whether figures may be taken along: not from a locked kiosk by whoever passes."""
    user = app.session.user
    is_open = app.face == "admin" or not app.config.kiosk.locked
    return is_open or roles.may_export(user.role if user else None)


def may_map(app: IqsApp) -> bool:
    """Say whether the mapping may be changed here and now."""
    user = app.session.user
    return app.face == "admin" or roles.may_map(user.role if user else None)


def in_words(app: IqsApp) -> str:
    """Say the choice in one line: "Kamer 1 · 90 dagen · goede opnamen · iedereen"."""
    what = chosen(app)
    size = t("dose.size_standard") if what.size == "standard" else ""
    return choosing.in_words(app, what, t(f"dose.which_{what.which}"), size)
