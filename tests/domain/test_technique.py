"""The spread of settings, what lies outside it, and what dose and rejects go with it."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iqs_tui.domain import technique
from iqs_tui.domain.technique import Made, ParameterName, by_deviation, by_kvp, outliers, parameters, usual_range

START = datetime(2026, 11, 1, 8, tzinfo=UTC)


def made(number: int, *, dose: float | None = 1.0, rejected: bool = False, grid: str | None = None, **values: float):
    return Made(
        exposure_uid=f"9.{number}",
        study_uid=f"1.{number}",
        at=START + timedelta(minutes=number),
        is_rejected=rejected,
        is_counted=not rejected,
        values=values,  # type: ignore[arg-type]
        dose=dose,
        grid=grid,
    )


def test_the_spread_says_how_many_state_it():
    found = parameters([made(1, kvp=60.0), made(2, kvp=70.0), made(3, kvp=80.0), made(4)])
    (kvp,) = found
    assert (kvp.name, kvp.unit, kvp.n, kvp.of, kvp.coverage) == ("kvp", "kV", 3, 4, 0.75)
    assert (kvp.low, kvp.p25, kvp.median, kvp.p75, kvp.high) == (60, 65, 70, 75, 80)
    assert (kvp.rho, kvp.n_rho, kvp.p_value) == (None, 3, None)


def test_nothing_stated_is_no_parameter():
    assert parameters([made(1), made(2)]) == ()


def test_dose_follows_mas():
    chance = random.Random(1)
    rows = [made(n, mas=(mas := chance.lognormvariate(1, 0.4)), dose=mas * 2e-6, kvp=80.0) for n in range(60)]
    found = {one.name: one for one in parameters(rows)}
    assert found["mas"].rho == pytest.approx(1)
    assert found["mas"].n_rho == 60
    assert found["kvp"].rho is None, "what does not vary goes with nothing"


def test_a_dose_that_is_absent_is_no_pair():
    rows = [made(n, mas=float(n + 1), dose=None if n % 2 else float(n + 1)) for n in range(60)]
    assert parameters(rows)[0].n_rho == 30


def test_rejects_are_held_against_what_was_accepted_and_are_not_in_the_spread():
    rows = [made(n, mas=2.0 + 0.01 * n) for n in range(40)] + [
        made(100 + n, mas=8.0 + 0.01 * n, rejected=True) for n in range(25)
    ]
    (mas,) = parameters(rows)
    assert (mas.n, mas.n_accepted, mas.n_rejected) == (40, 40, 25)
    assert mas.median_rejected == pytest.approx(8.12)
    assert mas.p_value is not None
    assert mas.p_value < 1e-6


def test_a_rate_of_rejects_needs_fifty():
    rows = [made(n, grid="Focused", rejected=n % 10 == 0) for n in range(60)] + [made(100 + n) for n in range(20)]
    focused, without = technique.settings(rows, "grid")
    assert (focused.value, focused.n, focused.n_rejected, focused.n_all) == ("Focused", 54, 6, 60)
    assert focused.reject_rate is not None
    assert focused.reject_rate[0] < 0.1 < focused.reject_rate[1]
    assert (without.value, without.n_all, without.reject_rate) == ("", 20, None)


def test_each_tube_voltage_has_its_dose():
    rows = [made(n, kvp=60.0, dose=2.0) for n in range(3)] + [made(10 + n, kvp=62.4, dose=1.0) for n in range(2)]
    found = [(one.value, one.n, one.median_dose) for one in by_kvp(rows)]
    assert found == [("60", 3, 2.0), ("62", 2, 1.0)]


def test_many_tube_voltages_are_put_together_by_five():
    found = by_kvp([made(n, kvp=60.0 + n) for n in range(20)])
    assert [(one.value, one.n) for one in found] == [("60", 5), ("65", 5), ("70", 5), ("75", 5)]


@pytest.mark.parametrize(
    ("index", "name"),
    [
        (-3.1, "< -3"),
        (-3, "-3 … -1"),
        (-1, "-1 … +1"),
        (0, "-1 … +1"),
        (1, "-1 … +1"),
        (1.2, "+1 … +3"),
        (3.01, "> +3"),
    ],
)
def test_a_deviation_index_has_its_class(index: float, name: str):
    assert [one.value for one in by_deviation([made(1, deviation_index=index)])] == [name]


def test_a_value_far_off_is_an_outlier_newest_first():
    chance = random.Random(2)
    rows = [made(n, mas=chance.lognormvariate(1, 0.2)) for n in range(100)]
    rows += [made(200, mas=40.0), made(300, mas=0.1)]
    found = outliers(rows)
    assert [one.exposure_uid for one in found] == ["9.300", "9.200"]
    assert found[0].low < 2.7 < found[0].high


def test_what_is_set_in_steps_has_every_other_step_as_outlier():
    rows = [made(n, source_detector_mm=1150.0) for n in range(30)] + [made(99, source_detector_mm=1100.0)]
    (one,) = outliers(rows)
    assert (one.value, one.low, one.high) == (1100.0, 1150.0, 1150.0)


def test_two_steps_in_use_are_both_usual():
    values = [1000.0, 1150.0] * 20
    assert outliers([made(n, source_detector_mm=value) for n, value in enumerate(values)]) == ()


def test_too_few_have_no_usual_range():
    assert usual_range("mas", [1.0] * 19) is None


def test_outliers_are_at_most_fifty():
    rows = [made(n, kvp=80.0) for n in range(400)] + [made(1000 + n, kvp=70.0) for n in range(80)]
    found = outliers(rows)
    assert len(found) == 50
    assert found[0].exposure_uid == "9.1079"


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.floats(0.01, 1000), st.booleans()), min_size=1, max_size=60),
    st.randoms(use_true_random=False),
    st.sampled_from(["mas", "kvp", "deviation_index"]),
)
def test_order_is_nothing(rows: list[tuple[float, bool]], chance: random.Random, name: ParameterName):
    one = [made(n, rejected=bad, **{name: value}) for n, (value, bad) in enumerate(rows)]
    other = list(one)
    chance.shuffle(other)
    assert outliers(one) == outliers(other)
    assert by_kvp(one) == by_kvp(other)
    assert [(p.median, p.n, p.n_rejected) for p in parameters(one)] == [
        (p.median, p.n, p.n_rejected) for p in parameters(other)
    ]
