"""The PACS as our client code meets it: one that answers oddly, refuses, goes away, or never stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, build_context, evt
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    KeyObjectSelectionDocumentStorage,
    StudyRootQueryRetrieveInformationModelFind,
)

from iqs_tui.dicom.pacs import Pacs, PacsError, StudyUnknown, find_study, store_document
from tests.dicom.listening import object_of
from tests.waiting import PATIENCE_S

STUDY = "1.2.9"
Answers = Callable[[evt.Event], Iterator[tuple[int, Dataset | None]]]


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for answers as long as a busy machine needs."""
    monkeypatch.setattr("iqs_tui.dicom.pacs._TIMEOUT_S", PATIENCE_S)


def study(uid: str = STUDY, patient: str = "P-1") -> tuple[int, Dataset]:
    found = Dataset()
    found.StudyInstanceUID, found.PatientID, found.QueryRetrieveLevel = uid, patient, "STUDY"
    return 0xFF00, found


@contextmanager
def answering(answers: Answers, status: int = 0x0000) -> Iterator[Pacs]:
    """Run a PACS that finds these studies, and answers a document with this status."""
    entity = AE(ae_title="PACS")
    entity.supported_contexts = [
        build_context(each) for each in (StudyRootQueryRetrieveInformationModelFind, KeyObjectSelectionDocumentStorage)
    ]
    handlers = [(evt.EVT_C_FIND, answers), (evt.EVT_C_STORE, lambda _event: status)]
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=handlers)
    try:
        yield Pacs("PACS", "127.0.0.1", server.socket.getsockname()[1], "IQS")
    finally:
        server.shutdown()


def asked(*answers: tuple[int, Dataset | None]) -> Dataset:
    with answering(lambda _event: iter(answers)) as pacs:
        return find_study(pacs, STUDY, ("PatientID",))


def test_other_studies_are_not_taken_for_the_one_that_was_asked():
    assert asked(study("1.2.8", "P-2"), study(), study("1.2.7", "P-3")).PatientID == "P-1"
    with pytest.raises(StudyUnknown):
        asked(study("1.2.8", "P-2"))


def test_a_study_of_two_patients_is_of_none():
    assert asked(study(), study()).PatientID == "P-1"
    with pytest.raises(StudyUnknown, match="more than one patient"):
        asked(study(), study(patient="P-2"))


@pytest.mark.parametrize("status", [0xA700, 0xC001, 0xFE00])
def test_a_refusal_says_its_status(status: int):
    with pytest.raises(PacsError, match=f"0x{status:04X}"):
        asked((status, None))


def test_a_pacs_that_answers_without_end_is_left():
    with (
        answering(lambda _event: (study(f"1.2.{n}") for n in count(100))) as pacs,
        pytest.raises(PacsError, match="more than was asked"),
    ):
        find_study(pacs, STUDY, ("PatientID",))


def test_a_pacs_that_ends_the_association_meanwhile_is_no_crash():
    def leave(event: evt.Event) -> Iterator[tuple[int, Dataset | None]]:
        event.assoc.abort()
        yield study()

    with answering(leave) as pacs, pytest.raises(PacsError):
        find_study(pacs, STUDY, ("PatientID",))


def stored(status: int) -> None:
    document = object_of(KeyObjectSelectionDocumentStorage, Modality="KO")
    with answering(lambda _event: iter(()), status) as pacs:
        store_document(pacs, document)


@pytest.mark.parametrize("status", [0x0000, 0xB007, 0x0111])
def test_a_note_that_came_is_not_sent_again(status: int):
    stored(status)


@pytest.mark.parametrize("status", [0xA700, 0x0110])
def test_a_note_that_was_refused_says_its_status(status: int):
    with pytest.raises(PacsError, match=f"0x{status:04X}"):
        stored(status)
