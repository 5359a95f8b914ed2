"""The kiosk as author of rejection notes: a node writes one, Orthanc takes it in, dcmtk and dicom3tools read it."""

import subprocess
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid

from iqs_tui.clock import utc_now
from iqs_tui.store import answering
from iqs_tui.store import database as database_of
from tests.integration import orthanc
from tests.integration.modality import dx_image
from tests.integration.processes import Node, store
from tests.waiting import PATIENCE_S, wait_for

Peer = Callable[[str], str]
NOW = datetime.now().replace(microsecond=0)  # noqa: DTZ005 (a modality's own clock)
_ROOM = '[[rooms]]\nid = "kamer-1"\n[rooms.retakes]\nwrite_notes = true\n'


@pytest.fixture(scope="module")
def pacs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[orthanc.Pacs]:
    from tests.conftest import _unused_port, find_peer

    folder = tmp_path_factory.mktemp("orthanc")
    with orthanc.running(find_peer("Orthanc"), folder, _unused_port(), _unused_port()) as running:
        yield running


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory, pacs: orthanc.Pacs) -> Iterator[Node]:
    """A node whose room writes notes, at once; its database is this process's too."""
    settings = (
        f'[pacs]\nae_title = "PACS"\nhost = "127.0.0.1"\nport = {pacs.port}\n[retakes]\nnote_delay_minutes = 0\n{_ROOM}'
    )
    with Node(tmp_path_factory.mktemp("node"), settings) as running:
        database_of.open_database(running.database)
        yield running
        database_of.close_connection()


def rejected(exposure_uid: str, reason: str) -> str:
    """Answer as an MBB'er would: by the key on the kiosk. Return the case."""
    case_id = answering.report_from_kiosk(exposure_uid, "kamer-1", "room", utc_now())
    answering.answer(case_id, reason, "room", utc_now(), "patiënt bewoog")
    return case_id


def state_of(node: Node, case_id: str) -> tuple[str, str | None]:
    rows = node.rows("SELECT state, error FROM outgoing_note WHERE case_id = ?", case_id)
    return rows[0] if rows else ("", None)


@pytest.fixture(scope="module")
def written(node: Node, pacs: orthanc.Pacs, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The file of a note that Orthanc took in, and the image that it takes away."""
    from tests.conftest import find_peer

    folder, event = tmp_path_factory.mktemp("written"), str(generate_uid())
    image = dx_image(
        folder,
        study_uid=str(generate_uid()),
        at=NOW,
        event_uid=event,
        PatientName="Müller^Änne",
        PatientID="P-77",
        PatientBirthDate="19510203",
        PatientSex="F",
        AccessionNumber="ACC-9",
        StudyID="S-1",
    )
    store(node.port, image, sender=find_peer("storescu"))
    store(pacs.port, image, sender=find_peer("storescu"))
    case_id = rejected(event, "motion.patient")
    wait_for(lambda: state_of(node, case_id)[0] == "sent", what="the note")
    file = folder / "note.dcm"
    file.write_bytes(pacs.file(pacs.instances("KO")[0]))
    return file, pydicom.dcmread(image).SOPInstanceUID


def test_the_archive_files_it_with_the_study_of_the_image(written: tuple[Path, str], pacs: orthanc.Pacs):
    study = next(each for each in pacs.studies() if each["MainDicomTags"].get("AccessionNumber") == "ACC-9")
    assert len(study["Series"]) == 2
    assert study["PatientMainDicomTags"]["PatientID"] == "P-77"
    note = pydicom.dcmread(written[0])
    assert str(note.PatientName) == "Müller^Änne"
    assert (note.PatientBirthDate, note.PatientSex, note.StudyID) == ("19510203", "F", "S-1")


def test_it_says_what_is_rejected_and_why(written: tuple[Path, str]):
    note = pydicom.dcmread(written[0])
    assert note.ConceptNameCodeSequence[0].CodeValue == "113001"
    assert note.ContentTemplateSequence[0].TemplateIdentifier == "2010"
    said = {
        item.ConceptNameCodeSequence[0].CodeValue: item
        for item in note.ContentSequence
        if item.get("ConceptNameCodeSequence")
    }
    assert said["113011"].ConceptCodeSequence[0].CodeValue == "111210"
    assert said["113011"].ConceptCodeSequence[0].CodeMeaning == "Motion blur"
    assert said["113012"].TextValue == "Beweging / ademstand: patiënt bewoog, patiënt bewoog"
    series = note.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence[0]
    assert [each.ReferencedSOPInstanceUID for each in series.ReferencedSOPSequence] == [written[1]]
    assert note.ContentSequence[-1].ReferencedSOPSequence[0].ReferencedSOPInstanceUID == written[1]


def test_dcmtk_reads_it(written: tuple[Path, str], peer: Peer):
    done = subprocess.run(
        [peer("dsrdump"), str(written[0])], capture_output=True, text=True, errors="replace", timeout=PATIENCE_S
    )
    assert done.returncode == 0, done.stderr
    assert "Key Object Selection Document" in done.stdout
    assert "Rejected for Quality Reasons" in done.stdout
    assert "Motion blur" in done.stdout
    assert [line for line in done.stderr.splitlines() if not line.startswith("W:")] == []


def test_dicom3tools_finds_no_error(written: tuple[Path, str], peer: Peer):
    done = subprocess.run(
        [peer("dciodvfy"), "-new", str(written[0])], capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert [line for line in (done.stdout + done.stderr).splitlines() if line.startswith("Error")] == []


def test_a_node_that_hears_it_back_makes_nothing_of_it(written: tuple[Path, str], node: Node, peer: Peer):
    before = node.rows("SELECT case_id, signals FROM retake_case ORDER BY case_id")
    store(node.port, written[0], sender=peer("storescu"))
    assert node.rows("SELECT case_id, signals FROM retake_case ORDER BY case_id") == before


def test_a_study_that_the_pacs_does_not_have_yet_is_tried_again(node: Node, tmp_path: Path, peer: Peer):
    event = str(generate_uid())
    store(
        node.port, dx_image(tmp_path, study_uid=str(generate_uid()), at=NOW, event_uid=event), sender=peer("storescu")
    )
    case_id = rejected(event, "rotation")
    wait_for(lambda: state_of(node, case_id)[1])
    assert state_of(node, case_id) == ("waiting", "the PACS does not know the study (yet)")


def test_nothing_of_the_patient_stays_in_the_node(written: tuple[Path, str], node: Node):
    kept = b"".join(node.contents().values())
    for said in (b"ller^", b"P-77", b"19510203"):
        assert said not in kept
