"""What pretend documents (dose reports, rejection notes) have in common."""

from collections.abc import Iterable
from datetime import datetime

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence

from iqs_tui.simulator.codes import reference
from iqs_tui.simulator.images import IMAGE_CLASS, started
from iqs_tui.simulator.study import Shot, Study


def document(study: Study, sop_class_uid: str, uid: str, series_uid: str, at: datetime) -> Dataset:
    """Return the header of a document, written at a moment."""
    made = started(study, sop_class_uid, uid, series_uid, at)
    del made.AcquisitionDate, made.AcquisitionTime
    made.SeriesNumber, made.InstanceNumber = 900, 1
    made.ReferencedPerformedProcedureStepSequence = Sequence()
    made.ValueType, made.ContinuityOfContent = "CONTAINER", "SEPARATE"
    return made


def evidence(study: Study, shots: Iterable[Shot]) -> Sequence:
    """Return what a document names as its evidence (0040,A375): the images of exposures, by series."""
    series_items = []
    for shot in shots:
        series = Dataset()
        series.SeriesInstanceUID = shot.series_uid
        series.ReferencedSOPSequence = Sequence([reference(IMAGE_CLASS[study.machine.kind], shot.image_uid)])
        series_items.append(series)
    named = Dataset()
    named.StudyInstanceUID, named.ReferencedSeriesSequence = study.study_uid, Sequence(series_items)
    return Sequence([named])
