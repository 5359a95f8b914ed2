"""The PACS, as far as we are its client: asks it for a study, and sends it a document (PS3.4 B, C)."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.sop_class import (  # type: ignore[attr-defined]
    KeyObjectSelectionDocumentStorage,
    StudyRootQueryRetrieveInformationModelFind,
)

from iqs_tui.dicom.calling import CALLER

_SUCCESS = 0x0000
_PENDING = frozenset({0xFF00, 0xFF01})
_TAKEN_IN = frozenset({_SUCCESS, 0x0111, *range(0xB000, 0xC000)})
"""With a remark (PS3.4 B.2.3), or as a duplicate (PS3.7 annex C): it came before, but the answer got lost."""
_TIMEOUT_S = 5.0
_MOST_ANSWERS = 20
"""One is asked for; a PACS that does not heed the key answers with all it has."""


class PacsError(Exception):
    """It did not work; the message says what and what to look at, in one line without patient data."""


class StudyUnknown(PacsError):
    """The PACS does not have the study, or not yet, or cannot say whose it is."""


@dataclass(frozen=True, slots=True)
class Pacs:
    """Where it is, and as whom we call it."""

    ae_title: str
    host: str
    port: int
    calling_ae: str


def find_study(pacs: Pacs, study_uid: str, keywords: tuple[str, ...]) -> Dataset:
    """Ask for attributes of one study (C-FIND, Study Root).

    Raises:
        StudyUnknown: it is not there, or of more than one patient.
        PacsError: the PACS cannot be reached, or does not answer.
    """
    query = Dataset()
    query.QueryRetrieveLevel, query.SpecificCharacterSet = "STUDY", "ISO_IR 192"
    for keyword in keywords:
        setattr(query, keyword, "")
    query.StudyInstanceUID = study_uid
    with _associated(pacs, StudyRootQueryRetrieveInformationModelFind) as association:
        found = [each for each in _answers(association, query) if each.get("StudyInstanceUID") == study_uid]
    if not found:
        raise StudyUnknown("the PACS does not know the study (yet)")
    if len({(str(each.get("PatientID", "")), str(each.get("IssuerOfPatientID", ""))) for each in found}) > 1:
        raise StudyUnknown("the PACS has the study under more than one patient")
    return found[0]


def store_document(pacs: Pacs, document: Dataset) -> None:
    """Send a key object document (C-STORE).

    Raises:
        PacsError: the PACS cannot be reached, or does not take it.
    """
    with _associated(pacs, KeyObjectSelectionDocumentStorage) as association:
        status = association.send_c_store(document)
    if "Status" not in status:
        raise PacsError("the PACS did not answer the C-STORE")
    if status.Status not in _TAKEN_IN:
        raise PacsError(f"the PACS refused the note: status 0x{status.Status:04X}")


def _answers(association: Association, query: Dataset) -> Iterator[Dataset]:
    answers = association.send_c_find(query, StudyRootQueryRetrieveInformationModelFind)
    for number, (status, identifier) in enumerate(answers):
        if number > _MOST_ANSWERS:
            association.abort()
            raise PacsError("the PACS answered the C-FIND with more than was asked")
        if "Status" not in status:
            raise PacsError("the PACS did not answer the C-FIND")
        if status.Status in _PENDING and identifier is not None:
            yield identifier
        elif status.Status != _SUCCESS:
            raise PacsError(f"the PACS could not look for the study: status 0x{status.Status:04X}")


@contextmanager
def _associated(pacs: Pacs, sop_class_uid: str) -> Iterator[Association]:
    entity = AE(ae_title=pacs.calling_ae)
    entity.connection_timeout = entity.acse_timeout = entity.dimse_timeout = entity.network_timeout = _TIMEOUT_S
    entity.add_requested_context(sop_class_uid, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    where = f"{pacs.ae_title} at {pacs.host}:{pacs.port}"
    try:
        association = entity.associate(pacs.host, pacs.port, ae_title=pacs.ae_title, evt_handlers=CALLER)
    except OSError as error:
        raise PacsError(f"no connection with {where}: {error.strerror or type(error).__name__}") from None
    if not association.is_established:
        refused = association.is_rejected or association.rejected_contexts
        raise PacsError(f"{where} refused the association" if refused else f"no connection with {where}")
    try:
        yield association
    except (RuntimeError, ValueError):  # pynetdicom's words for what the peer ended, and a context it did not accept
        raise PacsError(f"{where} ended the association, or does not offer this service") from None
    finally:
        if association.is_established:
            association.release()
