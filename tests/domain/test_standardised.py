"""Expected rejects of a unit's own mix of projections."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.standardised import MIN_EXPECTED, Standard


def test_a_difficult_mix_is_expected_to_have_more():
    department = {"hip": (330, 1000), "hand": (20, 1000), "odd": (3, 30), "odder": (3, 10)}
    found = Standard(department).adjusted({"hip": (66, 200), "hand": (2, 100), "odd": (1, 20), "new": (0, 5)})
    assert found.expected == pytest.approx(200 * 0.33 + 100 * 0.02 + 25 * 6 / 40)
    assert (found.observed, found.n, found.n_pooled) == (69, 325, 25)
    assert found.ratio == pytest.approx(69 / found.expected)
    assert found.low is not None
    assert found.high is not None
    assert found.low < 1 < found.high


def test_the_interval_is_that_of_a_poisson_count():
    """69 of 100 expected: Garwood's interval of 69 is 53.7 to 87.3."""
    found = Standard({"a": (100, 1000)}).adjusted({"a": (69, 1000)})
    assert (found.low, found.high) == (pytest.approx(0.5369, abs=1e-3), pytest.approx(0.8732, abs=1e-3))
    none = Standard({"a": (100, 1000)}).adjusted({"a": (0, 100)})
    assert (none.low, none.high) == (0.0, pytest.approx(0.3689, abs=1e-3))


def test_too_few_have_no_ratio_and_say_how_many_it_takes():
    found = Standard({"a": (80, 1000)}).adjusted({"a": (9, 60)})
    assert (found.ratio, found.low, found.high) == (None, None, None)
    assert found.needed == 63
    assert Standard({"a": (0, 1000)}).adjusted({"a": (0, 60)}).needed is None


@given(
    st.dictionaries(
        st.sampled_from("abcd"), st.integers(0, 300).flatmap(lambda k: st.tuples(st.just(k), st.integers(k, 900)))
    )
)
def test_the_department_is_as_itself(department):
    found = Standard(department).adjusted(department)
    assert found.expected == pytest.approx(found.observed)
    if found.expected >= MIN_EXPECTED:
        assert found.ratio == pytest.approx(1.0)
