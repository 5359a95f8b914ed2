"""What an image header says of its exposure, in the units of `domain.records.ExposureFacts`.

Units in the header are those of the standard: dose-area product in dGy.cm2, organ dose in dGy, CTDIvol in mGy
(PS3.3 C.8.7.2, C.8.11.7, C.8.15.3). Zero in such a field only means that nothing was measured, so it is None. Numbers
from before IEC 62494-1 (Relative X-Ray Exposure, Sensitivity) differ by maker and are not read.
"""

from datetime import datetime

from pydicom.dataset import Dataset

from iqs_tui.dicom import technique
from iqs_tui.dicom.maker_quirks import protocol_is_in_comments, protocol_is_in_series
from iqs_tui.dicom.moments import datetime_of, moment_of
from iqs_tui.dicom.reading import (
    ReadingContext,
    code,
    first_item,
    items,
    meaning,
    number,
    person,
    positive,
    text,
    uid,
    uids,
)
from iqs_tui.dicom.technique import functional_group, nearest
from iqs_tui.domain.exposure_index import deviation_index
from iqs_tui.domain.records import Device, ExposureFacts
from iqs_tui.domain.units import dap_gym2, dose_mgy

PHANTOM_CM = {"113690": 16, "113691": 32, "130541": 10}
"""Diameter of the CTDI phantom by its code in CID 4052: IEC head, IEC body, 10 cm."""

_CONTENT_IS_ACQUISITION = frozenset({"CR", "DX", "MG", "PX", "IO"})


def facts_of(
    dataset: Dataset, device: Device, modality: str | None, context: ReadingContext, *, is_derived: bool
) -> ExposureFacts:
    """Return the facts of the exposure that this image is of."""
    places = technique.places_of(dataset)
    index, target = positive(dataset, "ExposureIndex"), positive(dataset, "TargetExposureIndex")
    deviation = number(dataset, "DeviationIndex")
    # Doses are copied into reformats and captures too, which are no exposure of their own.
    measured = () if is_derived else places
    scanned = measured if modality == "CT" else ()
    return ExposureFacts(
        acquired_at=acquired_at(dataset, modality, context, is_derived=is_derived),
        procedure=procedure_of(dataset, device),
        protocol=protocol_of(dataset, device),
        body_part=text(dataset, "BodyPartExamined") or meaning(dataset, "AnatomicRegionSequence"),
        view=text(dataset, "ViewPosition") or meaning(dataset, "ViewCodeSequence"),
        laterality=_laterality(dataset),
        operator=person(dataset, "OperatorsName"),
        kvp=nearest(places, "KVP"),
        mas=technique.mas(places),
        exposure_index=index,
        target_exposure_index=target,
        deviation_index=deviation_index(index, target) if deviation is None else deviation,
        dap_gym2=_dap(measured),
        agd_mgy=_agd(measured, modality),
        ctdivol_mgy=nearest(scanned, "CTDIvol"),
        phantom_cm=_phantom(scanned),
        tube_current_ma=technique.tube_current_ma(places),
        exposure_time_ms=technique.exposure_time_ms(places),
        source_detector_mm=technique.source_detector_mm(places, device),
        grid=technique.grid(dataset),
        exposure_control=technique.exposure_control(dataset),
        thickness_mm=nearest(places, "BodyPartThickness"),
        compression_n=technique.compression_n(places, device),
        detector_id=text(dataset, "DetectorID", 64),
        software_versions=device.software_versions,
    )


def acquired_at(
    dataset: Dataset, modality: str | None, context: ReadingContext, *, is_derived: bool
) -> datetime | None:
    """Return the moment of acquisition; Content Time only where the image is the acquisition (original radiograph)."""
    found = datetime_of(dataset, "AcquisitionDateTime", context) or moment_of(
        dataset, "AcquisitionDate", "AcquisitionTime", context
    )
    if found is None:
        frame = functional_group(dataset, "FrameContentSequence")
        found = datetime_of(frame, "FrameAcquisitionDateTime", context) if frame else None
    if found is None and modality in _CONTENT_IS_ACQUISITION and not is_derived:
        found = moment_of(dataset, "ContentDate", "ContentTime", context)
    return found


def procedure_of(dataset: Dataset, device: Device | None = None) -> str | None:
    """Return the examination as ordered, else as performed, else as the study is called."""
    requests = (dataset, *items(dataset, "RequestAttributesSequence"), *items(dataset, "ReferencedRequestSequence"))
    asked = (text(request, "RequestedProcedureDescription") for request in requests)
    is_swapped = device is not None and protocol_is_in_series(device)
    return (
        next((words for words in asked if words), None)
        or meaning(dataset, "ProcedureCodeSequence")
        or (meaning(dataset, "PerformedProtocolCodeSequence") if is_swapped else None)
        or text(dataset, "PerformedProcedureStepDescription")
        or text(dataset, "StudyDescription")
    )


def protocol_of(dataset: Dataset, device: Device | None = None) -> str | None:
    """Return the protocol that the operator chose, or the nearest thing the header has to it."""
    return (
        text(dataset, "ProtocolName")
        or _protocol_elsewhere(dataset, device)
        or meaning(dataset, "PerformedProtocolCodeSequence")
        or text(dataset, "AcquisitionDeviceProcessingDescription")
        or text(dataset, "SeriesDescription")
    )


def _protocol_elsewhere(dataset: Dataset, device: Device | None) -> str | None:
    if device is not None and protocol_is_in_comments(device):
        return text(dataset, "ImageComments")
    if device is not None and protocol_is_in_series(device):
        return text(dataset, "SeriesDescription")
    return None


def irradiation_event_uid(dataset: Dataset) -> str | None:
    """Return the Irradiation Event UID (0008,3010), of a multi-frame object that of its first frame."""
    own = uid(dataset, "IrradiationEventUID")
    group = None if own else functional_group(dataset, "IrradiationEventIdentificationSequence")
    return own or (uid(group, "IrradiationEventUID") if group else None)


def source_event_uids(dataset: Dataset) -> tuple[str, ...]:
    """Return the irradiation events that an image was made of, where it names more than the one that it is of.

    A stitched image names them in Source Irradiation Event Sequence (0008,3011), or as several values of Irradiation
    Event UID (0008,3010); an object of several frames by frame (PS3.3 C.7.6.16, Irradiation Event Identification).
    """
    sources = tuple(uid(item, "IrradiationEventUID") for item in items(dataset, "SourceIrradiationEventSequence"))
    frames = (
        first_item(frame, "IrradiationEventIdentificationSequence")
        for frame in items(dataset, "PerFrameFunctionalGroupsSequence")
    )
    of_frames = (uid(group, "IrradiationEventUID") for group in frames if group is not None)
    named = dict.fromkeys(each for each in (*sources, *uids(dataset, "IrradiationEventUID"), *of_frames) if each)
    return tuple(named) if sources or len(named) > 1 else ()


def _laterality(dataset: Dataset) -> str | None:
    own = text(dataset, "ImageLaterality") or text(dataset, "Laterality")
    anatomy = None if own else functional_group(dataset, "FrameAnatomySequence")
    return own or (text(anatomy, "FrameLaterality") if anatomy is not None else None)


def _dap(places: technique.Places) -> float | None:
    stated = nearest(places, "ImageAndFluoroscopyAreaDoseProduct")
    return None if stated is None else dap_gym2(stated, "dGy.cm2")


def _agd(places: technique.Places, modality: str | None) -> float | None:
    organs = (text(place, "OrganExposed") for place in places)
    if modality != "MG" and "BREAST" not in {organ.upper() for organ in organs if organ}:
        return None
    stated = nearest(places, "OrganDose")
    return None if stated is None else dose_mgy(stated, "dGy")


def _phantom(places: technique.Places) -> int | None:
    found = (code(place, "CTDIPhantomTypeCodeSequence") for place in places)
    stated = next((phantom for phantom in found if phantom), None)
    return PHANTOM_CM.get(stated.value) if stated else None
