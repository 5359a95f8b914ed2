"""Levels that stay and levels that move: the chart, the rank test, and where a baseline starts anew."""

import math
import random
from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iqs_tui.domain import drift
from iqs_tui.domain.drift import Reset, Span, chains, ewma_finding, follow, level_shift, resets_of

MONDAY = date(2026, 1, 5)
Days = dict[date, list[float]]


def working_days(n: int, first: date = MONDAY) -> list[date]:
    days = (first + timedelta(days=number) for number in range(2 * n))
    return [day for day in days if day.weekday() < 5][:n]


def di(
    n_days: int, per_day: int = 10, sd: float = 2.75, seed: int = 1, steps: Mapping[int, float] | None = None
) -> Days:
    """Deviation indices of so many working days; from a day on shifted by `steps`."""
    chance = random.Random(seed)
    found: Days = {}
    shift = 0.0
    for number, day in enumerate(working_days(n_days)):
        shift = (steps or {}).get(number, shift)
        found[day] = [shift + chance.gauss(0, sd) for _ in range(per_day)]
    return found


def doses(n_days: int, per_day: int = 4, factors: Mapping[int, float] | None = None, seed: int = 1) -> Days:
    factor, found = 1.0, di(n_days, per_day, sd=0.3, seed=seed)
    for number, day in enumerate(found):
        factor = (factors or {}).get(number, factor)
        found[day] = [8e-6 * factor * math.exp(value) for value in found[day]]
    return found


def test_the_chart_is_the_ewma_with_its_growing_limits():
    days = {day: [0.1 * (number % 3 - 1)] * 5 for number, day in enumerate(working_days(20))}
    late = working_days(23)[20:]
    course = follow(days | {late[0]: [1.0] * 5, late[1]: [0.0] * 5, late[2]: [0.0] * 5}, ())
    first, second, third = course.points[20:]
    assert [first.ewma, second.ewma, third.ewma] == [pytest.approx(value) for value in (0.2, 0.16, 0.128)]
    spread = 1.4826 * 0.1
    for number, point in enumerate((first, second, third), 1):
        grown = 0.2 / 1.8 * (1 - 0.8 ** (2 * number)) + math.pi / 2 / 20
        assert point.high == pytest.approx(3 * spread * math.sqrt(grown))
        assert point.low == pytest.approx(-3 * spread * math.sqrt(grown))
    assert [point.ewma for point in course.points[:20]] == [None] * 20


def test_a_baseline_is_built_before_anything_is_said():
    course = follow(di(12), ())
    (baseline,) = course.baselines
    assert (baseline.n, baseline.needed, baseline.is_ready, baseline.reason) == (12, 20, False, "start")
    assert ewma_finding(course) is None


def test_a_day_of_few_exposures_is_no_point():
    days = di(30)
    thin = working_days(31)[-1]
    assert len(follow(days | {thin: [99.0] * 4}, ()).points) == 30
    assert len(follow(days | {thin: [99.0] * 5}, ()).points) == 31


def test_a_shift_of_the_deviation_index_is_found_and_says_since_when():
    finding = ewma_finding(follow(di(60, per_day=30, steps={45: 2.5}), ()))
    assert finding is not None
    assert finding.kind == "ewma"
    assert finding.shift > 1
    assert working_days(60)[45] <= finding.since <= working_days(60)[55]
    assert finding.n_before == 600


def test_one_day_out_is_no_finding():
    days = di(40, sd=0.2)
    late = working_days(42)[40:]
    once = follow(days | {late[0]: [4.0] * 10}, ())
    assert once.points[-1].is_out
    assert ewma_finding(once) is None
    assert ewma_finding(follow(days | {late[0]: [4.0] * 10, late[1]: [4.0] * 10}, ())) is not None


def test_out_by_less_than_half_a_di_is_no_finding():
    course = follow(di(60, sd=0.05, steps={45: 0.45}), ())
    assert course.points[-1].is_out
    assert ewma_finding(course) is None


def test_what_came_back_is_no_finding_any_more():
    assert ewma_finding(follow(di(90, steps={40: 3.0, 50: 0.0}), ())) is None


def test_a_reset_starts_a_new_baseline_and_hides_the_old_level():
    days = di(60, steps={40: 3.0})
    reset = Reset(working_days(60)[40], "detector", "D1", "D2")
    course = follow(days, [reset])
    assert [(one.reason, one.n, one.is_ready) for one in course.baselines] == [
        ("start", 20, True),
        ("detector", 20, True),
    ]
    assert (course.baselines[1].old, course.baselines[1].new) == ("D1", "D2")
    assert ewma_finding(course) is None
    building = follow(days, [Reset(working_days(60)[50], "software", "a", "b")])
    assert (building.baselines[-1].n, building.baselines[-1].is_ready) == (10, False)
    assert ewma_finding(building) is None


def test_a_reset_after_the_last_exposure_waits_for_a_new_baseline():
    course = follow(di(30), [Reset(date(2027, 1, 1), "software", "a", "b")])
    assert (course.baselines[-1].n, course.baselines[-1].is_ready) == (0, False)


def test_a_reset_before_the_first_exposure_is_no_news():
    assert [one.reason for one in follow(di(30), [Reset(MONDAY, "software", "a", "b")]).baselines] == ["start"]


def test_doses_are_weighed_on_a_log_scale_per_week_and_shown_in_their_unit():
    course = follow(doses(100), (), step="week", is_log=True)
    assert len(course.points) == 20
    assert all(point.day.weekday() == 0 for point in course.points)
    charted = [point for point in course.points if point.ewma is not None]
    assert len(charted) == 12
    for point in charted:
        assert point.low is not None
        assert point.high is not None
        assert 6e-6 < point.low < point.high < 11e-6
        assert point.low * point.high == pytest.approx((course.baselines[0].centre or 0) ** 2)


def test_a_reset_within_a_week_parts_that_week():
    wednesday = MONDAY + timedelta(days=37)
    course = follow(doses(100), [Reset(wednesday, "software", "a", "b")], step="week", is_log=True)
    assert {MONDAY + timedelta(days=35), wednesday} <= {point.day for point in course.points}


def shifted(factor: float, per_day: int = 4) -> tuple[Days, date]:
    days = doses(85, per_day, {65: factor})
    return days, max(days) + timedelta(days=2)


def found_shift(days: Days, today: date, resets: tuple[Reset, ...] = (), minimum: int = 30) -> drift.Finding | None:
    return level_shift(days, follow(days, resets, step="week", is_log=True), today, minimum=minimum)


def test_thirty_percent_more_dose_is_a_level_shift():
    finding = found_shift(*shifted(1.3))
    assert finding is not None
    assert finding.kind == "level_shift"
    assert finding.shift == pytest.approx(0.3, abs=0.1)
    assert finding.p_value is not None
    assert finding.p_value < 0.001
    assert (finding.n, finding.n_before) == (80, 240)


def test_less_than_fifteen_percent_is_no_level_shift_however_sure():
    assert found_shift(*shifted(1.08, per_day=200)) is None


def test_too_few_exposures_are_no_test():
    days, today = shifted(2.0)
    assert found_shift(days, today, minimum=50) is not None
    assert found_shift(days, today, minimum=81) is None


def test_a_level_is_not_compared_with_what_was_before_a_reset():
    days, today = shifted(1.3)
    assert found_shift(days, today, (Reset(working_days(85)[65], "software", "a", "b"),)) is None


def test_a_name_that_takes_over_succeeds_the_other():
    spans = {
        "Thorax": Span(MONDAY, MONDAY + timedelta(days=50), 200),
        "Thorax v2": Span(MONDAY + timedelta(days=52), MONDAY + timedelta(days=99), 180),
        "Knie": Span(MONDAY, MONDAY + timedelta(days=99), 300),
    }
    found = chains(spans, drift.RENAME_GAP)
    assert set(found) == {("Thorax", "Thorax v2"), ("Knie",)}
    (reset,) = resets_of(("Thorax", "Thorax v2"), spans, "protocol")
    assert reset == Reset(MONDAY + timedelta(days=52), "protocol", "Thorax", "Thorax v2")


@pytest.mark.parametrize(
    ("first", "n"),
    [(40, 200), (70, 200), (52, 19)],
    ids=["used side by side", "too long after", "too seldom"],
)
def test_other_names_do_not_succeed(first: int, n: int):
    spans = {
        "a": Span(MONDAY, MONDAY + timedelta(days=50), 200),
        "b": Span(MONDAY + timedelta(days=first), MONDAY + timedelta(days=99), n),
    }
    assert set(chains(spans, drift.RENAME_GAP)) == {("a",), ("b",)}


values = st.dictionaries(
    st.integers(0, 60), st.lists(st.floats(1e-7, 1e-3), min_size=1, max_size=9), min_size=1, max_size=50
)


@settings(max_examples=60)
@given(
    values,
    st.lists(st.integers(0, 60), max_size=3),
    st.randoms(use_true_random=False),
    st.sampled_from(["day", "week"]),
)
def test_the_same_exposures_in_any_order_are_the_same_series(
    said: dict[int, list[float]], resets: list[int], chance: random.Random, step: drift.Step
):
    days = {MONDAY + timedelta(days=number): found for number, found in said.items()}
    starts = [Reset(MONDAY + timedelta(days=number), "software", "a", "b") for number in sorted(set(resets))]
    mixed = list(days.items())
    chance.shuffle(mixed)
    chance.shuffle(starts)
    shuffled = {day: chance.sample(found, len(found)) for day, found in mixed}
    assert follow(days, sorted(starts), step=step, is_log=True) == follow(shuffled, starts, step=step, is_log=True)


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.text(min_size=1, max_size=3), st.tuples(st.integers(0, 99), st.integers(0, 99), st.integers(1, 60))
    )
)
def test_chains_hold_every_name_once_and_never_overlap(said: dict[str, tuple[int, int, int]]):
    spans = {
        name: Span(MONDAY + timedelta(days=min(a, b)), MONDAY + timedelta(days=max(a, b)), n)
        for name, (a, b, n) in said.items()
    }
    found = chains(spans)
    assert sorted(name for chain in found for name in chain) == sorted(spans)
    for chain in found:
        for old, new in pairwise(chain):
            assert spans[old].last <= spans[new].first


def episodes(days: Days, weeks: int, finding_of: object) -> int:
    """How often a finding appears that was not there the working day before, over the last so many weeks."""
    last, was_there, n = max(days), False, 0
    for number in range(weeks * 7, -1, -1):
        today = last - timedelta(days=number)
        if today.weekday() < 5:
            window = {day: found for day, found in days.items() if today - timedelta(days=181) <= day <= today}
            is_there = finding_of(window, today) is not None  # type: ignore[operator]
            n += is_there and not was_there
            was_there = is_there
    return n


def test_where_nothing_moves_a_room_has_less_than_one_finding_a_month():
    """Twelve levels of deviation index and eight of dose, as a room may have; looked at on every working day."""
    found = sum(
        episodes(di(200, seed=seed), 14, lambda window, _: ewma_finding(follow(window, ()))) for seed in range(12)
    ) + sum(episodes(doses(200, seed=seed), 14, found_shift) for seed in range(8))
    months = 14 * 7 / 30.4
    assert found / months < 1


def test_thirty_percent_more_is_found_within_a_month():
    """In DI terms 10·log10(1.3) = 1.1; ten exposures a day."""
    for seed in range(6):
        days = doses(110, per_day=6, factors={90: 1.3}, seed=seed)
        assert found_shift(days, max(days)) is not None
