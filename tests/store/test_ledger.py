"""The ledger from the tables: the same records give the same states, and late ones correct it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.records import Device, ProcedureStep
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import ledger, power, receiving
from iqs_tui.store.reading import scanner
from tests.store.records import BUCKY, NOON, SENDER, image

ZONE = ZoneInfo("Europe/Amsterdam")
DAY = datetime(2026, 11, 20, 23, 0, tzinfo=UTC)
RULES = RetakeRules()


def receive(number: int, minutes: float, *, late: float = 1, **changes: object) -> None:
    record = replace(image(number, number, minutes=minutes), **changes)
    receiving.record_instance(record, SENDER, NOON + timedelta(minutes=minutes + late), RULES)


def hear(minutes: float, device_id: str | None = None) -> None:
    token = receiving.open_association(SENDER, NOON + timedelta(minutes=minutes))
    receiving.close_association(token, NOON + timedelta(minutes=minutes + 0.1), 0, device_id)


def states(now_minutes: float) -> list[tuple[str, str]]:
    now = NOON + timedelta(minutes=now_minutes)
    return [(row["state"], row["confidence"]) for row in ledger.intervals("kamer-1", NOON, now, now)]


def test_a_room_without_devices_has_no_states(db):
    assert ledger.intervals("kamer-1", DAY, NOON, NOON) == []
    assert scanner.today("kamer-1", ZONE, NOON) is None


def test_records_have_the_keys_of_the_export_and_cover_the_range(db):
    receive(1, 30)
    end = NOON + timedelta(hours=2)
    rows = ledger.intervals("kamer-1", NOON, end, end)
    keys = "device state from to evidence confidence kwh_low kwh kwh_high tier".split()
    assert all(list(row) == keys for row in rows)
    assert (rows[0]["from"], rows[-1]["to"]) == (NOON, end)
    assert all(one["to"] == two["from"] for one, two in pairwise(rows))
    assert {row["device"] for row in rows} == {BUCKY.key}
    unknown = next(row for row in rows if row["state"] == "unknown")
    assert (unknown["kwh"], unknown["tier"]) == (None, None)
    idle = next(row for row in rows if row["state"] == "idle")
    assert idle["kwh_low"] < idle["kwh"] < idle["kwh_high"]
    assert idle["tier"] == "assumed"


def test_a_device_and_its_room_give_the_same_and_another_room_nothing(db):
    receive(1, 30)
    end = NOON + timedelta(hours=1)
    by_room = ledger.intervals("kamer-1", NOON, end, end)
    assert by_room == ledger.intervals(BUCKY.key, NOON, end, end) == ledger.intervals(None, NOON, end, end)
    assert ledger.intervals("kamer-2", NOON, end, end) == []


def test_an_image_sent_twice_changes_nothing(db):
    receive(1, 10)
    before = states(60)
    receive(1, 10, late=40)
    assert states(60) == before


def test_late_images_correct_the_ledger(db):
    receive(1, 0)
    assert ("unknown", "low") in states(100)
    receive(2, 60, late=41)
    assert ("unknown", "low") not in states(80)
    assert ("scanning", "high") in states(80)


def test_an_echo_of_the_modality_proves_that_it_is_on(db):
    receive(1, 0, device=replace(BUCKY, ae_title="DX1"))
    assert states(50)[-1] == ("unknown", "low")
    hear(45)
    assert states(50)[-1] == ("idle", "medium")


def test_derived_images_are_no_activity(db):
    receive(1, 0)
    receive(2, 60, is_derived=True)
    assert states(70)[-1] == ("unknown", "low")


def test_a_step_of_the_room_counts_also_when_it_names_no_serial_number(db):
    receive(1, 0)
    step = ProcedureStep(
        step_uid="5.1",
        device=Device(ae_title="DX1"),
        status="IN PROGRESS",
        study_uid="1.2.77",
        modality="DX",
        started_at=NOON + timedelta(minutes=50),
    )
    receiving.record_step(step, SENDER, NOON + timedelta(minutes=50), RULES)
    assert states(60)[-1] == ("in_exam", "medium")
    receiving.record_step(
        replace(step, status="COMPLETED", ended_at=NOON + timedelta(minutes=55)),
        SENDER,
        NOON + timedelta(minutes=55),
        RULES,
    )
    assert states(60)[-2:] == [("in_exam", "high"), ("idle", "medium")]


def test_today_says_the_state_why_and_the_time(db):
    for number in range(6):
        receive(number, number * 10, study_uid=f"1.2.9.{number}")
    now = NOON + timedelta(minutes=70)
    view = scanner.today("kamer-1", ZONE, now)
    assert view is not None
    assert view.current.state == "idle"
    assert view.current.since == NOON + timedelta(minutes=51)
    assert [(b.why, b.at) for b in view.current.because] == [("last_acquisition", NOON + timedelta(minutes=50))]
    assert (view.n_acquisitions, view.n_devices, view.modality) == (6, 1, "DX")
    assert view.idle == timedelta(minutes=5 * 7 + 19)
    assert view.idle_energy is not None
    assert view.unknown == pytest.approx((5 * 60 - 2) / (6 * 60 + 10))
    assert (view.day_start.astimezone(ZONE).hour, view.day_end.astimezone(ZONE).hour) == (7, 19)
    assert view.shares(12)[5] == pytest.approx(16 / 60)
    lines = view.stretches()
    assert [(line.state, line.n_acquisitions) for line in lines[:3]] == [("idle", 0), ("in_exam", 1), ("idle", 0)]


def test_what_happens_outside_opening_hours_widens_the_timeline(db):
    receive(1, 9 * 60)
    view = scanner.today("kamer-1", ZONE, NOON + timedelta(hours=10))
    assert view is not None
    assert view.day_end.astimezone(ZONE).hour == 22


def test_the_day_that_the_clock_goes_back_has_25_hours(db):
    receive(1, 0)
    end = datetime(2026, 10, 25, 22, 59, tzinfo=UTC)
    view = scanner.today("kamer-1", ZONE, end)
    assert view is not None
    whole = view.intervals[-1].end - view.intervals[0].start
    assert whole == timedelta(hours=24, minutes=59)


def test_every_profile_has_a_tier_a_source_and_ordered_ranges():
    states_ = {"off", "standby", "idle", "turnover", "in_exam", "scanning"}
    for profile in power.profiles():
        assert profile.tier in {"literature", "assumed"}
        assert profile.source
        assert set(profile.kw) <= states_
        assert {"idle", "turnover", "in_exam", "scanning"} <= set(profile.kw)
        for span in (*profile.kw.values(), profile.kwh_per_acquisition):
            assert 0 <= span.low <= span.central <= span.high
    assert power.profile("US") is None
