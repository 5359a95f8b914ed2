"""Pretend Modality Performed Procedure Steps (PS3.4 F.7)."""

from collections.abc import Sequence as Items
from datetime import datetime

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from iqs_tui.simulator.codes import reference
from iqs_tui.simulator.images import IMAGE_CLASS
from iqs_tui.simulator.study import Shot, Study


def step_begun(study: Study) -> Dataset:
    """Return the attributes of an MPPS N-CREATE (PS3.4 F.7.2.1)."""
    step = Dataset()
    step.SpecificCharacterSet = "ISO_IR 192"
    step.Modality = study.machine.kind
    step.PatientName, step.PatientID, step.PatientSex = (
        study.patient.name,
        study.patient.patient_id,
        study.patient.sex,
    )
    step.PatientBirthDate = study.patient.birth_date.strftime("%Y%m%d")
    scheduled = Dataset()
    scheduled.StudyInstanceUID, scheduled.AccessionNumber = study.study_uid, study.accession
    scheduled.RequestedProcedureID, scheduled.RequestedProcedureDescription = study.accession, study.procedure
    scheduled.ScheduledProcedureStepID, scheduled.ScheduledProcedureStepDescription = (
        study.accession,
        study.procedure,
    )
    scheduled.ScheduledProtocolCodeSequence, scheduled.ReferencedStudySequence = Sequence(), Sequence()
    step.ScheduledStepAttributesSequence = Sequence([scheduled])
    step.PerformedStationAETitle, step.PerformedStationName = (
        study.machine.ae_title,
        study.machine.station_name,
    )
    step.PerformedLocation, step.PerformedProcedureStepID, step.StudyID = "", study.accession, study.accession
    step.PerformedProcedureStepStartDate = study.started_at.strftime("%Y%m%d")
    step.PerformedProcedureStepStartTime = study.started_at.strftime("%H%M%S")
    step.PerformedProcedureStepEndDate = step.PerformedProcedureStepEndTime = None
    step.PerformedProcedureStepStatus = "IN PROGRESS"
    step.PerformedProcedureStepDescription, step.PerformedProcedureTypeDescription = (
        study.procedure,
        study.procedure,
    )
    step.ProcedureCodeSequence, step.PerformedProtocolCodeSequence = Sequence(), Sequence()
    step.PerformedSeriesSequence = Sequence()
    return step


def step_ended(study: Study, shots: Items[Shot], at: datetime, n_exposures: int) -> Dataset:
    """Return the attributes of the MPPS N-SET that completes a step (PS3.4 F.7.2.2), with the images that are left."""
    step = Dataset()
    step.PerformedProcedureStepStatus = "COMPLETED"
    step.PerformedProcedureStepEndDate, step.PerformedProcedureStepEndTime = (
        at.strftime("%Y%m%d"),
        at.strftime("%H%M%S"),
    )
    step.PerformedSeriesSequence = Sequence([_performed_series(study, shot) for shot in shots])
    step.TotalNumberOfExposures = n_exposures
    step.ImageAndFluoroscopyAreaDoseProduct = f"{sum(shot.dap_gym2 for shot in shots) * 1e5:.6g}"
    return step


def _performed_series(study: Study, shot: Shot) -> Dataset:
    series = Dataset()
    series.SeriesInstanceUID, series.ProtocolName, series.SeriesDescription = (
        shot.series_uid,
        shot.view.name,
        shot.view.name,
    )
    series.OperatorsName, series.PerformingPhysicianName, series.RetrieveAETitle = study.operator, "", ""
    series.ReferencedImageSequence = Sequence([reference(IMAGE_CLASS[study.machine.kind], shot.image_uid)])
    series.ReferencedNonImageCompositeSOPInstanceSequence = Sequence()
    return series
