"""The screens by name. Each is imported when it is first opened: a face starts with the one it shows."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iqs_tui.ui.screens.base import IqsScreen

SCREENS = {
    "home": "home:HomeScreen",
    "prompt": "prompt:PromptScreen",
    "sign_in": "sign_in:SignInScreen",
    "report_reject": "report_reject:ReportRejectScreen",
    "blue_bin": "blue_bin:BlueBinScreen",
    "dose": "dose:DoseScreen",
    "scanner": "scanner:ScannerScreen",
    "scoring": "scoring:ScoringScreen",
    "score_form": "score_form:ScoreFormScreen",
    "round_overview": "round_overview:RoundOverviewScreen",
    "help": "help:HelpScreen",
    "admin_home": "admin_home:AdminHomeScreen",
    "admin_rooms": "admin_rooms:AdminRoomsScreen",
    "admin_users": "admin_users:AdminUsersScreen",
    "admin_cases": "admin_cases:AdminCasesScreen",
    "admin_outbox": "admin_outbox:AdminOutboxScreen",
    "admin_quarantine": "admin_quarantine:AdminQuarantineScreen",
    "admin_log": "admin_log:AdminLogScreen",
    "admin_rounds": "admin_rounds:AdminRoundsScreen",
}
"""Name to `module:Class`, the module within `iqs_tui.ui.screens`."""


def make_screen(name: str, **values: object) -> "IqsScreen":
    """Make a screen by its name; `values` go to its `__init__`.

    Raises:
        KeyError: there is no screen of that name.
    """
    module, _, class_name = SCREENS[name].partition(":")
    made: IqsScreen = getattr(import_module(f"iqs_tui.ui.screens.{module}"), class_name)(**values)
    return made
