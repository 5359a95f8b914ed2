"""Examinations and exposures with their doses, as read from the tables: what the dose views are made of."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from iqs_tui.domain.dose import PER_EXPOSURE, QUANTITIES, age_band, short_view
from iqs_tui.domain.drl import Choice, DrlBook, Quantity, Subject
from iqs_tui.domain.naming import exposure_name
from iqs_tui.store import drl
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.reading.analysis import conditions, examination_cells, exposure_cells
from iqs_tui.store.reading.analysis.cells import is_flagged, source_of
from iqs_tui.store.reading.analysis.stations import Stations, stations

WINDOW = timedelta(days=90)
PER_EXAMINATION = frozenset(QUANTITIES) - PER_EXPOSURE
_OF_EXPOSURE = (
    Exposure.study_uid, Exposure.device_id, Exposure.exposure_uid, Exposure.acquired_at, Exposure.received_at,
    Exposure.modality, Exposure.procedure, Exposure.protocol, Exposure.view, Exposure.laterality, Exposure.thickness_mm,
    Exposure.dap_gym2, Exposure.agd_mgy, Exposure.implausible, Exposure.report_facts,
    Examination.age_years, Examination.weight_kg,
)  # fmt: skip
"""What is read of an exposure: to read its other fifty columns too took half as long again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dose:
    """One dose of an examination or exposure, and the DRN row that is mapped to it."""

    quantity: Quantity
    value: float | None
    """Gy.m2 (DAP), mGy.cm (DLP), mGy (CTDIvol, AGD); None where no dose was received. Of a CT's CTDIvol the highest
    of its acquisitions, scouts and bolus tracking left out."""
    drl: Choice
    name: str | None = None
    """By what it is grouped."""
    protocol: str | None = None
    """Of a CTDIvol: the acquisition's protocol, by which it is grouped too."""
    implausible: bool = False
    """The value cannot be right; it is in no group."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dosed:
    """An examination, or for projection and mammography one exposure: what a DRN speaks of."""

    study_uid: str
    device_id: str
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


def exposures(room: str, now: datetime, limit: int) -> list[Dosed]:
    """Return the newest projection and mammography exposures of a room within the window, in no order."""
    rows = (
        conditions.with_examination(Exposure.select(*_OF_EXPOSURE))
        .where(
            Exposure.room == room,
            Exposure.is_derived == False,  # noqa: E712 (SQL)
            Exposure.is_counted == True,  # noqa: E712 (SQL)
            Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        )
        .limit(limit)
    )
    called, book = stations(), drl.book()
    return [
        _exposure(row, called, book)
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


def _exposure(row: Any, called: Stations, book: DrlBook) -> Dosed:  # noqa: ANN401 (a row)
    quantity, column = exposure_cells.COLUMNS[row.modality]
    value, view, name = getattr(row, column.name) or None, short_view(row.view), row.procedure or row.protocol
    subject = _subject(row, row, called, view=view, thickness_mm=row.thickness_mm)
    dose = Dose(
        quantity=quantity,
        value=value,
        drl=book.choose(subject, quantity),
        name=name,
        implausible=is_flagged(row.implausible, quantity),
    )
    return Dosed(
        study_uid=row.study_uid,
        device_id=row.device_id,
        exposure_uid=row.exposure_uid,
        at=row.acquired_at or row.received_at,
        title=exposure_name(row.procedure, row.protocol, view, row.laterality),
        name=name,
        view=view,
        modality=row.modality,
        band=age_band(row.age_years),
        source=source_of(value, column.name, row.report_facts),
        doses=(dose,),
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
    studies = [row.study_uid for row in found]
    scans = _scans_of([row.study_uid for row in found if row.modality == "CT"])
    doubtful = {name: examination_cells.flagged(studies, name) for name in ("DAP", "DLP")}
    called, book = stations(), drl.book()
    made = []
    for row in found:
        quantity, column = examination_cells.COLUMNS[row.modality]
        study, value = (row.study_uid, row.device_id), getattr(row, column.name) or None
        of_it = scans[study]
        subject = _subject(row, row, called, phantom_cm=_phantom(of_it))
        choice = book.choose(subject, quantity)
        name = row.procedure or row.protocol
        total = Dose(quantity=quantity, value=value, drl=choice, name=name, implausible=study in doubtful[quantity])
        made.append(_examination(row, (total, *_ctdivol(row, of_it, called, book))))
    return made


def _examination(row: Any, doses: tuple[Dose, ...]) -> Dosed:  # noqa: ANN401 (a row)
    return Dosed(
        study_uid=row.study_uid,
        device_id=row.device_id,
        exposure_uid=None,
        at=row.started_at or row.received_at,
        title=row.procedure or row.protocol,
        name=row.procedure or row.protocol,
        view=None,
        modality=row.modality,
        band=age_band(row.age_years),
        source=row.total_source,
        doses=doses,
    )


def _scans_of(study_uids: list[str]) -> dict[tuple[str, str], list[Any]]:
    """Return the acquisitions of each CT whose CTDIvol is compared."""
    rows: Iterable[Any] = Exposure.select().where(
        Exposure.study_uid.in_(study_uids),
        Exposure.modality == "CT",
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        Exposure.is_counted == True,  # noqa: E712 (SQL)
        conditions.is_compared_scan(),
    )
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    for row in rows if study_uids else ():
        found[row.study_uid, row.device_id].append(row)
    return found


def _phantom(scans: list[Any]) -> int | None:
    """Return the phantom of a CT whose acquisitions all name the same one."""
    named = {scan.phantom_cm for scan in scans if scan.phantom_cm is not None}
    return named.pop() if len(named) == 1 else None


def _ctdivol(
    row: Any,  # noqa: ANN401 (a row)
    scans: list[Any],
    called: Stations,
    book: DrlBook,
) -> tuple[Dose, ...]:
    """Return the highest CTDIvol of a CT, as the acquisition that it is of; nothing for what is no CT."""
    if row.modality != "CT":
        return ()
    of_dose = [scan for scan in scans if scan.ctdivol_mgy]
    if not of_dose:
        subject = _subject(row, row, called)
        return (Dose(quantity="CTDIvol", value=row.ctdivol_max_mgy or None, drl=book.choose(subject, "CTDIvol")),)
    scan = max(of_dose, key=lambda one: (one.ctdivol_mgy, one.exposure_uid))
    procedure = scan.procedure or row.procedure
    subject = _subject(scan, row, called, procedure=procedure, phantom_cm=scan.phantom_cm)
    dose = Dose(
        quantity="CTDIvol",
        value=scan.ctdivol_mgy,
        drl=book.choose(subject, "CTDIvol"),
        name=procedure or scan.protocol,
        protocol=scan.protocol or "",
        implausible=is_flagged(scan.implausible, "CTDIvol"),
    )
    return (dose,)


def _subject(row: Any, patient: Any, called: Stations, **said: Any) -> Subject:  # noqa: ANN401 (rows)
    station, ae_title = called.get(row.device_id, (None, None))
    values = {
        "modality": row.modality,
        "procedure": row.procedure,
        "protocol": row.protocol,
        "age_years": patient.age_years,
        "weight_kg": patient.weight_kg,
        "station": station,
        "ae_title": ae_title,
    }
    return Subject(**(values | said))
