"""The header record of an image: what is kept of it (design, part 4), and nothing that says who the patient is."""

from typing import Any

from pydicom.dataset import Dataset

from iqs_tui.dicom.identity import (
    age_years_of,
    device_of,
    length_m_of,
    patient_key_of,
    require_uid,
    weight_kg_of,
)
from iqs_tui.dicom.image_facts import facts_of, irradiation_event_uid, source_event_uids
from iqs_tui.dicom.moments import date_of
from iqs_tui.dicom.parsing import parse_header
from iqs_tui.dicom.reading import ReadingContext, code, codes, first_item, integer, numbers, text, texts
from iqs_tui.dicom.room_rules import marks_of
from iqs_tui.dicom.sop_classes import is_derived
from iqs_tui.dicom.tag_quality import tags_of
from iqs_tui.domain.exposures import SLICED, exposure_uid_of
from iqs_tui.domain.no_patient import NOBODY
from iqs_tui.domain.records import Instance

__all__ = ["parse_header", "read_instance"]


def read_instance(dataset: Dataset, context: ReadingContext) -> Instance:
    """Return the record of an image.

    Raises:
        Unreadable: 0xC000 where a UID of object, class, study or series is missing or malformed.
    """
    sop_class_uid = require_uid(dataset, "SOPClassUID")
    sop_instance_uid = require_uid(dataset, "SOPInstanceUID")
    study_uid, series_uid = require_uid(dataset, "StudyInstanceUID"), require_uid(dataset, "SeriesInstanceUID")
    modality = (text(dataset, "Modality", 16) or "").upper() or None
    image_type, device = texts(dataset, "ImageType"), device_of(dataset, context)
    derived = is_derived(sop_class_uid, modality, image_type)
    facts = facts_of(dataset, device, modality, context, is_derived=derived)
    acquisition_number = integer(dataset, "AcquisitionNumber")
    present, valid = tags_of(dataset, context)
    return Instance(
        sop_instance_uid=sop_instance_uid,
        sop_class_uid=sop_class_uid,
        study_uid=study_uid,
        series_uid=series_uid,
        exposure_uid=exposure_uid_of(
            irradiation_event_uid=irradiation_event_uid(dataset),
            study_uid=study_uid,
            series_uid=series_uid,
            sop_instance_uid=sop_instance_uid,
            device_key=device.key,
            modality=modality,
            acquired_at=facts.acquired_at,
            acquisition_number=acquisition_number,
        ),
        device=device,
        facts=facts,
        modality=modality,
        image_type=image_type,
        series_number=integer(dataset, "SeriesNumber"),
        instance_number=integer(dataset, "InstanceNumber"),
        acquisition_number=acquisition_number,
        study_date=date_of(dataset, "StudyDate"),
        patient_key=patient_key_of(dataset, context),
        age_years=age_years_of(dataset),
        weight_kg=weight_kg_of(dataset),
        length_m=length_m_of(dataset),
        **_names(dataset, modality),
        rejected_by=marks_of(dataset, context),
        slice_mm=_slice_mm(dataset, modality, image_type),
        is_derived=derived,
        is_quality_control=_is_quality_control(dataset, context),
        tags_present=present,
        tags_valid=valid,
    )


def _names(dataset: Dataset, modality: str | None) -> dict[str, Any]:
    """Return what names anatomy, view and protocol beside the facts; of a slice, which shows no view, the anatomy."""
    region, view = code(dataset, "AnatomicRegionSequence"), code(dataset, "ViewCodeSequence")
    names = {"anatomic_region_code": region.value if region else None, "view_code": view.value if view else None}
    if modality in SLICED:
        return names
    places = (first_item(dataset, "ViewCodeSequence"), dataset)
    modifiers = {each.value for place in places if place for each in codes(place, "ViewModifierCodeSequence")}
    protocol = code(dataset, "PerformedProtocolCodeSequence")
    return names | {
        "source_event_uids": source_event_uids(dataset),
        "view_modifier_code": "+".join(sorted(modifiers)) or None,
        "protocol_code": protocol.value if protocol else None,
        "processing_description": text(dataset, "AcquisitionDeviceProcessingDescription"),
        "series_description": text(dataset, "SeriesDescription"),
    }


def _slice_mm(dataset: Dataset, modality: str | None, image_type: tuple[str, ...]) -> float | None:
    """Return where an axial CT slice lies along the patient, head up: z of Image Position (Patient) (0020,0032).

    Scouts and reformats have a position too, which says nothing of where was scanned.
    """
    if modality != "CT" or image_type[:3] != ("ORIGINAL", "PRIMARY", "AXIAL"):
        return None
    position = numbers(dataset, "ImagePositionPatient")
    return position[2] if len(position) == 3 else None


def _is_quality_control(dataset: Dataset, context: ReadingContext) -> bool:
    """Say whether it shows a phantom: Quality Control Image (0028,0300) or Subject (0010,0200), or as the site says.

    Who the patient is can only be looked at here: it is not kept.
    """
    flags = (text(dataset, "QualityControlImage"), text(dataset, "QualityControlSubject"))
    if any((flag or "").upper() == "YES" for flag in flags):
        return True
    if context.no_patient == NOBODY:
        return False
    return context.no_patient.is_one(text(dataset, "PatientID"), context.ae_titles)
