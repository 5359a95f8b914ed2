"""What one MPPS message says of a step."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydicom.dataset import Dataset

from iqs_tui.dicom.mpps import read_step
from iqs_tui.dicom.reading import ReadingContext

CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key", "DX_1")


def attributes(**values: object) -> Dataset:
    dataset = Dataset()
    for keyword, value in values.items():
        setattr(dataset, keyword, value)
    return dataset


def test_a_new_step():
    scheduled = attributes(StudyInstanceUID="1.2.3", RequestedProcedureDescription="X thorax")
    step = read_step(
        "1.2.9",
        attributes(
            ScheduledStepAttributesSequence=[scheduled],
            PerformedProcedureStepStatus="IN PROGRESS",
            PerformedStationAETitle="DX_BUCKY",
            PerformedStationName="BUCKY1",
            Modality="DX",
            PerformedProcedureStepStartDate="20261121",
            PerformedProcedureStepStartTime="143000",
        ),
        CONTEXT,
    )
    assert (step.step_uid, step.study_uid, step.status) == ("1.2.9", "1.2.3", "IN PROGRESS")
    assert (step.modality, step.procedure) == ("DX", "X thorax")
    assert (step.station_ae_title, step.device.ae_title) == ("DX_BUCKY", "DX_BUCKY")
    assert step.device.station_name == "BUCKY1"
    assert step.started_at == datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
    assert step.ended_at is None


def test_a_finished_step():
    image, other = attributes(ReferencedSOPInstanceUID="1.2.3.1"), attributes(ReferencedSOPInstanceUID="bad uid")
    series = attributes(OperatorsName="Vries^J", ReferencedImageSequence=[image, other, image])
    step = read_step(
        "1.2.9",
        attributes(
            PerformedProcedureStepStatus="COMPLETED",
            PerformedProcedureStepEndDate="20261121",
            PerformedProcedureStepEndTime="144500",
            TotalNumberOfExposures=3,
            ImageAndFluoroscopyAreaDoseProduct="1.5",
            PerformedSeriesSequence=[series],
        ),
        CONTEXT,
    )
    assert (step.status, step.operator, step.n_exposures) == ("COMPLETED", "J Vries", 3)
    assert step.dap_total_gym2 == pytest.approx(1.5e-5)
    assert step.image_uids == ("1.2.3.1",)
    assert step.device.ae_title == "DX_1"


def test_a_discontinued_step():
    code = attributes(CodeValue="110514", CodingSchemeDesignator="DCM", CodeMeaning="Incorrect worklist entry")
    step = read_step(
        "1.2.9",
        attributes(
            PerformedProcedureStepStatus="DISCONTINUED",
            PerformedProcedureStepDiscontinuationReasonCodeSequence=[code],
        ),
        CONTEXT,
    )
    assert (step.status, step.discontinuation_code) == ("DISCONTINUED", "110514")


def test_what_is_not_said_is_none():
    step = read_step("1.2.9", Dataset(), CONTEXT)
    said = (step.status, step.study_uid, step.modality, step.procedure, step.operator, step.started_at)
    assert said == (None,) * 6
    assert (step.n_exposures, step.dap_total_gym2, step.image_uids) == (None, None, ())


def test_the_dose_of_an_old_room_is_the_total_of_the_step():
    """Dose attributes are retired, and still sent: with fluoroscopy, and with its technique, which is not kept."""
    technique = attributes(RadiationMode="PULSED", KVP="75", ExposureTime="900")
    step = read_step(
        "1.2.9",
        attributes(
            PerformedProcedureStepStatus="COMPLETED",
            TotalTimeOfFluoroscopy=312,
            TotalNumberOfExposures=14,
            ImageAndFluoroscopyAreaDoseProduct="1250.5",
            EntranceDose=0,
            EntranceDoseInmGy="0",
            CommentsOnRadiationDose="ok",
            ExposureDoseSequence=[technique],
        ),
        CONTEXT,
    )
    assert (step.fluoro_time_total_s, step.n_exposures) == (312, 14)
    assert step.dap_total_gym2 == pytest.approx(1250.5e-5)


def test_a_room_that_does_not_measure_writes_zero():
    step = read_step(
        "1.2.9",
        attributes(ImageAndFluoroscopyAreaDoseProduct="0", TotalTimeOfFluoroscopy=0, TotalNumberOfExposures=0),
        CONTEXT,
    )
    assert (step.dap_total_gym2, step.fluoro_time_total_s, step.n_exposures) == (None, None, 0)
