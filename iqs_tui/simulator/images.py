"""Pretend images: complete headers (DX, CR, MG, RF, CT), and a small picture of what stood before the detector."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import (
    BreastTomosynthesisImageStorage,
    ComputedRadiographyImageStorage,
    CTImageStorage,
    DigitalMammographyXRayImageStorageForPresentation,
    DigitalMammographyXRayImageStorageForProcessing,
    DigitalXRayImageStorageForPresentation,
    DigitalXRayImageStorageForProcessing,
    ExplicitVRLittleEndian,
    XRayRadiofluoroscopicImageStorage,
)

from iqs_tui.simulator.codes import Code, coded
from iqs_tui.simulator.ct_catalogue import SCOUT
from iqs_tui.simulator.drawing import BITS, CT_SIDE, SIDE, ct_slice, projection
from iqs_tui.simulator.study import Run, Shot, Study

IMAGE_CLASS = {
    "DX": DigitalXRayImageStorageForPresentation,
    "CR": ComputedRadiographyImageStorage,
    "MG": DigitalMammographyXRayImageStorageForPresentation,
    "RF": XRayRadiofluoroscopicImageStorage,
    "CT": CTImageStorage,
}
FOR_PROCESSING_CLASS = {
    "DX": DigitalXRayImageStorageForProcessing,
    "MG": DigitalMammographyXRayImageStorageForProcessing,
}
SENT_CLASSES = (*IMAGE_CLASS.values(), *FOR_PROCESSING_CLASS.values(), BreastTomosynthesisImageStorage)
_DETECTOR_MM = 430


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One image of an exposure, where it has several or is out of the ordinary."""

    uid: str
    """SOP Instance UID."""
    image_type: tuple[str, ...] = ("ORIGINAL", "PRIMARY", "")
    sop_class_uid: str | None = None
    """None: that of the modality, for presentation."""
    sources: tuple[str, ...] = ()
    """The irradiation events it was put together from; it has none of its own then."""
    later: timedelta = timedelta()
    """How long after the exposure it was made."""


def projection_image(study: Study, shot: Shot, rendition: Rendition | None = None) -> Dataset:
    """Return an image of a projection exposure: DX (PS3.3 A.26), MG (A.27), CR (A.2) or RF (A.16)."""
    kind = study.machine.kind
    made = rendition or Rendition(uid=shot.image_uid)
    sop_class_uid = made.sop_class_uid or IMAGE_CLASS[kind]
    image = started(study, sop_class_uid, made.uid, shot.series_uid, shot.at)
    image.ContentDate, image.ContentTime = _day(shot.at + made.later), _time(shot.at + made.later)
    image.Modality = kind
    image.SeriesNumber, image.InstanceNumber, image.AcquisitionNumber = shot.number, 1, shot.number
    image.SeriesDescription = image.ProtocolName = shot.view.name
    image.BodyPartExamined, image.ViewPosition = shot.view.body_part, shot.view.position
    image.PatientOrientation = list(shot.view.orientation)
    image.ImageType = list(made.image_type[:2] if kind == "CR" else made.image_type)
    _technique(image, study, shot, made)
    figure = "phantom" if study.is_quality_control else shot.view.figure
    _pixels(image, SIDE, projection(figure, shot.view.laterality, shot.image_uid, shot.flaw))
    if kind == "CR" and shot.view.laterality in ("L", "R"):
        image.Laterality = shot.view.laterality
    elif kind in FOR_PROCESSING_CLASS:
        _digital_x_ray(image, study, shot)
    elif kind == "RF":
        image.ImageType = [*made.image_type[:2], "SINGLE PLANE"]
        image.PixelIntensityRelationship, image.RadiationSetting = "LIN", "GR"
    return image


def ct_slices(study: Study, run: Run) -> list[Dataset]:
    """Return the slices of a CT acquisition (PS3.3 A.3)."""
    return [_ct_slice(study, run, index, uid) for index, uid in enumerate(run.image_uids)]


def started(study: Study, sop_class_uid: str, sop_instance_uid: str, series_uid: str, at: datetime) -> Dataset:
    """Return the part of a header that every object of a study shares."""
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.MediaStorageSOPClassUID = sop_class_uid
    ds.file_meta.MediaStorageSOPInstanceUID = sop_instance_uid
    ds.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds.SpecificCharacterSet = "ISO_IR 192"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class_uid, sop_instance_uid
    ds.StudyInstanceUID, ds.SeriesInstanceUID = study.study_uid, series_uid
    ds.StudyDate, ds.StudyTime = _day(study.started_at), _time(study.started_at)
    ds.SeriesDate = ds.AcquisitionDate = ds.ContentDate = _day(at)
    ds.SeriesTime = ds.AcquisitionTime = ds.ContentTime = _time(at)
    if study.machine.states_offset:
        ds.TimezoneOffsetFromUTC = at.strftime("%z")
    ds.StudyDescription, ds.AccessionNumber, ds.StudyID = study.procedure, study.accession, study.accession
    ds.ReferringPhysicianName, ds.OperatorsName = "", study.operator
    ds.ProcedureCodeSequence = coded(Code(study.procedure_code, "99SIM", study.procedure))
    _patient(ds, study)
    if study.is_quality_control:
        ds.QualityControlSubject = "YES"
    machine = study.machine
    ds.Manufacturer, ds.ManufacturerModelName, ds.StationName = (
        machine.manufacturer,
        machine.model,
        machine.station_name,
    )
    ds.DeviceSerialNumber, ds.SoftwareVersions, ds.InstitutionName = (
        machine.serial,
        machine.software,
        "Simulatieziekenhuis",
    )
    return ds


def _patient(ds: Dataset, study: Study) -> None:
    patient = study.patient
    ds.PatientName, ds.PatientID, ds.PatientSex = patient.name, patient.patient_id, patient.sex
    ds.PatientBirthDate = patient.birth_date.strftime("%Y%m%d")
    ds.PatientAge = f"{(study.started_at.date() - patient.birth_date).days // 365:03d}Y"
    if patient.is_size_known:
        ds.PatientWeight, ds.PatientSize = f"{patient.weight_kg:g}", f"{patient.length_m:g}"


def _technique(image: Dataset, study: Study, shot: Shot, made: Rendition) -> None:
    if made.sources:
        image.SourceIrradiationEventSequence = Sequence(_event(uid) for uid in made.sources)
    elif study.machine.names_events:
        image.IrradiationEventUID = shot.event_uid
    image.KVP = f"{shot.kvp:g}"
    image.Exposure, image.ExposureInuAs = round(shot.mas), round(shot.mas * 1000)
    stand = shot.view.stand
    image.ExposureTime, image.ExposureTimeInuS = max(1, round(shot.time_ms)), round(shot.time_ms * 1000)
    image.XRayTubeCurrent, image.DistanceSourceToDetector = round(stand.current_ma), f"{stand.distance_mm:g}"
    image.Grid, image.ExposureControlMode = list(stand.grid), "AUTOMATIC" if stand.is_automatic else "MANUAL"
    if shot.agd_mgy is not None:
        image.OrganDose = f"{shot.agd_mgy / 100:.6g}"  # dGy, as PS3.3 C.8.7.2 has it
        image.EntranceDoseInmGy = f"{shot.agd_mgy * 4:.4g}"
        return
    image.ImageAndFluoroscopyAreaDoseProduct = f"{shot.dap_gym2 * 1e5:.6g}"  # dGy.cm2, as PS3.3 C.4.16 has it
    image.ExposureIndex, image.TargetExposureIndex = f"{shot.exposure_index:g}", "400"
    image.DeviationIndex = f"{shot.deviation_index:g}"


def _digital_x_ray(image: Dataset, study: Study, shot: Shot) -> None:
    """Fill in what DX and MG ask beyond CR (PS3.3 C.8.11)."""
    is_for_processing = image.SOPClassUID in FOR_PROCESSING_CLASS.values()
    image.PresentationIntentType = "FOR PROCESSING" if is_for_processing else "FOR PRESENTATION"
    if study.is_quality_control:
        image.QualityControlImage = "YES"
    image.PresentationLUTShape = "IDENTITY"
    image.PixelIntensityRelationship, image.PixelIntensityRelationshipSign = "LOG", -1
    image.RescaleIntercept, image.RescaleSlope, image.RescaleType = "0", "1", "US"
    if not is_for_processing:
        image.WindowCenter, image.WindowWidth = "2048", "4096"
    image.BurnedInAnnotation, image.LossyImageCompression = "NO", "00"
    image.ImageLaterality = shot.view.laterality
    image.ImagerPixelSpacing = [f"{_DETECTOR_MM / SIDE:.4g}"] * 2
    image.DetectorType, image.DetectorConfiguration, image.DetectorID = (
        "SCINTILLATOR",
        "AREA",
        f"{study.machine.serial}-{shot.view.stand.name}",
    )
    image.AnatomicRegionSequence, image.ViewCodeSequence = coded(shot.view.region), coded(shot.view.code)
    image.AcquisitionContextSequence = Sequence()
    image.PositionerType = "COLUMN"
    if study.machine.kind != "MG":
        return
    image.ViewCodeSequence[0].ViewModifierCodeSequence = Sequence()
    image.PositionerType, image.OrganExposed, image.BreastImplantPresent = "MAMMOGRAPHIC", "BREAST", "NO"
    image.PositionerPrimaryAngle = "0" if shot.view.position == "CC" else "45"
    image.CompressionForce, image.BodyPartThickness = f"{shot.compression_n:g}", f"{shot.thickness_mm:g}"


def _ct_slice(study: Study, run: Run, index: int, uid: str) -> Dataset:
    image = started(study, CTImageStorage, uid, run.series_uid, run.at)
    image.Modality = "CT"
    is_scout = run.scan.type_code == SCOUT
    image.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER" if is_scout else "AXIAL"]
    image.SeriesNumber, image.AcquisitionNumber, image.InstanceNumber = run.number, run.number, index + 1
    image.SeriesDescription = image.ProtocolName = run.scan.name
    image.BodyPartExamined, image.PatientPosition = run.procedure.body_part, "HFS"
    height_mm = run.scan.top_mm - index * run.scan.length_cm * 10 / max(1, len(run.image_uids) - 1)
    image.FrameOfReferenceUID, image.PositionReferenceIndicator = study.frame_uid, ""
    image.ImagePositionPatient = ["-200", "-200", f"{height_mm:.5g}"]
    image.ImageOrientationPatient = ["1", "0", "0", "0", "1", "0"]
    image.PixelSpacing, image.SliceThickness = [f"{400 / CT_SIDE:.4g}"] * 2, "3"
    image.SliceLocation = f"{height_mm:.5g}"
    image.KVP, image.Exposure = f"{run.scan.kvp:g}", round(run.scan.mas)
    image.XRayTubeCurrent, image.ExposureTime = round(run.scan.mas * 2), 500
    image.CTDIvol, image.CTDIPhantomTypeCodeSequence = run.ctdivol_mgy, coded(run.procedure.phantom)
    image.IrradiationEventUID = run.event_uid
    image.RescaleIntercept, image.RescaleSlope = "-1024", "1"
    if not is_scout:
        image.RescaleType = "HU"
    _pixels(image, CT_SIDE, ct_slice(run.procedure.body_part))
    return image


def _event(uid: str) -> Dataset:
    item = Dataset()
    item.IrradiationEventUID = uid
    return item


def _pixels(image: Dataset, side: int, pixels: bytes) -> None:
    image.SamplesPerPixel, image.PhotometricInterpretation = 1, "MONOCHROME2"
    image.Rows, image.Columns = side, side
    image.BitsAllocated, image.BitsStored, image.HighBit = 16, BITS, BITS - 1
    image.PixelRepresentation, image.PixelData = 0, pixels


def _day(at: datetime) -> str:
    return at.strftime("%Y%m%d")


def _time(at: datetime) -> str:
    return at.strftime("%H%M%S.%f")
