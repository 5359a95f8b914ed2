"""Keeps the examinations: one per study and device, with counts and dose totals (`domain.totals` decides)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from iqs_tui.domain.dose_sources import is_capture
from iqs_tui.domain.modalities import is_kind_of, told_modality
from iqs_tui.domain.records import DoseReport, Instance
from iqs_tui.domain.totals import ReportedTotal, counted, joint_source, may_be_summed, summed_over, total
from iqs_tui.store import outbox
from iqs_tui.store.models import DoseReportRow, Examination, Exposure, Step

Plain = dict[str, Any]
_TOTALS = {
    "dap_total_gym2": "dap_gym2",
    "dose_rp_total_gy": "dose_rp_gy",
    "agd_total_mgy": "agd_mgy",
    "dlp_total_mgycm": "dlp_mgycm",
}
_SAID = ("study_date", "procedure", "protocol", "operator", "patient_key", "age_years", "weight_kg", "length_m")
_NOTHING = dict.fromkeys((*_TOTALS, "ctdivol_max_mgy", "fluoro_time_total_s", "total_source")) | {
    "n_images": 0,
    "n_exposures": 0,
}


class Dose(NamedTuple):
    """As much of an exposure as the totals of an examination that images alone tell of need."""

    exposure_uid: str
    is_derived: bool
    report_facts: object | None
    dap_gym2: float | None
    dose_rp_gy: float | None
    agd_mgy: float | None
    dlp_mgycm: float | None
    ctdivol_mgy: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What tells of one examination beside its images."""

    exposures: Sequence[Exposure | Dose]
    """Its exposures, those that turned out to be another one left out."""
    reports: Sequence[DoseReportRow] = ()
    captures: Sequence[DoseReportRow] = ()
    """Captured dose screens: they count where no report is."""
    steps: Sequence[Step] = ()
    span: tuple[datetime | None, datetime | None] | None = None
    """The earliest and latest acquisition of its images and of what reports tell; None: as the row says, for images
    alone tell of it."""


def add_image(record: Instance, room: str, at: datetime, made: Sequence[Dose] | None = None) -> bool:
    """Count an image; return whether it says anything new of the examination.

    Args:
        record: the image.
        room: of its sender.
        at: now.
        made: the exposures of the examination, where images alone tell of it: then it is settled as well.
    """
    row = _get_or_none(record.study_uid, record.device.key)
    kept = None if row is None else dict(row.__data__)
    if row is None:
        row = _new(record.study_uid, record.device.key, room, at)
    before = image_facts(row)
    row.n_images += 1
    row.image_facts = _join_facts(before, _said_by_image(record, room))
    _stretch(row, None if record.is_derived else record.facts.acquired_at)
    if made is not None:
        settle(row, Sources(exposures=made))
    save(row, at, kept)
    return bool(row.image_facts != before)


def get_or_new(study_uid: str, device_id: str, room: str | None, at: datetime) -> Examination:
    """Return the examination of a study on a device, made where there is none."""
    row = _get_or_none(study_uid, device_id)
    if row is None:
        row = _new(study_uid, device_id, room, at)
        row.save_changes(None)
    return row


def image_facts(row: Examination) -> Plain:
    """Return what an examination's images say: keys as its columns, `made` the modalities of original images.

    A row of an older version is taken to be what its images said.
    """
    if row.image_facts is not None or not row.n_images:
        return dict(row.image_facts or {})
    said = {name: getattr(row, name) for name in (*_SAID, "modality", "room")}
    said["made"] = [row.modality] if row.modality else []
    return {name: value for name, value in said.items() if value is not None}


def said_by_report(record: DoseReport) -> Plain:
    """Return what a dose report says of its examination."""
    return _plain({name: getattr(record, name) for name in _SAID})


def settle(row: Examination, sources: Sources) -> set[str]:
    """Make an examination's columns what its images, reports and steps say; return the exposures that count."""
    images = image_facts(row)
    reports = [*sources.reports, *sources.captures]
    told = [report.said or {} for report in reports]
    if any(report.said is None for report in reports):  # of an older version: what its row says is what it said
        told.append(_plain({name: getattr(row, name) for name in _SAID}))
    step = None if images or reports else min(sources.steps, key=lambda each: str(each.step_uid), default=None)
    if step is not None:
        told.append({"procedure": step.procedure, "operator": step.operator})
    for name in _SAID:
        setattr(row, name, _least(said.get(name) for said in (images, *told)))
    row.modality = _modality(images, reports, sources.steps)
    rooms = (_least(each.room for each in told_by) for told_by in (reports, sources.steps))
    row.room = images.get("room") or next(filter(None, (*rooms, images.get("derived_room"))), None)
    if sources.span is not None:
        row.started_at, row.ended_at = sources.span
    if step is not None:
        _stretch(row, step.started_at)
        _stretch(row, step.ended_at)
    return _total(row, sources)


def withdraw(row: Examination, at: datetime) -> None:
    """Take an examination away of which nothing is left: its report turned out to be of another machine."""
    outbox.put_row("examination", row, at, is_withdrawn=True, updated_at=at, **_NOTHING)
    row.delete_instance()


def save(row: Examination, at: datetime, kept: Plain | None) -> None:
    """Save an examination, to be told to the central server.

    Args:
        kept: what is in the database; None: nothing.
    """
    row.is_told = False
    row.updated_at = at
    row.save_changes(kept)


def _get_or_none(study_uid: str, device_id: str) -> Examination | None:
    found: Examination | None = Examination.whole(
        Examination.study_uid == study_uid, Examination.device_id == device_id
    ).first()
    return found


def _new(study_uid: str, device_id: str, room: str | None, at: datetime) -> Examination:
    return Examination(
        study_uid=study_uid, device_id=device_id, room=room, image_facts={}, received_at=at, updated_at=at
    )


def _said_by_image(record: Instance, room: str) -> Plain:
    facts = record.facts
    made = {} if record.is_derived else {"made": [record.modality] if record.modality else [], "room": room}
    said = {name: getattr(record, name) for name in ("study_date", "patient_key", "age_years", "weight_kg", "length_m")}
    said |= {"procedure": facts.procedure, "protocol": facts.protocol, "operator": facts.operator}
    said |= {"modality": record.modality, "derived_room": room, "station_name": record.device.station_name}
    return _plain(said) | made


def _plain(said: Plain) -> Plain:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
        if value is not None
    }


def _join_facts(one: Plain, other: Plain) -> Plain:
    """Join what two images say: of two words the alphabetically first stays, so that order is nothing."""
    joined = dict(one)
    for name, value in other.items():
        if name == "made":
            joined[name] = sorted({*joined.get(name, ()), *value})
        else:
            joined[name] = min(joined.get(name, value), value)
    return joined


def _least(values: Iterable[Any]) -> Any:  # noqa: ANN401 (column values)
    return min((value for value in values if value is not None), default=None)


def _modality(images: Plain, reports: Iterable[DoseReportRow], steps: Iterable[Step]) -> str | None:
    """Return what the dose reports say it was, else its original images, else the others, else its steps.

    Images tell an angiography room from a fluoroscopy room, and a dental or cassette room from a radiography room;
    reports cannot.
    """
    made = images.get("made", ())
    told = told_modality(report.modality for report in reports)
    if told is not None:
        return _least(name for name in made if is_kind_of(name, told)) or told
    modality: str | None = _least(made) or images.get("modality") or _least(step.modality for step in steps)
    return modality


def _stretch(row: Examination, moment: datetime | None) -> None:
    if moment is not None:
        row.started_at = min(row.started_at or moment, moment)
        row.ended_at = max(row.ended_at or moment, moment)


def _total(row: Examination, sources: Sources) -> set[str]:
    reports = sources.reports or sources.captures
    made = counted(sources.exposures, has_report=bool(reports))
    row.n_exposures = len(made)
    summable = made if may_be_summed(row.modality, sources.exposures) else ()
    found = set()
    for name, of_exposure in _TOTALS.items():
        summed = summed_over(getattr(exposure, of_exposure) for exposure in summable)
        of_steps = summed_over(step.dap_total_gym2 for step in sources.steps) if name == "dap_total_gym2" else None
        value, source = total([_said(report, name) for report in reports], summed, of_steps)
        setattr(row, name, value)
        found.add(source)
    times = [_said(report, "fluoro_time_total_s") for report in reports]
    row.fluoro_time_total_s, _ = total(times, None, summed_over(step.fluoro_time_total_s for step in sources.steps))
    row.ctdivol_max_mgy = max((each.ctdivol_mgy for each in made if each.ctdivol_mgy is not None), default=None)
    row.total_source = joint_source(found)
    return {exposure.exposure_uid for exposure in made}


def _said(report: DoseReportRow, name: str) -> ReportedTotal:
    return ReportedTotal(
        report_uid=report.sop_instance_uid,
        exposure_uids=frozenset(report.exposure_uids or [report.sop_instance_uid]),
        value=getattr(report, name),
    )


def is_captured(report: DoseReportRow) -> bool:
    """Say whether a report was read from a captured dose screen."""
    return report.sop_class_uid is not None and is_capture(report.sop_class_uid)
