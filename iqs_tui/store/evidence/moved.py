"""Exposures that were moved from one study to another: made under the wrong worklist entry, or of a merged study."""

from collections.abc import Iterable

from iqs_tui.domain.cases import IDENTIFICATION
from iqs_tui.domain.exposures import MOMENTARY
from iqs_tui.domain.notes import standing
from iqs_tui.domain.origins import is_own_name
from iqs_tui.domain.records import Instance as ImageRecord
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import Exposure, Instance


def moved(study: StudyRows) -> set[str]:
    """Return the exposures of a study that a note (113038) says were misfiled, or that stand in another study too."""
    return _misfiled(study) | _named_elsewhere(study) | _made_elsewhere(study)


def twin_studies(record: ImageRecord) -> set[str]:
    """Return the other studies that hold the exposure of an image without Irradiation Event UID.

    They too have to be looked at when the image comes. With that UID the exposure is one row, whose studies are known.
    """
    if record.modality not in MOMENTARY or record.facts.acquired_at is None or not is_own_name(record):
        return set()
    row = Exposure.whole(Exposure.exposure_uid == record.exposure_uid).first()
    return {str(each.study_uid) for each in _twins([row])} if row is not None else set()


def _misfiled(study: StudyRows) -> set[str]:
    noted = {signal.instance_uid for signal in standing(study.told) if signal.tells_of == IDENTIFICATION}
    return {study.exposure_of(image) for image in study.images if image.sop_instance_uid in noted}


def _named_elsewhere(study: StudyRows) -> set[str]:
    names = sorted(study.exposures)
    rows = Instance.select(Instance.exposure_uid).where(
        Instance.exposure_uid.in_(names), Instance.study_uid != study.study_uid
    )
    return {row.exposure_uid for row in rows}


def _made_elsewhere(study: StudyRows) -> set[str]:
    elsewhere = {(row.device_id, row.acquired_at) for row in _twins(study.exposures.values())}
    return {
        study.name_of(uid)
        for uid, row in study.exposures.items()
        if _is_unnamed(row) and (row.device_id, row.acquired_at) in elsewhere
    }


def _twins(rows: Iterable[Exposure]) -> list[Exposure]:
    """Return exposures under our own name that the same machine made at the same moment in another study."""
    found: list[Exposure] = []
    for row in rows:
        if row.acquired_at is None or not _is_unnamed(row):
            continue
        there = Exposure.whole(
            Exposure.device_id == row.device_id,
            Exposure.acquired_at == row.acquired_at,
            Exposure.study_uid != row.study_uid,
            ~Exposure.is_derived | Exposure.same_as.is_null(False),  # also one that a report named since
        )
        found += filter(_is_unnamed, there)
    return found


def _is_unnamed(row: Exposure) -> bool:
    return "unnamed" in (row.origin or {})
