"""Intervals of proportions, against published values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.rates import wilson


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(2, 25, 2.2, 25.0), (8, 100, 4.1, 15.0), (80, 1000, 6.5, 9.8), (0, 20, 0.0, 16.1)],
)
def test_known_intervals(part: int, whole: int, low: float, high: float) -> None:
    found = wilson(part, whole)
    assert tuple(round(100 * end, 1) for end in found) == (low, high)


@given(st.integers(1, 10_000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole))))
def test_the_interval_holds_the_proportion(counts: tuple[int, int]) -> None:
    part, whole = counts
    low, high = wilson(part, whole)
    assert 0 <= low <= part / whole + 1e-12
    assert part / whole - 1e-12 <= high <= 1


@pytest.mark.parametrize(("part", "whole"), [(1, 0), (-1, 10), (11, 10)])
def test_what_is_no_proportion_is_refused(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no proportion"):
        wilson(part, whole)
