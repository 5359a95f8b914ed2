"""Two samples, two rates: what their difference is, and how sure that is."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iqs_tui.domain.comparison import Change, compare, compare_rates


def doses(n: int, factor: float = 1.0, seed: int = 1) -> list[float]:
    chance = random.Random(seed)
    return [factor * chance.lognormvariate(0, 0.4) for _ in range(n)]


def compared(*args: object, **more: object) -> Change:
    found = compare(*args, **more)  # type: ignore[arg-type]
    assert found is not None
    return found


def test_a_lower_dose_is_a_negative_difference_with_an_interval_around_it():
    found = compared(doses(200), doses(200, 0.7, seed=2))
    assert found.ratio == pytest.approx(found.median_after / found.median_before)
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.difference <= found.high < 0
    assert found.is_shown
    assert found.p_value is not None
    assert found.p_value < 0.001


def test_where_nothing_changed_the_interval_holds_nothing_nineteen_times_in_twenty():
    held = 0
    for seed in range(40):
        found = compared(doses(60, seed=seed), doses(60, seed=1000 + seed))
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0 <= found.high
    assert held >= 35


def test_too_few_patients_have_medians_and_no_test():
    found = compared(doses(19), doses(500))
    assert (found.n_before, found.n_after, found.needed) == (19, 500, 20)
    assert found.median_before > 0
    assert (found.low, found.high, found.p_value) == (None,) * 3
    assert not found.is_shown
    assert compared(doses(19), doses(500), needed=10).p_value is not None


def test_many_exposures_of_few_patients_are_few():
    patients = [index % 10 for index in range(400)]
    found = compared(doses(400), doses(400), patients_before=patients, patients_after=patients)
    assert (found.n_before, found.n_patients_before) == (400, 10)
    assert found.p_value is None


def test_exposures_of_one_patient_do_not_count_as_independent():
    chance = random.Random(3)
    values, patients = [], []
    for patient in range(30):
        own = chance.lognormvariate(0, 0.5)
        values += [own * chance.lognormvariate(0, 0.01) for _ in range(10)]
        patients += [patient] * 10
    alone = compared(values, values)
    together = compared(values, values, patients_before=patients, patients_after=patients)
    assert alone.high is not None
    assert together.high is not None
    assert together.high > 2 * alone.high


def test_an_empty_period_is_no_comparison():
    assert compare([], doses(50)) is None
    assert compare(doses(50), []) is None


def test_there_is_a_patient_for_each_value():
    with pytest.raises(ValueError, match="argument 2"):
        compare([1.0, 2.0], [1.0], patients_before=["a"])


def test_a_median_of_nothing_has_no_ratio():
    found = compared([0.0] * 30, doses(30))
    assert found.ratio is None
    assert found.low is not None


@settings(max_examples=10)
@given(
    st.lists(st.tuples(st.floats(0.1, 100), st.integers(0, 30)), min_size=20, max_size=60),
    st.randoms(use_true_random=False),
)
def test_neither_order_nor_the_names_of_patients_matter(rows: list[tuple[float, int]], chance: random.Random):
    shuffled = list(rows)
    chance.shuffle(shuffled)
    first, again = (
        compare(
            [value for value, _ in some],
            doses(40),
            patients_before=[name(patient) for _, patient in some],
            needed=5,
        )
        for some, name in ((rows, int), (shuffled, lambda patient: f"k1:{97 - patient}"))
    )
    assert first == again


def test_a_rate_change_has_newcombes_interval():
    """Newcombe 1998, table II, 56/70 and 48/80 by method 10: 0.0524 to 0.3339."""
    found = compare_rates(48, 80, 56, 70)
    assert found is not None
    assert found.difference == pytest.approx(0.2)
    assert (found.low, found.high) == (pytest.approx(0.0524, abs=1e-4), pytest.approx(0.3339, abs=1e-4))
    assert found.p_value == pytest.approx(0.0125, abs=1e-4)


def test_below_fifty_a_rate_is_only_counts():
    found = compare_rates(2, 25, 40, 400)
    assert found is not None
    assert (found.k_before, found.n_before, found.before) == (2, 25, None)
    assert found.after is not None
    assert (found.difference, found.low, found.high, found.p_value) == (None,) * 4


def test_a_rate_without_denominator_is_none():
    assert compare_rates(0, 0, 4, 100) is None
    with pytest.raises(ValueError, match="no proportion"):
        compare_rates(5, 4, 4, 100)


@given(st.integers(0, 200), st.integers(0, 200))
def test_the_interval_of_a_rate_change_holds_the_difference(one: int, other: int):
    found = compare_rates(one, 200, other, 200)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.difference is not None
    assert -1 <= found.low <= found.difference <= found.high <= 1


@pytest.mark.parametrize(
    ("low", "high", "p_value", "is_shown"),
    [
        (0.5, 2.0, 0.001, True),
        (0.5, 2.0, 0.2, False),  # the test sees nothing
        (-0.1, 2.0, 0.001, False),  # the interval holds nothing too
        (None, None, None, False),
    ],
)
def test_a_difference_is_shown_where_test_and_interval_agree(
    low: float | None, high: float | None, p_value: float | None, is_shown: bool
):
    found = compared(doses(60), doses(60, 1.5, seed=2))
    assert replace(found, low=low, high=high, p_value=p_value).is_shown is is_shown


def test_no_difference_is_never_shown():
    found = compared(doses(60), doses(60))
    assert found.difference == 0
    assert not replace(found, low=0.0, high=0.0, p_value=0.0).is_shown
