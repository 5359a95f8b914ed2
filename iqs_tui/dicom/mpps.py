"""Modality Performed Procedure Step messages (PS3.4 F.7, PS3.3 C.4.13 to C.4.17)."""

from collections.abc import Iterator

from pydicom.dataset import Dataset

from iqs_tui.dicom.moments import moment_of
from iqs_tui.dicom.reading import (
    ReadingContext,
    code,
    first_item,
    integer,
    items,
    meaning,
    person,
    positive,
    text,
    uid,
)
from iqs_tui.domain import units
from iqs_tui.domain.records import Device, ProcedureStep

IN_PROGRESS = "IN PROGRESS"
STATUSES = frozenset({IN_PROGRESS, "COMPLETED", "DISCONTINUED"})

_DAP_UNIT = "dGy.cm2"
"""Of Image and Fluoroscopy Area Dose Product (0018,115E): in MPPS the step's total with fluoroscopy."""


def read_step(step_uid: str, dataset: Dataset, context: ReadingContext) -> ProcedureStep:
    """Return what one N-CREATE or N-SET says of a step; what it does not say is None.

    Its dose attributes are retired (PS3.3 C.4.16), old rooms still send them. A room that does not measure writes 0
    for dose and fluoroscopy time, so 0 is None there; no exposures at all is a fact.
    """
    station = text(dataset, "PerformedStationAETitle")
    dap = positive(dataset, "ImageAndFluoroscopyAreaDoseProduct")
    n_exposures = integer(dataset, "TotalNumberOfExposures")
    reason = code(dataset, "PerformedProcedureStepDiscontinuationReasonCodeSequence")
    return ProcedureStep(
        step_uid=step_uid,
        device=Device(station_name=text(dataset, "PerformedStationName"), ae_title=station or context.ae_title),
        status=status_of(dataset),
        study_uid=_study_uid(dataset),
        modality=text(dataset, "Modality"),
        station_ae_title=station,
        procedure=_procedure(dataset),
        operator=_operator(dataset),
        started_at=moment_of(dataset, "PerformedProcedureStepStartDate", "PerformedProcedureStepStartTime", context),
        ended_at=moment_of(dataset, "PerformedProcedureStepEndDate", "PerformedProcedureStepEndTime", context),
        discontinuation_code=reason.value if reason else None,
        n_exposures=n_exposures if n_exposures is not None and n_exposures >= 0 else None,
        dap_total_gym2=None if dap is None else units.dap_gym2(dap, _DAP_UNIT),
        fluoro_time_total_s=positive(dataset, "TotalTimeOfFluoroscopy"),
        image_uids=tuple(dict.fromkeys(_images(dataset))),
    )


def status_of(dataset: Dataset) -> str | None:
    """Return Performed Procedure Step Status (0040,0252), in capitals."""
    status = text(dataset, "PerformedProcedureStepStatus")
    return status.upper() if status else None


def _study_uid(dataset: Dataset) -> str | None:
    found = (uid(item, "StudyInstanceUID") for item in items(dataset, "ScheduledStepAttributesSequence"))
    return next((study_uid for study_uid in found if study_uid), None)


def _procedure(dataset: Dataset) -> str | None:
    """Return the examination as ordered, else as performed."""
    scheduled = first_item(dataset, "ScheduledStepAttributesSequence")
    return (
        (text(scheduled, "RequestedProcedureDescription") if scheduled is not None else None)
        or meaning(dataset, "ProcedureCodeSequence")
        or text(dataset, "PerformedProcedureTypeDescription")
        or text(dataset, "PerformedProcedureStepDescription")
    )


def _operator(dataset: Dataset) -> str | None:
    """Return Operators' Name (0008,1070), which stands with each performed series."""
    names = (person(series, "OperatorsName") for series in items(dataset, "PerformedSeriesSequence"))
    return person(dataset, "OperatorsName") or next((name for name in names if name), None)


def _images(dataset: Dataset) -> Iterator[str]:
    for series in items(dataset, "PerformedSeriesSequence"):
        for reference in items(series, "ReferencedImageSequence"):
            found = uid(reference, "ReferencedSOPInstanceUID")
            if found is not None:
                yield found
