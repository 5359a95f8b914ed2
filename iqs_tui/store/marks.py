"""What a later copy of an image may add to it: that it was rejected, or shows a phantom.

A modality may mark an image only after it was sent first; the same image then comes again. A mark once seen stays,
whichever copy brought it, so that order changes nothing.
"""

from dataclasses import asdict
from datetime import datetime

from iqs_tui.domain.records import Instance as ImageRecord
from iqs_tui.domain.room_rules import Mark
from iqs_tui.store import exposures
from iqs_tui.store.models import Instance


def add(record: ImageRecord, at: datetime) -> set[str]:
    """Add the marks of a known image's new copy; return the study to look at again, empty where they are no news.

    Nearly all images have no marks; then nothing is looked up.
    """
    if not record.rejected_by and not record.is_quality_control:
        return set()
    row = Instance.get_by_id(record.sop_instance_uid)
    marks = {*marks_of(row), *record.rejected_by}
    is_phantom = record.is_quality_control and not row.is_quality_control
    if not is_phantom and marks == {*marks_of(row)}:
        return set()
    row.rejected_by = as_json(marks)
    row.is_quality_control = row.is_quality_control or is_phantom
    row.save()
    if is_phantom:
        exposures.mark_quality_control(row.exposure_uid, at)
    return {str(row.study_uid)}


def marks_of(row: Instance) -> list[Mark]:
    """Return the marks of an image, sorted."""
    return sorted(Mark(**mark) for mark in row.rejected_by or ())


def as_json(marks: set[Mark] | tuple[Mark, ...]) -> list[dict[str, str]] | None:
    """Return marks as they are kept."""
    return [asdict(mark) for mark in sorted(marks)] or None
