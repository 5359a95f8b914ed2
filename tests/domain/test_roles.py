"""What each role may, as a table; nobody and the unknown may nothing."""

import pytest

from iqs_tui.domain import roles

MAY = {
    "radiographer": set(),
    "reviewer": {"oversees_scoring"},
    "quality": {"sees_everyone", "may_export", "may_correct", "oversees_scoring"},
    "physicist": {"sees_everyone", "may_export", "may_correct", "may_map", "may_sign", "oversees_scoring"},
    "manager": {"sees_everyone", "may_export", "may_correct", "may_map", "oversees_scoring"},
    None: set(),
    "": set(),
    "Manager": set(),
}
QUESTIONS = ("sees_everyone", "may_export", "may_correct", "may_map", "may_sign", "oversees_scoring")


@pytest.mark.parametrize("role", MAY)
def test_what_a_role_may(role: str | None):
    assert {question for question in QUESTIONS if getattr(roles, question)(role)} == MAY[role]


def test_every_role_is_in_the_table():
    assert set(roles.ROLES) <= set(MAY)
