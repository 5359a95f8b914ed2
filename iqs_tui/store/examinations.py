"""Keeps the examinations: one per study and device, with counts and dose totals (`domain.totals` decides)."""

from datetime import date, datetime
from typing import Any

from iqs_tui.domain.records import DoseReport, Instance
from iqs_tui.domain.totals import ReportedTotal, counted, joint_source, may_be_summed, summed_over, total
from iqs_tui.store.models import DoseReportRow, Examination, Exposure

_TOTALS = {
    "dap_total_gym2": "dap_gym2",
    "dose_rp_total_gy": "dose_rp_gy",
    "agd_total_mgy": "agd_mgy",
    "dlp_total_mgycm": "dlp_mgycm",
}


def add_image(record: Instance, room: str, at: datetime, *, is_dose_new: bool) -> None:
    """Count an image; where it brought an exposure or its dose, make the totals again."""
    row = _row(record.study_uid, record.device.key, room, at)
    row.n_images += 1
    _fill(
        row,
        modality=record.modality if not _modalities_reported(row) else None,
        study_date=record.study_date,
        patient_key=record.patient_key,
        age_years=record.age_years,
        procedure=record.facts.procedure,
        protocol=record.facts.protocol,
        operator=record.facts.operator,
    )
    _stretch(row, record.facts.acquired_at, record.is_derived)
    if is_dose_new:
        _total(row)
    _save(row, at)


def add_report(record: DoseReport, room: str, at: datetime) -> None:
    """Make the totals again with a new dose report."""
    row = _row(record.study_uid, record.device.key, room, at)
    row.modality = min(_modalities_reported(row))
    _fill(
        row,
        study_date=record.study_date,
        patient_key=record.patient_key,
        age_years=record.age_years,
        procedure=record.procedure,
        protocol=record.protocol,
        operator=record.operator,
    )
    for event in record.events:
        _stretch(row, event.facts.acquired_at, is_derived=False)
    _total(row)
    _save(row, at)


def _row(study_uid: str, device_id: str, room: str, at: datetime) -> Examination:
    row = Examination.get_or_none((Examination.study_uid == study_uid) & (Examination.device_id == device_id))
    if row is None:
        row = Examination.create(study_uid=study_uid, device_id=device_id, room=room, received_at=at, updated_at=at)
    return row


def _fill(row: Examination, **said: Any) -> None:  # noqa: ANN401 (column values)
    """Take over what was not known; of two words the alphabetically first stays, so that order is nothing."""
    for name, value in said.items():
        if value is None:
            continue
        plain = value.isoformat() if isinstance(value, date) else value
        current = getattr(row, name)
        setattr(row, name, plain if current is None else min(current, plain))


def _modalities_reported(row: Examination) -> list[str]:
    """Return what the dose reports say it was: they go before the images."""
    of_it = (DoseReportRow.study_uid == row.study_uid) & (DoseReportRow.device_id == row.device_id)
    return [report.modality for report in DoseReportRow.select(DoseReportRow.modality).where(of_it)]


def _stretch(row: Examination, acquired_at: datetime | None, is_derived: bool) -> None:
    if acquired_at is None or is_derived:
        return
    row.started_at = min(row.started_at or acquired_at, acquired_at)
    row.ended_at = max(row.ended_at or acquired_at, acquired_at)


def _total(row: Examination) -> None:
    of_it = (Exposure.study_uid == row.study_uid) & (Exposure.device_id == row.device_id)
    exposures = list(Exposure.select().where(of_it))
    reports = list(
        DoseReportRow.select().where(
            (DoseReportRow.study_uid == row.study_uid) & (DoseReportRow.device_id == row.device_id)
        )
    )
    made = counted(exposures, has_report=bool(reports))
    row.n_exposures = len(made)
    sources = set()
    for name, of_exposure in _TOTALS.items():
        doses = [getattr(exposure, of_exposure) for exposure in made]
        summed = summed_over(doses) if may_be_summed(row.modality, exposures) else None
        value, source = total([_said(report, name) for report in reports], summed)
        setattr(row, name, value)
        sources.add(source)
    row.ctdivol_max_mgy = max((each.ctdivol_mgy for each in made if each.ctdivol_mgy is not None), default=None)
    row.total_source = joint_source(sources)


def _said(report: DoseReportRow, name: str) -> ReportedTotal:
    return ReportedTotal(
        report_uid=report.sop_instance_uid,
        exposure_uids=frozenset(report.exposure_uids or [report.sop_instance_uid]),
        value=getattr(report, name),
    )


def _save(row: Examination, at: datetime) -> None:
    row.is_told = False
    row.updated_at = at
    row.save()
