"""Series of deviation index and dose from the records, and the maintenance list."""

import math
import random
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqs_tui.store import database
from iqs_tui.store.models import Case, Device, Examination, Exposure
from iqs_tui.store.reading import drift
from iqs_tui.store.reading.drift import DriftSeries
from tests.dose_department import NOW, fill

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = NOW.astimezone(ZONE).date()


def row(number: int, days_ago: float, **values: Any) -> dict[str, Any]:
    at = NOW - timedelta(days=days_ago, seconds=1 + number % 600)
    return {
        "exposure_uid": f"9.{number}", "study_uid": f"1.{number}", "device_id": "d1", "room": "kamer-1",
        "modality": "DX", "acquired_at": at, "received_at": at, "updated_at": at, "procedure": "X-thorax",
        "protocol": "Thorax PA", "view": "PA", "detector_id": "D1", "software_versions": "v1",
        "exposure_index": None, "target_exposure_index": None, "deviation_index": None, "dap_gym2": None,
        "ctdivol_mgy": None, "event_type": None, "implausible": None, "is_derived": False,
        "is_quality_control": False, **values,
    }  # fmt: skip


def write(rows: list[dict[str, Any]]) -> None:
    with database.writing():
        for start in range(0, len(rows), 400):
            Exposure.insert_many(rows[start : start + 400]).execute()


def course(days: int = 60, per_day: int = 6, first: int = 0, seed: int = 1, **values: Any) -> list[dict[str, Any]]:
    """Exposures of so many days up to today (or `until` days ago), on target with a little noise."""
    until = values.pop("until", 0)
    chance = random.Random(seed)
    return [
        row(first + day * per_day + turn, until + day, **{"deviation_index": chance.gauss(0, 0.5), **values})
        for day in range(days)
        for turn in range(per_day)
    ]


def only(found: tuple[DriftSeries, ...]) -> DriftSeries:
    assert len(found) == 1
    return found[0]


def di_series(room: str | None = "kamer-1") -> DriftSeries:
    return only(tuple(one for one in drift.series(room, NOW, ZONE) if one.quantity == "DI"))


def test_an_empty_department_has_nothing_to_follow(db: Path):
    assert drift.series(None, NOW, ZONE) == ()
    assert drift.maintenance(NOW, ZONE) == ()


def test_a_series_says_what_it_is_of(db: Path):
    Device.create(device_id="d1", manufacturer="Acme", model="Bucky", first_seen=NOW, last_seen=NOW)
    write(course())
    found = di_series()
    assert (found.room, found.device, found.name, found.view, found.detector_id) == (
        "kamer-1", "Acme Bucky", "Thorax PA", "PA", None,
    )  # fmt: skip
    assert (found.step, found.n, len(found.points), found.points[-1].day) == ("day", 360, 60, TODAY)
    assert [(one.reason, one.is_ready) for one in found.baselines] == [("start", True)]


def test_without_a_deviation_index_it_is_taken_from_index_and_target(db: Path):
    write(course(deviation_index=None, exposure_index=500.0, target_exposure_index=250.0))
    assert di_series().points[0].value == pytest.approx(10 * math.log10(2))


def test_only_clinical_accepted_exposures_with_a_plausible_dose_count(db: Path):
    write(course(days=30, deviation_index=None, dap_gym2=8e-6))
    bad = {"deviation_index": None, "dap_gym2": 8e-3}
    write(
        [
            row(5001, 1, **bad, is_derived=True),
            row(5002, 1, **bad, is_quality_control=True),
            row(5003, 1, **bad, implausible="dap_gym2"),
            row(5004, 1, **bad),
            row(5005, 1, deviation_index=None, dap_gym2=0.0),
            row(5006, 400, **bad),
        ]
    )
    Case.create(
        case_id="c1", exposure_uid="9.5004", instance_uids=[], signals=["key"], state="answered", detected_at=NOW,
        updated_at=NOW,
    )  # fmt: skip
    found = only(drift.series("kamer-1", NOW, ZONE))
    assert (found.quantity, found.step, found.n) == ("DAP", "week", 180)


def test_scouts_and_bolus_tracking_are_not_followed(db: Path):
    scan = {"modality": "CT", "view": None, "deviation_index": None, "detector_id": None, "ctdivol_mgy": 9.0}
    write(course(days=30, event_type="Spiral Acquisition", **scan))
    write(course(days=30, first=5000, event_type="Constant Angle Acquisition", **scan))
    write(course(days=30, first=8000, event_type="Stationary Acquisition", **scan))
    assert only(drift.series(None, NOW, ZONE)).n == 180


def test_the_dlp_is_followed_per_examination(db: Path):
    for number in range(180):
        at = NOW - timedelta(days=number / 3, seconds=1)
        Examination.create(
            study_uid=f"1.{number}", device_id="ct", room="kamer-5", modality="CT", protocol="Abdomen",
            started_at=at, received_at=at, updated_at=at, dlp_total_mgycm=500.0,
        )  # fmt: skip
    found = only(drift.series("kamer-5", NOW, ZONE))
    assert (found.quantity, found.name, found.n) == ("DLP", "Abdomen", 180)


def test_new_software_starts_a_new_baseline(db: Path):
    write(course(days=40, until=30) + course(days=30, first=5000, software_versions="v2", deviation_index=3.0))
    found = di_series()
    assert [(one.reason, one.old, one.new) for one in found.baselines] == [
        ("start", None, None),
        ("software", "v1", "v2"),
    ]
    assert found.baselines[-1].from_day == TODAY - timedelta(days=29)
    assert found.finding is None


def test_two_versions_told_side_by_side_are_no_update(db: Path):
    write(course() + course(first=5000, software_versions="v1\\sub", deviation_index=0.1))
    assert [one.reason for one in di_series().baselines] == ["start"]


def test_another_detector_starts_a_new_baseline_and_two_at_once_are_two_series(db: Path):
    write(course(days=40, until=30) + course(days=30, first=5000, detector_id="D2"))
    assert [(one.reason, one.new) for one in di_series().baselines] == [("start", None), ("detector", "D2")]
    write(course(days=60, first=9000, detector_id="D3"))
    both = [one for one in drift.series(None, NOW, ZONE) if one.quantity == "DI"]
    assert {one.detector_id for one in both} == {"D2", "D3"}


def test_a_renamed_protocol_goes_on_under_its_new_name_with_a_new_baseline(db: Path):
    write(course(days=40, until=30) + course(days=30, first=5000, protocol="Thorax PA DL"))
    found = di_series()
    assert found.name == "Thorax PA DL"
    assert [(one.reason, one.old, one.new) for one in found.baselines[1:]] == [
        ("protocol", "Thorax PA", "Thorax PA DL")
    ]


def test_protocols_side_by_side_are_each_a_series(db: Path):
    write(course() + course(first=5000, protocol="Thorax bed"))
    assert len(drift.series(None, NOW, ZONE)) == 2


def test_what_is_not_made_any_more_is_no_finding(db: Path):
    write(course(days=60, until=60) + course(days=10, until=50, first=5000, deviation_index=4.0))
    assert di_series().finding is None


def test_a_moved_level_is_on_the_maintenance_list_of_its_room(db: Path):
    write(course(days=60, until=10) + course(days=10, first=5000, deviation_index=2.0))
    write(course(days=70, first=9000, seed=2, room="kamer-2", device_id="d2"))
    found = only(drift.maintenance(NOW, ZONE))
    assert found.room == "kamer-1"
    assert found.finding is not None
    assert found.finding.shift == pytest.approx(1.8, abs=0.3)
    assert drift.maintenance(NOW, ZONE, ["kamer-2"]) == ()
    assert [one.finding is not None for one in drift.series(None, NOW, ZONE)] == [True, False]


def test_a_department_in_which_nothing_moves_has_an_empty_list(db: Path):
    fill(per_day=20, weeks=20)
    assert drift.maintenance(NOW, ZONE) == ()


def test_a_creeping_department_is_found_in_every_quantity_and_nowhere_else(db: Path):
    fill(per_day=20, weeks=20, drift_from=NOW - timedelta(weeks=4))
    found = drift.maintenance(NOW, ZONE)
    assert {one.room for one in found} == {"kamer-1"}
    assert {one.quantity for one in found} == {"DI", "DAP", "CTDIvol", "DLP", "AGD"}
    assert all(one.finding is not None and one.finding.shift > 0 for one in found)


def test_the_day_is_the_sites_own(db: Path):
    late = datetime(2026, 11, 20, 23, 30, tzinfo=NOW.tzinfo)
    write([row(number, 0, acquired_at=late, deviation_index=0.0) for number in range(5)])
    assert di_series().points[0].day == TODAY


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.randoms(use_true_random=False))
def test_the_same_records_in_any_order_are_the_same_series(db: Path, chance: random.Random):
    rows = course(days=35, until=20, dap_gym2=8e-6) + course(days=20, first=5000, detector_id="D2", dap_gym2=9e-6)
    Exposure.delete().execute()
    write(rows)
    first = drift.series(None, NOW, ZONE)
    Exposure.delete().execute()
    write(chance.sample(rows, len(rows)))
    assert drift.series(None, NOW, ZONE) == first
