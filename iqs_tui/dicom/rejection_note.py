"""Key Object Selection documents that reject images or restore them (PS3.16 TID 2010, CID 7010, CID 7011; IHE IOCM)."""

from collections.abc import Iterator
from typing import NamedTuple

from pydicom.dataset import Dataset

from iqs_tui.dicom.identity import device_of, names_patient, require_uid
from iqs_tui.dicom.moments import moment_of
from iqs_tui.dicom.reading import (
    CANNOT_UNDERSTAND,
    Code,
    ReadingContext,
    Unreadable,
    code,
    items,
    person,
    text,
    uid,
)
from iqs_tui.dicom.sop_classes import SLICES
from iqs_tui.domain.notes import REJECTING, REVOKING, REVOKING_SCHEME
from iqs_tui.domain.reasons import CID_7011
from iqs_tui.domain.records import Refusal, RejectionNote

_TITLE_MODIFIER = "113011"
_DESCRIPTION = "113012"
_PERSON_OBSERVER = "121008"
_MAX_DESCRIPTION = 1024


class _Referenced(NamedTuple):
    """An image of the note's evidence."""

    instance_uid: str
    study_uid: str | None
    series_uid: str | None
    """Where it is a slice."""


def read_rejection_note(dataset: Dataset, context: ReadingContext) -> RejectionNote | None:
    """Return the note, or None where the document is another kind of key object.

    Raises:
        Unreadable: a mandatory UID is missing or malformed, or no instance is referenced (0xC000).
    """
    title = code(dataset, "ConceptNameCodeSequence")
    if title is None or not _is_told_of(title):
        return None
    study_uid = require_uid(dataset, "StudyInstanceUID")
    evidence = {each.instance_uid: each for each in _evidence(dataset)}
    instance_uids = tuple(dict.fromkeys((*evidence, *_content(dataset))))
    if not instance_uids:
        raise Unreadable(Refusal(status=CANNOT_UNDERSTAND, reason="rejection note refers to no instance"))
    reason = _reason(dataset)
    return RejectionNote(
        sop_instance_uid=require_uid(dataset, "SOPInstanceUID"),
        study_uid=study_uid,
        title_code=title.value,
        instance_uids=instance_uids,
        other_studies={
            image: each.study_uid for image, each in evidence.items() if each.study_uid and each.study_uid != study_uid
        },
        series_of_slices={image: each.series_uid for image, each in evidence.items() if each.series_uid},
        device=device_of(dataset, context),
        noted_at=moment_of(dataset, "ContentDate", "ContentTime", context),
        reason_code=reason.value if reason and _is_standard(reason) else None,
        reason_meaning=reason.meaning if reason else None,
        description=_description(dataset),
        operator=_operator(dataset),
    )


def _is_told_of(title: Code) -> bool:
    """Say whether images are taken away or given back; Best In Set, Quality Issue and so on do neither."""
    if title.scheme == REVOKING_SCHEME:
        return title.value == REVOKING
    return _is_dicom(title) and title.value in REJECTING


def _is_dicom(concept: Code) -> bool:
    return concept.scheme in {"DCM", None}


def _named(dataset: Dataset, concept: str) -> Iterator[Dataset]:
    """Yield the content items of the document's first level with this concept name."""
    for item in items(dataset, "ContentSequence"):
        name = code(item, "ConceptNameCodeSequence")
        if name is not None and name.value == concept and _is_dicom(name):
            yield item


def _is_standard(reason: Code) -> bool:
    return _is_dicom(reason) and reason.value in CID_7011


def _reason(dataset: Dataset) -> Code | None:
    """Return the reason: of several the first of CID 7011, beside which a modality may put a code of its own."""
    found = (code(item, "ConceptCodeSequence") for item in _named(dataset, _TITLE_MODIFIER))
    reasons = [reason for reason in found if reason is not None]
    return next(filter(_is_standard, reasons), next(iter(reasons), None))


def _description(dataset: Dataset) -> str | None:
    """Return what somebody typed; nothing where it names the patient, who is kept nowhere."""
    texts = [text(item, "TextValue", _MAX_DESCRIPTION) for item in _named(dataset, _DESCRIPTION)]
    return next((words for words in texts if words and not names_patient(words, dataset)), None)


def _operator(dataset: Dataset) -> str | None:
    """Return who rejected: the person observer (TID 1003), else Operators' Name (0008,1070)."""
    observers = [person(item, "PersonName") for item in _named(dataset, _PERSON_OBSERVER)]
    return next((name for name in observers if name), None) or person(dataset, "OperatorsName")


def _evidence(dataset: Dataset) -> Iterator[_Referenced]:
    """Yield the instances of Current Requested Procedure Evidence Sequence (0040,A375)."""
    for study in items(dataset, "CurrentRequestedProcedureEvidenceSequence"):
        study_uid = uid(study, "StudyInstanceUID")
        for series in items(study, "ReferencedSeriesSequence"):
            series_uid = uid(series, "SeriesInstanceUID")
            for item in items(series, "ReferencedSOPSequence"):
                instance_uid = uid(item, "ReferencedSOPInstanceUID")
                if instance_uid is not None:
                    is_slice = uid(item, "ReferencedSOPClassUID") in SLICES
                    yield _Referenced(instance_uid, study_uid, series_uid if is_slice else None)


def _content(dataset: Dataset) -> Iterator[str]:
    """Yield the instances that the content tree refers to, in the order of the document."""
    waiting = list(reversed(items(dataset, "ContentSequence")))
    while waiting:
        item = waiting.pop()
        yield from _referenced(item)
        waiting.extend(reversed(items(item, "ContentSequence")))


def _referenced(dataset: Dataset) -> Iterator[str]:
    for reference in items(dataset, "ReferencedSOPSequence"):
        found = uid(reference, "ReferencedSOPInstanceUID")
        if found is not None:
            yield found
