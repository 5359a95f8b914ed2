"""The PACS as our client code meets it: one that answers oddly, refuses, goes away, or never stops."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import pytest
from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.sop_class import StudyRootQueryRetrieveInformationModelFind  # type: ignore[attr-defined]

from iqs_tui.dicom.pacs import Pacs, PacsError, StudyUnknown, find_study

STUDY = "1.2.9"
Answers = Callable[[evt.Event], Iterator[tuple[int, Dataset | None]]]


def study(uid: str = STUDY, patient: str = "P-1") -> tuple[int, Dataset]:
    found = Dataset()
    found.StudyInstanceUID, found.PatientID, found.QueryRetrieveLevel = uid, patient, "STUDY"
    return 0xFF00, found


@contextmanager
def answering(answers: Answers) -> Iterator[Pacs]:
    entity = AE(ae_title="PACS")
    entity.add_supported_context(StudyRootQueryRetrieveInformationModelFind)
    server = entity.start_server(("127.0.0.1", 0), block=False, evt_handlers=[(evt.EVT_C_FIND, answers)])
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
