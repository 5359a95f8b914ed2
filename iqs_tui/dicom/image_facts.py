"""What an image header says of its exposure, in the units of `domain.records.ExposureFacts`.

Units in the header are those of the standard: dose-area product in dGy.cm2, organ dose in dGy, CTDIvol in mGy
(PS3.3 C.8.7.2, C.8.11.7, C.8.15.3). Zero in such a field only means that nothing was measured, so it is None.
"""

from datetime import datetime

from pydicom.dataset import Dataset

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
)
from iqs_tui.domain.records import ExposureFacts
from iqs_tui.domain.units import dap_gym2, dose_mgy

PHANTOM_CM = {"113690": 16, "113691": 32, "130541": 10}
"""Diameter of the CTDI phantom by its code in CID 4052: IEC head, IEC body, 10 cm."""

_CONTENT_IS_ACQUISITION = frozenset({"CR", "DX", "MG", "PX", "IO"})
_ROUNDING_OF_MAS = 1.0


def facts_of(dataset: Dataset, modality: str | None, context: ReadingContext, *, is_derived: bool) -> ExposureFacts:
    """Return the facts of the exposure that this image is of."""
    return ExposureFacts(
        acquired_at=acquired_at(dataset, modality, context, is_derived=is_derived),
        procedure=procedure_of(dataset),
        protocol=protocol_of(dataset),
        body_part=text(dataset, "BodyPartExamined") or meaning(dataset, "AnatomicRegionSequence"),
        view=text(dataset, "ViewPosition") or meaning(dataset, "ViewCodeSequence"),
        laterality=_laterality(dataset),
        operator=person(dataset, "OperatorsName"),
        kvp=positive(dataset, "KVP") or _of_frames(dataset, "CTXRayDetailsSequence", "KVP"),
        mas=_mas(dataset),
        exposure_index=positive(dataset, "ExposureIndex"),
        target_exposure_index=positive(dataset, "TargetExposureIndex"),
        deviation_index=number(dataset, "DeviationIndex"),
        dap_gym2=_dap(dataset),
        agd_mgy=_agd(dataset, modality),
        # CTDIvol is copied into reformats and captures too, where it is no exposure of its own.
        ctdivol_mgy=_ctdivol(dataset) if modality == "CT" and not is_derived else None,
        phantom_cm=_phantom(dataset) if modality == "CT" and not is_derived else None,
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


def procedure_of(dataset: Dataset) -> str | None:
    """Return the examination as ordered, else as performed, else as the study is called."""
    requests = (dataset, *items(dataset, "RequestAttributesSequence"), *items(dataset, "ReferencedRequestSequence"))
    asked = (text(request, "RequestedProcedureDescription") for request in requests)
    return (
        next((words for words in asked if words), None)
        or meaning(dataset, "ProcedureCodeSequence")
        or text(dataset, "PerformedProcedureStepDescription")
        or text(dataset, "StudyDescription")
    )


def protocol_of(dataset: Dataset) -> str | None:
    """Return the protocol that the operator chose, or the nearest thing the header has to it."""
    return (
        text(dataset, "ProtocolName")
        or meaning(dataset, "PerformedProtocolCodeSequence")
        or text(dataset, "AcquisitionDeviceProcessingDescription")
        or text(dataset, "SeriesDescription")
    )


def irradiation_event_uid(dataset: Dataset) -> str | None:
    """Return the Irradiation Event UID (0008,3010), of a multi-frame object that of its first frame."""
    own = uid(dataset, "IrradiationEventUID")
    group = None if own else functional_group(dataset, "IrradiationEventIdentificationSequence")
    return own or (uid(group, "IrradiationEventUID") if group else None)


def functional_group(dataset: Dataset, macro: str) -> Dataset | None:
    """Return a functional group macro (PS3.3 C.7.6.16) shared by all frames, else that of the first frame."""
    for groups in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
        first = first_item(dataset, groups)
        found = first_item(first, macro) if first is not None else None
        if found is not None:
            return found
    return None


def _of_frames(dataset: Dataset, macro: str, keyword: str) -> float | None:
    group = functional_group(dataset, macro)
    return positive(group, keyword) if group is not None else None


def _laterality(dataset: Dataset) -> str | None:
    own = text(dataset, "ImageLaterality") or text(dataset, "Laterality")
    anatomy = None if own else functional_group(dataset, "FrameAnatomySequence")
    return own or (text(anatomy, "FrameLaterality") if anatomy is not None else None)


def _mas(dataset: Dataset) -> float | None:
    """Return the tube load: Exposure (0018,1152) holds whole mAs, so 0.4 mAs is 0 there; the finer fields go first."""
    exact = positive(dataset, "ExposureInmAs") or _of_frames(dataset, "CTExposureSequence", "ExposureInmAs")
    whole, micro = positive(dataset, "Exposure"), positive(dataset, "ExposureInuAs")
    if exact is not None or micro is None:
        return exact or whole
    fine = micro / 1000
    # Some makers fill the two with different things: then the one in whole mAs is believed.
    return fine if whole is None or abs(fine - whole) <= _ROUNDING_OF_MAS else whole


def _dap(dataset: Dataset) -> float | None:
    stated = positive(dataset, "ImageAndFluoroscopyAreaDoseProduct")
    return None if stated is None else dap_gym2(stated, "dGy.cm2")


def _agd(dataset: Dataset, modality: str | None) -> float | None:
    if modality != "MG" and (text(dataset, "OrganExposed") or "").upper() != "BREAST":
        return None
    stated = positive(dataset, "OrganDose")
    return None if stated is None else dose_mgy(stated, "dGy")


def _ctdivol(dataset: Dataset) -> float | None:
    return positive(dataset, "CTDIvol") or _of_frames(dataset, "CTExposureSequence", "CTDIvol")


def _phantom(dataset: Dataset) -> int | None:
    group = functional_group(dataset, "CTExposureSequence")
    found = code(dataset, "CTDIPhantomTypeCodeSequence")
    if found is None and group is not None:
        found = code(group, "CTDIPhantomTypeCodeSequence")
    return PHANTOM_CM.get(found.value) if found else None
