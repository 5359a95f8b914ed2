"""What earlier answers say of the next question of a protocol."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.same_view_habits import Habit, habit_of

LARGE, EXTRA, REPEAT = "larger_than_detector", "extra_view", None


@pytest.mark.parametrize(
    ("answers", "likely"),
    [
        ([], None),
        ([LARGE, LARGE], None),
        ([LARGE, LARGE, EXTRA], LARGE),
        ([LARGE, LARGE, EXTRA, EXTRA], None),
        ([REPEAT, REPEAT, LARGE], None),
        ([LARGE, REPEAT, REPEAT, LARGE, LARGE], LARGE),
    ],
)
def test_the_answer_that_most_were_is_offered_first(answers: list[str | None], likely: str | None) -> None:
    assert habit_of(answers, 10).likely == likely


@pytest.mark.parametrize(
    ("answers", "silent_after", "is_silent"),
    [
        ([LARGE] * 9, 10, False),
        ([LARGE] * 10, 10, True),
        ([LARGE, EXTRA] * 5 + [REPEAT], 10, True),
        ([LARGE] * 9 + [REPEAT] + [LARGE] * 90, 10, False),
        ([LARGE] * 50, 0, False),
        ([], 0, False),
    ],
)
def test_ten_dismissed_in_a_row_end_the_asking(answers: list[str | None], silent_after: int, is_silent: bool) -> None:
    assert habit_of(answers, silent_after).is_silent == is_silent


@given(st.lists(st.sampled_from([LARGE, EXTRA, REPEAT]), max_size=30), st.integers(0, 12))
def test_a_repeat_is_asked_about_again(answers: list[str | None], silent_after: int) -> None:
    assert not habit_of([REPEAT, *answers], silent_after).is_silent
    assert isinstance(habit_of(answers, silent_after), Habit)
