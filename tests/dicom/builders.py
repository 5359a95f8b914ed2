"""Small data sets of each kind, as modalities send them; every attribute can be overruled, `None` leaves it out."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ExplicitVRLittleEndian, generate_uid

CR = "1.2.840.10008.5.1.4.1.1.1"
DX = "1.2.840.10008.5.1.4.1.1.1.1"
MG = "1.2.840.10008.5.1.4.1.1.1.2"
CT = "1.2.840.10008.5.1.4.1.1.2"
ENHANCED_CT = "1.2.840.10008.5.1.4.1.1.2.1"
MR = "1.2.840.10008.5.1.4.1.1.4"
SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
XA = "1.2.840.10008.5.1.4.1.1.12.1"
RDSR = "1.2.840.10008.5.1.4.1.1.88.67"
ENHANCED_RDSR = "1.2.840.10008.5.1.4.1.1.88.76"
ENHANCED_SR = "1.2.840.10008.5.1.4.1.1.88.22"

YES = ("373066001", "SCT", "Yes")
NO = ("373067005", "SCT", "No")


def dataset(**attributes: Any) -> Dataset:
    """Return a data set of these attributes by keyword; None leaves one out."""
    made = Dataset()
    for keyword, value in attributes.items():
        if value is not None:
            setattr(made, keyword, value)
    return made


def as_bytes(made: Dataset, transfer_syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """Return a data set as it goes over the network, without file meta information."""
    target = DicomBytesIO()
    target.is_little_endian = transfer_syntax.is_little_endian
    target.is_implicit_VR = transfer_syntax.is_implicit_VR
    write_dataset(target, made)
    return BytesIO(target.getvalue()).getvalue()


def code_item(value: str, scheme: str = "DCM", meaning: str | None = "a meaning") -> Dataset:
    """Return an item of a code sequence (PS3.3 8.8)."""
    return dataset(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)


def image(sop_class_uid: str, modality: str, **attributes: Any) -> Dataset:
    """Return an image header with what every maker fills in."""
    usual = {
        "SOPClassUID": sop_class_uid,
        "SOPInstanceUID": generate_uid(),
        "StudyInstanceUID": generate_uid(),
        "SeriesInstanceUID": generate_uid(),
        "Modality": modality,
        "ImageType": ["ORIGINAL", "PRIMARY"],
        "PatientName": "Jansen^Truus",
        "PatientID": "0123456",
        "PatientBirthDate": "19500101",
        "StudyDate": "20260310",
        "StudyTime": "101500",
        "AcquisitionDate": "20260310",
        "AcquisitionTime": "101530.250",
        "Manufacturer": "ACME",
        "ManufacturerModelName": "Ray 1",
        "StationName": "BUCKY1",
        "DeviceSerialNumber": "S1",
        "OperatorsName": "de Vries^Jan",
        "KVP": "120",
    }
    return dataset(**(usual | attributes))


def dx(**attributes: Any) -> Dataset:
    """Return a radiograph: a chest, PA."""
    usual = {
        "BodyPartExamined": "CHEST",
        "ViewPosition": "PA",
        "ImageLaterality": "U",
        "ImageAndFluoroscopyAreaDoseProduct": "1.2",
        "ExposureIndex": "400",
        "TargetExposureIndex": "500",
        "DeviationIndex": "-1.0",
        "ExposureInuAs": "1040",
        "Exposure": "1",
        "IrradiationEventUID": generate_uid(),
    }
    return image(DX, "DX", **(usual | attributes))


def mg(**attributes: Any) -> Dataset:
    """Return a mammogram, left CC; organ dose in dGy."""
    usual = {
        "KVP": "28",
        "BodyPartExamined": "BREAST",
        "ViewPosition": "CC",
        "ImageLaterality": "L",
        "OrganDose": "0.0132",
        "OrganExposed": "BREAST",
    }
    return image(MG, "MG", **(usual | attributes))


def ct(**attributes: Any) -> Dataset:
    """Return an axial CT slice with its CTDIvol and phantom."""
    usual = {
        "ImageType": ["ORIGINAL", "PRIMARY", "AXIAL"],
        "AcquisitionNumber": "2",
        "InstanceNumber": "1",
        "CTDIvol": 8.5,
        "CTDIPhantomTypeCodeSequence": Sequence([code_item("113691")]),
        "Exposure": "150",
    }
    return image(CT, "CT", **(usual | attributes))


def xa(**attributes: Any) -> Dataset:
    """Return an angiography run."""
    return image(XA, "XA", **({"KVP": "75", "ImageAndFluoroscopyAreaDoseProduct": "35"} | attributes))


def capture_item(dlp: object = "434.382979", **attributes: Any) -> Dataset:
    """Return an item of Philips' Exposure Dose Sequence; the dose-length product is private."""
    usual = {
        "AcquisitionDateTime": "20260310101505.000000",
        "SeriesDescription": "70sec delay",
        "KVP": "120",
        "ExposureTime": "15598",
        "RadiationMode": "CONTINUOUS",
        "ScanLength": "525",
        "XRayTubeCurrentInuA": "118989.614",
        "AcquisitionType": "SPIRAL",
        "CTDIvol": 7.4263,
        "SeriesNumber": "6",
    }
    made = dataset(**(usual | attributes))
    if dlp is not None:
        made.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "DS", dlp)
    return made


def dose_capture(*captured: Dataset, dlp_total: object = "445.0", **attributes: Any) -> Dataset:
    """Return a Philips CT "Dose Info": a secondary capture of the dose screen, with the numbers in its header."""
    usual = {
        "Manufacturer": "Philips",
        "ManufacturerModelName": "Brilliance 16P",
        "ImageType": ["ORIGINAL", "SECONDARY", "OTHER", "DOSE_INFO"],
        "SeriesDescription": "Dose Info",
        "ProtocolName": "Abdomen",
        "StudyDescription": "CT abdomen",
        "AcquisitionDate": None,
        "AcquisitionTime": None,
        "KVP": None,
        "TotalNumberOfExposures": len(captured),
        "ExposureDoseSequence": Sequence(captured),
    }
    made = image(SECONDARY_CAPTURE, "CT", **(usual | attributes))
    if dlp_total is not None:
        made.private_block(0x00E1, "ELSCINT1", create=True).add_new(0x21, "DS", dlp_total)
    return made


def num(concept: str, value: object, unit: str | None, *children: Dataset) -> Dataset:
    """Return a NUM content item; value None gives the empty measured value sequence of Canon CXDI."""
    measured = Dataset()
    if value is not None:
        measured.NumericValue = value
        if unit is not None:
            measured.MeasurementUnitsCodeSequence = Sequence([code_item(unit, "UCUM", unit)])
    return _item("NUM", concept, children, MeasuredValueSequence=Sequence([measured] if value is not None else []))


def coded(concept: str, value: tuple[str, str, str], *children: Dataset, scheme: str = "DCM") -> Dataset:
    """Return a CODE content item."""
    return _item("CODE", concept, children, scheme, ConceptCodeSequence=Sequence([code_item(*value)]))


def words(concept: str, value: str) -> Dataset:
    """Return a TEXT content item."""
    return _item("TEXT", concept, (), TextValue=value)


def moment(concept: str, value: str) -> Dataset:
    """Return a DATETIME content item."""
    return _item("DATETIME", concept, (), DateTime=value)


def uid_reference(value: str) -> Dataset:
    """Return the Irradiation Event UID item."""
    return _item("UIDREF", "113769", (), UID=value)


def acquired_image(value: str) -> Dataset:
    """Return an Acquired Image item."""
    return _item("IMAGE", "113795", (), ReferencedSOPSequence=Sequence([dataset(ReferencedSOPInstanceUID=value)]))


def person_name(name: str, role: str = "113851") -> Dataset:
    """Return a person participant (TID 1020)."""
    return _item("PNAME", "113870", (coded("113875", (role, "DCM", "a role")),), PersonName=name)


def container(concept: str, *children: Dataset) -> Dataset:
    """Return a CONTAINER content item."""
    return _item("CONTAINER", concept, children)


def report(*children: Dataset, sop_class_uid: str = RDSR, concept: str = "113701", **attributes: Any) -> Dataset:
    """Return a structured report around these content items."""
    usual = {
        "ContentDate": "20260310",
        "ContentTime": "102000",
        "ConceptNameCodeSequence": Sequence([code_item(concept)]),
    }
    made = image(sop_class_uid, "SR", **(usual | attributes))
    made.ContentSequence = Sequence(children)
    return made


def ct_event(uid: str | None, ctdivol: object = 5.3, dlp: object = 251.2, *more: Dataset) -> Dataset:
    """Return a CT irradiation event (TID 10013), spiral, body phantom, 120 kV."""
    children = [
        coded("113820", ("116152004", "SCT", "Spiral Acquisition")),
        container("113822", container("113831", num("113733", "120", "kV"))),
        container(
            "113829",
            num("113830", ctdivol, "mGy"),
            coded("113835", ("113691", "DCM", "IEC Body")),
            num("113838", dlp, "mGy.cm"),
        ),
        *more,
    ]
    return container("113819", *([uid_reference(uid)] if uid else []), *children)


def ct_report(events: Iterable[Dataset], dlp: object = 502.4, n_events: int = 2, **attributes: Any) -> Dataset:
    """Return a CT dose report (TID 10011)."""
    totals = container("113811", num("113812", str(n_events), "{events}"), num("113813", dlp, "mGy.cm"))
    procedure = coded("121058", ("77477000", "SCT", "Computed tomography"))
    return report(procedure, totals, *events, **attributes)


def projection_event(uid: str | None, *more: Dataset, plane: str = "113622", kind: str = "113611") -> Dataset:
    """Return a projection irradiation event (TID 10003) without any dose."""
    children = [
        coded("113764", (plane, "DCM", "a plane")),
        coded("113721", (kind, "DCM", "a kind")),
        moment("111526", "20260310101530"),
        *more,
    ]
    return container("113706", *([uid_reference(uid)] if uid else []), *children)


def plane_total(*totals: Dataset, plane: str = "113622") -> Dataset:
    """Return the accumulated dose of one plane (TID 10002)."""
    return container("113702", coded("113764", (plane, "DCM", "a plane")), *totals)


def _item(kind: str, concept: str, children: Iterable[Dataset], scheme: str = "DCM", **attributes: Any) -> Dataset:
    made = dataset(
        RelationshipType="CONTAINS",
        ValueType=kind,
        ConceptNameCodeSequence=Sequence([code_item(concept, scheme)]),
        **attributes,
    )
    if children:
        made.ContentSequence = Sequence(children)
    return made
