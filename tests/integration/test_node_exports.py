"""Every record key of the exports, after a real run, against what was sent."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from tests.dicom.builders import code_item, ct, ct_event, ct_report, dx, image, num, projection_event, report
from tests.dicom.listening import associated, object_of
from tests.dicom.test_rejection_note import note
from tests.integration.processes import Node
from tests.waiting import wait_for

DX, CT, MR = "1.2.840.10008.5.1.4.1.1.1.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
RDSR, KOS = "1.2.840.10008.5.1.4.1.1.88.67", "1.2.840.10008.5.1.4.1.1.88.59"
DX_STUDY, CT_STUDY, BARE_STUDY = "2.25.1001", "2.25.1002", "2.25.1003"
DX_EVENT, CT_EVENT = "2.25.2001", "2.25.2002"
ZONE = ZoneInfo("Europe/Amsterdam")
STARTED = datetime.now(UTC) - timedelta(seconds=2)


def sent() -> list[Dataset]:
    """An examination of a bucky with its report and rejection note, one of a CT, and an image that says nothing."""
    radiograph = dx(
        SOPInstanceUID="2.25.3001",
        StudyInstanceUID=DX_STUDY,
        IrradiationEventUID=DX_EVENT,
        StudyDescription="X-thorax",
        ProtocolName="Thorax PA",
    )
    dose = report(
        projection_event(DX_EVENT, num("122130", "0.000013", "Gy.m2"), num("113738", "0.0004", "Gy")),
        StudyInstanceUID=DX_STUDY,
    )
    rejected = note(listed=(radiograph.SOPInstanceUID,), StudyInstanceUID=DX_STUDY, items=(_reason("111208"),))
    slices = [
        ct(
            SOPInstanceUID=f"2.25.300{n}",
            StudyInstanceUID=CT_STUDY,
            SeriesInstanceUID="2.25.4001",
            IrradiationEventUID=CT_EVENT,
            InstanceNumber=str(n),
            DeviceSerialNumber="S2",
            StudyDescription="CT abdomen",
            ProtocolName="Abdomen",
            PatientAge="045Y",
        )
        for n in (3, 2)
    ]
    scan = ct_report([ct_event(CT_EVENT)], StudyInstanceUID=CT_STUDY, DeviceSerialNumber="S2", dlp="260.5", n_events=1)
    bare = image(
        MR,
        "MR",
        SOPInstanceUID="2.25.3009",
        StudyInstanceUID=BARE_STUDY,
        **dict.fromkeys(
            "PatientID PatientBirthDate StudyDate StudyTime AcquisitionDate AcquisitionTime Manufacturer KVP "
            "ManufacturerModelName StationName DeviceSerialNumber OperatorsName".split()
        ),
    )
    return [radiograph, rejected, dose, scan, *slices, bare]


def _reason(code: str) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = "HAS CONCEPT MOD", "CODE"
    item.ConceptNameCodeSequence = Sequence([code_item("113011")])
    item.ConceptCodeSequence = Sequence([code_item(code)])
    return item


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node that has received all of it."""
    with Node(tmp_path_factory.mktemp("node")) as node:
        with associated(node.port, DX, CT, MR, RDSR, KOS, ae_title="ROUTER") as association:
            for dataset in sent():
                if not hasattr(dataset, "file_meta"):
                    dataset.file_meta = object_of().file_meta
                assert association.send_c_store(dataset).Status == 0x0000
        wait_for(lambda: node.rows("SELECT count(*) FROM association WHERE closed_at IS NOT NULL") == [(1,)])
        yield node


def only(rows: list[dict], study_uid: str) -> dict:
    [row] = [row for row in rows if row["study_uid"] == study_uid]
    return row


def is_now(text: str) -> bool:
    """Say whether a moment has the offset of the site, and is one of this run."""
    moment = datetime.fromisoformat(text)
    return moment.utcoffset() == moment.astimezone(ZONE).utcoffset() and STARTED <= moment <= datetime.now(UTC)


def test_exposures(node: Node) -> None:
    rows = node.export("exposures")
    row = only(rows, DX_STUDY)
    assert is_now(row.pop("received_at"))
    assert row == {
        "exposure_uid": DX_EVENT,
        "study_uid": DX_STUDY,
        "instance_uids": ["2.25.3001"],
        "modality": "DX",
        "manufacturer": "ACME",
        "model": "Ray 1",
        "station_name": "BUCKY1",
        "device_serial": "S1",
        "room": "kamer-1",
        "acquired_at": "2026-03-10T10:15:30.000+01:00",
        "procedure": "X-thorax",
        "protocol": "Thorax PA",
        "body_part": "CHEST",
        "view": "PA",
        "laterality": "U",
        "operator": "Jan de Vries",
        "kvp": 120.0,
        "mas": 1.04,
        "exposure_index": 400.0,
        "deviation_index": -1.0,
        "dap_gym2": pytest.approx(1.3e-5),
        "dose_rp_gy": pytest.approx(0.0004),
        "agd_mgy": None,
        "ctdivol_mgy": None,
        "dlp_mgycm": None,
        "phantom_cm": None,
        "event_type": "Stationary Acquisition",
        "is_rejected": True,
        "reason_code": "equipment.grid",
        "sources": ["image", "rdsr"],
    }
    scan = only(rows, CT_STUDY)
    assert scan["instance_uids"] == ["2.25.3002", "2.25.3003"], "by instance number"
    assert (scan["ctdivol_mgy"], scan["dlp_mgycm"], scan["phantom_cm"]) == (5.3, 251.2, 32), "the report goes before"
    assert (scan["is_rejected"], scan["reason_code"], scan["modality"]) == (False, None, "CT")
    bare = only(rows, BARE_STUDY)
    there = {name for name, value in bare.items() if value is not None}
    assert there == set("exposure_uid study_uid instance_uids modality room received_at is_rejected sources".split()), (
        "what was not said is null"
    )


def test_studies(node: Node) -> None:
    rows = node.export("studies")
    assert only(rows, DX_STUDY) == {
        "study_uid": DX_STUDY,
        "modality": "DX",
        "manufacturer": "ACME",
        "model": "Ray 1",
        "station_name": "BUCKY1",
        "device_serial": "S1",
        "study_date": "2026-03-10",
        "procedure": "X-thorax",
        "protocol": "Thorax PA",
        "operator": "Jan de Vries",
        "age_years": pytest.approx(76.19, abs=0.01),
        "n_exposures": 1,
        "n_images": 1,
        "dap_total_gym2": pytest.approx(1.3e-5),
        "dose_rp_total_gy": pytest.approx(0.0004),
        "agd_total_mgy": None,
        "dlp_total_mgycm": None,
        "ctdivol_max_mgy": None,
        "total_source": "summed",
    }
    scan = only(rows, CT_STUDY)
    assert (scan["n_exposures"], scan["n_images"], scan["age_years"]) == (1, 2, 45.0)
    assert (scan["dlp_total_mgycm"], scan["ctdivol_max_mgy"], scan["total_source"]) == (260.5, 5.3, "reported")
    bare = only(rows, BARE_STUDY)
    there = {name for name, value in bare.items() if value is not None}
    assert there == set("study_uid modality n_exposures n_images".split())


def test_cases(node: Node) -> None:
    [case] = node.export("cases")
    assert case.pop("case_id")
    assert is_now(case.pop("detected_at")) and is_now(case.pop("answered_at"))
    assert case == {
        "study_uid": DX_STUDY,
        "exposure_uid": DX_EVENT,
        "instance_uid": "2.25.3001",
        "signals": ["rejection_note"],
        "state": "answered",
        "reason_code": "equipment.grid",
        "reason_label": "Apparatuur / storing: raster",
        "cid7011_code": "111208",
        "detail": None,
        "operator": "Jan de Vries",
        "answered_by": "note",
        "dap_gym2": pytest.approx(1.3e-5),
        "dlp_mgycm": None,
        "agd_mgy": None,
    }


def test_tags(node: Node) -> None:
    rows = {(row["device"], row["keyword"]): row for row in node.export("tags")}
    assert {device for device, _ in rows} == {"ACME|Ray 1|S1", "ACME|Ray 1|S2", "ROUTER"}
    assert rows["ACME|Ray 1|S2", "CTDIvol"] == {
        "device": "ACME|Ray 1|S2",
        "tag": "(0018,9345)",
        "keyword": "CTDIvol",
        "present_pct": 100.0,
        "valid_pct": 100.0,
        "n": 2,
        "note": None,
    }
    missing = rows["ROUTER", "OperatorsName"]
    assert (missing["present_pct"], missing["valid_pct"], missing["n"]) == (0.0, 0.0, 1)
    assert missing["note"]


def test_idle(node: Node) -> None:
    rows = [row for row in node.export("idle") if row["device"] == "ACME|Ray 1|S1"]
    assert rows[0]["from"] <= "2026-03-10T10:15:30.000+01:00"
    for row, after in pairwise(rows):
        assert row["to"] == after["from"], "no gaps, no overlap"
    for row in rows:
        begin, end = datetime.fromisoformat(row["from"]), datetime.fromisoformat(row["to"])
        assert begin < end <= datetime.now(UTC)
        assert begin.utcoffset() == begin.astimezone(ZONE).utcoffset()
        assert row["state"] in {"off", "standby", "idle", "turnover", "in_exam", "scanning", "unknown"}
        assert row["confidence"] in {"high", "medium", "low"}
        if row["kwh"] is not None:
            assert row["kwh_low"] <= row["kwh"] <= row["kwh_high"] and row["tier"]
    around = [row for row in rows if row["from"] <= "2026-03-10T10:15:30.000+01:00" < row["to"]]
    assert [row["state"] for row in around] == ["scanning"]


def test_audit(node: Node) -> None:
    [row] = [row for row in node.export("audit") if row["action"] == "case.answered"]
    assert set(row) == set("seq at actor action subject detail previous_hash row_hash".split())
    assert is_now(row["at"]) and row["actor"] == "node"
    assert row["subject"] == node.export("cases")[0]["case_id"]


def test_a_window_is_local_days(node: Node) -> None:
    assert node.export("studies", "--from", "2026-03-11") == node.export("studies", "--from", "2026-03-12")
    assert {row["study_uid"] for row in node.export("studies", "--to", "2026-03-10")} == {DX_STUDY, CT_STUDY}
    assert node.export("exposures", "--to", "2026-03-09") == []
