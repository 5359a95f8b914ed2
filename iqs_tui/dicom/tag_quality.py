"""How well a header is filled in: two bits per attribute of `domain.tags.IQS_TAGS`. The values are not kept."""

from collections.abc import Callable

from pydicom.dataset import Dataset

from iqs_tui.dicom.moments import date_of, datetime_of, moment_of
from iqs_tui.dicom.reading import ReadingContext, codes, is_present, number, positive, text, uid
from iqs_tui.domain.tags import IQS_TAGS

_PLACEHOLDERS = frozenset(
    {"UNKNOWN", "UNSPECIFIED", "NONE", "NULL", "N/A", "NA", "-", ".", "?", "X", "XXX", "ONBEKEND"}
)
_SIDES = frozenset({"L", "R", "U", "B"})
_DIAGNOSTIC_KV = (10.0, 200.0)

_Check = Callable[[Dataset, str, ReadingContext], bool]


def tags_of(dataset: Dataset, context: ReadingContext) -> tuple[int, int]:
    """Return the bit masks of the attributes that are present, and of those that also hold a usable value."""
    present = valid = 0
    for bit, tag in enumerate(IQS_TAGS):
        if not is_present(dataset, tag.keyword):
            continue
        present |= 1 << bit
        if _CHECKS.get(tag.keyword, _is_number)(dataset, tag.keyword, context):
            valid |= 1 << bit
    return present, valid


def _is_number(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    return positive(dataset, keyword) is not None


def _is_any_number(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    return number(dataset, keyword) is not None


def _is_text(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    value = text(dataset, keyword)
    return value is not None and value.strip("^ ").upper() not in _PLACEHOLDERS | {""}


def _is_side(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    return (text(dataset, keyword) or "") in _SIDES


def _is_date(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    return date_of(dataset, keyword) is not None


def _is_birth_date(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    born, examined = date_of(dataset, keyword), date_of(dataset, "StudyDate")
    return born is not None and (examined is None or born <= examined)


def _is_datetime(dataset: Dataset, keyword: str, context: ReadingContext) -> bool:
    return datetime_of(dataset, keyword, context) is not None


def _is_acquisition_time(dataset: Dataset, keyword: str, context: ReadingContext) -> bool:
    """Say whether it is a time of day; the day beside it, which has a bit of its own, may be missing."""
    if is_present(dataset, "AcquisitionDate") and _is_date(dataset, "AcquisitionDate", context):
        return moment_of(dataset, "AcquisitionDate", keyword, context) is not None
    return moment_of(dataset, "StudyDate", keyword, context) is not None


def _is_uid(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    return uid(dataset, keyword) is not None


def _is_code(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    return bool(codes(dataset, keyword))


def _is_tube_voltage(dataset: Dataset, keyword: str, _context: ReadingContext) -> bool:
    value = number(dataset, keyword)
    return value is not None and _DIAGNOSTIC_KV[0] <= value <= _DIAGNOSTIC_KV[1]


_CHECKS: dict[str, _Check] = {
    "OperatorsName": _is_text,
    "StationName": _is_text,
    "PatientBirthDate": _is_birth_date,
    "StudyDate": _is_date,
    "ViewCodeSequence": _is_code,
    "ViewPosition": _is_text,
    "StudyDescription": _is_text,
    "IrradiationEventUID": _is_uid,
    "DeviationIndex": _is_any_number,
    "ProtocolName": _is_text,
    "BodyPartExamined": _is_text,
    "ImageLaterality": _is_side,
    "DeviceSerialNumber": _is_text,
    "AcquisitionDateTime": _is_datetime,
    "AcquisitionDate": _is_date,
    "AcquisitionTime": _is_acquisition_time,
    "KVP": _is_tube_voltage,
}
"""What is usable, by keyword; every other attribute of the list is a quantity above zero."""
