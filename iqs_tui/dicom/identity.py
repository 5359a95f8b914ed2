"""Which machine, and which patient without saying who: the attributes that all objects share."""

import hashlib
import hmac
import re

from pydicom.dataset import Dataset

from iqs_tui.dicom.moments import date_of
from iqs_tui.dicom.reading import (
    CANNOT_UNDERSTAND,
    ReadingContext,
    Unreadable,
    is_present,
    number,
    text,
    texts,
    uid,
)
from iqs_tui.domain.patient_size import LENGTHS_M, WEIGHTS_KG
from iqs_tui.domain.records import Device, Refusal

PATIENT_KEY_VERSION = "k1"

_AGE = re.compile(r"(\d{1,4})\s?([DWMY])", re.ASCII)
_YEARS = {"D": 1 / 365.25, "W": 7 / 365.25, "M": 1 / 12, "Y": 1.0}
_DAYS_IN_YEAR = 365.25
_OLDEST = 130.0
_WORDS = re.compile(r"\w{3,}")
_OF_MANY_NAMES = frozenset("van der den ter ten von del mrs mevr dhr".split())


def device_of(dataset: Dataset, context: ReadingContext) -> Device:
    """Return the equipment of an image or report (PS3.3 C.7.5.1)."""
    return Device(
        manufacturer=text(dataset, "Manufacturer"),
        model=text(dataset, "ManufacturerModelName"),
        station_name=text(dataset, "StationName"),
        device_serial=text(dataset, "DeviceSerialNumber"),
        software_versions=", ".join(texts(dataset, "SoftwareVersions")) or None,
        ae_title=context.ae_title,
    )


def patient_key_of(dataset: Dataset, context: ReadingContext) -> str | None:
    """Return the hospital's keyed hash (HMAC-SHA256) of Patient ID and its issuer: `k1:<hex>`.

    Without a Patient ID there is nothing to join on; without a key, trying all numbers would undo the hash.
    """
    patient = text(dataset, "PatientID")
    if patient is None or not context.patient_key:
        return None
    message = "\x1f".join((text(dataset, "IssuerOfPatientID") or "", patient))
    digest = hmac.new(context.patient_key, message.encode(), hashlib.sha256).hexdigest()
    return f"{PATIENT_KEY_VERSION}:{digest}"


def names_patient(words: str, dataset: Dataset) -> bool:
    """Say whether words that somebody typed hold a part of the patient's name, or the number."""
    who = " ".join(text(dataset, keyword) or "" for keyword in ("PatientName", "PatientID")).replace("_", " ")
    parts = {*_WORDS.findall(who.casefold())} - _OF_MANY_NAMES
    return not parts.isdisjoint(_WORDS.findall(words.casefold()))


def age_years_of(dataset: Dataset) -> float | None:
    """Return the age: Patient's Age (0010,1010) as it stands, else from birth date and study date."""
    stated = _AGE.fullmatch((text(dataset, "PatientAge") or "").upper())
    if stated is not None:
        count, unit = stated.groups()
        return int(count) * _YEARS[unit]
    born, examined = date_of(dataset, "PatientBirthDate"), date_of(dataset, "StudyDate")
    if born is None or examined is None:
        return None
    years = (examined - born).days / _DAYS_IN_YEAR
    return years if 0 <= years <= _OLDEST else None


def weight_kg_of(dataset: Dataset) -> float | None:
    """Return Patient's Weight (0010,1030) in kg; what no patient weighs is None."""
    return _within(number(dataset, "PatientWeight"), WEIGHTS_KG)


def length_m_of(dataset: Dataset) -> float | None:
    """Return Patient's Size (0010,1020) in metres.

    Some equipment writes centimetres there: that is no length in metres, so it is None and not converted. A size that
    had to be guessed would decide with whom a dose is compared.
    """
    return _within(number(dataset, "PatientSize"), LENGTHS_M)


def _within(value: float | None, span: tuple[float, float]) -> float | None:
    return value if value is not None and span[0] <= value <= span[1] else None


def require_uid(dataset: Dataset, keyword: str) -> str:
    """Return a UID that must be there; raise Unreadable (0xC000) naming only its keyword."""
    found = uid(dataset, keyword)
    if found is None:
        fault = "malformed" if is_present(dataset, keyword) and text(dataset, keyword) else "missing"
        raise Unreadable(
            Refusal(
                status=CANNOT_UNDERSTAND,
                reason=f"{keyword} is {fault}",
                sop_class_uid=uid(dataset, "SOPClassUID"),
                sop_instance_uid=uid(dataset, "SOPInstanceUID"),
            )
        )
    return found
