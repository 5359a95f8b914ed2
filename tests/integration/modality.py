"""What a modality would send: DICOM files on disk, for dcmtk's senders."""

from datetime import datetime
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import ExplicitVRLittleEndian, generate_uid

DX = "1.2.840.10008.5.1.4.1.1.1.1"
KOS = "1.2.840.10008.5.1.4.1.1.88.59"


def dx_image(
    folder: Path, *, study_uid: str, at: datetime, view: str = "PA", event_uid: str | None = None, **attributes: Any
) -> Path:
    """Write a small thorax image, taken at a local moment, with these attributes over the usual; return its file."""
    ds = _start(DX, study_uid, at)
    ds.Modality = "DX"
    ds.IrradiationEventUID = event_uid or generate_uid()
    ds.ImageType = ["ORIGINAL", "PRIMARY", ""]
    ds.PresentationIntentType = "FOR PRESENTATION"
    ds.StudyDescription = "X-thorax"
    ds.ProtocolName = f"Thorax {view}"
    ds.BodyPartExamined = "CHEST"
    ds.ViewPosition = view
    ds.ImageLaterality = "U"
    ds.OperatorsName = "Vries^Johanna^de"
    ds.AcquisitionDate, ds.AcquisitionTime = f"{at:%Y%m%d}", f"{at:%H%M%S.%f}"
    ds.KVP = "125"
    ds.ImageAndFluoroscopyAreaDoseProduct = "0.81"
    ds.ExposureIndex = "250"
    ds.Rows = ds.Columns = 16
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.SamplesPerPixel, ds.PixelRepresentation, ds.PhotometricInterpretation = 1, 0, "MONOCHROME2"
    ds.PixelData = bytes(16 * 16 * 2)
    for keyword, value in attributes.items():
        setattr(ds, keyword, value)
    return _save(ds, folder)


def ct_slice(folder: Path, *, study_uid: str, series_uid: str, number: int, at: datetime, pixels: bytes) -> Path:
    """Write slice `number` of one CT acquisition with these pixels; return its file."""
    ds = _start("1.2.840.10008.5.1.4.1.1.2", study_uid, at)
    ds.Modality = "CT"
    ds.SeriesInstanceUID = series_uid
    ds.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    ds.StudyDescription = "CT abdomen"
    ds.ProtocolName = "Abdomen"
    ds.AcquisitionNumber, ds.InstanceNumber = 2, number
    ds.AcquisitionDate, ds.AcquisitionTime = f"{at:%Y%m%d}", f"{at:%H%M%S}"
    ds.KVP = "120"
    ds.CTDIvol = 7.4
    ds.Rows = ds.Columns = int((len(pixels) / 2) ** 0.5)
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    ds.SamplesPerPixel, ds.PixelRepresentation, ds.PhotometricInterpretation = 1, 0, "MONOCHROME2"
    ds.PixelData = pixels
    return _save(ds, folder)


def rejection_note(
    folder: Path, *, study_uid: str, images: list[Path], at: datetime, reason: str | None = None
) -> Path:
    """Write a Key Object Selection "Rejected for Quality Reasons" of these images; return its file.

    `reason` is a code of CID 7011.
    """
    import pydicom

    ds = _start(KOS, study_uid, at)
    ds.Modality = "KO"
    ds.ContentDate, ds.ContentTime = f"{at:%Y%m%d}", f"{at:%H%M%S}"
    ds.InstanceNumber = 1
    ds.ConceptNameCodeSequence = Sequence([_code("113001", "Rejected for Quality Reasons")])
    if reason is not None:
        modifier = Dataset()
        modifier.RelationshipType, modifier.ValueType = "HAS CONCEPT MOD", "CODE"
        modifier.ConceptNameCodeSequence = Sequence([_code("113011", "Document Title Modifier")])
        modifier.ConceptCodeSequence = Sequence([_code(reason, "a reason")])
        ds.ContentSequence = Sequence([modifier])
    ds.ValueType, ds.ContinuityOfContent = "CONTAINER", "SEPARATE"
    series = {}
    for path in images:
        image = pydicom.dcmread(path, stop_before_pixels=True)
        reference = Dataset()
        reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = image.SOPClassUID, image.SOPInstanceUID
        series.setdefault(image.SeriesInstanceUID, []).append(reference)
    evidence = Dataset()
    evidence.StudyInstanceUID = study_uid
    evidence.ReferencedSeriesSequence = Sequence()
    for series_uid, references in series.items():
        item = Dataset()
        item.SeriesInstanceUID = series_uid
        item.ReferencedSOPSequence = Sequence(references)
        evidence.ReferencedSeriesSequence.append(item)
    ds.CurrentRequestedProcedureEvidenceSequence = Sequence([evidence])
    return _save(ds, folder)


def _code(value: str, meaning: str) -> Dataset:
    item = Dataset()
    item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = value, "DCM", meaning
    return item


def _start(sop_class_uid: str, study_uid: str, at: datetime) -> FileDataset:
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class_uid
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class_uid, meta.MediaStorageSOPInstanceUID
    ds.StudyInstanceUID, ds.SeriesInstanceUID = study_uid, generate_uid()
    ds.StudyDate, ds.StudyTime = f"{at:%Y%m%d}", f"{at:%H%M%S}"
    ds.PatientName, ds.PatientID, ds.PatientBirthDate = "Test^Patient", "1234567", "19600101"
    ds.Manufacturer, ds.ManufacturerModelName, ds.DeviceSerialNumber = "Acme", "Bucky", "B-1"
    ds.StationName = "BUCKY1"
    return ds


def _save(ds: FileDataset, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{ds.SOPInstanceUID}.dcm"
    ds.save_as(path, enforce_file_format=True)
    return path
