"""What may be said of one dose and of a group of doses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.dose import (
    age_band,
    band_bounds,
    dose_line,
    histogram,
    minimum_n,
    short_view,
    standing,
    summarise,
    view_meanings,
)
from iqs_tui.domain.patient_size import is_known, is_standard

doses = st.lists(st.floats(min_value=1e-9, max_value=1e4, allow_nan=False), min_size=1, max_size=60)


def group(*values: float):
    found = summarise(values)
    assert found is not None
    return found


def test_an_empty_group_has_no_statistics():
    assert summarise([]) is None


def test_median_mean_and_quartiles():
    found = group(4, 1, 3, 2, 10)
    assert (found.n, found.median, found.mean, found.p25, found.p75) == (5, 3, 4, 2, 4)
    assert (found.low, found.high) == (1, 10)


def test_one_dose_is_its_own_median():
    found = group(7.5)
    assert (found.median, found.p25, found.p75) == (7.5, 7.5, 7.5)


@given(doses)
def test_statistics_lie_within_the_values_whatever_they_are(values: list[float]):
    found = group(*values)
    assert found.low <= found.p25 <= found.median <= found.p75 <= found.high


@given(doses)
def test_the_histogram_counts_every_value_once(values: list[float]):
    assert sum(histogram(values)) == len(values)


def test_the_histogram_of_one_value_is_one_bin():
    assert histogram([3.0, 3.0]) == (2,)
    assert histogram([]) == ()
    assert histogram([0.0, 8.0], bins=4) == (1, 0, 0, 1)


@pytest.mark.parametrize(
    ("age", "band", "n"),
    [
        (0.0, "0", 10),
        (0.99, "0", 10),
        (1.0, "1-4", 10),
        (9.9, "5-9", 10),
        (14.0, "10-14", 10),
        (17.99, "15-17", 10),
        (18.0, "adult", 20),
        (93.0, "adult", 20),
        (None, "unknown", 20),
    ],
)
def test_children_are_grouped_by_age_and_need_fewer(age: float | None, band: str, n: int):
    assert age_band(age) == band
    assert minimum_n(band) == n


def test_a_group_below_the_minimum_is_not_compared_however_high_it_is():
    assert standing(group(*[100.0] * 19), 12.0, n_patients=19) == "too_few"
    assert standing(group(*[100.0] * 20), 12.0, n_patients=20) == "median_above"
    assert standing(group(*[100.0] * 10), 12.0, n_patients=10, band="5-9") == "median_above"


def test_many_doses_of_few_patients_are_not_compared():
    assert standing(group(*[100.0] * 400), 12.0, n_patients=19) == "too_few"


def test_a_group_without_a_drn_is_not_compared():
    assert standing(group(*[100.0] * 40), None, n_patients=40) == "no_drl"


def test_mean_and_median_are_both_looked_at():
    assert standing(group(*[10.0] * 19, 1000.0), 12.0, n_patients=20) == "mean_above"
    assert standing(group(*[12.0] * 20), 12.0, n_patients=20) == "not_above"


def test_the_line_leaves_room_beyond_its_greatest_mark():
    line = dose_line(8.1, drl=12.0, achievable=6.0)
    assert line.maximum == pytest.approx(15.0)
    assert line.dose == pytest.approx(0.54)
    assert line.drl == pytest.approx(0.8)
    assert line.achievable == pytest.approx(0.4)


@given(
    st.floats(min_value=0, max_value=1e6),
    st.none() | st.floats(min_value=1e-9, max_value=1e6),
    st.none() | st.floats(min_value=1e-9, max_value=1e6),
)
def test_every_mark_is_on_the_line(dose: float, drl: float | None, achievable: float | None):
    line = dose_line(dose, drl=drl, achievable=achievable)
    for place in (line.dose, line.drl, line.achievable):
        assert place is None or 0 <= place <= 1


@given(st.floats(min_value=0, max_value=120))
def test_the_bounds_of_a_class_hold_exactly_the_ages_in_it(age: float):
    for band in ("0", "1-4", "5-9", "10-14", "15-17", "adult"):
        bounds = band_bounds(band)
        assert bounds is not None
        assert (bounds[0] <= age < bounds[1]) == (age_band(age) == band)


def test_the_unknown_age_has_no_bounds():
    assert band_bounds("unknown") is None


def test_every_meaning_of_a_view_is_written_as_that_view():
    assert view_meanings("PA") == ("postero-anterior",)
    assert {short_view(meaning.upper()) for meaning in view_meanings("MLO")} == {"MLO"}
    assert view_meanings("Waters") == ()


@pytest.mark.parametrize(
    ("weight", "length", "known", "standard"),
    [
        (77.0, 1.74, True, True),
        (65.4, 1.74, True, True),
        (65.3, 1.74, True, False),
        (88.4, 1.74, True, True),
        (88.5, 1.74, True, False),
        (77.0, 1.50, True, False),
        (50.0, 1.50, True, True),
        (None, 1.74, False, False),
        (77.0, None, False, False),
        (0.0, 1.74, False, False),
        (77.0, 174.0, False, False),
    ],
)
def test_a_standard_adult_has_the_build_of_the_dutch_surveys(weight, length, known, standard):
    assert (is_known(weight, length), is_standard(weight, length)) == (known, standard)
