"""A database of the version before, with its rows, goes on under this one."""

import json
from pathlib import Path

import pytest

from iqs_tui.domain.records import Device, ProcedureStep
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import database as store
from iqs_tui.store import receiving
from iqs_tui.store.models import Case, DoseReportRow, Examination, Exposure, Instance, Step
from iqs_tui.store.models import Device as DeviceRow
from tests.store import old_databases
from tests.store.records import BUCKY, NOON, SENDER, image, note, report

AT = "2026-11-21T10:00:00.000000+00:00"
FACTS = {"acquired_at": AT, "protocol": "Thorax PA", "view": "PA", "dap_gym2": 7e-6}
STUDY = {"study_uid": "1.2.9", "device_id": BUCKY.key}
ROWS = {
    "device": {"device_id": BUCKY.key, "manufacturer": "Acme", "station_name": "DX1", "room": "kamer-1"}
    | {"first_seen": AT, "last_seen": AT},
    "examination": STUDY
    | {"room": "kamer-1", "modality": "DX", "patient_key": "k1:a", "age_years": 44.0, "procedure": "X-thorax"}
    | {"study_date": "2026-11-21", "started_at": AT, "ended_at": AT, "received_at": AT, "updated_at": AT}
    | {"n_exposures": 1, "n_images": 1, "dap_total_gym2": 7e-6, "total_source": "summed", "is_told": 1},
    "exposure": STUDY
    | {"exposure_uid": "1.2.5.1", "room": "kamer-1", "modality": "DX", "acquired_at": AT, "received_at": AT}
    | {"protocol": "Thorax PA", "view": "PA", "dap_gym2": 7e-6, "image_facts": json.dumps(FACTS)}
    | {"is_derived": 0, "is_quality_control": 0, "is_told": 1, "updated_at": AT},
    "instance": STUDY
    | {"sop_instance_uid": "1.2.3.1", "sop_class_uid": "1.2", "series_uid": "1.2.8", "exposure_uid": "1.2.5.1"}
    | {"room": "kamer-1", "modality": "DX", "acquired_at": AT, "received_at": AT, "is_derived": 0}
    | {"is_quality_control": 0, "tags_present": 0, "tags_valid": 0},
    "dose_report": {"sop_instance_uid": "1.2.6.5", "study_uid": "1.2.55", "device_id": "old", "modality": "DX"}
    | {"received_at": AT, "dap_total_gym2": 1e-5, "exposure_uids": '["1.2.5.55"]'},
    "signal": {"signal_id": "same_view:1.2.5.2:1.2.5.1", "kind": "same_view", "source_uid": "1.2.5.2", "at": AT}
    | {"study_uid": "1.2.9", "exposure_uid": "1.2.5.1", "room": "kamer-1", "confidence": 0.4, "case_id": "c1"},
    "retake_case": {"case_id": "c1", "study_uid": "1.2.9", "exposure_uid": "1.2.5.1", "room": "kamer-1"}
    | {"state": "open", "signals": '["same_view"]', "instance_uids": '["1.2.3.1"]', "is_question": 1}
    | {"keys": 0, "deferred": 0, "detected_at": AT, "updated_at": AT},
    "procedure_step": {
        "step_uid": "1.1",
        "device_id": "DX1",
        "status": "COMPLETED",
        "image_uids": "[]",
        "received_at": AT,
    },
}


@pytest.fixture
def old_database(tmp_path: Path) -> Path:
    """A database as the first migration makes it, with a row in every table of what was received."""
    path = tmp_path / "iqs.db"
    old_databases.make(path, "0001_initial", ROWS.items())
    return path


def test_every_row_is_still_there(old_database: Path) -> None:
    store.open_database(old_database)
    try:
        assert store.schema_version() != "0001_initial"
        for model in (DeviceRow, Examination, Exposure, Instance, DoseReportRow, Step):
            assert model.select().count() == 1, model
        exposure = Exposure.get()
        assert (exposure.dap_gym2, exposure.image_facts["view"], exposure.is_counted) == (7e-6, "PA", True)
        assert (exposure.implausible, exposure.origin, Examination.get().weight_kg) == (None, None, None)
    finally:
        store.close_connection()


def test_an_examination_that_goes_on_after_the_upgrade_keeps_what_it_had(old_database: Path) -> None:
    store.open_database(old_database)
    try:
        receiving.record_instance(image(2, 2, minutes=4, procedure=None), SENDER, NOON, RetakeRules())
        row = Examination.get()
        assert (row.n_images, row.n_exposures, row.dap_total_gym2) == (2, 2, pytest.approx(15e-6))
        assert (row.patient_key, row.age_years, row.procedure, row.room) == ("k1:a", 44.0, "X-thorax", "kamer-1")
        receiving.record_dose_report(report(1, 1, 2, 3, dap=3e-5), SENDER, NOON, RetakeRules())
        row = Examination.get()
        assert (row.n_exposures, row.dap_total_gym2, row.age_years) == (3, pytest.approx(3e-5), 44.0)
        assert {each.device_id for each in Exposure.select()} == {BUCKY.key}
        assert DeviceRow.get().station_name == "DX1"
    finally:
        store.close_connection()


def test_what_a_report_of_before_said_of_its_patient_stays(old_database: Path) -> None:
    store.open_database(old_database)
    try:
        Instance.delete().execute()
        Exposure.delete().execute()
        Examination.update(n_images=0, n_exposures=0).execute()
        DoseReportRow.update(study_uid="1.2.9", device_id=BUCKY.key).execute()
        step = ProcedureStep(
            step_uid="1.1.9",
            device=Device(station_name="DX1"),
            status="COMPLETED",
            study_uid="1.2.9",
            modality="DX",
            dap_total_gym2=9e-5,
        )
        for _ in range(2):
            receiving.record_step(step, SENDER, NOON, RetakeRules())
            row = Examination.get()
            assert (row.dap_total_gym2, row.total_source) == (1e-5, "reported")
            assert (row.patient_key, row.age_years, row.procedure) == ("k1:a", 44.0, "X-thorax")
            assert row.study_date == "2026-11-21"
    finally:
        store.close_connection()


def test_an_open_question_of_before_is_the_same_one_after(old_database: Path) -> None:
    store.open_database(old_database)
    try:
        assert (Case.get().counts_as, Case.get().state) == ("repeat", "open")
        again = image(2, 2, minutes=-56, body_part=None)
        receiving.record_instance(again, SENDER, NOON, RetakeRules())
        assert [(row.case_id, row.state, row.confidence) for row in Case.select()] == [("c1", "open", 0.4)]
        receiving.record_rejection_note(note(1, 1, reason="111210"), SENDER, NOON, RetakeRules())
        (case,) = Case.select()
        assert (case.case_id, case.state, case.counts_as, case.signals) == (
            "c1",
            "answered",
            "reject",
            ["rejection_note", "same_view"],
        )
    finally:
        store.close_connection()
