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
    "blue_bin_filter": "blue_bin_filter:BlueBinFilterScreen",
    "blue_bin_case": "blue_bin_case:BlueBinCaseScreen",
    "blue_bin_compare": "blue_bin_compare:BlueBinCompareScreen",
    "correct": "correct:CorrectScreen",
    "lessons": "lessons:LessonsScreen",
    "lesson": "lesson:LessonScreen",
    "reject_analysis": "reject_analysis:RejectAnalysisScreen",
    "reject_filter": "reject_filter:RejectFilterScreen",
    "dose": "dose:DoseScreen",
    "dose_group": "dose_group:DoseGroupScreen",
    "dose_filter": "dose_filter:DoseFilterScreen",
    "dose_change": "dose_change:DoseChangeScreen",
    "technique": "technique:TechniqueScreen",
    "drift": "drift:DriftScreen",
    "mapping": "mapping:MappingScreen",
    "mapping_edit": "mapping_edit:MappingEditScreen",
    "drl_table": "drl_table:DrlTableScreen",
    "scanner": "scanner:ScannerScreen",
    "scoring": "scoring:ScoringScreen",
    "score_form": "score_form:ScoreFormScreen",
    "round_overview": "round_overview:RoundOverviewScreen",
    "help": "help:HelpScreen",
    "admin_home": "admin.home:AdminHomeScreen",
    "admin_rooms": "admin.rooms:AdminRoomsScreen",
    "admin_users": "admin.users:AdminUsersScreen",
    "admin_cases": "admin.cases:AdminCasesScreen",
    "admin_answers": "admin.answers:AdminAnswersScreen",
    "admin_unsure": "admin.unsure:AdminUnsureScreen",
    "admin_outbox": "admin.outbox:AdminOutboxScreen",
    "admin_quarantine": "admin.quarantine:AdminQuarantineScreen",
    "admin_log": "admin.log:AdminLogScreen",
    "admin_notes": "admin.notes:AdminNotesScreen",
    "admin_rounds": "admin.rounds:AdminRoundsScreen",
    "admin_person": "admin.person:AdminPersonScreen",
    "admin_badge": "admin.badge:AdminBadgeScreen",
    "admin_draw": "admin.draw:AdminDrawScreen",
    "admin_enrol": "admin.enrol:AdminEnrolScreen",
}
"""Name to `module:Class`, the module within `iqs_tui.ui.screens`."""


def is_named(screen: object, name: str) -> bool:
    """Say whether a screen is the one of this name, without importing it."""
    return type(screen).__name__ == SCREENS[name].partition(":")[2]


def make_screen(name: str, **values: object) -> "IqsScreen":
    """Make a screen by its name; `values` go to its `__init__`.

    Raises:
        KeyError: there is no screen of that name.
    """
    module, _, class_name = SCREENS[name].partition(":")
    made: IqsScreen = getattr(import_module(f"iqs_tui.ui.screens.{module}"), class_name)(**values)
    return made
