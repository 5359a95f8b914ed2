"""The limits of the facts' own table, and what is said of a unit that lies low."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from iqs_tui.domain.binomial import quantile
from iqs_tui.domain.funnel import limits, position, position_of, remark_on
from iqs_tui.domain.reject_rate import Answers, Basis, Tally, rate_of

TABLE = (
    (50, 0, 9, None, 12),
    (100, 2, 15, 0, 18),
    (200, 8, 25, 5, 30),
    (300, 14, 35, 10, 41),
    (500, 28, 53, 22, 61),
    (1000, 63, 98, 54, 109),
)
"""At 8 % (facts on rejects, 6.3), in counts. The table has no low of 95 % at 50; 0 of 50 has a chance of 1.5 %."""


@pytest.mark.parametrize(("n", "low_95", "high_95", "low_998", "high_998"), TABLE)
def test_the_limits_at_eight_percent(n, low_95, high_95, low_998, high_998):
    found = limits(n, 0.08)
    assert (found.low_95, found.high_95, found.low_998, found.high_998) == (low_95, high_95, low_998, high_998)


@given(st.integers(0, 3000), st.floats(0, 1), st.sampled_from([0.001, 0.025, 0.05, 0.5, 0.975, 0.999]))
def test_quantiles_are_those_of_the_distribution(n, rate, probability):
    assert quantile(probability, n, rate) == int(binom.ppf(probability, n, rate)) if n else True


@given(st.integers(1, 400), st.floats(0.001, 0.5))
def test_the_chance_of_lying_outside_is_as_said(n, rate):
    at = limits(n, rate)
    for low, high, alpha in ((at.low_95, at.high_95, 0.05), (at.low_998, at.high_998, 0.002)):
        if low is not None:
            assert binom.cdf(low, n, rate) < alpha / 2 <= binom.cdf(low + 1, n, rate) + 1e-12
        if high is not None:
            assert binom.sf(high - 1, n, rate) <= alpha / 2 + 1e-12
            assert binom.sf(high - 2, n, rate) > alpha / 2 - 1e-12


def test_positions():
    at = limits(500, 0.08)
    assert [position(k, at) for k in (22, 23, 28, 29, 52, 53, 60, 61)] == [
        *("low_998", "low_95", "low_95", "within"),
        *("within", "high_95", "high_95", "high_998"),
    ]


def test_a_small_unit_has_no_position_and_a_low_one_a_remark():
    def unit(k: int, n: int, answered: int, raised: int):
        tally = Tally(n_rejects=k, n_exposures=n, asked=Answers(n_answered=answered, n_open=raised - answered))
        return rate_of(Basis("DX", "events"), tally)

    assert position_of(unit(249, 249, 1, 1), 0.08) is None
    for answered, remark in ((79, "low_coverage"), (80, "look_closer"), (0, "low_coverage")):
        low = unit(5, 500, answered, 100 if answered else 0)
        at = position_of(low, 0.08)
        assert (at, remark_on(low, at)) == ("low_998", remark)
    high = unit(70, 500, 1, 100)
    assert remark_on(high, position_of(high, 0.08)) is None


@pytest.mark.parametrize(("n", "rate"), [(0, 0.1), (10, -0.1), (10, 1.1)])
def test_nonsense_has_no_limits(n, rate):
    with pytest.raises(ValueError, match="no limits"):
        limits(n, rate)


def test_where_nothing_or_everything_is_rejected():
    assert (limits(300, 0.0).high_998, limits(300, 0.0).low_998) == (1, None)
    assert (limits(300, 1.0).high_998, limits(300, 1.0).low_998) == (None, 299)
