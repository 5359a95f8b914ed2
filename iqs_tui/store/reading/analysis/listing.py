"""The list behind a group: its doses one by one, page by page, the newest first."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iqs_tui.domain.dose import age_band, short_view
from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.naming import exposure_name
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Case, Examination, Exposure
from iqs_tui.store.reading.analysis import conditions, examination_cells, exposure_cells
from iqs_tui.store.reading.analysis.cells import is_flagged, source_of
from iqs_tui.store.reading.analysis.groups import Group, scope_of
from iqs_tui.store.reading.analysis.patients import Study
from iqs_tui.store.reading.rejecting import is_answered_reject


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseRow:
    """One dose: of an exposure, or where `exposure_uid` is None of a whole examination."""

    exposure_uid: str | None
    study_uid: str
    at: datetime
    """When it was made, else received; UTC."""
    room: str
    title: str | None
    view: str | None
    band: str
    quantity: Quantity
    value: float | None
    """Gy.m2 (DAP), mGy.cm (DLP), mGy (CTDIvol, AGD); None where no dose was received."""
    is_rejected: bool
    reason_label: str | None
    source: str | None
    """reported, summed or header; None where there is no dose."""
    implausible: bool
    """The value stays as received, but is in no statistic."""
    kvp: float | None
    mas: float | None
    exposure_index: float | None
    deviation_index: float | None
    weight_kg: float | None
    length_m: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some of the rows, and how many there are in all."""

    rows: tuple[DoseRow, ...]
    total: int


def rows(scope: Scope, group: Group, offset: int = 0, limit: int = 100) -> Page:
    """Return a page of the doses of a group, the newest first; also those that are absent or implausible."""
    narrowed = scope_of(scope, group)
    if group.modality in examination_cells.COLUMNS and group.quantity == examination_cells.COLUMNS[group.modality][0]:
        return _examinations(narrowed, group, offset, limit)
    return _exposures(narrowed, group, offset, limit)


def _exposures(scope: Scope, group: Group, offset: int, limit: int) -> Page:
    wanted = [*conditions.of_exposures_at_any_time(scope), *_in_no_room(Exposure, group)]
    wanted += [conditions.is_compared_scan()] if group.modality == "CT" else []
    all_of_it = [
        (moment, uid)
        for when, at in conditions.times_of(scope, Exposure, Exposure.acquired_at)
        for moment, uid in database.execute(
            conditions.with_examination(Exposure.select(at, Exposure.exposure_uid)).where(when, *wanted)
        )
    ]
    uids = [uid for _, uid in sorted(all_of_it, reverse=True)[offset : offset + limit]]
    column = exposure_cells.COLUMNS[group.modality][1]
    details = Exposure.select(
        Exposure, column.alias("value"), Examination.age_years, Examination.weight_kg, Examination.length_m
    )
    there = conditions.with_examination(details).where(Exposure.exposure_uid.in_(uids)).namedtuples()
    found = {row.exposure_uid: row for row in there}
    reasons = _reasons(uids)
    made = (_exposure(found[uid], group.quantity, column.name, reasons) for uid in uids if uid in found)
    return Page(rows=tuple(made), total=len(all_of_it))


def _exposure(row: Any, quantity: Quantity, column: str, reasons: dict[str, str | None]) -> DoseRow:  # noqa: ANN401
    view = short_view(row.view)
    return DoseRow(
        exposure_uid=row.exposure_uid,
        study_uid=row.study_uid,
        at=row.acquired_at or row.received_at,
        room=row.room or "",
        title=exposure_name(row.procedure, row.protocol, view, row.laterality),
        view=view,
        band=age_band(row.age_years),
        quantity=quantity,
        value=row.value or None,
        is_rejected=row.exposure_uid in reasons,
        reason_label=reasons.get(row.exposure_uid),
        source=source_of(row.value, column, row.report_facts),
        implausible=is_flagged(row.implausible, quantity),
        kvp=row.kvp,
        mas=row.mas,
        exposure_index=row.exposure_index,
        deviation_index=row.deviation_index,
        weight_kg=row.weight_kg,
        length_m=row.length_m,
    )


def _reasons(uids: list[str]) -> dict[str, str | None]:
    """Return the rejected ones of these exposures, each with its reason in words."""
    rejected = Case.select(Case.exposure_uid, Case.reason_label).where(
        Case.exposure_uid.in_(uids), is_answered_reject()
    )
    return dict(iter(database.execute(rejected.order_by(Case.case_id.desc()))))


def _examinations(scope: Scope, group: Group, offset: int, limit: int) -> Page:
    wanted = [*conditions.of_examinations_at_any_time(scope), *_in_no_room(Examination, group)]
    all_of_it = [
        (moment, study_uid, device_id)
        for when, at in conditions.times_of(scope, Examination, Examination.started_at)
        for moment, study_uid, device_id in database.execute(
            Examination.select(at, Examination.study_uid, Examination.device_id).where(when, *wanted)
        )
    ]
    studies = [study for _, *study in sorted(all_of_it, reverse=True)[offset : offset + limit]]
    column = examination_cells.COLUMNS[group.modality][1].alias("value")
    details = Examination.select(Examination, column).where(Examination.study_uid.in_({uid for uid, _ in studies}))
    found = {(row.study_uid, row.device_id): row for row in details.namedtuples()}
    there = [found[uid, device] for uid, device in studies if (uid, device) in found]
    flagged = examination_cells.flagged([row.study_uid for row in there], group.quantity)
    return Page(rows=tuple(_examination(row, group.quantity, flagged) for row in there), total=len(all_of_it))


def _examination(row: Any, quantity: Quantity, flagged: set[Study]) -> DoseRow:  # noqa: ANN401 (a row)
    return DoseRow(
        exposure_uid=None,
        study_uid=row.study_uid,
        at=row.started_at or row.received_at,
        room=row.room or "",
        title=row.procedure or row.protocol,
        view=None,
        band=age_band(row.age_years),
        quantity=quantity,
        value=row.value or None,
        is_rejected=False,
        reason_label=None,
        source=row.total_source if row.value else None,
        implausible=(row.study_uid, row.device_id) in flagged,
        kvp=None,
        mas=None,
        exposure_index=None,
        deviation_index=None,
        weight_kg=row.weight_kg,
        length_m=row.length_m,
    )


def _in_no_room(model: Any, group: Group) -> list[Any]:  # noqa: ANN401 (a peewee model)
    return [] if group.room else [model.room.is_null()]
