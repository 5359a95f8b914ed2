"""The short way for the many: an image whose exposure is known and to which it adds nothing but itself.

A CT sends a thousand slices of one exposure in seconds. Building each statement anew in peewee costs more than the
rest of the receiving together, so these two are prepared by hand; everything else goes the long way in `receiving`.
"""

import json
from collections import OrderedDict
from datetime import datetime
from threading import Lock

from iqs_tui.domain.exposures import SLICED, join_same_source
from iqs_tui.domain.records import ExposureFacts, Instance, Sender
from iqs_tui.store import case_writing, marks
from iqs_tui.store.database import database
from iqs_tui.store.fields import utc_text

_REMEMBERED = 64
_Whose = tuple[object, ...]
_known: OrderedDict[str, tuple[_Whose, ExposureFacts]] = OrderedDict()
_remembering = Lock()

_INSTANCE_COLUMNS = (
    "sop_instance_uid sop_class_uid study_uid series_uid exposure_uid device_id room modality image_type series_number "
    "instance_number acquired_at received_at anatomic_region_code view_code is_derived is_quality_control tags_present "
    "tags_valid slice_mm ae_title "
    "view_modifier_code protocol_code processing_description series_description rejected_by source_events"
).split()
_INSERT = (
    f"INSERT OR IGNORE INTO instance ({', '.join(_INSTANCE_COLUMNS)}) "  # noqa: S608 (our own column names)
    f"VALUES ({', '.join('?' * len(_INSTANCE_COLUMNS))})"
)
_COUNT = (
    "UPDATE examination SET n_images = n_images + 1, updated_at = ?, is_told = 0, "
    "started_at = min(coalesce(started_at, ?), ?), ended_at = max(coalesce(ended_at, ?), ?) "
    "WHERE study_uid = ? AND device_id = ?"
)
_COUNT_ONLY = (
    "UPDATE examination SET n_images = n_images + 1, updated_at = ?, is_told = 0 WHERE study_uid = ? AND device_id = ?"
)
_ASKED_ABOUT = (
    "SELECT EXISTS (SELECT 1 FROM signal AS s LEFT JOIN retake_case AS c ON c.case_id = s.case_id "
    "WHERE s.instance_uid = ? AND c.exposure_uid IS NOT ?) "
    "OR EXISTS (SELECT 1 FROM retake_case WHERE exposure_uid = ? AND NOT "
    "(json_array_length(instance_uids) >= ? AND json_extract(instance_uids, '$[#-1]') < ?) "
    "AND NOT EXISTS (SELECT 1 FROM json_each(instance_uids) WHERE value = ?))"
)
"""A signal of the image that stands with its exposure already says nothing new. A case names the first of its images,
in order, and those of its notes: of a scan with its fill, one that comes behind them, or is named, says nothing."""


def insert_instance(record: Instance, sender: Sender, at: datetime) -> bool:
    """Write an image's row; return whether it was not there yet."""
    moment = record.facts.acquired_at
    values = (
        record.sop_instance_uid,
        record.sop_class_uid,
        record.study_uid,
        record.series_uid,
        record.exposure_uid,
        record.device.key,
        sender.room,
        record.modality,
        "\\".join(record.image_type) or None,
        record.series_number,
        record.instance_number,
        utc_text(moment) if moment else None,
        utc_text(at),
        record.anatomic_region_code,
        record.view_code,
        record.is_derived,
        record.is_quality_control,
        record.tags_present,
        record.tags_valid,
        record.slice_mm,
        sender.ae_title,
        record.view_modifier_code,
        record.protocol_code,
        record.processing_description,
        record.series_description,
        json.dumps(marks.as_json(record.rejected_by)) if record.rejected_by else None,
        json.dumps(record.source_event_uids) if record.source_event_uids else None,
    )
    return bool(database.execute_sql(_INSERT, values).rowcount > 0)


def is_asked_about(record: Instance) -> bool:
    """Say whether a signal names this image, or a case about its exposure would."""
    uid = record.sop_instance_uid
    values = (uid, record.exposure_uid, record.exposure_uid, case_writing.INSTANCES_NAMED, uid, uid)
    return bool(database.execute_sql(_ASKED_ABOUT, values).fetchone()[0])


def count_if_known(record: Instance, sender: Sender, at: datetime) -> bool:
    """Count an image of a known exposure to which it adds nothing; return False where it has to go the long way."""
    known = _known.get(record.exposure_uid)
    if known is None or record.rejected_by or known[0] != _whose(record, sender):
        return False
    facts = known[1]
    if join_same_source(facts, record.facts) != facts or is_asked_about(record):
        return False
    if record.is_derived or record.facts.acquired_at is None:
        statement, when = _COUNT_ONLY, tuple[str, ...]()
    else:
        moment = utc_text(record.facts.acquired_at)
        statement, when = _COUNT, (moment,) * 4
    return bool(database.execute_sql(statement, (utc_text(at), *when, record.study_uid, record.device.key)).rowcount)


def remember(record: Instance, sender: Sender, facts: ExposureFacts) -> None:
    """Remember what the slices of an exposure say; call it once that is committed.

    Other images are few, and each may turn out to be another exposure than it says.
    """
    if record.modality not in SLICED:
        return
    with _remembering:
        _known[record.exposure_uid] = (_whose(record, sender), facts)
        _known.move_to_end(record.exposure_uid)
        while len(_known) > _REMEMBERED:
            _known.popitem(last=False)


def forget() -> None:
    """Forget everything: the tables were changed by another way."""
    with _remembering:
        _known.clear()


def _whose(record: Instance, sender: Sender) -> _Whose:
    return (
        record.study_uid,
        record.device,
        sender,
        record.modality,
        record.is_derived,
        record.is_quality_control,
        record.study_date,
        record.patient_key,
        record.age_years,
        record.weight_kg,
        record.length_m,
    )
