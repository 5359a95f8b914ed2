"""The node as a process of its own, with real senders: what it hears is what the exports say."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import generate_uid

from tests.dicom.listening import associated
from tests.integration.modality import dx_image, rejection_note
from tests.integration.processes import Node, run, store
from tests.waiting import PATIENCE_S, wait_for

MPPS = "1.2.840.10008.3.1.2.3.3"
NOW = datetime.now().replace(microsecond=0)  # noqa: DTZ005 (a modality's own clock)

Peer = Callable[[str], str]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """A node of this module; each test sends a study of its own."""
    with Node(tmp_path_factory.mktemp("node")) as node:
        yield node


def of_study(node: Node, what: str, study_uid: str) -> list[dict]:
    return [row for row in node.export(what) if row["study_uid"] == study_uid]


def test_says_that_it_is_ready_on_the_port_that_it_was_given(tmp_path: Path, free_port: int) -> None:
    with Node(tmp_path, port=free_port) as node:
        assert node.first_line == f"ready aet=IQS port={free_port}\n"
        assert node.end() == 0
    assert node.stderr.read_text() == ""


def test_answers_an_echo_whatever_it_is_called(node: Node, peer: Peer) -> None:
    import subprocess

    for called in ("IQS", "ANYTHING"):
        subprocess.run(
            [peer("echoscu"), "-aet", "ECHO", "-aec", called, "127.0.0.1", str(node.port)],
            check=True,
            timeout=PATIENCE_S,
        )
    wait_for(lambda: node.rows("SELECT count(*) FROM association WHERE ae_title = 'ECHO' AND closed_at") == [(2,)])
    assert node.rows("SELECT DISTINCT device_id, n_objects FROM association WHERE ae_title = 'ECHO'") == [(None, 0)]


@pytest.mark.parametrize("is_note_first", [False, True], ids=["image first", "note first"])
def test_a_rejection_note_is_one_case_of_its_exposure(node: Node, peer: Peer, tmp_path: Path, is_note_first: bool):
    study_uid, event_uid = generate_uid(), generate_uid()
    image = dx_image(tmp_path, study_uid=study_uid, at=NOW, event_uid=event_uid)
    note = rejection_note(tmp_path, study_uid=study_uid, images=[image], at=NOW)
    for file in (note, image) if is_note_first else (image, note):
        store(node.port, file, sender=peer("storescu"))
    [case] = of_study(node, "cases", study_uid)
    assert (case["state"], case["signals"]) == ("open", ["rejection_note"])
    assert (case["exposure_uid"], case["instance_uid"]) == (event_uid, image.stem)
    assert case["operator"] == "Johanna de Vries"
    assert case["dap_gym2"] == pytest.approx(0.81e-5)
    assert case["reason_code"] is case["answered_at"] is case["answered_by"] is None
    [exposure] = of_study(node, "exposures", study_uid)
    assert exposure["is_rejected"] is None, "nobody has answered"
    store(node.port, image, note, sender=peer("storescu"))
    assert of_study(node, "cases", study_uid) == [case], "sent again changes nothing"


def test_a_note_with_a_reason_answers_its_case(node: Node, peer: Peer, tmp_path: Path) -> None:
    study_uid = generate_uid()
    images = [dx_image(tmp_path, study_uid=study_uid, at=NOW, view=view) for view in ("PA", "LATERAL")]
    note = rejection_note(tmp_path, study_uid=study_uid, images=images, at=NOW, reason="111208")
    store(node.port, *images, note, sender=peer("storescu"))
    cases = of_study(node, "cases", study_uid)
    assert {case["instance_uid"] for case in cases} == {image.stem for image in images}
    for case in cases:
        assert (case["state"], case["cid7011_code"], case["answered_by"]) == ("answered", "111208", "note")
        assert case["reason_code"] and case["reason_label"] and case["answered_at"]
    assert [row["is_rejected"] for row in of_study(node, "exposures", study_uid)] == [True, True]


def test_the_same_view_again_is_a_question_and_another_view_is_not(node: Node, peer: Peer, tmp_path: Path) -> None:
    study_uid = generate_uid()
    first = dx_image(tmp_path, study_uid=study_uid, at=NOW, event_uid="1.2.3.1")
    other = dx_image(tmp_path, study_uid=study_uid, at=NOW + timedelta(seconds=40), view="LATERAL")
    again = dx_image(tmp_path, study_uid=study_uid, at=NOW + timedelta(seconds=80))
    store(node.port, first, other, sender=peer("storescu"))
    assert of_study(node, "cases", study_uid) == []
    store(node.port, again, sender=peer("storescu"))
    [case] = of_study(node, "cases", study_uid)
    assert (case["signals"], case["state"], case["exposure_uid"]) == (["same_view"], "open", "1.2.3.1")
    note = rejection_note(tmp_path, study_uid=study_uid, images=[first], at=NOW)
    store(node.port, note, sender=peer("storescu"))
    [both] = of_study(node, "cases", study_uid)
    assert both["case_id"] == case["case_id"], "one exposure, one case"
    assert both["signals"] == ["rejection_note", "same_view"]


def test_a_step_is_kept_from_start_to_end(node: Node) -> None:
    step_uid, study_uid = generate_uid(), generate_uid()
    begun, ended = Dataset(), Dataset()
    begun.PerformedProcedureStepStatus, begun.Modality = "IN PROGRESS", "DX"
    begun.PerformedStationAETitle, begun.PerformedStationName = "BUCKY", "BUCKY1"
    begun.PerformedProcedureStepStartDate, begun.PerformedProcedureStepStartTime = "20260710", "120000"
    begun.PatientName, begun.PatientID = "Test^Patient", "1234567"
    scheduled = Dataset()
    scheduled.StudyInstanceUID, scheduled.RequestedProcedureDescription = study_uid, "X-thorax"
    begun.ScheduledStepAttributesSequence = Sequence([scheduled])
    ended.PerformedProcedureStepStatus = "COMPLETED"
    ended.PerformedProcedureStepEndDate, ended.PerformedProcedureStepEndTime = "20260710", "120730"
    ended.TotalNumberOfExposures = 3
    with associated(node.port, MPPS, ae_title="STEPS") as association:
        assert association.send_n_create(begun, MPPS, step_uid)[0].Status == 0x0000
        assert association.send_n_set(ended, MPPS, step_uid)[0].Status == 0x0000
        assert association.send_n_set(begun, MPPS, step_uid)[0].Status == 0x0000, "late, and out of order"
    query = (
        "SELECT study_uid, status, procedure, started_at, ended_at, n_exposures FROM procedure_step WHERE step_uid = ?"
    )
    assert node.rows(query, step_uid) == [
        (
            study_uid,
            "COMPLETED",
            "X-thorax",
            "2026-07-10T10:00:00.000000+00:00",
            "2026-07-10T10:07:30.000000+00:00",
            3,
        )
    ]

    wait_for(lambda: node.rows("SELECT count(*) FROM association WHERE ae_title = 'STEPS' AND closed_at") == [(1,)])
    assert node.rows("SELECT device_id FROM association WHERE ae_title = 'STEPS'") == [(None,)], "it brought no object"


def test_unknown_senders_are_let_in_and_listed_or_rejected_and_listed(tmp_path: Path, peer: Peer) -> None:
    import subprocess

    known = '[[modalities]]\nae_title = "BUCKY"\nroom = "kamer-1"\nkind = "DX"\n'
    image = dx_image(tmp_path / "dicom", study_uid=generate_uid(), at=NOW)
    for strict, others_seen in (("", (1, 0)), ("strict = true\n", (0, 2))):
        with Node(tmp_path / f"node{len(strict)}", f"{strict}{known}") as node:
            for sender in ("STRANGER", "STRANGER", "BUCKY")[0 if strict else 1 :]:
                command = [peer("storescu"), "-v", "-aet", sender, "127.0.0.1", str(node.port), str(image)]
                done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE_S)
                is_let_in = sender == "BUCKY" or not strict
                assert done.returncode == 0 if is_let_in else "Calling AE Title Not Recognized" in done.stderr
            peers = "SELECT ae_title, host, is_known, n_associations, n_refused FROM peer ORDER BY ae_title"
            assert node.rows(peers) == [
                ("BUCKY", "127.0.0.1", 1, 1, 0),
                ("STRANGER", "127.0.0.1", 0, *others_seen),
            ]
            assert len(node.export("exposures")) == 1


def test_a_second_node_for_the_same_database_is_told_so(node: Node) -> None:
    done = node.run("node", expect=1)
    assert done.stderr.count("\n") == 1 and "a node already runs" in done.stderr
    assert done.stdout == ""


def test_a_port_that_is_taken_is_said_in_one_line(node: Node, tmp_path: Path) -> None:
    done = run("--db", str(tmp_path / "iqs.db"), "node", "--port", str(node.port), expect=1)
    assert done.stderr.count("\n") == 1 and str(node.port) in done.stderr and "in use" in done.stderr
    assert done.stdout == ""
