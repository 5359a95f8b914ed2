"""Which press of the key is about which exposure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.claims import Lost, Press, claims

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("pressed", "made", "found"),
    [
        ((4,), (2,), {"p0": "e0"}),
        ((4,), (1, 3), {"p0": "e1"}),
        ((4, 5), (1, 3), {"p0": "e1", "p1": "e0"}),
        ((4, 5), (3,), {"p0": "e0"}),
        ((4,), (8,), {"p0": "e0"}),
        ((4,), (10,), {}),
        ((40,), (2,), {}),
    ],
)
def test_the_last_one_made_before_it(pressed: tuple[int, ...], made: tuple[int, ...], found: dict[str, str]) -> None:
    presses = [Press(f"p{n}", after(at)) for n, at in enumerate(pressed)]
    lost = [Lost(f"e{n}", after(at)) for n, at in enumerate(made)]
    assert claims(presses, lost) == claims(reversed(presses), reversed(lost)) == found


@given(st.lists(st.integers(-60, 60), max_size=6), st.lists(st.integers(-60, 60), max_size=6))
def test_each_is_claimed_once(pressed: list[int], made: list[int]) -> None:
    presses = [Press(f"p{n}", after(at)) for n, at in enumerate(pressed)]
    found = claims(presses, [Lost(f"e{n}", after(at)) for n, at in enumerate(made)])
    assert len(set(found.values())) == len(found)
