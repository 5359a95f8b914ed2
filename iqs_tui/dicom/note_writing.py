"""Writes a rejection note: a Key Object Selection document (PS3.3 A.35.4, PS3.16 TID 2010; IHE IOCM).

By hand on pydicom: highdicom's key object document has no Document Title Modifier (113011), which carries the reason.
Who the patient is comes from the PACS at the moment of writing (`dicom.pacs.find_study`) and is kept nowhere here.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from itertools import groupby

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, KeyObjectSelectionDocumentStorage

from iqs_tui import __version__
from iqs_tui.dicom.reading import GARBAGE
from iqs_tui.domain.note_writing import Note, Reference
from iqs_tui.domain.uids import derived_uid

TITLES = {
    "113001": "Rejected for Quality Reasons",
    "113038": "Incorrect Modality Worklist Entry",
}
"""CID 7010, those that are written."""
COPIED = (
    "StudyDate",
    "StudyTime",
    "AccessionNumber",
    "ReferringPhysicianName",
    "PatientName",
    "PatientID",
    "IssuerOfPatientID",
    "PatientBirthDate",
    "PatientSex",
    "StudyID",
)
"""What the note must share with its study, so that an archive files it there (PS3.3 C.7.1.1, C.7.2.1)."""
_UTF_8 = "ISO_IR 192"


class CannotWrite(Exception):
    """What the PACS says of the study, or the reason, does not fit in a document; the message has no patient data."""


def write_note(note: Note, study: Dataset, written_at: datetime, kiosk: str) -> Dataset:
    """Return the document, ready to be sent.

    Args:
        note: what it says.
        study: of the PACS, with the attributes of `COPIED`.
        written_at: with the site's zone: DICOM times are local.
        kiosk: a name that no other kiosk has, for its Device Observer UID (TID 1004).

    Raises:
        CannotWrite: an attribute of the study is no value of its kind, or the reason no code of CID 7011.
    """
    document = Dataset()
    document.SpecificCharacterSet = _UTF_8
    _copy(study, document)
    document.SOPClassUID = KeyObjectSelectionDocumentStorage
    document.SOPInstanceUID = note.sop_instance_uid
    document.StudyInstanceUID = note.study_uid
    document.SeriesInstanceUID = derived_uid("rejection notes", note.study_uid, note.sop_instance_uid)
    document.Modality, document.SeriesNumber, document.InstanceNumber = "KO", 990, 1
    document.SeriesDescription = "Rejected images"
    document.ReferencedPerformedProcedureStepSequence = Sequence()
    document.Manufacturer, document.ManufacturerModelName, document.SoftwareVersions = "iqs-tui", "iqs-tui", __version__
    document.TimezoneOffsetFromUTC = written_at.strftime("%z")
    document.InstanceCreationDate, document.InstanceCreationTime = _date_and_time(written_at)
    rejected_at = note.rejected_at.astimezone(timezone(written_at.utcoffset() or timedelta()))  # one offset for all
    document.ContentDate, document.ContentTime = _date_and_time(rejected_at)
    document.ValueType, document.ContinuityOfContent = "CONTAINER", "SEPARATE"
    document.ConceptNameCodeSequence = _coded(note.title, TITLES[note.title])
    document.ContentTemplateSequence = _template("2010")
    document.CurrentRequestedProcedureEvidenceSequence = Sequence([_evidence(note)])
    document.ContentSequence = Sequence(_content(note, kiosk))
    document.file_meta = FileMetaDataset()
    document.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    return document


def _date_and_time(moment: datetime) -> tuple[str, str]:
    return moment.strftime("%Y%m%d"), moment.strftime("%H%M%S")


def _copy(study: Dataset, document: Dataset) -> None:
    for keyword in COPIED:
        try:
            value = study.get(keyword, None) or ""
            setattr(document, keyword, "\\".join(map(str, value)) if isinstance(value, MultiValue) else str(value))
        except GARBAGE:
            raise CannotWrite(f"the PACS answered with a {keyword} that cannot be written") from None
    if not document.IssuerOfPatientID:
        del document.IssuerOfPatientID


def _meaning_of(cid7011: str) -> str:
    """Return the words of a code of CID 7011; loaded here, for pydicom's dictionary takes a third of a second."""
    from pydicom.sr.codedict import codes

    known = codes.cid7011
    meanings = {getattr(known, name).value: str(getattr(known, name).meaning) for name in known.dir()}
    if cid7011 not in meanings:
        raise CannotWrite(f"{cid7011} is not a code of CID 7011")
    return meanings[cid7011]


def _content(note: Note, kiosk: str) -> Iterable[Dataset]:
    if note.cid7011:
        modifier = _item("HAS CONCEPT MOD", "CODE", ("113011", "Document Title Modifier"))
        modifier.ConceptCodeSequence = _coded(note.cid7011, _meaning_of(note.cid7011))
        yield modifier
    device = _item("HAS OBS CONTEXT", "CODE", ("121005", "Observer Type"))
    device.ConceptCodeSequence = _coded("121007", "Device")
    yield device
    named = _item("HAS OBS CONTEXT", "UIDREF", ("121012", "Device Observer UID"))
    named.UID = derived_uid("device", kiosk)
    yield named
    if note.description:
        words = _item("CONTAINS", "TEXT", ("113012", "Key Object Description"))
        words.TextValue = note.description
        yield words
    for reference in note.references:
        item = _item("CONTAINS", "IMAGE")
        item.ReferencedSOPSequence = Sequence([_reference(reference)])
        yield item


def _evidence(note: Note) -> Dataset:
    study = Dataset()
    study.StudyInstanceUID = note.study_uid
    ordered = sorted(note.references, key=lambda each: (each.series_uid, each.sop_instance_uid))
    study.ReferencedSeriesSequence = Sequence(
        _series(series_uid, members) for series_uid, members in groupby(ordered, lambda each: each.series_uid)
    )
    return study


def _series(series_uid: str, members: Iterable[Reference]) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID = series_uid
    series.ReferencedSOPSequence = Sequence(map(_reference, members))
    return series


def _reference(reference: Reference) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = reference.sop_class_uid
    item.ReferencedSOPInstanceUID = reference.sop_instance_uid
    return item


def _item(relation: str, kind: str, name: tuple[str, str] | None = None) -> Dataset:
    item = Dataset()
    item.RelationshipType, item.ValueType = relation, kind
    if name is not None:
        item.ConceptNameCodeSequence = _coded(*name)
    return item


def _coded(value: str, meaning: str) -> Sequence:
    code = Dataset()
    code.CodeValue, code.CodingSchemeDesignator, code.CodeMeaning = value, "DCM", meaning
    return Sequence([code])


def _template(identifier: str) -> Sequence:
    template = Dataset()
    template.MappingResource, template.TemplateIdentifier = "DCMR", identifier
    return Sequence([template])
