"""A database of the version before the retakes, with its rows, goes on under this one; and goes back as it was."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from iqs_tui.store import database, outbox
from iqs_tui.store.models import Case, Exposure, Instance, Signal
from tests.store import old_databases
from tests.waiting import PATIENCE_S

BEFORE, RETAKES = "0002_dose_parameters", "0003_retakes"
AT = "2026-11-20T10:00:00.000000+00:00"
STUDY = {"study_uid": "1.2.9", "device_id": "Acme|DX One|S1", "room": "kamer-1", "modality": "DX"}
CASE = {"study_uid": "1.2.9", "room": "kamer-1", "instance_uids": '["1.2.3.1"]', "signals": '["same_view"]'} | {
    "is_question": 0, "state": "open", "keys": 0, "deferred": 0, "detected_at": AT, "updated_at": AT
}  # fmt: skip
ANSWERED = {"state": "answered", "answered_at": AT, "reason_code": "rotation", "answered_by": "room", "keys": 1}
CASES = {
    "a question": ({"is_question": 1}, "repeat", False),
    "a question that was no reject": (ANSWERED | {"state": "dismissed", "is_question": 1}, "repeat", True),
    "a reject that nobody answered": ({"state": "expired"}, "reject", False),
    "answered with a key": (ANSWERED, "reject", True),
    "answered by its note after a key": (ANSWERED | {"answered_by": "note"}, "reject", False),
    "answered later, without a key": (ANSWERED | {"answered_by": "user-1", "keys": 0}, "reject", False),
    "taken back": ({"keys": 3}, "reject", False),
}
"""What stood in the row, what it counts as from now on, and whether the prompt was answered."""
ROWS = [
    ("device", {"device_id": STUDY["device_id"], "room": "kamer-1", "first_seen": AT, "last_seen": AT}),
    ("examination", STUDY | {"patient_key": "k1:a", "age_years": 44.0, "weight_kg": 80.5, "received_at": AT}
     | {"updated_at": AT, "n_exposures": 1, "n_images": 1, "dap_total_gym2": 7e-6, "is_told": 1}),
    ("exposure", STUDY | {"exposure_uid": "1.2.5.1", "acquired_at": AT, "received_at": AT, "updated_at": AT}
     | {"dap_gym2": 7e-6, "grid": "IN", "is_derived": 0, "is_quality_control": 0, "is_counted": 1, "is_told": 1}),
    ("instance", STUDY | {"sop_instance_uid": "1.2.3.1", "sop_class_uid": "1.2", "series_uid": "1.2.8"}
     | {"exposure_uid": "1.2.5.1", "received_at": AT, "is_derived": 0, "is_quality_control": 0}
     | {"tags_present": 3, "tags_valid": 2}),
    ("dose_report", {"sop_instance_uid": "1.2.6.1", "study_uid": "1.2.9", "device_id": STUDY["device_id"]}
     | {"modality": "DX", "received_at": AT, "exposure_uids": '["1.2.5.1"]', "fluoro_time_total_s": 12.0}),
    ("signal", {"signal_id": "same_view:1", "kind": "same_view", "source_uid": "1.2.5.2", "study_uid": "1.2.9"}
     | {"room": "kamer-1", "at": AT, "confidence": 0.4, "case_id": "a question"}),
    ("document_version", {"kind": "drl", "version": 1, "source": "shipped", "body": "{}", "installed_at": AT}),
    ("outbox", {"event_id": "e1", "type": "case", "version": 1, "occurred_at": AT, "payload": "{}"}
     | {"state": "pending", "tries": 0}),
    *(("retake_case", CASE | {"case_id": name} | row) for name, (row, _, _) in CASES.items()),
]  # fmt: skip


@pytest.fixture
def old(tmp_path: Path) -> Path:
    path = tmp_path / "iqs.db"
    old_databases.make(path, BEFORE, ROWS)
    return path


def test_every_row_goes_on_with_what_is_new_beside_it(old: Path) -> None:
    before = old_databases.rows_of(old)
    database.open_database(old)
    try:
        assert {case.case_id: (case.counts_as, case.at_prompt) for case in Case.select()} == {
            name: (counts_as, at_prompt) for name, (_, counts_as, at_prompt) in CASES.items()
        }
        assert (Exposure.get().is_unsure, Exposure.get().scan_low_mm, Exposure.get().grid) == (False, None, "IN")
        assert (Instance.get().rejected_by, Signal.get().about, outbox.depth()) == (None, None, 1)
    finally:
        database.close_connection()
    after = old_databases.rows_of(old)
    for table, rows in before.items():
        assert [{name: row[name] for name in rows[0]} for row in after[table]] == rows if rows else not after[table]


def test_it_goes_back_to_what_it_was_and_on_again(old: Path, tmp_path: Path) -> None:
    schema, rows = old_databases.schema_of(old), old_databases.rows_of(old)
    with old_databases.migrating(old) as runner:
        runner.up()
    new_schema, new_rows = old_databases.schema_of(old), old_databases.rows_of(old)
    with old_databases.migrating(old) as runner:
        runner.down(RETAKES)
    assert (old_databases.schema_of(old), old_databases.rows_of(old)) == (schema, rows)
    with old_databases.migrating(old) as runner:
        runner.up()
    assert (old_databases.schema_of(old), old_databases.rows_of(old)) == (new_schema, new_rows)


def iqs(old: Path, port: int, *arguments: str) -> str:
    environ = os.environ | {"IQS_LISTENER__PORT": str(port)}
    command = [sys.executable, "-m", "iqs_tui", "--db", str(old), *arguments]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_status_brings_it_up_to_date_and_counts_what_was_there(old: Path, free_port: int) -> None:
    status = json.loads(iqs(old, free_port, "status", "--json"))
    assert (status["schema"], status["open_cases"], status["outbox_depth"]) == (old_databases.NEWEST, 2, 1)
    assert status["counts"]["cases"] == {"open": 2, "answered": 3, "dismissed": 1, "expired": 1}
    assert (status["counts"]["exposures"], status["counts"]["images"], status["pictures"]["made"]) == (1, 1, 0)


def test_doctor_finds_nothing_wrong_with_it_nor_does_verify(old: Path, free_port: int) -> None:
    said = iqs(old, free_port, "doctor")
    assert f"schema {old_databases.NEWEST}, quick check passed" in said
    assert "fail" not in said
    assert f"retake_case {len(CASES)}," in iqs(old, free_port, "db", "verify")
