"""Exports: the keys of docs/design.md in their order, honest absence, the site's time, and no table in memory."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from iqs_tui import locations
from iqs_tui.domain.tags import IQS_TAGS
from iqs_tui.store import audit, export
from iqs_tui.store.database import database, writing
from iqs_tui.store.models import Case, Device, Examination, Exposure, Instance, Round, Score, Task

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
ALWAYS = export.Window(None, None, AMSTERDAM)


def a_device(device_id: str = "Acme|Bucky|1", **said: object) -> None:
    Device.create(
        device_id=device_id,
        manufacturer="Acme",
        model="Bucky",
        device_serial="1",
        modality="DX",
        room="kamer-1",
        first_seen=NOON,
        last_seen=NOON,
        **said,
    )


def an_exposure(uid: str, at: datetime | None = NOON, device_id: str = "Acme|Bucky|1", **said: object) -> None:
    values = {"modality": "DX", "image_facts": {}, "received_at": NOON, "updated_at": NOON, "room": "kamer-1"} | said
    Exposure.create(exposure_uid=uid, study_uid="1.2", device_id=device_id, acquired_at=at, **values)


def an_image(uid: str, exposure_uid: str, **said: object) -> None:
    values = {"device_id": "Acme|Bucky|1", "received_at": NOON, "acquired_at": NOON} | said
    Instance.create(
        sop_instance_uid=uid, sop_class_uid="1", study_uid="1.2", series_uid="1.3", exposure_uid=exposure_uid, **values
    )


def a_case(case_id: str, **said: object) -> None:
    values = {"instance_uids": [], "signals": ["rejection_note"], "detected_at": NOON, "updated_at": NOON} | said
    Case.create(case_id=case_id, **values)


def documented_keys(what: str) -> list[str]:
    """Return the keys that docs/design.md names for an export; what stands between brackets are values."""
    text = locations.shipped("docs", "design.md").read_text(encoding="utf-8")
    listed = re.search(rf"`{what}`[^`]*: `([^`]*)`", text)
    assert listed, what
    return [key.strip() for key in re.sub(r"\([^)]*\)", "", listed[1]).replace("\n", " ").split(",")]


@pytest.mark.parametrize("what", ["exposures", "studies", "cases", "idle", "tags"])
def test_the_keys_are_those_of_the_design_in_that_order(what: str) -> None:
    assert list(export.keys(what)) == documented_keys(what)


@pytest.mark.parametrize("what", export.KINDS)
@pytest.mark.parametrize("file_format", export.FORMATS)
def test_an_empty_database_gives_an_empty_export(db, what: str, file_format: str) -> None:
    out = io.BytesIO()
    assert export.write(what, file_format, ALWAYS, out) == 0


def test_every_record_has_all_keys_and_null_for_what_is_absent(db) -> None:
    a_device()
    an_exposure("e1", protocol="")
    Examination.create(study_uid="1.2", device_id="Acme|Bucky|1", received_at=NOON, updated_at=NOON)
    a_case("c1")
    for what in ("exposures", "studies", "cases"):
        row = jsonl(what)[0]
        assert tuple(row) == export.keys(what)
        assert "" not in row.values()
    exposure = jsonl("exposures")[0]
    assert exposure["dap_gym2"] is None
    assert exposure["protocol"] is None
    assert exposure["manufacturer"] == "Acme"
    assert exposure["device_serial"] == "1"


def test_a_room_that_sends_procedure_steps_only_has_its_station(db) -> None:
    for number, device_id in enumerate(("||OLDROOM", "OLD_AE", "Acme|Bucky|1")):
        Examination.create(study_uid=f"1.2.{number}", device_id=device_id, received_at=NOON, updated_at=NOON)
    assert [row["station_name"] for row in jsonl("studies")] == ["OLDROOM", None, None]


def test_times_are_iso_8601_with_the_offset_of_the_site(db) -> None:
    an_exposure("winter", NOON)
    an_exposure("summer", datetime(2026, 7, 1, 10, 0, 0, 250_000, tzinfo=UTC))
    times = {row["exposure_uid"]: row["acquired_at"] for row in jsonl("exposures")}
    assert times == {"winter": "2026-11-21T12:00:00.000+01:00", "summer": "2026-07-01T12:00:00.250+02:00"}


def test_days_are_local_and_both_included(db) -> None:
    """At half past twelve at night in Amsterdam it is still the day before in UTC."""
    an_exposure("night", datetime(2026, 11, 20, 23, 30, tzinfo=UTC))
    an_exposure("late", datetime(2026, 11, 21, 22, 59, tzinfo=UTC))
    an_exposure("next", datetime(2026, 11, 21, 23, 0, tzinfo=UTC))
    day = date(2026, 11, 21)
    found = jsonl("exposures", export.Window(day, day, AMSTERDAM))
    assert [row["exposure_uid"] for row in found] == ["night", "late"]
    assert len(jsonl("exposures", export.Window(date(2026, 11, 22), None, AMSTERDAM))) == 1


def test_without_a_time_of_its_own_an_exposure_is_of_the_day_it_was_received(db) -> None:
    an_exposure("timeless", None)
    an_exposure("earlier", NOON - timedelta(days=3))
    day = date(2026, 11, 21)
    assert [row["exposure_uid"] for row in jsonl("exposures", export.Window(day, day, AMSTERDAM))] == ["timeless"]


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
def test_the_day_on_which_the_clock_changes(db, day: date, hours: int) -> None:
    """Both hours from two to three of that night in October are of the day; the next begins at its own midnight."""
    window = export.Window(day, day, AMSTERDAM)
    assert window.end - window.start == timedelta(hours=hours)
    an_exposure("first", window.start)
    an_exposure("last", window.end - timedelta(milliseconds=1))
    an_exposure("before", window.start - timedelta(milliseconds=1))
    an_exposure("after", window.end)
    found = jsonl("exposures", window)
    assert [row["exposure_uid"] for row in found] == ["first", "last"]
    assert {row["acquired_at"][:10] for row in found} == {day.isoformat()}


@pytest.mark.parametrize(
    ("state", "expected"),
    [(None, False), ("answered", True), ("dismissed", False), ("open", None), ("expired", None)],
)
def test_rejected_is_only_what_was_answered_and_unknown_while_it_is_open(db, state, expected) -> None:
    an_exposure("e1")
    if state:
        a_case("c1", exposure_uid="e1", state=state, reason_code="motion" if state == "answered" else None)
    row = jsonl("exposures")[0]
    assert row["is_rejected"] is expected
    assert row["reason_code"] == ("motion" if state == "answered" else None)


@pytest.mark.parametrize("counts_as", ["repeat", "identification"])
def test_a_repeat_and_a_wrong_worklist_entry_are_no_reject(db, counts_as) -> None:
    an_exposure("e1")
    a_case("c1", exposure_uid="e1", state="answered", reason_code="motion", counts_as=counts_as)
    assert jsonl("exposures")[0]["is_rejected"] is False


def test_of_two_cases_the_answered_one_says_it(db) -> None:
    an_exposure("e1")
    a_case("c1", exposure_uid="e1", state="answered", reason_code="motion")
    a_case("c2", exposure_uid="e1", state="dismissed", reason_code="bilateral")
    assert jsonl("exposures")[0]["reason_code"] == "motion"


def test_what_a_kiosk_withdrew_is_in_no_export_of_the_central_server(db) -> None:
    an_exposure("e1")
    a_case("c1", exposure_uid="e1", state="withdrawn")
    a_case("c2", exposure_uid="e1", state="withdrawn")
    assert jsonl("cases") == []
    assert jsonl("exposures")[0]["is_rejected"] is False


def test_sources_and_images_of_an_exposure(db) -> None:
    an_exposure("both", report_facts={})
    an_exposure("report", image_facts=None, report_facts={})
    an_exposure("screenshot", is_derived=True)
    an_image("1.9.2", "both", instance_number=2)
    an_image("1.9.1", "both", instance_number=1)
    rows = {row["exposure_uid"]: row for row in jsonl("exposures")}
    assert rows.keys() == {"both", "report"}
    assert rows["both"]["sources"] == ["image", "rdsr"]
    assert rows["both"]["instance_uids"] == ["1.9.1", "1.9.2"]
    assert rows["report"]["sources"] == ["rdsr"]
    assert rows["report"]["instance_uids"] == []


def test_a_case_has_the_dose_of_its_exposure(db) -> None:
    an_exposure("e1", dap_gym2=8.1e-6)
    a_case("c1", exposure_uid="e1", instance_uids=["1.9.1", "1.9.2"])
    a_case("c2")
    first, second = jsonl("cases")
    assert (first["dap_gym2"], first["instance_uid"]) == (8.1e-6, "1.9.1")
    assert (second["dap_gym2"], second["instance_uid"]) == (None, None)


def test_a_study_is_chosen_by_its_study_date(db) -> None:
    values = {"device_id": "d", "received_at": NOON, "updated_at": NOON}
    Examination.create(study_uid="1", study_date="2026-11-20", started_at=NOON, **values)
    Examination.create(study_uid="2", study_date=None, started_at=NOON, **values)
    day = date(2026, 11, 21)
    assert [row["study_uid"] for row in jsonl("studies", export.Window(day, day, AMSTERDAM))] == ["2"]


def test_a_day_of_exposures_is_found_without_reading_the_table(db) -> None:
    window = export.Window(date(2026, 11, 21), date(2026, 11, 21), AMSTERDAM)
    condition = window.holds(Exposure.acquired_at, Exposure.received_at)
    sql, values = Exposure.select().where(condition).sql()
    plan = [row[3] for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert not [line for line in plan if line.startswith("SCAN")], plan


def test_tags_count_what_is_there_and_what_is_usable(db) -> None:
    a_device()
    operators, kvp = 0, [tag.keyword for tag in IQS_TAGS].index("KVP")
    an_image("1", "e", tags_present=1 << operators, tags_valid=1 << operators)
    an_image("2", "e", tags_present=1 << operators, tags_valid=0)
    an_image("3", "e", tags_present=0, tags_valid=0)
    rows = {row["keyword"]: row for row in jsonl("tags")}
    assert len(rows) == len(IQS_TAGS)
    assert rows["OperatorsName"] == {
        "device": "Acme|Bucky|1",
        "tag": "(0008,1070)",
        "keyword": "OperatorsName",
        "present_pct": 66.7,
        "valid_pct": 33.3,
        "n": 3,
        "note": "without a usable value in 1 of 3 images",
    }
    assert rows[IQS_TAGS[kvp].keyword]["note"] == "not in any image"


def test_scores_stand_with_their_round_and_image(db) -> None:
    an_exposure("e1")
    Round.create(
        round_id="r",
        kind="peer_review",
        form_id="projection",
        form_version=1,
        seed="s",
        n=1,
        n_candidates=9,
        drawn_at=NOON,
    )
    Task.create(
        task_id="t",
        round_id="r",
        position=0,
        exposure_uid="e1",
        instance_uid="1",
        scored_by="u",
        scored_at=NOON,
        procedure="Knie",
    )
    Score.create(score_id="s", task_id="t", criterion="rotation", value=None)
    row = jsonl("scores")[0]
    assert tuple(row) == export.keys("scores")
    assert (row["kind"], row["procedure"], row["study_uid"], row["value"]) == ("peer_review", "Knie", "1.2", None)


def test_the_audit_log_in_its_order(db) -> None:
    with writing():
        audit.append("admin", "user_added", "u1", {"name": "Jolanda"}, NOON)
        audit.append("room", "answered", "c1", None, NOON)
    first, second = jsonl("audit")
    assert json.loads(first["detail"]) == {"name": "Jolanda"}
    assert second["detail"] is None
    assert second["previous_hash"] == first["row_hash"]


def test_idle_is_the_ledger_with_local_times(db) -> None:
    a_device()
    for minute in (0, 3, 40):
        an_exposure(f"e{minute}", NOON + timedelta(minutes=minute), received_at=NOON + timedelta(minutes=minute))
    rows = jsonl("idle")
    assert {tuple(row) for row in rows} == {export.keys("idle")}
    assert rows[0]["from"] == "2026-11-21T12:00:00.000+01:00"
    assert any(row["state"] == "scanning" for row in rows)


def test_csv_leaves_absent_empty_and_defuses_formulas(db) -> None:
    a_device()
    an_exposure("e1", protocol="=HYPERLINK(1)", deviation_index=-1.5, dap_gym2=None)
    an_image("1.9.1", "e1")
    an_image("1.9.2", "e1")
    out = io.BytesIO()
    assert export.write("exposures", "csv", ALWAYS, out) == 1
    row = next(csv.DictReader(io.StringIO(out.getvalue().decode())))
    assert tuple(row) == export.keys("exposures")
    assert row["protocol"] == "'=HYPERLINK(1)"
    assert (row["deviation_index"], row["dap_gym2"], row["is_rejected"]) == ("-1.5", "", "false")
    assert row["instance_uids"] == "1.9.1;1.9.2"


def test_parquet_has_the_same_types_whatever_is_in_it(db) -> None:
    empty, filled = io.BytesIO(), io.BytesIO()
    export.write("exposures", "parquet", ALWAYS, empty)
    an_exposure("e1", dap_gym2=None, phantom_cm=32)
    export.write("exposures", "parquet", ALWAYS, filled)
    table = pq.read_table(filled)
    assert table.schema == pq.read_schema(empty)
    assert table.schema.field("dap_gym2").type == pa.float64()
    assert table.schema.field("acquired_at").type == pa.timestamp("ms", tz="Europe/Amsterdam")
    row = table.to_pylist()[0]
    assert row["acquired_at"] == NOON
    assert (row["dap_gym2"], row["phantom_cm"], row["sources"]) == (None, 32, ["image"])


def test_rows_stream(db) -> None:
    """The first row is there before the last one is read: the export holds a batch, not the table."""
    with writing():
        for number in range(1200):
            an_exposure(f"e{number:04d}", NOON + timedelta(seconds=number))
    rows = export.rows("exposures", ALWAYS)
    assert next(rows)["exposure_uid"] == "e0000"
    Exposure.delete().where(Exposure.exposure_uid == "e1199").execute()
    assert sum(1 for _ in rows) in {1198, 1199}


def jsonl(what: str, window: export.Window = ALWAYS) -> list[dict]:
    out = io.BytesIO()
    export.write(what, "jsonl", window, out)
    return [json.loads(line) for line in out.getvalue().splitlines()]
