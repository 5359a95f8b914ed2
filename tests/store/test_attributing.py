"""Which examination a dose ends in, whatever machine its report names, and what the central server learns of it."""

import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from iqs_tui.central.rows import read_row
from iqs_tui.domain.records import Device, DoseReport, ProcedureStep, RejectionNote
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import exposures, housekeeping, outbox, receiving
from iqs_tui.store.models import Case, Examination, Exposure, Instance
from iqs_tui.store.models import Device as DeviceRow
from tests.store.records import BUCKY, NOON, SENDER, image, report
from tests.store.studies import (
    AT_CT,
    AT_LAB,
    CAPTURE,
    CONSOLE,
    CT,
    CT_CONSOLE,
    LAB,
    PACS,
    STUDIES,
    Message,
    ct_report,
    slices,
)

RULES = RetakeRules()
LATER = NOON.replace(year=NOON.year + 1)


def receive(*messages: Message) -> None:
    for message, sender in messages:
        if isinstance(message, DoseReport):
            receiving.record_dose_report(message, sender, NOON, RULES)
        elif isinstance(message, ProcedureStep):
            receiving.record_step(message, sender, NOON, RULES)
        elif isinstance(message, RejectionNote):
            receiving.record_rejection_note(message, sender, NOON, RULES)
        else:
            receiving.record_instance(message, sender, NOON, RULES)


def both_ways(messages: Iterable[Message], way: str) -> list[Message]:
    return list(messages) if way == "as sent" else list(messages)[::-1]


way = pytest.mark.parametrize("way", ["as sent", "reversed"])


@way
def test_a_report_made_at_a_console_is_the_dose_of_the_images(db: Path, way: str) -> None:
    told = replace(report(1, 1, 2, dap=2e-5), device=CONSOLE, weight_kg=81.0, length_m=1.8, fluoro_time_total_s=3.5)
    receive(*both_ways([(image(1, 1), SENDER), (told, PACS)], way))
    row = Examination.get()
    assert (row.device_id, row.room, row.n_images, row.n_exposures) == (BUCKY.key, "kamer-1", 1, 2)
    assert (row.dap_total_gym2, row.total_source) == (pytest.approx(2e-5), "reported")
    assert (row.weight_kg, row.length_m, row.fluoro_time_total_s) == (81.0, 1.8, 3.5)
    assert {(each.device_id, each.room) for each in Exposure.select()} == {(BUCKY.key, "kamer-1")}


def test_a_machine_is_called_what_its_images_say(db: Path) -> None:
    told = replace(report(1, 1), device=replace(BUCKY, station_name="AWP1", ae_title="PACS"))
    named = replace(image(1, 1), device=replace(BUCKY, ae_title="DX1"))
    receive((told, PACS), (named, SENDER), (replace(told, sop_instance_uid="1.2.6.2"), PACS))
    row = DeviceRow.get()
    assert (row.station_name, row.ae_title, row.room) == ("DX1", "DX1", "kamer-1")


def test_a_new_software_version_is_followed_and_a_late_old_image_does_not_turn_it_back(db: Path) -> None:
    for number, (version, day) in enumerate([("1.0", NOON), ("0.9", NOON.replace(day=25)), ("1.0", NOON)]):
        record = replace(image(number, number), device=replace(BUCKY, software_versions=version), study_date=day.date())
        receive((record, SENDER))
    assert DeviceRow.get().software_versions == "0.9"


def test_the_examination_that_a_report_left_is_taken_back_at_the_central_server(db: Path) -> None:
    receive((replace(report(1, 1, dap=2e-5), device=CONSOLE), PACS))
    housekeeping.tell_settled(LATER)
    assert Examination.get().device_id == CONSOLE.key
    receive((image(1, 1), SENDER))
    housekeeping.tell_settled(LATER)
    events = [each for each in outbox.pending() if each.type == "examination"]
    assert [json.loads(each.payload).get("is_withdrawn", False) for each in events] == [False, True, False]
    gone = json.loads(events[1].payload)
    assert (gone["n_exposures"], gone["dap_total_gym2"]) == (0, None), (
        "a server that knows no withdrawal counts nothing"
    )

    Examination.delete().execute()  # from here on these are the server's tables
    for event in events:
        read_row(event.type, event.version, event.payload.encode(), event.occurred_at).write()
    assert [row.device_id for row in Examination.select()] == [BUCKY.key]


@way
def test_a_capture_counts_until_a_report_comes(db: Path, way: str) -> None:
    screen = ct_report(9, 71, 72, dlp=333.3, device=Device(manufacturer="Acme", model="Spiral"), sop_class_uid=CAPTURE)
    if way == "as sent":
        receive(*slices(100, 1, 2), (screen, AT_CT))
        row = Examination.get()
        assert (row.device_id, row.dlp_total_mgycm, row.total_source, row.n_exposures) == (CT.key, 333.3, "reported", 2)
        receive((ct_report(1, 1, dlp=100.1), AT_CT))
    else:
        receive((ct_report(1, 1, dlp=100.1), AT_CT), (screen, AT_CT), *slices(100, 1, 2))
    row = Examination.get()
    assert (row.dlp_total_mgycm, row.n_exposures) == (100.1, 1)
    shown = Exposure.select().where(Exposure.is_derived == False)  # noqa: E712 (SQL)
    assert [each.exposure_uid for each in shown] == ["1.2.5.1"]


@way
def test_images_without_an_event_do_not_count_beside_the_report(db: Path, way: str) -> None:
    """They stay exposures, for they can be rejected and scored; their dose is the report's."""
    other = [(replace(record, exposure_uid="2.25.1"), sender) for record, sender in slices(100, 1, 2)]
    receive(*both_ways([*other, (ct_report(1, 7, dlp=700.7), AT_CT)], way))
    assert Examination.get().n_exposures == 1
    assert {row.exposure_uid: row.is_counted for row in Exposure.select()} == {"2.25.1": False, "1.2.5.7": True}


@way
def test_cumulative_reports_of_two_stations_are_one_total(db: Path, way: str) -> None:
    receive(*both_ways(STUDIES["cumulative CT with a capture"], way))
    row = Examination.get(Examination.n_exposures > 0)
    assert (row.device_id, row.n_exposures, row.n_images) == (CT.key, 3, 9)
    assert (row.dlp_total_mgycm, row.total_source) == (pytest.approx(600.6), "reported")


def test_the_images_that_a_workstation_made_stay_its_own(db: Path) -> None:
    receive(*STUDIES["cumulative CT with a capture"])
    row = Examination.get(Examination.device_id == CONSOLE.key)
    assert (row.n_images, row.n_exposures, row.dlp_total_mgycm) == (1, 0, None)


@way
def test_two_machines_each_keep_their_own_report(db: Path, way: str) -> None:
    receive(*both_ways(STUDIES["two rooms"], way))
    rows = {row.room: row for row in Examination.select()}
    assert {room: row.n_exposures for room, row in rows.items()} == {"kamer-1": 2, "kamer-2": 1, "kamer-4": 2}
    assert rows["kamer-1"].dap_total_gym2 == pytest.approx(17e-6)
    assert rows["kamer-2"].dlp_total_mgycm == pytest.approx(500.5)
    assert (rows["kamer-4"].dap_total_gym2, rows["kamer-4"].age_years) == (pytest.approx(9e-6), 40.0)


@way
def test_continued_reports_add_up_and_a_copy_does_not(db: Path, way: str) -> None:
    receive(*both_ways(STUDIES["continued angiography"], way))
    row = Examination.get(Examination.n_exposures > 0)
    assert (row.device_id, row.modality, row.n_exposures) == (LAB.key, "XA", 3)
    assert row.dap_total_gym2 == pytest.approx(2.6e-5)
    assert row.dose_rp_total_gy == pytest.approx(2.6e-3)


@way
def test_both_images_of_a_pair_and_the_report_are_one_exposure(db: Path, way: str) -> None:
    receive(*both_ways(STUDIES["pair of which one is named"], way))
    shown = {row.exposure_uid: row for row in Exposure.select().where(Exposure.is_derived == False)}  # noqa: E712 (SQL)
    assert set(shown) == {"1.2.5.1", "1.2.5.2", "1.2.5.4"}
    images = {row.sop_instance_uid: row.exposure_uid for row in Instance.select()}
    assert images == {"1.2.3.1": "1.2.5.1", "1.2.3.2": "1.2.5.1", "1.2.3.3": "1.2.5.2", "1.2.3.4": "1.2.5.4"}
    assert (shown["1.2.5.2"].agd_mgy, shown["1.2.5.2"].view) == (1.25, "MLO"), "dose of the report, view of the image"
    assert {row.exposure_uid for row in Case.select()} == {"1.2.5.1", "1.2.5.2"}
    assert shown["1.2.5.4"].implausible == "agd_mgy"
    assert shown["1.2.5.1"].implausible is None
    assert Examination.get().agd_total_mgy == 2.5


@way
def test_a_step_is_the_dose_of_a_room_that_sends_no_report(db: Path, way: str) -> None:
    receive(*both_ways(STUDIES["steps only"], way))
    row = Examination.get(Examination.study_uid == "1.2.9")
    assert (row.device_id, row.modality, row.n_images) == (BUCKY.key, "CR", 2)
    assert (row.dap_total_gym2, row.total_source) == (pytest.approx(4e-4), "reported")
    assert row.fluoro_time_total_s == 12.0
    alone = Examination.get(Examination.study_uid == "1.2.99")
    assert (alone.n_images, alone.n_exposures, alone.procedure, alone.modality) == (0, 0, "Bekken", "CR")
    assert (alone.dap_total_gym2, alone.started_at, alone.room) == (pytest.approx(3e-4), NOON, "kamer-1")


@way
def test_the_step_of_a_room_that_screens_belongs_to_its_radiographs(db: Path, way: str) -> None:
    step = ProcedureStep(
        step_uid="1.1.1",
        device=Device(ae_title="RF1"),
        status="COMPLETED",
        study_uid="1.2.9",
        modality="RF",
        dap_total_gym2=3e-4,
        image_uids=("1.2.3.1",),
    )
    by_station = replace(step, step_uid="1.1.2", device=Device(station_name="DX1"), image_uids=())
    receive(*both_ways([(image(1, 1), SENDER), (step, SENDER), (by_station, SENDER)], way))
    row = Examination.get()
    assert (row.device_id, row.modality, row.n_images) == (BUCKY.key, "DX", 1)
    assert row.dap_total_gym2 == pytest.approx(6e-4)


@way
@pytest.mark.parametrize(
    ("of_images", "of_reports", "expected"),
    [("XA", ("RF",), "XA"), ("PX", ("DX",), "PX"), ("DX", ("DX", "RF"), "RF"), ("DX", ("MG",), "MG")],
)
def test_an_examination_is_called_what_its_images_tell_more_precisely_than_its_reports(
    db: Path, way: str, of_images: str, of_reports: tuple[str, ...], expected: str
) -> None:
    told = [(replace(report(n, n, dap=1e-5), modality=name), SENDER) for n, name in enumerate(of_reports, 1)]
    receive(*both_ways([(image(1, 1, modality=of_images), SENDER), *told], way))
    assert Examination.get().modality == expected


def test_an_image_leaves_the_facts_of_the_other_exposures_of_its_study_alone(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, settle = [], exposures.settle
    monkeypatch.setattr(exposures, "settle", lambda row, place: (made.append(row.exposure_uid), settle(row, place))[1])
    receive((report(1, 1, 2, 3), SENDER), *((image(n, n, minutes=n), SENDER) for n in (1, 2, 3)))
    assert made == ["1.2.5.1", "1.2.5.2", "1.2.5.3"] * 2, "once for its event, once for its image"


def test_a_step_under_way_makes_no_examination(db: Path) -> None:
    step = ProcedureStep(step_uid="1.1", device=BUCKY, status="IN PROGRESS", study_uid="1.2.9", dap_total_gym2=1e-4)
    receive((step, SENDER))
    assert Examination.select().count() == 0
    receive((ProcedureStep(step_uid="1.1", device=Device(), status="COMPLETED", fluoro_time_total_s=4.0), SENDER))
    row = Examination.get()
    assert (row.dap_total_gym2, row.fluoro_time_total_s) == (1e-4, 4.0)


def test_an_image_after_a_step_that_tells_the_time_only_leaves_it_that_time(db: Path) -> None:
    step = ProcedureStep(step_uid="1.1", device=BUCKY, status="COMPLETED", study_uid="1.2.9", fluoro_time_total_s=4.0)
    receive((step, SENDER), (image(1, 1, modality="RF"), SENDER))
    assert (Examination.get().n_exposures, Examination.get().fluoro_time_total_s) == (1, 4.0)


def test_a_report_counts_before_a_step(db: Path) -> None:
    receive(*STUDIES["step and report"])
    row = Examination.get(Examination.device_id == BUCKY.key)
    assert row.dap_total_gym2 == pytest.approx(2e-5)


def test_a_factor_ten_is_flagged_and_left_as_it_is(db: Path) -> None:
    receive((image(1, 1, body_part="ABDOMEN", protocol="Abdomen AP", dap_gym2=13.5e-4, kvp=85.0), SENDER))
    row = Exposure.get()
    assert (row.implausible, row.dap_gym2) == ("dap_gym2", 13.5e-4)
    assert Examination.get().dap_total_gym2 == 13.5e-4
    receive((report(1, 1), SENDER))
    assert Exposure.get().implausible is None, "the report knows better"


def test_an_angiography_room_says_xa_also_of_the_reports_of_a_console(db: Path) -> None:
    told = replace(report(1, 1, dap=1e-5), device=CONSOLE, modality="RF")
    receive((told, AT_LAB))
    assert (Examination.get().modality, Exposure.get().modality) == ("XA", "XA")
    receive((replace(image(1, 2, modality="XA"), device=LAB), AT_LAB))
    assert Examination.get().device_id == LAB.key


def test_a_ct_report_of_its_console_waits_for_no_images(db: Path) -> None:
    receive((ct_report(1, 1, 2, dlp=300.3), AT_CT))
    row = Examination.get()
    assert (row.device_id, row.n_exposures, row.dlp_total_mgycm) == (CT_CONSOLE.key, 2, 300.3)
