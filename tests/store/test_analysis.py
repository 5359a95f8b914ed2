"""Doses compared: what is in a group, what is left out of it, and what may be said of it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq
import pytest

from iqs_tui.domain.scope import Scope
from iqs_tui.store.models import Case, Device, Examination, Exposure, Instance
from iqs_tui.store.reading.analysis.choices import choices
from iqs_tui.store.reading.analysis.exporting import write_groups, write_rows
from iqs_tui.store.reading.analysis.group_view import view
from iqs_tui.store.reading.analysis.groups import Group, groups, scope_of
from iqs_tui.store.reading.analysis.listing import rows
from iqs_tui.store.reading.analysis.rejects import reject_share

NOON = datetime(2026, 11, 18, 11, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Amsterdam")
SCOPE = Scope(first=NOON - timedelta(days=90), until=NOON + timedelta(days=1))
SCOUT, BOLUS, SPIRAL = "Constant Angle Acquisition", "Stationary Acquisition", "Spiral Acquisition"


def study(number: int, **said: Any) -> str:
    """Write an examination of an adult; return its UID."""
    values = {"device_id": "d1", "room": "kamer-1", "modality": "DX", "age_years": 54.0, "received_at": NOON, **said}
    values = {"study_uid": f"1.{number}", "started_at": values["received_at"], "updated_at": NOON, **values}
    Examination.insert(**values).execute()
    return str(values["study_uid"])


def exposure(number: int, study_uid: str, **said: Any) -> None:
    """Write a PA chest exposure."""
    values = {"device_id": "d1", "room": "kamer-1", "modality": "DX", "received_at": NOON, "dap_gym2": 8e-6, **said}
    values = {"procedure": "X-thorax", "protocol": "Thorax PA", "view": "PA", "updated_at": NOON, **values}
    values = {"exposure_uid": f"9.{number}", "study_uid": study_uid, "acquired_at": values["received_at"], **values}
    Exposure.insert(**values).execute()


def chest(number: int, *, of_study: dict[str, Any] | None = None, **said: Any) -> None:
    """Write one examination with one exposure."""
    place = {name: said[name] for name in ("device_id", "room", "modality", "received_at") if name in said}
    exposure(number, study(number, **place, **(of_study or {})), **said)


def scan(number: int, study_uid: str, event_type: str | None, ctdivol: float, **said: Any) -> None:
    values = {"modality": "CT", "device_id": "ct", "procedure": None, "view": None, "dap_gym2": None, **said}
    values = {"protocol": "Abdomen portaal", "dlp_mgycm": 40 * ctdivol, **values}
    exposure(number, study_uid, event_type=event_type, ctdivol_mgy=ctdivol, **values)


def reject(number: int, state: str = "answered", **said: Any) -> None:
    values = {"case_id": f"c{number}", "exposure_uid": f"9.{number}", "reason_label": "Beweging", **said}
    Case.insert(instance_uids=[], signals=["key"], state=state, detected_at=NOON, updated_at=NOON, **values).execute()


def only(scope: Scope = SCOPE) -> Group:
    (found,) = groups(scope)
    return found


def test_a_department_without_doses_has_no_groups(db):
    assert groups(SCOPE) == ()
    assert reject_share(SCOPE) == ()
    assert choices(SCOPE).rooms == ()


def test_patients_are_counted_not_their_exposures(db):
    for number in range(40):
        chest(number, of_study={"patient_key": f"k1:{number % 19}"})
    found = only()
    assert (found.statistics.n, found.n_patients, found.needed, found.standing) == (40, 19, 20, "too_few")
    chest(40, of_study={"patient_key": "k1:new"})
    assert (only().n_patients, only().standing) == (20, "not_above")


def test_a_study_without_patient_or_examination_is_one_patient(db):
    exposure(1, study(1))
    exposure(2, "1.1")
    exposure(3, "unknown study")
    exposure(4, "unknown study")
    found = {group.band: group for group in groups(SCOPE)}
    assert (found["adult"].n_patients, found["unknown"].n_patients) == (1, 1)
    assert (found["adult"].n_known_size, found["unknown"].statistics.n) == (0, 2)


def test_ten_children_are_enough(db):
    for number in range(10):
        chest(number, of_study={"age_years": 7.0})
    assert (only().needed, only().n_patients, only().standing) == (10, 10, "no_drl")


def test_a_group_is_of_one_procedure_view_room_and_class(db):
    chest(1)
    chest(2, view="postero-anterior")
    chest(3, view="LL")
    chest(4, room="kamer-2", device_id="d2")
    chest(5, of_study={"age_years": 4.0})
    chest(6, procedure="Bekken")
    chest(7, procedure=None)
    kinds = {(g.room, g.name, g.view, g.band, g.statistics.n) for g in groups(SCOPE)}
    assert kinds == {
        ("kamer-1", "X-thorax", "PA", "adult", 2),
        ("kamer-1", "X-thorax", "LL", "adult", 1),
        ("kamer-2", "X-thorax", "PA", "adult", 1),
        ("kamer-1", "X-thorax", "PA", "1-4", 1),
        ("kamer-1", "Bekken", "PA", "adult", 1),
        ("kamer-1", "Thorax PA", "PA", "adult", 1),
    }


def test_two_machines_of_one_modality_in_a_room_are_two_groups(db):
    chest(1)
    assert only().device is None
    chest(2, device_id="d2")
    assert {group.device for group in groups(SCOPE)} == {"d1", "d2"}
    one = next(group for group in groups(SCOPE) if group.device == "d2")
    assert groups(scope_of(SCOPE, one)) == (one,)


def test_what_is_derived_of_quality_control_or_counted_elsewhere_never_counts(db):
    chest(1)
    chest(2, is_derived=True)
    chest(3, is_quality_control=True)
    chest(4, is_counted=False)
    assert only().statistics.n == 1
    assert rows(SCOPE, only()).total == 1


def test_good_rejected_or_both(db):
    for number in range(1, 6):
        chest(number, dap_gym2=number * 1e-6)
    reject(1)
    reject(2, "dismissed")
    reject(3, "open")
    reject(4)
    assert only().statistics.n == 3
    rejected = only(replace(SCOPE, which="rejected"))
    assert (rejected.statistics.n, rejected.statistics.high, rejected.standing) == (2, 4e-6, "not_compared")
    assert only(replace(SCOPE, which="both")).statistics.n == 5


def test_a_repeat_went_on_and_is_no_reject(db):
    for number in range(1, 4):
        chest(number)
    reject(1)
    reject(2, is_question=True, counts_as="repeat")
    assert only().statistics.n == 2
    assert only(replace(SCOPE, which="rejected")).statistics.n == 1
    (share,) = reject_share(SCOPE)
    assert share.n_rejects == 1
    assert [row.is_rejected for row in rows(replace(SCOPE, which="both"), only()).rows].count(True) == 1


def test_a_value_that_cannot_be_right_is_left_out_and_counted_beside(db):
    chest(1)
    chest(2, dap_gym2=8.0, implausible="kvp,dap_gym2")
    chest(3, implausible="dose_rp_gy")
    chest(4, dap_gym2=None)
    chest(5, dap_gym2=0.0)
    found = only()
    assert (found.statistics.n, found.statistics.high) == (2, 8e-6)
    assert (found.n_implausible, found.n_without_dose) == (1, 2)
    assert [row.implausible for row in rows(SCOPE, found).rows].count(True) == 1


def test_a_ct_is_compared_per_acquisition_without_scouts_and_bolus_and_its_dlp_with_them(db):
    uid = study(1, device_id="ct", modality="CT", procedure="CT abdomen", dlp_total_mgycm=812.0, ctdivol_max_mgy=70.0)
    scan(1, uid, SCOUT, 0.1, protocol="Topogram")
    scan(2, uid, BOLUS, 70.0, protocol="PreMonitoring")
    scan(3, uid, SPIRAL, 5.0, protocol="Abdomen blanco")
    scan(4, uid, SPIRAL, 9.0)
    scan(5, uid, "Sequenced Acquisition", 11.0)
    found = {(g.quantity, g.protocol): g for g in groups(SCOPE)}
    assert set(found) == {("DLP", None), ("CTDIvol", "Abdomen blanco"), ("CTDIvol", "Abdomen portaal")}
    assert {group.name for group in found.values()} == {"CT abdomen"}
    assert found["DLP", None].statistics.median == 812.0
    portal = found["CTDIvol", "Abdomen portaal"]
    assert (portal.statistics.n, portal.statistics.median, portal.n_patients) == (2, 10.0, 1)
    assert {row.value for row in rows(SCOPE, portal).rows} == {9.0, 11.0}


def test_a_stationary_acquisition_is_a_bolus_of_a_ct_alone(db):
    chest(1, event_type=BOLUS)
    assert only().statistics.n == 1


def test_without_a_report_a_scout_is_known_by_its_image(db):
    uid = study(1, device_id="ct", modality="CT", procedure="CT abdomen", dlp_total_mgycm=400.0)
    scan(1, uid, None, 0.1)
    scan(2, uid, None, 9.0)
    same = {"sop_class_uid": "1", "study_uid": uid, "series_uid": "1", "device_id": "ct", "received_at": NOON}
    Instance.insert(
        sop_instance_uid="i1", exposure_uid="9.1", image_type="ORIGINAL\\PRIMARY\\LOCALIZER", **same
    ).execute()
    Instance.insert(sop_instance_uid="i2", exposure_uid="9.2", image_type="ORIGINAL\\PRIMARY\\AXIAL", **same).execute()
    (found,) = [group for group in groups(SCOPE) if group.quantity == "CTDIvol"]
    assert (found.statistics.n, found.statistics.median) == (1, 9.0)


def test_a_ct_of_which_one_acquisition_cannot_be_right_has_no_dlp(db):
    for number in (1, 2):
        uid = study(number, device_id="ct", modality="CT", procedure="CT abdomen", dlp_total_mgycm=400.0 * number)
        scan(number, uid, SPIRAL, 9.0, implausible="dlp_mgycm" if number == 2 else None)
    found = {group.quantity: group for group in groups(SCOPE)}
    assert (found["DLP"].statistics.n, found["DLP"].n_implausible) == (1, 1)
    assert (found["CTDIvol"].statistics.n, found["CTDIvol"].n_implausible) == (2, 0)
    assert {row.value: row.implausible for row in rows(SCOPE, found["DLP"]).rows} == {400.0: False, 800.0: True}


def test_fluoroscopy_is_compared_per_examination(db):
    uid = study(1, device_id="xa", modality="XA", procedure="CAG", dap_total_gym2=3e-3)
    for number in range(4):
        exposure(number, uid, device_id="xa", modality="XA", procedure="CAG", view=None, dap_gym2=1e-3)
    found = only()
    assert (found.quantity, found.statistics.n, found.statistics.median) == ("DAP", 1, 3e-3)
    assert groups(replace(SCOPE, which="rejected")) == ()


def test_mammography_is_compared_per_exposure_and_view(db):
    uid = study(1, device_id="mg", modality="MG")
    for number, shown in enumerate(("CC", "MLO", "CC", "MLO")):
        said = {"device_id": "mg", "modality": "MG", "procedure": "Mammografie", "dap_gym2": 1.0, "thickness_mm": 55.0}
        exposure(number, uid, view=shown, agd_mgy=1.0 + number, **said)
    assert {(g.view, g.quantity, g.statistics.n, g.n_patients) for g in groups(SCOPE)} == {
        ("CC", "AGD", 2, 1),
        ("MLO", "AGD", 2, 1),
    }


def test_only_patients_of_standard_size_and_children_as_they_are(db):
    chest(1, of_study={"weight_kg": 77.0, "length_m": 1.74})
    chest(2, of_study={"weight_kg": 120.0, "length_m": 1.74})
    chest(3, of_study={"weight_kg": 77.0})
    chest(4)
    chest(5, of_study={"age_years": 7.0, "weight_kg": 23.0, "length_m": 1.2})
    everyone = {group.band: group for group in groups(SCOPE)}
    assert (everyone["adult"].statistics.n, everyone["adult"].n_known_size) == (4, 2)
    standard = {group.band: group for group in groups(replace(SCOPE, size="standard"))}
    assert (standard["adult"].statistics.n, standard["adult"].n_known_size) == (1, 1)
    assert standard["5-9"].statistics.n == 1
    assert rows(replace(SCOPE, size="standard"), standard["adult"]).total == 1


@pytest.mark.parametrize(
    ("filtered", "numbers"),
    [
        ({"rooms": ("kamer-2",)}, {2}),
        ({"rooms": ("kamer-1", "kamer-2"), "modality": "CR"}, {3}),
        ({"procedure": "Bekken"}, {4}),
        ({"procedure": "Thorax PA"}, {5}),
        ({"procedure": ""}, {6}),
        ({"view": "LL"}, {7}),
        ({"view": ""}, {8}),
        ({"band": "unknown"}, {9}),
        ({"operators": ("özlem güneş",)}, {10}),
        ({"protocol": "Thorax zit"}, {11}),
        ({"devices": ("d12",)}, {12}),
    ],
)
def test_each_filter(db, filtered: dict[str, Any], numbers: set[int]):
    chest(1)
    chest(2, room="kamer-2")
    chest(3, modality="CR")
    chest(4, procedure="Bekken")
    chest(5, procedure=None)
    chest(6, procedure=None, protocol=None)
    chest(7, view="left lateral")
    chest(8, view=None)
    chest(9, of_study={"age_years": None})
    chest(10, operator="ÖZLEM Güneş")
    chest(11, protocol="Thorax zit")
    chest(12, device_id="d12")
    scope = replace(SCOPE, **filtered)
    found = groups(scope)
    assert sum(group.statistics.n for group in found) == len(numbers)
    listed = {row.exposure_uid for group in found for row in rows(scope, group).rows}
    assert listed == {f"9.{number}" for number in numbers}


def test_the_period_is_from_up_to_and_without_a_time_the_moment_of_receipt_counts(db):
    chest(1, received_at=SCOPE.first)
    chest(2, received_at=SCOPE.until)
    chest(3, received_at=SCOPE.first - timedelta(seconds=1))
    chest(4, received_at=NOON, acquired_at=None)
    chest(5, received_at=SCOPE.until, acquired_at=None)
    assert only().statistics.n == 2


def test_an_examination_that_began_long_before_is_found_all_the_same(db):
    uid = study(1, received_at=NOON - timedelta(days=400), patient_key="k1:a")
    exposure(1, uid)
    assert (only().band, only().n_patients) == ("adult", 1)


def test_a_week_begins_on_monday_at_local_midnight_also_when_clocks_change(db):
    sunday_late = datetime(2026, 10, 25, 22, 59, tzinfo=UTC)  # 23:59 in winter time, the day the clocks went back
    for number, at in enumerate(
        (sunday_late, sunday_late + timedelta(minutes=1), datetime(2026, 10, 18, 22, 0, tzinfo=UTC))
    ):
        chest(number, received_at=at, dap_gym2=(number + 1) * 1e-6)
    found = view(SCOPE, only(), ZONE)
    assert found is not None
    assert found.values == (1e-6, 2e-6, 3e-6)
    assert [(week.monday, week.n, week.median) for week in found.weeks] == [
        (date(2026, 10, 19), 2, 2e-6),
        (date(2026, 10, 26), 1, 2e-6),
    ]


def test_a_group_that_is_gone_has_no_view(db):
    chest(1)
    group = only()
    Exposure.delete().execute()
    assert view(SCOPE, group, ZONE) is None


def test_a_view_is_of_its_group_alone(db):
    chest(1)
    chest(2, view="LL", dap_gym2=1.0)
    chest(3, procedure=None, protocol=None, dap_gym2=2.0)
    for group in groups(SCOPE):
        found = view(SCOPE, group, ZONE)
        assert found is not None
        assert found.group == group
        assert found.values == (group.statistics.median,)


def test_the_list_is_paged_newest_first_with_reason_source_and_technique(db):
    for number in range(5):
        chest(number, received_at=NOON - timedelta(hours=number), kvp=120.0, report_facts={"dap_gym2": 8e-6})
    chest(5, received_at=NOON - timedelta(hours=9), acquired_at=None, report_facts={"kvp": 120.0})
    reject(1)
    both = replace(SCOPE, which="both")
    group = only(both)
    first, last = rows(both, group, 0, 4), rows(both, group, 4, 4)
    assert (first.total, last.total) == (6, 6)
    assert [row.exposure_uid for row in (*first.rows, *last.rows)] == [f"9.{number}" for number in range(6)]
    assert [(row.is_rejected, row.reason_label) for row in first.rows[:2]] == [(False, None), (True, "Beweging")]
    assert (first.rows[0].kvp, first.rows[0].title, first.rows[0].source) == (120.0, "Thorax PA", "reported")
    assert (last.rows[1].at, last.rows[1].source) == (NOON - timedelta(hours=9), "header")


def test_the_share_of_rejects_says_where_their_dose_comes_from(db):
    for number in range(1, 9):
        chest(number, dap_gym2=1e-6, report_facts={"dap_gym2": 1e-6} if number == 1 else None)
    chest(9, dap_gym2=None)
    chest(10, dap_gym2=5.0, implausible="dap_gym2")
    for number in (1, 2, 9, 10):
        reject(number)
    reject(3, "dismissed")
    reject(99)
    (share,) = reject_share(SCOPE)
    assert (share.modality, share.quantity) == ("DX", "DAP")
    assert (share.n_rejects, share.n_rejects_with_dose, share.n_from_report) == (4, 2, 1)
    assert (share.n_total, share.n_total_with_dose, share.n_implausible) == (10, 8, 1)
    assert share.share == pytest.approx(2 / 8)


def test_a_reject_counts_also_where_the_report_names_its_event_otherwise(db):
    for number in range(1, 5):
        chest(number, dap_gym2=1e-6, report_facts={"dap_gym2": 1e-6})
    chest(5, dap_gym2=1e-6, is_counted=False)
    reject(5)
    (share,) = reject_share(SCOPE)
    assert (share.n_rejects, share.n_rejects_with_dose, share.n_from_report, share.n_total) == (1, 1, 0, 4)
    assert share.share == pytest.approx(1 / 4)


def test_a_dose_from_the_header_is_not_called_one_of_the_report_that_is_silent_of_it(db):
    chest(1, dap_gym2=1e-6, report_facts={"kvp": 120.0})
    reject(1)
    (share,) = reject_share(SCOPE)
    assert (share.n_rejects_with_dose, share.n_from_report) == (1, 0)


@pytest.mark.parametrize("which", ["rejected", "both"])
def test_a_drn_is_of_what_went_on_to_diagnosis(db, which):
    for number in range(1, 30):
        chest(number, dap_gym2=99e-6)
    for number in range(1, 25):
        reject(number)
    assert only(replace(SCOPE, which=which)).standing == "not_compared"


def test_rejects_of_a_ct_count_in_dlp_and_images_of_fluoroscopy_do_not_add_up(db):
    uid = study(1, device_id="ct", modality="CT", dlp_total_mgycm=500.0)
    scan(1, uid, SCOUT, 0.1, dlp_mgycm=4.0)
    scan(2, uid, SPIRAL, 9.0, dlp_mgycm=396.0)
    reject(1)
    chest(3, modality="XA", device_id="xa")
    found = {share.modality: share for share in reject_share(SCOPE)}
    assert found["CT"].share == pytest.approx(0.01)
    assert (found["XA"].n_total, found["XA"].n_total_with_dose, found["XA"].share) == (1, 0, None)


def test_the_filter_offers_what_is_there(db):
    chest(1, operator="P. Jansen")
    chest(2, room="kamer-2", operator="p. jansen", view="left lateral")
    study(3, modality="XA", procedure="CAG", device_id="xa")
    chest(4, received_at=NOON - timedelta(days=400), procedure="Hand", operator="Oud")
    found = choices(SCOPE)
    assert (found.rooms, found.modalities) == (("kamer-1", "kamer-2"), ("DX", "XA"))
    assert (found.procedures, found.views) == (("CAG", "X-thorax"), ("LL", "PA"))
    assert [name.casefold() for name in found.operators] == ["p. jansen"]


def test_progress_is_told_room_by_room(db):
    chest(1)
    chest(2, room="kamer-2")
    chest(3, room=None)
    told: list[tuple[int, int]] = []
    groups(SCOPE, lambda done, of: told.append((done, of)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_an_exposure_without_a_room_has_a_group_and_a_list(db):
    chest(1, room=None)
    chest(2)
    group = next(group for group in groups(SCOPE) if not group.room)
    assert rows(SCOPE, group).total == 1
    found = view(SCOPE, group, ZONE)
    assert found is not None
    assert found.values == (8e-6,)


def test_a_mapping_of_one_station_is_for_that_station(db, monkeypatch):
    from iqs_tui.domain.drl import DrlBook, RowMapping
    from iqs_tui.store import drl

    shipped = drl.shipped_book()
    mapping = RowMapping(
        population="NL adult", procedure_nl="X-thorax PA", modalities=("DX",), matches="thorax", station="BUCKY1"
    )
    book = DrlBook(table_version=1, mapping_version=1, rows=shipped.rows, mappings=(mapping,))
    monkeypatch.setattr(drl, "book", lambda: book)
    for device, station in (("d1", "BUCKY1"), ("d2", "BUCKY2")):
        Device.insert(device_id=device, station_name=station, first_seen=NOON, last_seen=NOON).execute()
    chest(1)
    chest(2, device_id="d2")
    assert {group.device: group.drl.missing for group in groups(SCOPE)} == {"d1": "", "d2": "unmapped"}


def test_an_export_says_of_what_it_is_and_names_nobody(db):
    for number in range(3):
        chest(number, operator="P. Jansen", of_study={"patient_key": "k1:geheim"})
    scope = replace(SCOPE, operators=("p. jansen",))
    text, listed, typed = io.BytesIO(), io.BytesIO(), io.BytesIO()
    assert write_groups([only(scope)], scope, "csv", text, zone=ZONE) == 1
    assert write_rows(scope, only(scope), "csv", listed, zone=ZONE) == 3
    assert write_groups([only(scope)], scope, "parquet", typed, zone=ZONE) == 1
    (row,) = csv.DictReader(io.StringIO(text.getvalue().decode()))
    assert (row["n"], row["n_patients"], row["n_needed"], row["unit"]) == ("3", "1", "20", "Gy.m2")
    assert (row["scope_exposures"], row["scope_operators"], row["scope_rooms"]) == ("good", "some", "all")
    assert row["scope_from"].startswith("2026-08-20T13:00")
    assert row["drn_table_version"]
    lines = list(csv.DictReader(io.StringIO(listed.getvalue().decode())))
    assert [line["value"] for line in lines] == ["8e-06"] * 3
    assert lines[0]["source"] == "header"
    for written in (text, listed):
        assert b"geheim" not in written.getvalue()
        assert b"Jansen" not in written.getvalue()
    assert pq.read_table(io.BytesIO(typed.getvalue())).column("median").to_pylist() == [8e-6]
