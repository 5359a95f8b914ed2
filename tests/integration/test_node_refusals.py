"""What a modality should not send: refused with its status, listed, and never written anywhere."""

import struct
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, XRayRadiationDoseSRStorage, generate_uid
from pynetdicom.dsutils import encode

from tests.dicom.builders import ct, ct_event, ct_report, dx
from tests.dicom.listening import associated, ct_slice, object_of
from tests.dicom.test_hostile import associate_request, caller, read_pdu, store_raw
from tests.dicom.test_rejection_note import note
from tests.integration.modality import dx_image, rejection_note
from tests.integration.processes import Node, store
from tests.waiting import wait_for

CT, RDSR, KOS = CTImageStorage, XRayRadiationDoseSRStorage, "1.2.840.10008.5.1.4.1.1.88.59"
DX, MPPS = "1.2.840.10008.5.1.4.1.1.1.1", "1.2.840.10008.3.1.2.3.3"
NOW = datetime.now().replace(microsecond=0)  # noqa: DTZ005 (a modality's own clock)

NESTED = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"


def encoded(sop_class_uid: str = CT, **attributes: object) -> bytes:
    return encode(object_of(sop_class_uid, **({"SOPInstanceUID": "1.2.3.4"} | attributes)), False, True)


BAD = {
    "no study UID": (encoded(StudyInstanceUID=None), CT, "1.2.3.4", {0xC000}),
    "no series UID": (encoded(SeriesInstanceUID=None), CT, "1.2.3.4", {0xC000}),
    "no SOP instance UID": (encoded(SOPInstanceUID=None), CT, "1.2.3.4", {0xC000}),
    "empty study UID": (encoded(StudyInstanceUID=""), CT, "1.2.3.4", {0xC000}),
    "another SOP instance UID": (encoded(), CT, "1.2.3.5", {0xA900}),
    "another SOP class": (encoded(SOPClassUID=DX), CT, "1.2.3.4", {0xA900}),
    "traversal in the study UID": (encoded(StudyInstanceUID="../../../tmp/pwned"), CT, "1.2.3.4", {0xC000}),
    "traversal in the instance UID": (encoded(SOPInstanceUID="../pwned"), CT, "../pwned", {0xC000}),
    "escape sequence in a UID": (encoded(SOPInstanceUID="1.2.\x1b[31m"), CT, "1.2.\x1b[31m", {0xC000}),
    "garbage": (b"\xffpwned garbage" * 99, CT, "1.2.3.4", {0xC000, 0xA900}),
    "nothing": (b"", CT, "1.2.3.4", {0xC000, 0xA900}),
    "cut off": (encoded()[:100], CT, "1.2.3.4", {0xC000}),
    "nested too deep": (encoded(RDSR) + NESTED * 20_000, RDSR, "1.2.3.4", {0xC000}),
}


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of this module."""
    with Node(tmp_path_factory.mktemp("node")) as node:
        yield node


def files_of(node: Node) -> set[str]:
    return {str(path.relative_to(node.folder)) for path in node.folder.rglob("*")}


def test_every_bad_object_is_refused_and_listed_and_leaves_no_file(node: Node) -> None:
    store_raw(node.port, encoded(SOPInstanceUID="1.2.3.99"), CT, "1.2.3.99")
    files = files_of(node)
    before = node.rows("SELECT count(*) FROM instance")
    [(n_refused,)] = node.rows("SELECT count(*) FROM quarantine")
    for number, (what, (data, sop_class_uid, uid, allowed)) in enumerate(BAD.items(), n_refused + 1):
        status = store_raw(node.port, data, sop_class_uid, uid)
        assert status in allowed, f"{what}: 0x{status:04X}"
        [(kept, reason, size, sha256, ae_title)] = node.rows(
            "SELECT status, reason, size_bytes, sha256, ae_title FROM quarantine ORDER BY id DESC LIMIT 1"
        )
        assert (kept, size, ae_title) == (status, len(data), "HOSTILE"), what
        assert reason and len(sha256) == 64
        assert node.rows("SELECT count(*) FROM quarantine") == [(number,)], what
    assert node.rows("SELECT count(*) FROM instance") == before
    assert files_of(node) == files
    assert not Path("/tmp/pwned").exists()
    assert not any(b"pwned" in path.read_bytes() for path in Path.cwd().glob("*") if path.is_file())
    uids = node.rows("SELECT sop_instance_uid FROM quarantine WHERE sop_instance_uid IS NOT NULL")
    assert not any("\x1b" in uid for (uid,) in uids)


STEERS = {
    "OperatorsName": "\x1b]0;titel\x07Vries^\x1b[31mJan",
    "StudyDescription": "X-thorax\x1b]52;c;cm0gLXJm\x07 \u202egnp.exe [bold]vet[/bold] [@click=app.quit]klik[/]",
    "ProtocolName": "PA\r\n\x00\x9b2J staand",
    "BodyPartExamined": "CHE\x1bST\x9b2J",
    "StationName": "BUCKY\x07\x08",
    "ManufacturerModelName": "\x1bPq\x1b\\Model",
    "PatientID": "\x1b[2J1234567",
}
CONTROL = [
    *range(0x20),
    0x7F,
    *range(0x80, 0xA0),
    *range(0x202A, 0x202F),
    *range(0x2066, 0x206A),
    0x200E,
    0x200F,
    0x61C,
]


def test_what_steers_a_terminal_stays_outside(node: Node) -> None:
    image = dx(**STEERS)
    image.SpecificCharacterSet = "ISO_IR 192"
    event = ct_event("1.2.3.7")
    report = ct_report([event], **{key: STEERS[key] for key in ("OperatorsName", "ProtocolName", "StationName")})
    kos = note(items=(), StudyInstanceUID=image.StudyInstanceUID, OperatorsName=STEERS["OperatorsName"])
    step = Dataset()
    step.PerformedProcedureStepStatus, step.PerformedStationName = "IN PROGRESS", STEERS["StationName"]
    step.PerformedProcedureStepDescription, step.SpecificCharacterSet = STEERS["StudyDescription"], "ISO_IR 192"
    with associated(node.port, DX, RDSR, KOS, MPPS) as association:
        for dataset in (image, report, kos):
            dataset.SpecificCharacterSet = "ISO_IR 192"
            assert association.send_c_store(_with_meta(dataset)).Status == 0x0000
        assert association.send_n_create(step, MPPS, generate_uid())[0].Status == 0x0000
    for caller_name in (b"A\x1b[31mB", b"\xff\xfe\x80\x9b2J", b"[bold]\x07"):
        request = associate_request().replace(b"HOSTILE".ljust(16), caller_name.ljust(16))
        with caller(node.port, request) as connection:
            read_pdu(connection)
    for what in ("exposures", "studies", "cases", "idle", "tags", "audit"):
        for file_format in ("jsonl", "csv"):
            shown = node.run("export", what, "--format", file_format).stdout
            assert not [hex(code) for code in CONTROL if chr(code) in shown and code not in (0x0A, 0x0D)], what
            assert "\\u001b" not in shown and "\\u202e" not in shown
    [row] = [row for row in node.export("exposures") if row["study_uid"] == image.StudyInstanceUID]
    assert row["operator"] == "[31mJan ]0;titelVries"
    assert "[bold]vet[/bold]" in row["procedure"], "markup is text here; the face shows it as text"
    dump = "\n".join(str(row) for table in _tables(node) for row in node.rows(f"SELECT * FROM {table}"))
    assert not [escape for escape in ("\\x1b", "\\u202e", "\\x07", "\\x9b", "\\u2066", "\\x00") if escape in dump]


def _with_meta(dataset: Dataset) -> Dataset:
    if not hasattr(dataset, "file_meta"):
        dataset.file_meta = object_of().file_meta
    return dataset


def _tables(node: Node) -> list[str]:
    return [name for (name,) in node.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]


WHO = {"PatientName": "Zwaluw^Hendrikje", "PatientID": "ZW-9871234", "PatientBirthDate": "19410203"}
TRACES = [b"Zwaluw", b"Hendrikje", b"ZW-9871234", b"19410203", b"1941-02-03"]


def test_nothing_on_disk_says_who_the_patient_is(tmp_path: Path, peer) -> None:
    study_uid = generate_uid()
    step = Dataset()
    step.PerformedProcedureStepStatus = "IN PROGRESS"
    who = {**WHO, "StudyInstanceUID": study_uid, "PatientAge": None}
    with Node(tmp_path / "node") as node:
        image = dx_image(tmp_path / "dicom", study_uid=study_uid, at=NOW, **WHO)
        store(node.port, image, sender=peer("storescu"))
        with associated(node.port, DX, CT, RDSR, KOS, MPPS) as association:
            for dataset in (dx(**who), ct(**who), ct_report([ct_event("1.2.3.8")], **who), note(**who)):
                assert association.send_c_store(_with_meta(dataset)).Status == 0x0000
            for bad in (ct_slice(**WHO, SeriesInstanceUID=None), object_of(KOS, **WHO, StudyInstanceUID=None)):
                assert association.send_c_store(bad).Status == 0xC000
            for keyword, value in WHO.items():
                setattr(step, keyword, value)
            assert association.send_n_create(step, MPPS, generate_uid())[0].Status == 0x0000
        assert store_raw(node.port, b"".join(TRACES) * 50) == 0xC000
        wait_for(lambda: node.rows("SELECT count(*) FROM log WHERE level = 'warning'") >= [(3,)])
        node.rows("SELECT 1")
        on_disk = node.contents()
        assert any(name.endswith("-wal") for name in on_disk)
        shown = "".join(node.run("export", what).stdout for what in ("exposures", "studies", "cases", "audit", "tags"))
        assert node.end() == 0
    [key] = {row["patient_key"] for row in _studies(node)}
    assert key.startswith("k1:") and len(key) == 3 + 64
    assert {row["age_years"] for row in _studies(node)} != {None}
    for trace in TRACES:
        assert not [name for name, data in (on_disk | node.contents()).items() if trace in data], trace
        assert trace.decode() not in shown


def _studies(node: Node) -> list[dict]:
    return [
        {"patient_key": key, "age_years": age}
        for key, age in node.rows("SELECT patient_key, age_years FROM examination WHERE patient_key IS NOT NULL")
    ]


def test_a_note_that_names_no_image_is_refused(node: Node, tmp_path: Path) -> None:
    import pydicom

    empty = pydicom.dcmread(rejection_note(tmp_path, study_uid=generate_uid(), images=[], at=NOW))
    with associated(node.port, KOS) as association:
        assert association.send_c_store(empty).Status == 0xC000
