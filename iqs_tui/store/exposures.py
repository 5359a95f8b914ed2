"""Joins what images and dose reports say of one exposure, in whatever order they come (`domain.exposures` decides)."""

from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, NamedTuple

from iqs_tui.domain.exposures import join_same_source, report_over_image
from iqs_tui.domain.records import DoseReport, ExposureFacts, Instance, IrradiationEvent, Sender
from iqs_tui.store.models import Exposure

Plain = dict[str, Any]

_FACTS = tuple(field.name for field in fields(ExposureFacts))
_DOSES = ("dap_gym2", "dose_rp_gy", "agd_mgy", "ctdivol_mgy", "dlp_mgycm")


class Joined(NamedTuple):
    """What an image made of its exposure."""

    facts: Plain
    """What its images say now."""
    is_new: bool
    """Whether it told anything."""
    is_dose_new: bool
    """Whether the totals have to be made again."""


def join_image(record: Instance, sender: Sender, at: datetime) -> Joined:
    """Join an image to its exposure; a report or an original image makes an exposure of what was only derived."""
    row = Exposure.get_or_none(Exposure.exposure_uid == record.exposure_uid)
    facts = _plain(record.facts)
    if row is None:
        row = _new_exposure(record.exposure_uid, record.study_uid, record.device.key, sender.room, at)
        row.modality = record.modality
        row.is_derived = record.is_derived
        row.is_quality_control = record.is_quality_control
        _save_exposure(row, image_facts=facts, report_facts=None, at=at, is_new=True)
        return Joined(facts, is_new=True, is_dose_new=True)
    before, said_before = row.image_facts, (row.is_derived, row.is_quality_control, row.modality)
    joined = facts if before is None else _plain(join_same_source(facts_of(before), facts_of(facts)))
    was_derived = row.is_derived
    row.is_derived = was_derived and record.is_derived
    row.is_quality_control = row.is_quality_control or record.is_quality_control
    others = [row.modality] if before is not None and row.modality else []
    row.modality = min([*others, record.modality]) if record.modality else row.modality
    if (joined, (row.is_derived, row.is_quality_control, row.modality)) == (before, said_before):
        return Joined(joined, is_new=False, is_dose_new=False)
    is_counted_now = was_derived != row.is_derived
    _save_exposure(row, image_facts=joined, report_facts=row.report_facts, at=at, is_new=False)
    return Joined(joined, is_new=True, is_dose_new=is_counted_now or _dose(before) != _dose(joined))


def _dose(facts: Plain | None) -> list[object] | None:
    return None if facts is None else [facts.get(name) for name in _DOSES]


def join_event(event: IrradiationEvent, report: DoseReport, sender: Sender, at: datetime) -> None:
    """Join an event of a dose report to its exposure."""
    row = Exposure.get_or_none(Exposure.exposure_uid == event.exposure_uid)
    facts = _plain(event.facts)
    is_new = row is None
    if row is None:
        row = _new_exposure(event.exposure_uid, report.study_uid, report.device.key, sender.room, at)
        row.modality = report.modality
    joined = facts
    if row.report_facts is not None:
        joined = _plain(join_same_source(facts_of(row.report_facts), facts_of(facts)))
    if is_new or joined != row.report_facts:
        row.is_derived = False
        _save_exposure(row, image_facts=row.image_facts, report_facts=joined, at=at, is_new=is_new)


def _new_exposure(exposure_uid: str, study_uid: str, device_id: str, room: str, at: datetime) -> Exposure:
    return Exposure(exposure_uid=exposure_uid, study_uid=study_uid, device_id=device_id, room=room, received_at=at)


def _save_exposure(
    row: Exposure,
    *,
    image_facts: Plain | None,
    report_facts: Plain | None,
    at: datetime,
    is_new: bool,
) -> None:
    image = facts_of(image_facts) if image_facts is not None else ExposureFacts()
    report = facts_of(report_facts) if report_facts is not None else ExposureFacts()
    merged = report_over_image(report, image)
    for name in _FACTS:
        setattr(row, name, getattr(merged, name))
    row.image_facts = image_facts
    row.report_facts = report_facts
    row.is_told = False
    row.updated_at = at
    row.save(force_insert=is_new)


def _plain(facts: ExposureFacts) -> Plain:
    """Return facts as JSON values, absent ones left out."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(facts).items()
        if value is not None
    }


def facts_of(plain: Plain) -> ExposureFacts:
    """Return facts from their JSON values."""
    moment = plain.get("acquired_at")
    return ExposureFacts(**plain | ({"acquired_at": datetime.fromisoformat(moment)} if moment else {}))
