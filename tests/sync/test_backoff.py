"""Waiting between tries."""

from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.sync.backoff import BASE_S, CAP_S, Backoff


def test_it_grows_up_to_five_minutes_and_starts_anew():
    highest = Backoff(draw=lambda low, high: high)
    assert [highest.failed() for _ in range(12)] == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    highest.succeeded()
    assert highest.failed() == BASE_S


@given(failures=st.integers(1, 3000), asked=st.none() | st.floats(0, 1e9))
def test_it_never_gives_up_and_never_waits_longer(failures: int, asked: float | None):
    backoff = Backoff()
    waits = [backoff.failed(asked) for _ in range(min(failures, 50))]
    assert all(0 <= wait <= CAP_S for wait in waits)
    assert all(wait >= min(asked or 0, CAP_S) for wait in waits)
