"""What the dose views read: the newest, beside its DRN, with the group it belongs to."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from iqs_tui.domain.drl import COLUMNS
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import documents, drl, receiving
from iqs_tui.store.models import Case, Examination, Exposure
from iqs_tui.store.reading import dose
from tests.store.records import SENDER, image, report

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)


def exposure(number: int, *, at: datetime = NOW, age: float | None = 54.0, study: str = "", **values: object) -> None:
    """Write one exposure of an adult's chest, with the examination it belongs to."""
    study = study or f"1.2.{number}"
    said = {
        "exposure_uid": f"9.{number}",
        "study_uid": study,
        "device_id": "d1",
        "room": "kamer-1",
        "modality": "DX",
        "acquired_at": at,
        "received_at": at,
        "updated_at": at,
        "procedure": "X-thorax",
        "protocol": "Thorax PA",
        "view": "PA",
        "dap_gym2": 8e-6,
        **values,
    }
    Exposure.insert(**said).execute()
    Examination.insert(
        study_uid=study,
        device_id="d1",
        room=said["room"],
        modality=said["modality"],
        age_years=age,
        received_at=at,
        updated_at=at,
    ).on_conflict_ignore().execute()


def ct(number: int, *, at: datetime = NOW, **values: object) -> None:
    said = {
        "study_uid": f"1.3.{number}",
        "device_id": "ct1",
        "room": "kamer-1",
        "modality": "CT",
        "procedure": "CT abdomen",
        "age_years": 60.0,
        "started_at": at,
        "received_at": at,
        "updated_at": at,
        "dlp_total_mgycm": 500.0,
        "ctdivol_max_mgy": 9.0,
        "total_source": "reported",
        **values,
    }
    Examination.insert(**said).execute()


def scan(number: int, study: int, *, at: datetime = NOW, **values: object) -> None:
    """Write one acquisition of a CT."""
    said = {
        "exposure_uid": f"8.{number}",
        "study_uid": f"1.3.{study}",
        "device_id": "ct1",
        "room": "kamer-1",
        "modality": "CT",
        "acquired_at": at,
        "received_at": at,
        "updated_at": at,
        "protocol": "Abdomen portaal",
        "event_type": "Spiral Acquisition",
        "ctdivol_mgy": 8.0,
        "dlp_mgycm": 400.0,
        **values,
    }
    Exposure.insert(**said).execute()


def test_a_room_without_doses_has_no_newest(db):
    assert dose.newest("kamer-1", NOW) is None
    assert dose.latest("kamer-1", NOW) == ()
    assert dose.groups("kamer-1", NOW) == ()


def test_a_received_image_is_shown_beside_the_dutch_level(db):
    record = replace(image(1, 1), age_years=54.0)
    receiving.record_instance(record, SENDER, NOW, RetakeRules())
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    (only,) = found.dosed.doses
    assert found.dosed.title == "Thorax PA"
    assert found.dosed.source == "header"
    assert (only.quantity, only.value) == ("DAP", 8e-6)
    assert only.drl.row is not None
    assert only.drl.row.drl == pytest.approx(12e-6)
    assert found.lines[0] is not None
    assert found.lines[0].drl == pytest.approx(0.8)
    assert found.groups[0] is not None
    assert (found.groups[0].statistics.n, found.groups[0].standing) == (1, "too_few")


def test_a_pa_of_a_chest_in_two_views_has_the_level_of_the_pa_and_its_lateral_has_none(db):
    exposure(1, procedure="X-thorax PA en lateraal")
    exposure(
        2, procedure="X-thorax PA en lateraal", protocol="Thorax lateraal", view="LL", at=NOW - timedelta(minutes=1)
    )
    pa, lateral = dose.latest("kamer-1", NOW)
    assert pa.doses[0].drl.row is not None
    assert lateral.doses[0].drl.missing == "unmapped"


def test_a_report_is_a_better_source_than_a_header(db):
    receiving.record_instance(image(1, 1), SENDER, NOW, RetakeRules())
    receiving.record_dose_report(report(1, 1, dap=8e-6), SENDER, NOW, RetakeRules())
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    assert found.dosed.source == "reported"


def test_the_newest_is_the_last_made_not_the_last_received(db):
    exposure(1, at=NOW - timedelta(minutes=1))
    exposure(2, at=NOW - timedelta(hours=3), received_at=NOW, protocol="Hand PA")
    ct(1, at=NOW - timedelta(minutes=5))
    assert [d.title for d in dose.latest("kamer-1", NOW)] == ["Thorax PA", "CT abdomen", "Hand PA"]


def test_absent_is_shown_as_absent_and_stays_out_of_the_group(db):
    exposure(1, at=NOW - timedelta(minutes=2))
    exposure(2, dap_gym2=None)
    exposure(3, at=NOW - timedelta(minutes=3), dap_gym2=0.0)
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    assert (found.dosed.doses[0].value, found.dosed.source, found.lines[0]) == (None, None, None)
    assert found.groups[0] is not None
    assert found.groups[0].statistics.n == 1


def test_the_group_is_one_procedure_view_room_and_age_class(db):
    for number in range(25):
        exposure(number, dap_gym2=(number + 1) * 1e-6)
    exposure(100, view="LL", dap_gym2=1.0)
    exposure(101, procedure="Knie", protocol="Knie PA", dap_gym2=1.0)
    exposure(102, room="kamer-2", dap_gym2=1.0)
    exposure(103, age=6.0, dap_gym2=1.0)
    exposure(104, at=NOW - timedelta(days=91), dap_gym2=1.0)
    exposure(105, is_derived=True, dap_gym2=1.0)
    exposure(106, is_quality_control=True, dap_gym2=1.0)
    exposure(107, at=NOW + timedelta(seconds=1), view="postero-anterior", dap_gym2=13e-6)
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    group = found.groups[0]
    assert group is not None
    assert group.statistics.n == 26
    assert group.statistics.median == pytest.approx(13e-6)
    assert (group.standing, sum(group.bins), group.needed) == ("median_above", 26, 20)


def test_rejected_exposures_do_not_count_in_the_group(db):
    exposure(1)
    exposure(2, dap_gym2=90e-6)
    Case.insert(
        case_id="c1",
        exposure_uid="9.2",
        instance_uids=[],
        signals=["key"],
        state="answered",
        detected_at=NOW,
        updated_at=NOW,
    ).execute()
    (group,) = dose.groups("kamer-1", NOW)
    assert (group.statistics.n, group.statistics.median) == (1, 8e-6)


def test_a_child_has_its_own_group_without_a_borrowed_level(db):
    for number in range(12):
        exposure(number, age=7.0)
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    assert found.dosed.doses[0].drl.row is None
    assert found.groups[0] is not None
    assert (found.groups[0].band, found.groups[0].needed, found.groups[0].standing) == ("5-9", 10, "no_drl")


def test_ct_has_dlp_and_ctdivol_and_no_invented_level(db):
    for number in range(3):
        ct(number, dlp_total_mgycm=400.0 + 100 * number)
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    assert [(d.quantity, d.value) for d in found.dosed.doses] == [("DLP", 600.0), ("CTDIvol", 9.0)]
    assert [d.drl.missing for d in found.dosed.doses] == ["no_value", "no_value"]
    assert found.groups[0] is not None
    assert found.groups[0].statistics.median == 500.0
    assert found.groups[1] is None  # of no acquisition, so of no group
    assert found.dosed.source == "reported"


def test_the_ctdivol_of_a_ct_is_of_its_highest_acquisition_and_its_group_of_that_protocol(db):
    ct(1, ctdivol_max_mgy=70.0)
    scan(1, 1, protocol="Topogram", event_type="Constant Angle Acquisition", ctdivol_mgy=0.1)
    scan(2, 1, protocol="PreMonitoring", event_type="Stationary Acquisition", ctdivol_mgy=70.0)
    scan(3, 1, protocol="Abdomen blanco", ctdivol_mgy=5.0)
    scan(4, 1, ctdivol_mgy=9.0)
    ct(2, at=NOW - timedelta(days=1))
    scan(5, 2, at=NOW - timedelta(days=1), ctdivol_mgy=7.0)
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    ctdivol, group = found.dosed.doses[1], found.groups[1]
    assert (ctdivol.value, ctdivol.name, ctdivol.protocol) == (9.0, "CT abdomen", "Abdomen portaal")
    assert group is not None
    assert (group.statistics.n, group.statistics.median, group.n_patients) == (2, 8.0, 2)


def test_a_value_that_cannot_be_right_is_shown_as_such_and_is_in_no_group(db):
    exposure(1, dap_gym2=8e-3, implausible="dap_gym2")
    exposure(2, at=NOW - timedelta(minutes=1))
    found = dose.newest("kamer-1", NOW)
    assert found is not None
    assert (found.dosed.doses[0].value, found.dosed.doses[0].implausible) == (8e-3, True)
    assert found.groups[0] is not None
    assert (found.groups[0].statistics.n, found.groups[0].n_implausible) == (1, 1)


def test_thirty_images_of_one_patient_are_one_patient(db):
    for number in range(30):
        exposure(number, study="1.2.1")
    (group,) = dose.groups("kamer-1", NOW)
    assert (group.statistics.n, group.n_patients, group.standing) == (30, 1, "too_few")


def test_groups_come_largest_first(db):
    for number in range(3):
        exposure(number)
    ct(1)
    assert [(g.modality, g.quantity, g.statistics.n) for g in dose.groups("kamer-1", NOW)] == [
        ("DX", "DAP", 3),
        ("CT", "DLP", 1),
    ]


def test_the_shipped_table_has_two_dutch_levels_and_calls_no_foreign_one_drn():
    book = drl.shipped_book()
    known = [(row.procedure_nl, row.drl) for row in book.rows if row.is_drn and row.drl is not None]
    assert known == [("X-thorax PA", pytest.approx(12e-6)), ("X-bekken", pytest.approx(300e-6))]
    assert len(book.rows) == 116
    names = {(row.population, row.procedure_nl) for row in book.rows if row.is_drn}
    assert {(item.population, item.procedure_nl) for item in book.mappings} <= names
    assert all(item.signed_off_by == "" for item in book.mappings)


def test_a_table_of_the_server_is_used_and_a_bad_one_is_not(db):
    header = ",".join(COLUMNS)
    row = "NL adult,DX,X-thorax PA,Chest PA,DAP,uGy.m2,,10,5,adult,NCS,yes"
    mapping = (
        '{"population": "NL adult", "procedure_nl": "X-thorax PA", "modalities": ["DX"], "matches": "thorax",'
        ' "signed_off_by": "K. Fysicus"}'
    )

    def body(table: str) -> str:
        return f'{{"version": 2, "table_version": 2, "mapping": [{mapping}], "table": "{table}"}}'

    exposure(1)
    assert documents.install("drl", 4, body(f"{header}\\n{row}\\n"), "http://c")
    choice = dose.latest("kamer-1", NOW)[0].doses[0].drl
    assert choice.row is not None
    assert choice.row.drl == pytest.approx(10e-6)
    assert choice.signed_off_by == "K. Fysicus"
    with pytest.raises(ValueError, match="row 2, drn"):
        drl.read(body(f"{header}\\n{row.replace(',10,', ',tien,')}\\n"))
    with pytest.raises(ValueError, match="matches"):
        drl.read(body(f"{header}\\n{row}\\n").replace('"matches": "thorax"', '"matches": "("'))
