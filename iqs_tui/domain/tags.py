"""The DICOM attributes that the Image Quality System needs filled in, in the order of their bits.

The list is the NVMBR's (implementation guide of the IQS, "DICOM tags"), plus what joins the parts. Append only:
the position is the bit in `Instance.tags_present` and `Instance.tags_valid`.
"""

from typing import NamedTuple


class Tag(NamedTuple):
    """A DICOM attribute by number and keyword (PS3.6)."""

    number: int
    keyword: str


IQS_TAGS = (
    Tag(0x00081070, "OperatorsName"),
    Tag(0x00081010, "StationName"),
    Tag(0x00100030, "PatientBirthDate"),
    Tag(0x00080020, "StudyDate"),
    Tag(0x00540220, "ViewCodeSequence"),
    Tag(0x00185101, "ViewPosition"),
    Tag(0x00081030, "StudyDescription"),
    Tag(0x0018115E, "ImageAndFluoroscopyAreaDoseProduct"),
    Tag(0x00400316, "OrganDose"),
    Tag(0x001811A0, "BodyPartThickness"),
    Tag(0x00189345, "CTDIvol"),
    Tag(0x00181302, "ScanLength"),
    Tag(0x00083010, "IrradiationEventUID"),
    Tag(0x00181411, "ExposureIndex"),
    Tag(0x00181412, "TargetExposureIndex"),
    Tag(0x00181413, "DeviationIndex"),
    Tag(0x00181030, "ProtocolName"),
    Tag(0x00180015, "BodyPartExamined"),
    Tag(0x00200062, "ImageLaterality"),
    Tag(0x00181000, "DeviceSerialNumber"),
    Tag(0x0008002A, "AcquisitionDateTime"),
    Tag(0x00080022, "AcquisitionDate"),
    Tag(0x00080032, "AcquisitionTime"),
    Tag(0x00180060, "KVP"),
    Tag(0x00181152, "Exposure"),
)
