"""Reasons in the order of use: of before the shift, so that nothing moves while people work."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.reason_order import by_use, shift_began
from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER, ReasonList
from iqs_tui.store import reference

ZONE = ZoneInfo("Europe/Amsterdam")
STARTS = ("07:30", "15:30", "23:00")
SHIPPED = msgspec.convert(reference.shipped("reasons")[1], ReasonList)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "began"),
    [
        ("2026-11-21T07:30", "2026-11-21T07:30"),
        ("2026-11-21T07:29", "2026-11-20T23:00"),
        ("2026-11-21T23:10", "2026-11-21T23:00"),
        ("2026-11-21T16:00", "2026-11-21T15:30"),
        ("2026-03-29T06:00", "2026-03-28T23:00"),
        ("2026-10-25T07:31", "2026-10-25T07:30"),
    ],
)
def test_the_shift_that_is_on(now: str, began: str) -> None:
    assert shift_began(local(now), STARTS, ZONE) == local(began)


def test_without_any_use_it_is_the_list() -> None:
    shown = SHIPPED.reasons_of("DX")
    assert by_use(shown, {}) == tuple(sorted(shown, key=lambda one: KEYS_IN_NUMPAD_ORDER.find(one.key)))


def test_the_most_used_has_the_first_key_and_details_count() -> None:
    found = by_use(SHIPPED.reasons_of("DX"), {"motion.child": 2, "motion": 2, "exposure.over": 3, "gone": 99})
    assert [(one.code, one.key) for one in found[:3]] == [("motion", "7"), ("exposure", "8"), ("rotation", "9")]


@given(
    modality=st.sampled_from(["DX", "CT"]),
    used=st.dictionaries(st.sampled_from([one.code for one in SHIPPED.reason]), st.integers(0, 50)),
)
def test_every_reason_keeps_a_key_of_its_own_and_other_its_place(modality: str, used: dict[str, int]) -> None:
    shown = SHIPPED.reasons_of(modality)
    found = by_use(shown, Counter(used))
    assert {one.code for one in found} == {one.code for one in shown}
    assert sorted(one.key for one in found) == sorted(one.key for one in shown)
    assert next(one for one in found if one.asks_text) == next(one for one in shown if one.asks_text)
    counts = [used.get(one.code, 0) for one in found if not one.asks_text]
    assert counts == sorted(counts, reverse=True)


@given(st.integers(0, 525_600), st.integers(0, 600))
def test_a_shift_has_begun_and_does_not_begin_anew(minute: int, minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
    began = shift_began(now, STARTS, ZONE)
    assert began <= now < began + timedelta(hours=9.5)
    later = now + timedelta(minutes=minutes)
    assert shift_began(later, STARTS, ZONE) >= began
