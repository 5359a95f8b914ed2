"""The listener with real senders: dcmtk and pynetdicom's SCU."""

import subprocess
import threading
import time
from io import BytesIO
from pathlib import Path

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import (
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    DigitalXRayImageStorageForPresentation,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGLosslessSV1,
    KeyObjectSelectionDocumentStorage,
    XRayRadiationDoseSRStorage,
    generate_uid,
)
from pynetdicom import AE
from pynetdicom.dimse_primitives import C_STORE
from pynetdicom.dsutils import encode
from pynetdicom.sop_class import Verification

from iqs_tui.clock import utc_now
from iqs_tui.dicom.associations import Associations, Line
from iqs_tui.dicom.contexts import has_plain_header, is_image, offered_contexts
from iqs_tui.dicom.intake import Intake
from iqs_tui.dicom.listener import Listener, ListenerSettings
from iqs_tui.dicom.transport import ModalitySocket
from iqs_tui.domain.records import DoseReport, Instance, ProcedureStep, RejectionNote, Sender
from tests.dicom.listening import (
    SETTINGS,
    MemoryInbox,
    associated,
    ct_slice,
    listening,
    object_of,
    write_part10,
)
from tests.dicom.test_rejection_note import note
from tests.waiting import PATIENCE_S, must_end, wait_for

MPPS = "1.2.840.10008.3.1.2.3.3"
KOS = KeyObjectSelectionDocumentStorage


def run(*arguments: object, expect: int | None = 0) -> str:
    done = subprocess.run(list(map(str, arguments)), capture_output=True, text=True, timeout=PATIENCE_S)
    if expect is not None:
        assert done.returncode == expect, done.stdout + done.stderr
    return done.stdout + done.stderr


def instances(inbox: MemoryInbox) -> list[Instance]:
    return [record for record in inbox.records if isinstance(record, Instance)]


def test_echoscu(peer):
    inbox = MemoryInbox()
    with listening(inbox) as port:
        run(peer("echoscu"), "-aet", "CT_1", "-aec", "WHATEVER", "127.0.0.1", port)
    assert list(inbox.closed.values()) == [0]


@pytest.mark.parametrize("propose", ["-xe", "-xi"])
def test_storescu_sends_slices(peer, tmp_path: Path, propose: str):
    slices = [ct_slice() for _ in range(5)]
    files = [write_part10(dataset, tmp_path / f"{n}.dcm") for n, dataset in enumerate(slices)]
    inbox = MemoryInbox()
    with listening(inbox) as port:
        run(peer("storescu"), propose, "-aet", "CT_1", "127.0.0.1", port, *files)
    assert [i.sop_instance_uid for i in instances(inbox)] == [d.SOPInstanceUID for d in slices]
    assert {i.study_uid for i in instances(inbox)} == {d.StudyInstanceUID for d in slices}
    assert {(s.ae_title, s.host) for s in inbox.senders} == {("CT_1", "127.0.0.1")}
    assert {i.device.ae_title for i in instances(inbox)} == {"CT_1"}
    assert inbox.closed == {1: 5}


def test_dcmsend_proposes_many_contexts(peer, tmp_path: Path):
    slices = [ct_slice(), ct_slice()]
    for number, dataset in enumerate(slices):
        write_part10(dataset, tmp_path / f"{number}.dcm")
    inbox = MemoryInbox()
    with listening(inbox) as port:
        run(peer("dcmsend"), "--scan-directories", "127.0.0.1", port, tmp_path)
    assert {i.sop_instance_uid for i in instances(inbox)} == {d.SOPInstanceUID for d in slices}


def test_encapsulated_pixels_are_not_decoded(peer, tmp_path: Path):
    dataset = ct_slice()
    dataset.file_meta.TransferSyntaxUID = JPEGLosslessSV1
    dataset.PixelData = b"\xfe\xff\x00\xe0\x00\x00\x00\x00" + b"\xfe\xff\x00\xe0\x04\x00\x00\x00no jpeg"[:12]
    dataset["PixelData"].VR = "OB"
    dataset["PixelData"].is_undefined_length = True
    path = write_part10(dataset, tmp_path / "1.dcm")
    inbox = MemoryInbox()
    with listening(inbox) as port:
        run(peer("storescu"), "-xs", "-aet", "CT_1", "127.0.0.1", port, path)
    assert [i.sop_instance_uid for i in instances(inbox)] == [dataset.SOPInstanceUID]


def test_deflated_data_sets_are_not_offered():
    with (
        listening(MemoryInbox()) as port,
        associated(port, CTImageStorage, syntaxes=[DeflatedExplicitVRLittleEndian]) as association,
    ):
        assert not association.accepted_contexts


def test_what_is_offered():
    offered = {str(context.abstract_syntax): context for context in offered_contexts()}
    for uid in (Verification, MPPS, KOS, XRayRadiationDoseSRStorage, CTImageStorage):
        assert uid in offered
    for last in ("76", "73", "22", "33", "34"):
        assert f"1.2.840.10008.5.1.4.1.1.88.{last}" in offered
    assert "1.2.840.10008.1.20.1" not in offered, "storage commitment lets a modality delete its images"
    assert all(DeflatedExplicitVRLittleEndian not in context.transfer_syntax for context in offered.values())
    assert is_image("1.2.840.10008.5.1.4.1.1.2.1") and not has_plain_header("1.2.840.10008.5.1.4.1.1.2.1")
    assert is_image(CTImageStorage) and has_plain_header(CTImageStorage)
    assert not is_image(KOS)


def test_large_objects_are_taken_without_their_pixels():
    """A 30 MB image: all of it comes in, only the part that can hold the header is kept."""
    dataset = ct_slice(30 * 1024**2)
    inbox = MemoryInbox()
    with listening(inbox) as port, associated(port, CTImageStorage) as association:
        assert association.send_c_store(dataset).Status == 0x0000
        assert association.send_c_store(ct_slice()).Status == 0x0000
    assert len(instances(inbox)) == 2


def test_rejection_note_and_other_key_objects():
    inbox = MemoryInbox()
    rejecting, teaching = note("113001"), note("113004")
    with listening(inbox) as port, associated(port, KOS) as association:
        assert association.send_c_store(rejecting).Status == 0x0000
        assert association.send_c_store(teaching).Status == 0x0000
    assert [r.sop_instance_uid for r in inbox.records if isinstance(r, RejectionNote)] == [rejecting.SOPInstanceUID]
    assert len(inbox.records) == 1
    assert not inbox.refusals


def test_dose_reports_and_other_reports():
    inbox = MemoryInbox()
    dose, findings = object_of(XRayRadiationDoseSRStorage), object_of("1.2.840.10008.5.1.4.1.1.88.22")
    with listening(inbox) as port, associated(port, dose.SOPClassUID, findings.SOPClassUID) as association:
        assert association.send_c_store(dose).Status == 0x0000
        assert association.send_c_store(findings).Status == 0x0000
    assert [r.sop_instance_uid for r in inbox.records if isinstance(r, DoseReport)] == [dose.SOPInstanceUID]
    assert len(inbox.records) == 1
    assert not inbox.refusals


def test_presentation_states_are_welcome_but_leave_no_record():
    state = "1.2.840.10008.5.1.4.1.1.11.1"
    inbox = MemoryInbox()
    with listening(inbox) as port, associated(port, state) as association:
        assert association.send_c_store(object_of(state)).Status == 0x0000
    assert not inbox.records
    assert not inbox.refusals


def test_success_comes_after_the_record_is_written():
    inbox = MemoryInbox(waits_s=0.3)
    with listening(inbox) as port, associated(port, CTImageStorage) as association:
        assert association.send_c_store(ct_slice()).Status == 0x0000
        assert len(inbox.records) == 1


@pytest.mark.parametrize("failure", [OSError("database is locked"), ValueError("Jansen^Piet"), MemoryError()])
def test_a_record_that_cannot_be_written_is_no_success(failure: Exception):
    inbox = MemoryInbox(fails_with=failure)
    with listening(inbox) as port, associated(port, CTImageStorage, MPPS) as association:
        answer = association.send_c_store(ct_slice())
        assert answer.Status == 0xA700
        assert "Jansen" not in answer.ErrorComment
        assert association.send_n_create(step_attributes(), MPPS, generate_uid())[0].Status == 0x0110
        inbox.fails_with = None
        assert association.send_c_store(ct_slice()).Status == 0x0000
    assert inbox.closed == {1: 1}


@pytest.mark.parametrize(
    ("attributes", "status"),
    [
        ({"StudyInstanceUID": None}, 0xC000),
        ({"StudyInstanceUID": "../../etc"}, 0xC000),
        ({"SeriesInstanceUID": None}, 0xC000),
        ({"SeriesInstanceUID": "1.2.03"}, 0xC000),
    ],
)
def test_objects_that_do_not_say_where_they_belong(attributes: dict[str, object], status: int):
    inbox = MemoryInbox()
    dataset = ct_slice(**attributes)
    with listening(inbox) as port, associated(port, CTImageStorage) as association:
        answer = association.send_c_store(dataset)
    assert answer.Status == status
    assert not inbox.records
    [refusal] = inbox.refusals
    assert refusal.status == status
    assert refusal.sop_instance_uid == dataset.SOPInstanceUID
    assert refusal.size_bytes and refusal.size_bytes > 500_000
    assert refusal.sha256 and len(refusal.sha256) == 64
    assert answer.ErrorComment == refusal.reason[:64]


def test_a_command_that_names_another_object():
    inbox = MemoryInbox()
    with listening(inbox) as port, associated(port, CTImageStorage) as association:
        dataset = ct_slice()
        answer = send_as(association, dataset, dataset.SOPClassUID, generate_uid())
        assert answer == 0xA900
        answer = send_as(association, dataset, "1.2.840.10008.5.1.4.1.1.4", dataset.SOPInstanceUID)
        assert answer == 0xA900
    assert not inbox.records
    assert [r.status for r in inbox.refusals] == [0xA900, 0xA900]


def send_as(association, dataset: Dataset, sop_class_uid: str, sop_instance_uid: str) -> int:
    """C-STORE with a command of one's own."""
    request = C_STORE()
    request.MessageID, request.Priority = 1, 2
    request.AffectedSOPClassUID, request.AffectedSOPInstanceUID = sop_class_uid, sop_instance_uid
    request.DataSet = BytesIO(encode(dataset, False, True))
    context = next(c for c in association.accepted_contexts if c.abstract_syntax == dataset.SOPClassUID)
    association._reactor_checkpoint.clear()
    association.dimse.send_msg(request, context.context_id)
    _, response = association.dimse.get_msg(block=True)
    association._reactor_checkpoint.set()
    return response.Status


def test_strangers_are_rejected(peer):
    inbox = MemoryInbox(known=lambda ae_title, host: (ae_title, host) == ("CT_1", "127.0.0.1"))
    with listening(inbox) as port:
        said = run(peer("echoscu"), "-v", "-aet", "STRANGER", "127.0.0.1", port, expect=None)
        run(peer("echoscu"), "-aet", "CT_1", "127.0.0.1", port)
    assert "Result: Rejected Permanent, Source: Service User" in said
    assert "Reason: Calling AE Title Not Recognized" in said
    assert [s.ae_title for s in inbox.opened.values()] == ["CT_1"]


def test_callers_that_cannot_be_looked_up_may_try_again():
    def fails(ae_title: str, host: str) -> bool:
        raise OSError("database is locked")

    with listening(MemoryInbox(known=fails)) as port, associated(port, Verification) as association:
        reply = association.acceptor.primitive
        assert association.is_rejected
        assert (reply.result, reply.result_source, reply.diagnostic) == (2, 3, 1)


def test_more_associations_than_may_be():
    with listening(MemoryInbox(), max_associations=2) as port:
        with associated(port, Verification) as one, associated(port, Verification) as two:
            assert one.is_established and two.is_established
            with associated(port, Verification) as three:
                reply = three.acceptor.primitive
                assert three.is_rejected
                assert (reply.result, reply.result_source, reply.diagnostic) == (2, 3, 2)
        wait_for(lambda: echoes(port), what="room for another")


def echoes(port: int) -> bool:
    with associated(port, Verification) as association:
        return association.is_established and association.send_c_echo().Status == 0x0000


def test_every_association_that_opens_is_closed_once():
    inbox = MemoryInbox()
    with listening(inbox) as port:
        with associated(port, CTImageStorage) as association:
            association.send_c_store(ct_slice())
        with associated(port, Verification) as association:
            association.abort()
        with associated(port, Verification) as association:
            association.dul.socket.socket.close()  # the cable
        wait_for(lambda: len(inbox.closed) == 3)
    assert inbox.closed == {1: 1, 2: 0, 3: 0}


def test_associations_that_run_when_the_listener_stops_are_closed_too():
    inbox = MemoryInbox()
    with listening(inbox) as port:
        entity = AE()
        entity.add_requested_context(Verification)
        entity.associate("127.0.0.1", port)
    assert inbox.closed == {1: 0}


def test_an_association_whose_thread_died_without_a_word_is_closed():
    inbox, dead = MemoryInbox(), threading.Thread(target=lambda: None)
    associations = Associations(inbox, utc_now, limit=1)
    sender = Sender(ae_title="CT_1", host="127.0.0.1", room="kamer-1")
    line = Line(dead, sender, Intake(1, dict), n_objects=2)
    assert associations.admit(line)
    associations.opened(dead)
    associations.sweep()
    assert not inbox.closed, "it has not begun yet"
    dead.start()
    dead.join()
    assert not associations.admit(Line(threading.Thread(), sender, Intake(1, dict)))
    associations.sweep()
    associations.sweep()
    assert inbox.closed == {1: 2}
    assert associations.admit(line)


def test_evidence_that_cannot_be_written_stops_nothing():
    inbox = MemoryInbox(evidence_fails=True)
    with listening(inbox) as port, associated(port, CTImageStorage) as association:
        assert association.send_c_store(ct_slice()).Status == 0x0000
    assert not inbox.closed


def step_attributes(**values: object) -> Dataset:
    dataset = Dataset()
    dataset.PerformedProcedureStepStatus = "IN PROGRESS"
    dataset.PerformedProcedureStepStartDate, dataset.PerformedProcedureStepStartTime = "20261121", "101500"
    dataset.Modality = "DX"
    for keyword, value in values.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    return dataset


def test_a_step_from_start_to_end():
    inbox, uid = MemoryInbox(), generate_uid()
    with listening(inbox) as port, associated(port, MPPS, syntaxes=[ImplicitVRLittleEndian]) as association:
        assert association.send_n_create(step_attributes(), MPPS, uid)[0].Status == 0x0000
        assert association.send_n_create(step_attributes(), MPPS, uid)[0].Status == 0x0111
        change = Dataset()
        change.PerformedProcedureStepStatus = "DISCONTINUED"
        assert association.send_n_set(change, MPPS, uid)[0].Status == 0x0000
    assert [(r.step_uid, r.status, r.modality) for r in inbox.records if isinstance(r, ProcedureStep)] == [
        (uid, "IN PROGRESS", "DX"),
        (uid, "DISCONTINUED", None),
    ]


def test_a_step_that_started_before_the_listener_is_taken_in():
    inbox = MemoryInbox()
    with listening(inbox) as port, associated(port, MPPS) as association:
        change = Dataset()
        change.PerformedProcedureStepStatus = "COMPLETED"
        assert association.send_n_set(change, MPPS, "1.2.3.4")[0].Status == 0x0000
    assert [r.status for r in inbox.records] == ["COMPLETED"]


@pytest.mark.parametrize(("status", "answer"), [("COMPLETED", 0x0106), ("NONSENSE", 0x0106), (None, 0x0120)])
def test_a_step_must_start_in_progress(status: str | None, answer: int):
    inbox = MemoryInbox()
    with listening(inbox) as port, associated(port, MPPS) as association:
        attributes = step_attributes(PerformedProcedureStepStatus=status)
        assert association.send_n_create(attributes, MPPS, "1.2.3.4")[0].Status == answer
        attributes = step_attributes(PerformedProcedureStepStatus="NONSENSE")
        assert association.send_n_set(attributes, MPPS, "1.2.3.4")[0].Status == 0x0106
    assert not inbox.records


def test_four_modalities_at_once(peer, tmp_path: Path):
    files = [write_part10(ct_slice(64 * 1024), tmp_path / f"{n}.dcm") for n in range(40)]
    inbox = MemoryInbox()
    with listening(inbox) as port:
        senders = [
            subprocess.Popen([peer("storescu"), "-aet", f"CT_{n}", "127.0.0.1", str(port), *files[n::4]])
            for n in range(4)
        ]
        assert [sender.wait(PATIENCE_S) for sender in senders] == [0, 0, 0, 0]
        wait_for(lambda: len(inbox.closed) == 4)
    assert len({i.sop_instance_uid for i in instances(inbox)}) == 40
    assert sorted(inbox.closed.values()) == [10, 10, 10, 10]


def test_stopping_leaves_no_threads(peer):
    before = set(threading.enumerate())
    with listening(MemoryInbox()) as port:
        run(peer("echoscu"), "127.0.0.1", port)
        with associated(port, Verification) as association:
            assert association.send_c_echo().Status == 0x0000
    wait_for(lambda: not [t for t in set(threading.enumerate()) - before if t.is_alive()])


def test_stopping_lets_the_object_come_in_that_is_on_its_way(peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Ten slices that each take 0.1 s to write, stopped in the middle: what was begun is finished."""
    monkeypatch.setattr("iqs_tui.dicom.listener._SILENT_S", PATIENCE_S)
    files = [write_part10(ct_slice(), tmp_path / f"{n}.dcm") for n in range(10)]
    inbox = MemoryInbox(waits_s=0.1)
    with listening(inbox, grace_s=PATIENCE_S) as port:
        sender = subprocess.Popen([peer("storescu"), "127.0.0.1", str(port), *files])
        wait_for(lambda: inbox.records)
    assert sender.wait(PATIENCE_S) == 0
    assert len(inbox.records) == 10
    assert list(inbox.closed.values()) == [10]


def test_stopping_lets_the_answer_to_a_release_go_out(peer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Otherwise the console says that sending failed, of objects that were all taken in."""
    send, goodbye = ModalitySocket.send, 0x06  # A-RELEASE-RP, PS3.8 9.3.7

    def slowly(socket: ModalitySocket, pdu: bytes) -> None:
        time.sleep(0.3 if pdu[0] == goodbye else 0)
        send(socket, pdu)

    monkeypatch.setattr("iqs_tui.dicom.listener._SILENT_S", PATIENCE_S)
    monkeypatch.setattr(ModalitySocket, "send", slowly)
    inbox = MemoryInbox()
    with listening(inbox, grace_s=PATIENCE_S) as port:
        file = write_part10(ct_slice(), tmp_path / "slice.dcm")
        sender = subprocess.Popen([peer("storescu"), "127.0.0.1", str(port), file])
        wait_for(lambda: inbox.records)
    assert sender.wait(PATIENCE_S) == 0


def test_stopping_does_not_wait_for_ever(peer, tmp_path: Path):
    """A thousand slices would take two minutes: the sender is cut off."""
    file = write_part10(ct_slice(1024), tmp_path / "slice.dcm")
    inbox = MemoryInbox(waits_s=0.1)
    with listening(inbox, grace_s=0.5) as port:
        sender = subprocess.Popen([peer("storescu"), "127.0.0.1", str(port), *[file] * 1000], stderr=subprocess.DEVNULL)
        wait_for(lambda: len(inbox.records) > 2)
    assert sender.wait(PATIENCE_S) != 0
    assert list(inbox.closed.values()) == [len(inbox.records)]


def test_stopping_does_not_wait_for_a_modality_that_is_silent():
    inbox = MemoryInbox()
    listener = Listener(ListenerSettings(**SETTINGS), inbox)
    with associated(listener.start(), CTImageStorage) as association:
        assert association.send_c_store(ct_slice()).Status == 0x0000
        must_end(lambda: listener.stop(grace_s=3600))
    assert inbox.closed == {1: 1}


def test_digital_x_ray_over_implicit_vr():
    inbox = MemoryInbox()
    sop_class = DigitalXRayImageStorageForPresentation
    dataset = object_of(sop_class, Modality="DX")
    dataset.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian
    with (
        listening(inbox) as port,
        associated(port, sop_class, syntaxes=[ImplicitVRLittleEndian]) as association,
    ):
        assert association.send_c_store(dataset).Status == 0x0000
    assert [i.sop_class_uid for i in instances(inbox)] == [sop_class]


def test_explicit_vr_is_preferred():
    """Implicit VR loses the representation of private and unknown attributes."""
    with (
        listening(MemoryInbox()) as port,
        associated(port, CTImageStorage, syntaxes=[ImplicitVRLittleEndian, ExplicitVRLittleEndian]) as association,
    ):
        assert association.accepted_contexts[0].transfer_syntax == [ExplicitVRLittleEndian]
