"""Weeks on a chart: limits by their own n, and a level that moved."""

from datetime import date, timedelta
from itertools import groupby, pairwise
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.control_chart import MIN_WEEKS, WeekCount, chart
from iqs_tui.domain.reject_rate import Basis

MONDAY = date(2026, 1, 5)
EVENTS = Basis("DX", "events")


def weeks(*counts: tuple[int, int]) -> list[WeekCount]:
    return [WeekCount(monday=MONDAY + timedelta(weeks=i), k=k, n=n) for i, (k, n) in enumerate(counts)]


def test_limits_follow_the_n_of_each_week():
    found = chart(EVENTS, weeks((8, 100), (16, 200), (4, 50), (40, 500), (0, 0)))
    assert [week.n for week in found.weeks] == [100, 200, 50, 500]
    assert [(week.low, week.high) for week in found.weeks] == [(0, 18), (5, 30), (None, 12), (22, 61)]
    assert (found.centre, found.middle) == (0.08, 0.08)


def test_a_small_week_is_a_count():
    small = chart(EVENTS, weeks((8, 100), (9, 49))).weeks[-1]
    assert (small.share, small.position, small.high, small.k) == (None, None, None, 9)


def test_a_week_outside_is_said_so():
    found = chart(EVENTS, weeks(*[(8, 100)] * 12, (30, 100)))
    assert found.weeks[-1].position == "high_998"
    assert {week.position for week in found.weeks[:-1]} == {"within"}


def test_a_moved_level_is_a_finding():
    found = chart(EVENTS, weeks(*[(12 + i % 2, 200) for i in range(12)], *[(24 + i % 2, 200) for i in range(12)]))
    assert found.shift is not None
    assert (found.shift.n_weeks, found.longest_run, found.allowed_run) == (12, 12, 8)
    assert found.has_few_crossings
    assert (found.n_crossings, found.needed_crossings) == (1, 8)
    assert found.is_moved
    assert (found.shift.first, found.shift.is_above) == (MONDAY + timedelta(weeks=12), True), "of two the last"


def test_of_two_moved_levels_the_latest_is_told_also_where_the_first_was_longer():
    found = chart(EVENTS, weeks(*[(24, 200)] * 4, *[(12, 200)] * 14, *[(24, 200)] * 10))
    assert found.shift is not None
    assert (found.shift.n_weeks, found.shift.is_above, found.longest_run) == (10, True, 14)
    assert found.shift.last == found.weeks[-1].monday


def test_a_level_that_stays_is_none_and_too_few_weeks_say_nothing():
    steady = chart(EVENTS, weeks(*[(15 + (2 if i % 3 else -2), 200) for i in range(24)]))
    assert not steady.is_moved or steady.n_useful < MIN_WEEKS
    short = chart(EVENTS, weeks(*[(5, 200)] * 4, *[(30, 200)] * 4))
    assert (short.is_moved, short.n_useful) == (False, 8)
    assert chart(EVENTS, []).centre is None


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(20, 120)), max_size=30))
def test_the_rules_made_again_plainly(counts):
    found = chart(EVENTS, weeks(*counts))
    rates = [k / n for k, n in counts if n >= 50]
    assert [week.share for week in found.weeks if week.share is not None] == rates
    if rates:
        middle = median(rates)
        sides = [rate > middle for rate in rates if rate != middle]
        assert found.n_useful == len(sides)
        assert found.longest_run == max((len(list(run)) for _, run in groupby(sides)), default=0)
        assert found.n_crossings == sum(a != b for a, b in pairwise(sides))
