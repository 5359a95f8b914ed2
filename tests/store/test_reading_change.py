"""Two periods side by side, and the changes that the data show by themselves."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.reject_rate import Basis
from iqs_tui.domain.scope import Scope
from iqs_tui.store import database
from iqs_tui.store.models import Case, Device, Examination, Exposure
from iqs_tui.store.reading import analysis_change
from iqs_tui.store.reading.analysis_change import ChangeView, DoseChange, RejectChange, periods, suggested_changes
from iqs_tui.store.reading.reject_analysis.analysis import analyse
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from tests.dose_department import NOW, fill

ZONE = ZoneInfo("Europe/Amsterdam")
MIDDLE = datetime(2026, 10, 1, tzinfo=UTC)
BEFORE = Scope(first=MIDDLE - timedelta(days=50), until=MIDDLE)
AFTER = Scope(first=MIDDLE, until=MIDDLE + timedelta(days=50))
ALL = Viewer(sees_everyone=True)


def write(number: int, *, after: bool = False, minutes: float = 4.0, **values: Any) -> None:
    """One examination of one exposure an hour, from the start of its period."""
    at = (AFTER if after else BEFORE).first + timedelta(hours=1 + number)
    number += 100_000 * after
    said = {
        "exposure_uid": f"9.{number}", "study_uid": f"1.{number}", "device_id": "d1", "room": "kamer-1",
        "modality": "DX", "acquired_at": at, "received_at": at, "updated_at": at, "procedure": "X-thorax",
        "protocol": "Thorax PA", "view": "PA", "dap_gym2": 8e-6, "image_facts": {}, **values,
    }  # fmt: skip
    patient = said.pop("patient", f"k1:{number}")
    n_exposures = said.pop("n_exposures", 2)
    totals = {name: said.pop(name, None) for name in ("dlp_total_mgycm", "dap_total_gym2")}
    Exposure.create(**said)
    Examination.create(
        **{name: said[name] for name in ("study_uid", "device_id", "room", "modality", "procedure", "protocol")},
        **totals, patient_key=patient, started_at=at, ended_at=at + timedelta(minutes=minutes), received_at=at,
        updated_at=at, n_exposures=n_exposures, age_years=50.0,
    )  # fmt: skip


def reject(number: int, *, after: bool = False, **values: Any) -> None:
    at = (AFTER if after else BEFORE).first + timedelta(hours=1 + number)
    number += 100_000 * after
    said = {
        "case_id": f"c{number}", "exposure_uid": f"9.{number}", "room": "kamer-1", "instance_uids": [],
        "signals": ["key"], "state": "answered", "detected_at": at, "updated_at": at, **values,
    }  # fmt: skip
    Case.create(**said)


def change(before: Scope, after: Scope, viewer: Viewer = ALL) -> ChangeView:
    return analysis_change.change(before, after, viewer, ZONE)


def dose_of(view: ChangeView, quantity: str = "DAP") -> DoseChange:
    (found,) = (one for one in view.doses if one.quantity == quantity)
    return found


def test_an_empty_department_has_nothing_to_compare(db: Path):
    view = change(BEFORE, AFTER)
    assert (view.doses, view.duration.change, view.rejects.change, view.n_kinds) == ((), None, None, 0)
    assert suggested_changes(None, NOW, ZONE) == ()


def test_doses_before_and_after_have_medians_an_interval_and_a_test(db: Path):
    with database.writing():
        for number in range(30):
            write(number, dap_gym2=(8 + 0.1 * number) * 1e-6)
            write(number, after=True, dap_gym2=(5 + 0.1 * number) * 1e-6)
    dose = dose_of(change(BEFORE, AFTER))
    assert dose.change is not None
    assert dose.change.difference == pytest.approx(-3e-6)
    assert dose.change.p_value is not None
    assert (dose.n_before, dose.of_before, dose.per, dose.modality) == (30, 30, "exposure", "DX")


def test_what_has_no_dose_is_in_the_coverage_and_what_cannot_be_right_is_counted(db: Path):
    with database.writing():
        for number in range(25):
            write(number)
            write(number, after=True)
        write(30, dap_gym2=None)
        write(31, dap_gym2=8e-3, implausible="dap_gym2")
        write(32, is_quality_control=True)
    dose = dose_of(change(BEFORE, AFTER))
    assert (dose.n_before, dose.of_before, dose.n_implausible) == (25, 27, 1)
    assert dose.change is not None
    assert dose.change.median_before == 8e-6


def test_below_twenty_patients_there_are_medians_and_no_test(db: Path):
    with database.writing():
        for number in range(40):
            write(number, patient=f"k1:{number % 19}")
            write(number, after=True)
    dose = dose_of(change(BEFORE, AFTER))
    assert dose.change is not None
    assert (dose.change.n_before, dose.change.n_patients_before, dose.change.needed) == (40, 19, 20)
    assert dose.change.p_value is None
    children = dose_of(change(replace(BEFORE, band="adult"), replace(AFTER, band="adult")))
    assert children.change is not None
    assert children.change.needed == 20


def test_one_period_alone_shows_how_many_it_has(db: Path):
    write(1)
    dose = dose_of(change(BEFORE, AFTER))
    assert (dose.change, dose.n_before, dose.n_after) == (None, 1, 0)


def test_the_periods_filter_alike(db: Path):
    with database.writing():
        for number in range(25):
            write(number)
            write(number, after=True)
        write(30, room="kamer-2", dap_gym2=1.0)
        write(31, view="LL", dap_gym2=1.0)
    narrow = {"rooms": ("kamer-1",), "modality": "DX", "procedure": "X-thorax", "view": "PA"}
    view = change(replace(BEFORE, **narrow), replace(AFTER, **narrow))
    assert (dose_of(view).n_before, view.n_kinds) == (25, 1)
    assert change(BEFORE, AFTER).n_kinds == 2


def test_ct_has_ctdivol_per_acquisition_without_scouts_and_dlp_per_examination(db: Path):
    ct = {"modality": "CT", "procedure": "CT abdomen", "protocol": "Abdomen", "view": None, "dap_gym2": None}
    with database.writing():
        for number in range(25):
            write(number, **ct, ctdivol_mgy=9.0, event_type="Spiral Acquisition", dlp_total_mgycm=500.0)
            write(number, **ct, ctdivol_mgy=7.0, event_type="Spiral Acquisition", dlp_total_mgycm=400.0, after=True)
        write(50, **ct, ctdivol_mgy=0.1, event_type="Constant Angle Acquisition")
        write(51, **ct, ctdivol_mgy=1.0, event_type="Stationary Acquisition")
        write(52, **ct, ctdivol_mgy=9.0, event_type="Spiral Acquisition", dlp_total_mgycm=9e4, implausible="dlp_mgycm")
    view = change(BEFORE, AFTER)
    ctdi, dlp = dose_of(view, "CTDIvol"), dose_of(view, "DLP")
    assert (ctdi.per, ctdi.n_before, ctdi.of_before) == ("exposure", 26, 26)
    assert (dlp.per, dlp.n_before, dlp.n_implausible) == ("examination", 25, 1)
    assert dlp.change is not None
    assert dlp.change.difference == -100
    rejected = change(replace(BEFORE, which="rejected"), replace(AFTER, which="rejected"))
    assert rejected.doses == (), "an examination is not rejected, and no scan was"


def test_the_time_is_of_examinations_that_tell_it(db: Path):
    with database.writing():
        for number in range(25):
            write(number, minutes=6)
            write(number, after=True, minutes=4)
        write(30, n_exposures=1, minutes=0)
        write(31, minutes=181)
    duration = change(BEFORE, AFTER).duration
    assert duration.change is not None
    assert (duration.change.median_before, duration.change.median_after) == (6, 4)
    assert (duration.n_before, duration.of_before) == (25, 27)


def test_the_reject_rate_is_of_all_exposures_and_a_repeat_is_no_reject(db: Path):
    with database.writing():
        for number in range(60):
            write(number)
            write(number, after=True)
        for number in range(6):
            reject(number)
        reject(20, is_question=True, counts_as="repeat")
        reject(21, state="dismissed")
        reject(1, after=True)
        reject(999, exposure_uid=None)
        reject(998, after=True, exposure_uid="9.gone", room="kamer-2")
    view = change(BEFORE, AFTER)
    found = view.rejects.change
    assert found is not None
    assert view.rejects.basis == Basis("DX", "images")
    assert (found.k_before, found.n_before) == (7, 61), "what left nothing is one more"
    assert (found.k_after, found.n_after) == (1, 60), "of an unknown room it stands apart"
    assert found.p_value is not None
    for scope, k, n in ((BEFORE, found.k_before, found.n_before), (AFTER, found.k_after, found.n_after)):
        assert (k, n) in {(rate.k, rate.n) for rate in analyse(scope, ALL, NOW, ZONE).figure.rates}
    of_one = change(replace(BEFORE, procedure="X-thorax"), replace(AFTER, procedure="X-thorax"))
    assert (of_one.n_unplaced_before, of_one.n_unplaced_after) == (1, 1)


def test_periods_that_count_otherwise_are_not_compared(db: Path):
    with database.writing():
        for number in range(60):
            write(number)
            write(number, after=True, report_facts={})
    assert change(BEFORE, AFTER).rejects == RejectChange(is_told=True)


def test_rejects_of_others_are_told_by_role_and_of_oneself_always(db: Path):
    with database.writing():
        for number in range(60):
            write(number, operator="J. de Vries")
            write(number, after=True, operator="J. de Vries")
        reject(3)
    vries = Viewer(names=frozenset({"j. de vries"}))
    assert change(BEFORE, AFTER, vries).rejects == RejectChange(is_told=False)
    own = (replace(scope, operators=("j. de vries",)) for scope in (BEFORE, AFTER))
    found = change(*own, vries).rejects.change
    assert found is not None
    assert (found.k_before, found.n_before) == (1, 60)


def test_the_same_data_give_the_same_interval(db: Path):
    with database.writing():
        for number in range(30):
            write(number, dap_gym2=(8 + number % 7) * 1e-6)
            write(number, after=True, dap_gym2=(7 + number % 5) * 1e-6)
    assert change(BEFORE, AFTER) == change(BEFORE, AFTER)


def test_changes_are_seen_in_the_data_newest_first(db: Path):
    Device.create(device_id="d1", manufacturer="Acme", model="Bucky", first_seen=NOW, last_seen=NOW)
    with database.writing():
        for number in range(25):
            write(number, software_versions="v1", detector_id="D1", protocol="Thorax PA")
            write(
                number, after=True, software_versions="v2", detector_id="D1", protocol="Thorax PA DL",
                acquired_at=MIDDLE + timedelta(days=3, hours=number),
            )  # fmt: skip
            write(200 + number, after=True, software_versions="v2", detector_id="D2", protocol="Thorax PA DL")
    found = suggested_changes("kamer-1", NOW, ZONE)
    assert [(one.kind, one.old, one.new, one.day) for one in found] == [
        ("detector", "D1", "D2", date(2026, 10, 9)),
        ("software", "v1", "v2", date(2026, 10, 4)),
    ]
    assert found[0].device == "Acme Bucky"
    assert suggested_changes("kamer-2", NOW, ZONE) == ()


def test_a_protocol_under_a_new_name_is_a_change(db: Path):
    with database.writing():
        for number in range(25):
            write(number, acquired_at=MIDDLE - timedelta(days=1, hours=number))
            write(number, after=True, protocol="Thorax PA DL")
    (one,) = suggested_changes(None, NOW, ZONE)
    assert (one.kind, one.old, one.new) == ("protocol", "Thorax PA", "Thorax PA DL")


def test_periods_are_equally_long_and_leave_out_the_day_itself():
    scope = Scope(first=NOW, until=NOW, rooms=("kamer-1",), which="both")
    found = periods(scope, date(2026, 11, 1), NOW, ZONE)
    assert found is not None
    before, after = found
    assert (before.first, before.until) == (
        datetime(2026, 10, 12, tzinfo=ZONE),
        datetime(2026, 11, 1, tzinfo=ZONE),
    )
    assert (after.first, after.until) == (
        datetime(2026, 11, 2, tzinfo=ZONE),
        datetime(2026, 11, 22, tzinfo=ZONE),
    )
    assert (before.rooms, before.which) == (("kamer-1",), "both")
    long_ago = periods(scope, date(2026, 3, 1), NOW, ZONE)
    assert long_ago is not None
    assert long_ago[1].until == datetime(2026, 5, 31, tzinfo=ZONE)
    assert periods(scope, date(2026, 11, 21), NOW, ZONE) is None


def test_a_dose_reduction_of_a_fifth_is_found_in_a_department(db: Path):
    fill(weeks=16, per_day=16, rooms=("kamer-1",), change_at=NOW - timedelta(weeks=8))
    moment = next(one for one in suggested_changes("kamer-1", NOW, ZONE) if "DX" in one.device_id)
    assert (moment.kind, moment.old, moment.new) == ("software", "VB10A", "VB20A")
    scope = Scope(first=NOW, until=NOW, rooms=("kamer-1",), modality="CT")
    around = periods(scope, moment.day, NOW, ZONE)
    assert around is not None
    view = change(*around)
    ctdi = dose_of(view, "CTDIvol").change
    assert ctdi is not None
    assert ctdi.ratio == pytest.approx(0.8, abs=0.08)
    assert ctdi.high is not None
    assert ctdi.high < 0
    assert view.duration.change is not None
    assert view.duration.change.high is not None
    assert view.duration.change.high < 0, "examinations became shorter"
