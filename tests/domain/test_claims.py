"""Which press of the key is about which exposure."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.claims import Lost, Press, claims

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def after(minutes: float) -> datetime:
    return NOON + timedelta(minutes=minutes)


def made_at(number: int, minutes: float, *, until: float | None = None, known: float | None = None) -> Lost:
    since, last = after(minutes), after(minutes if until is None else until)
    return Lost(f"e{number}", since, last, None if known is None else after(known))


@pytest.mark.parametrize(
    ("pressed", "made", "found"),
    [
        ((4,), (2,), {"p0": "e0"}),
        ((4,), (1, 3), {"p0": "e1"}),
        ((4, 5), (1, 3), {"p0": "e1", "p1": "e0"}),
        ((4, 5), (3,), {"p0": "e0"}),
        ((4,), (8,), {"p0": "e0"}),
        ((4,), (0, 6), {"p0": "e0"}),
        ((4, 7), (6,), {"p1": "e0"}),
        ((22, 40), (0, 20), {"p0": "e1"}),
        ((4,), (10,), {}),
        ((40,), (2,), {}),
    ],
)
def test_the_nearest_and_first_of_all_what_was_made_before_it(
    pressed: tuple[int, ...], made: tuple[int, ...], found: dict[str, str]
) -> None:
    presses = [Press(f"p{n}", after(at)) for n, at in enumerate(pressed)]
    lost = [made_at(n, at) for n, at in enumerate(made)]
    assert claims(presses, lost) == claims(reversed(presses), reversed(lost)) == found


@given(st.lists(st.integers(-60, 60), max_size=6), st.lists(st.integers(-60, 60), max_size=6))
def test_each_is_claimed_once(pressed: list[int], made: list[int]) -> None:
    presses = [Press(f"p{n}", after(at)) for n, at in enumerate(pressed)]
    found = claims(presses, [made_at(n, at) for n, at in enumerate(made)])
    assert len(set(found.values())) == len(found)


def test_an_image_that_was_here_or_answered_for_is_another() -> None:
    lost = [made_at(0, 2, known=4), made_at(1, 0, known=5)]
    assert claims([Press("p0", after(4))], lost) == {"p0": "e1"}


def test_what_may_have_been_made_long_ago_comes_last() -> None:
    counted, noted, seen = made_at(0, 1, until=9), made_at(1, -25, until=5), made_at(2, 3)
    presses = [Press(f"p{n}", after(at)) for n, at in enumerate((4, 5, 6, 40))]
    assert claims(presses, [counted, noted, seen]) == {"p0": "e2", "p1": "e0", "p2": "e1"}
    assert claims(presses[3:], [counted, noted, seen]) == {}
