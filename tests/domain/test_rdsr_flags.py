"""Flags of dose reports: the newest report that says so counts, and a repeat is about the earlier event."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.rdsr_flags import Flagged, ReportedEvent, ReportFlags, flagged, flags_of, newest
from iqs_tui.domain.records import ExposureFacts, IrradiationEvent

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)


def report(number: int, **events: dict[str, object]) -> ReportFlags:
    moment = NOON + timedelta(minutes=number) if number else None
    return ReportFlags(sop_instance_uid=f"1.2.6.{number}", content_at=moment, events=events)


def event(uid: str, minutes: float | None, view: str | None = "PA", device: str = "dx") -> ReportedEvent:
    moment = None if minutes is None else NOON + timedelta(minutes=minutes)
    return ReportedEvent(exposure_uid=uid, acquired_at=moment, device=device, alike=(None, None, view, None))


def test_the_newest_report_that_says_so_counts() -> None:
    reports = [
        report(0, a={"rejected": True}),
        report(1, a={"rejected": True, "reject_code": "111210"}, b={"rejected": True}),
        report(2, a={"rejected": True, "reject_words": "onscherp"}, b={"repeated": True}),
        report(3, b={"rejected": False}),
    ]
    for order in itertools.permutations(reports):
        assert newest(order) == {
            "a": {"rejected": True, "reject_words": "onscherp"},
            "b": {"rejected": False, "repeated": True},
        }


EVENTS = [event("a", 1), event("b", 2), event("c", 3, "LAT"), event("d", 4), event("e", None), event("f", 5, None)]


@pytest.mark.parametrize(
    ("uid", "said", "earlier"),
    [
        ("d", {}, "b"),
        ("d", {"repeats": "a"}, "a"),
        ("d", {"repeats": "unknown"}, "b"),
        ("d", {"repeats": "d"}, "b"),
        ("c", {}, "c"),
        ("a", {}, "a"),
        ("e", {}, "e"),
        ("f", {}, "f"),
    ],
)
def test_a_repeat_is_about_the_earlier_one(uid: str, said: dict[str, str], earlier: str) -> None:
    found = flagged({uid: {"repeated": True, "repeat_code": "128553"} | said}, EVENTS)
    assert found == [Flagged(exposure_uid=earlier, flagged_uid=uid, is_repeat=True, code="128553")]


def test_another_machine_repeats_nothing() -> None:
    found = flagged({"x": {"repeated": True}}, [*EVENTS, event("x", 9, device="other")])
    assert [each.exposure_uid for each in found] == ["x"]


def test_a_no_is_no_signal() -> None:
    assert flagged({"a": {"rejected": False, "repeated": False}, "gone": {"rejected": True}}, EVENTS) == []


@given(st.none() | st.booleans(), st.none() | st.booleans(), st.none() | st.text(min_size=1, max_size=3))
def test_only_what_is_said_is_kept(rejected: bool | None, repeated: bool | None, why: str | None) -> None:
    said = flags_of(
        IrradiationEvent(
            exposure_uid="1.2",
            facts=ExposureFacts(),
            is_rejected=rejected,
            is_repeated=repeated,
            reject_reason_meaning=why,
        )
    )
    assert (said is None) == (rejected is None and repeated is None)
    assert None not in (said or {}).values()
