"""CT dose read from the header of a captured dose screen (Philips "Dose Info", old GE).

Such a capture holds, beside its pixels, Exposure Dose Sequence (0040,030E): an item per acquisition with CTDIvol, and
at Philips the dose-length product in a private attribute of ELSCINT1, (00E1,xx21), in mGy.cm. Where that is missing,
the copy in Comments on Radiation Dose (0040,0310) is read, in the two layouts that PixelMed's reader of such objects
knows. A capture without these numbers is a picture as any other: what is only drawn in its pixels is not read.
"""

import re
from collections import Counter
from dataclasses import dataclass

from pydicom.dataset import Dataset

from iqs_tui.dicom import codes, technique
from iqs_tui.dicom.identity import (
    age_years_of,
    device_of,
    length_m_of,
    patient_key_of,
    require_uid,
    weight_kg_of,
)
from iqs_tui.dicom.image_facts import PHANTOM_CM, procedure_of
from iqs_tui.dicom.moments import date_of, datetime_of, moment_of
from iqs_tui.dicom.reading import (
    GARBAGE,
    ReadingContext,
    as_number,
    code,
    integer,
    is_present,
    items,
    person,
    positive,
    text,
    texts,
)
from iqs_tui.dicom.sop_classes import is_secondary_capture
from iqs_tui.domain.records import Device, DoseReport, ExposureFacts, IrradiationEvent
from iqs_tui.domain.uids import derived_uid

_CREATOR = "ELSCINT1"
_DLP = (0x00E1, 0x21)
_PHANTOM = (0x01E1, 0x26)
_PHANTOMS_CM = {"16": 16, "32": 32}
_DOSE_INFO = frozenset({"DOSE_INFO", "DOSE-INFO", "DOSE INFO"})
_EVENT_TYPES = {
    "SPIRAL": codes.NAMES["116152004"],
    "SEQUENCED": codes.NAMES["113804"],
    "CONSTANT_ANGLE": codes.NAMES["113805"],
    "STATIONARY": codes.NAMES["113806"],
    "FREE": codes.NAMES["113807"],
}

_NUMBER = r"(\d{1,7}(?:\.\d{1,9})?)(?!\.?\d)"
_SERIES = re.compile(rf"SERIES ?# ?(\d{{1,9}})(?!\d)(?:(?!SERIES).)*?CTDIVOL ?= ?{_NUMBER} DLP ?= ?{_NUMBER}")
_EVENT = re.compile(rf"EVENT ?= ?(\d{{1,9}}) DLP ?= ?{_NUMBER}")
_TOTAL = re.compile(rf"TOTAL DLP ?= ?{_NUMBER}")
_LONGEST_COMMENT = 4096


@dataclass(frozen=True, slots=True)
class _Comments:
    """What Comments on Radiation Dose repeats: by series or event number CTDIvol in mGy and DLP in mGy.cm."""

    ctdivol: dict[int, float]
    dlp: dict[int, float]
    dlp_total: float | None


def read_dose_capture(dataset: Dataset, context: ReadingContext) -> DoseReport | None:
    """Return the dose of a captured dose screen; None for any other image.

    Raises:
        Unreadable: 0xC000 where a capture's UID of object or study is missing or malformed.
    """
    if not is_present(dataset, "ExposureDoseSequence"):
        return None
    sop_class_uid = require_uid(dataset, "SOPClassUID")
    if not is_secondary_capture(sop_class_uid) and not _is_dose_screen(dataset):
        return None
    comments = _comments_of(dataset)
    study_uid, device = require_uid(dataset, "StudyInstanceUID"), device_of(dataset, context)
    events = _events_of(dataset, study_uid, device, comments, context)
    total = _dlp(dataset) or comments.dlp_total
    if total is None and not any(event.facts.ctdivol_mgy or event.facts.dlp_mgycm for event in events):
        return None
    return DoseReport(
        sop_instance_uid=require_uid(dataset, "SOPInstanceUID"),
        sop_class_uid=sop_class_uid,
        study_uid=study_uid,
        device=device,
        modality="CT",
        content_at=moment_of(dataset, "ContentDate", "ContentTime", context),
        study_date=date_of(dataset, "StudyDate"),
        procedure=procedure_of(dataset, device),
        protocol=text(dataset, "ProtocolName"),
        operator=person(dataset, "OperatorsName"),
        patient_key=patient_key_of(dataset, context),
        age_years=age_years_of(dataset),
        weight_kg=weight_kg_of(dataset),
        length_m=length_m_of(dataset),
        dlp_total_mgycm=total,
        n_events_reported=integer(dataset, "TotalNumberOfExposures"),
        events=events,
    )


def _is_dose_screen(dataset: Dataset) -> bool:
    """Say whether an image of another class is a dose screen: a CT slice may carry the sequence too."""
    said = (text(dataset, "SeriesDescription") or "", *texts(dataset, "ImageType"))
    return not _DOSE_INFO.isdisjoint(words.upper() for words in said)


def _events_of(
    dataset: Dataset, study_uid: str, device: Device, comments: _Comments, context: ReadingContext
) -> tuple[IrradiationEvent, ...]:
    """Return the acquisitions; a later capture of the same study names those of an earlier one the same."""
    seen: Counter[tuple[object, ...]] = Counter()
    events = []
    for position, item in enumerate(items(dataset, "ExposureDoseSequence"), 1):
        series = integer(item, "SeriesNumber")
        facts = _facts_of(item, dataset, device, comments, context, series or position)
        if facts.event_type is None and facts.ctdivol_mgy is None and facts.dlp_mgycm is None:
            continue
        told = (facts.acquired_at, series)
        seen[told] += 1
        name = derived_uid("dose capture", study_uid, device.key, *told, seen[told])
        events.append(IrradiationEvent(exposure_uid=name, facts=facts))
    return tuple(events)


def _facts_of(
    item: Dataset, dataset: Dataset, device: Device, comments: _Comments, context: ReadingContext, number: int
) -> ExposureFacts:
    places = (item,)
    kind = (text(item, "AcquisitionType", 16) or "").upper()
    return ExposureFacts(
        acquired_at=datetime_of(item, "AcquisitionDateTime", context),
        procedure=procedure_of(dataset, device),
        protocol=text(item, "ProtocolName") or text(item, "SeriesDescription"),
        body_part=text(item, "BodyPartExamined") or text(dataset, "BodyPartExamined"),
        operator=person(dataset, "OperatorsName"),
        kvp=positive(item, "KVP"),
        ctdivol_mgy=positive(item, "CTDIvol") or comments.ctdivol.get(number),
        dlp_mgycm=_dlp(item) or comments.dlp.get(number),
        phantom_cm=_phantom(item),
        event_type=_EVENT_TYPES.get(kind),
        tube_current_ma=technique.tube_current_ma(places),
        exposure_time_ms=technique.exposure_time_ms(places),
        software_versions=device.software_versions,
    )


def _dlp(dataset: Dataset) -> float | None:
    """Return Philips' dose-length product in mGy.cm: of an item its own, of the whole object the total."""
    return _above_zero(_private(dataset, *_DLP))


def _phantom(item: Dataset) -> int | None:
    stated = code(item, "CTDIPhantomTypeCodeSequence")
    if stated is not None:
        return PHANTOM_CM.get(stated.value)
    return _PHANTOMS_CM.get((_private(item, *_PHANTOM) or "").upper().removesuffix("CM").strip())


def _private(dataset: Dataset, group: int, element: int) -> str | None:
    """Return a private value of ELSCINT1 as text; in implicit VR it comes as bytes."""
    try:
        value = dataset.private_block(group, _CREATOR)[element].value
    except GARBAGE:
        return None
    words = value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
    return words.strip(" \0") or None


def _comments_of(dataset: Dataset) -> _Comments:
    words = (text(dataset, "CommentsOnRadiationDose", _LONGEST_COMMENT) or "").upper()
    ctdivol: dict[int, float | None] = {}
    dlp: dict[int, float | None] = {}
    for series, index, product in _SERIES.findall(words):
        ctdivol[int(series)], dlp[int(series)] = _above_zero(index), _above_zero(product)
    for event, product in _EVENT.findall(words):
        dlp[int(event)] = _above_zero(product)
    total = _TOTAL.search(words)
    return _Comments(_stated(ctdivol), _stated(dlp), _above_zero(total[1]) if total else None)


def _stated(told: dict[int, float | None]) -> dict[int, float]:
    return {number: value for number, value in told.items() if value is not None}


def _above_zero(words: str | None) -> float | None:
    value = as_number(words)
    return value if value is not None and value > 0 else None
