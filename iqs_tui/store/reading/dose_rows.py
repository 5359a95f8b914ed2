"""Examinations and exposures with their doses, as read from the tables: what the dose views are made of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from iqs_tui.domain.dose import PER_EXPOSURE, QUANTITIES, age_band, short_view
from iqs_tui.domain.drl import Choice, DrlBook, Quantity, Subject
from iqs_tui.domain.naming import exposure_name
from iqs_tui.store import drl
from iqs_tui.store.models import Case, Examination, Exposure

WINDOW = timedelta(days=90)
PER_EXAMINATION = frozenset(QUANTITIES) - PER_EXPOSURE


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose of an examination or exposure, and the DRN row that is mapped to it."""

    quantity: Quantity
    value: float | None
    """Gy.m2 (DAP), mGy.cm (DLP), mGy (CTDIvol, AGD); None where no dose was received."""
    drl: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosed:
    """An examination, or for projection and mammography one exposure: what a DRN speaks of."""

    study_uid: str
    exposure_uid: str | None
    at: datetime
    title: str | None
    """What people call it; None where nothing names it."""
    name: str | None
    """By what it is grouped, with `view`."""
    view: str | None
    modality: str
    band: str
    source: str | None
    """reported, summed or header; None where there is no dose."""
    doses: tuple[Dose, ...]


_EXPOSURE_COLUMNS = (
    Exposure.exposure_uid,
    Exposure.study_uid,
    Exposure.acquired_at,
    Exposure.received_at,
    Exposure.modality,
    Exposure.procedure,
    Exposure.protocol,
    Exposure.view,
    Exposure.laterality,
    Exposure.dap_gym2,
    Exposure.agd_mgy,
    Exposure.report_facts.is_null(False).alias("is_reported"),
    Examination.age_years,
)


def counts_in_group() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition under which an exposure counts in a group: it was not rejected."""
    rejected = Case.select(Case.exposure_uid).where(Case.state == "answered", Case.exposure_uid.is_null(False))
    return Exposure.exposure_uid.not_in(rejected)


def name_of(model: Any) -> Any:  # noqa: ANN401 (a peewee model and expression)
    """Return by what name an examination or exposure is grouped: the procedure, else the protocol."""
    return fn.COALESCE(model.procedure, model.protocol)


def exposures(room: str, now: datetime, limit: int) -> list[Dosed]:
    """Return the newest projection and mammography exposures of a room within the window, in no order."""
    is_this = (Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id)
    rows = (
        Exposure.select(*_EXPOSURE_COLUMNS)
        .join(Examination, "LEFT JOIN", on=is_this)
        .where(
            Exposure.room == room,
            Exposure.is_derived == False,  # noqa: E712 (SQL)
            Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        )
        .limit(limit)
    )
    book = drl.book()
    return [
        _exposure(row, book)
        for modality in sorted(PER_EXPOSURE)
        for part in _newest(rows.where(Exposure.modality == modality), Exposure, Exposure.acquired_at, now)
        for row in part.namedtuples()
    ]


def _newest(rows: Any, model: Any, made_at: Any, now: datetime) -> tuple[Any, Any]:  # noqa: ANN401 (peewee)
    """One query by when they were made, which an index answers, and one for those that do not tell."""
    return (
        rows.where(made_at >= now - WINDOW).order_by(made_at.desc()),
        rows.where(made_at.is_null(), model.received_at >= now - WINDOW).order_by(model.received_at.desc()),
    )


def _exposure(row: Any, book: DrlBook) -> Dosed:  # noqa: ANN401 (a row)
    view = short_view(row.view)
    subject = Subject(
        modality=row.modality,
        procedure=row.procedure,
        protocol=row.protocol,
        view=view,
        age_years=row.age_years,
    )
    doses = _doses(book, subject, {"DAP": row.dap_gym2, "AGD": row.agd_mgy})
    has_dose = any(dose.value is not None for dose in doses)
    return Dosed(
        study_uid=row.study_uid,
        exposure_uid=row.exposure_uid,
        at=row.acquired_at or row.received_at,
        title=exposure_name(row.procedure, row.protocol, view, row.laterality),
        name=row.procedure or row.protocol,
        view=view,
        modality=row.modality,
        band=age_band(row.age_years),
        source=("reported" if row.is_reported else "header") if has_dose else None,
        doses=doses,
    )


def examinations(room: str, now: datetime, limit: int) -> list[Dosed]:
    """Return the newest CT, fluoroscopy and angiography examinations of a room within the window, in no order."""
    rows = Examination.select().where(Examination.room == room).limit(limit)
    found = [
        row
        for modality in sorted(PER_EXAMINATION)
        for part in _newest(rows.where(Examination.modality == modality), Examination, Examination.started_at, now)
        for row in part
    ]
    phantoms = phantoms_of([row.study_uid for row in found if row.modality == "CT"])
    book = drl.book()
    return [_examination(row, phantoms.get(row.study_uid), book) for row in found]


def phantoms_of(study_uids: Sequence[str]) -> dict[str, int]:
    """Return the phantom of each study whose acquisitions all name the same one."""
    rows: Any = (
        Exposure.select(Exposure.study_uid, fn.MIN(Exposure.phantom_cm))
        .where(Exposure.study_uid.in_(list(study_uids)), Exposure.phantom_cm.is_null(False))
        .group_by(Exposure.study_uid)
        .having(fn.MIN(Exposure.phantom_cm) == fn.MAX(Exposure.phantom_cm))
        .tuples()
    )
    return {str(study_uid): int(phantom_cm) for study_uid, phantom_cm in rows}


def _examination(row: Any, phantom_cm: int | None, book: DrlBook) -> Dosed:  # noqa: ANN401 (a row)
    subject = Subject(
        modality=row.modality,
        procedure=row.procedure,
        protocol=row.protocol,
        age_years=row.age_years,
        phantom_cm=phantom_cm,
    )
    values = {"DAP": row.dap_total_gym2, "DLP": row.dlp_total_mgycm, "CTDIvol": row.ctdivol_max_mgy}
    return Dosed(
        study_uid=row.study_uid,
        exposure_uid=None,
        at=row.started_at or row.received_at,
        title=row.procedure or row.protocol,
        name=row.procedure or row.protocol,
        view=None,
        modality=row.modality,
        band=age_band(row.age_years),
        source=row.total_source,
        doses=_doses(book, subject, values),
    )


def _doses(book: DrlBook, subject: Subject, values: dict[str, float | None]) -> tuple[Dose, ...]:
    of_it = QUANTITIES[subject.modality or ""]
    return tuple(Dose(quantity=name, value=values[name], drl=book.choose(subject, name)) for name in of_it)
