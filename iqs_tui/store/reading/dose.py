"""What the dose panel and its screen show: the newest dose beside its DRN, and how it is here."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from iqs_tui.domain.dose import (
    PER_EXPOSURE,
    QUANTITIES,
    DoseLine,
    GroupStatistics,
    Standing,
    age_band,
    dose_line,
    histogram,
    minimum_n,
    standing,
    summarise,
)
from iqs_tui.domain.drl import Choice, Quantity, Subject
from iqs_tui.store import drl
from iqs_tui.store.models import Case, Examination, Exposure

WINDOW = timedelta(days=90)
LIMIT = 100
_PER_EXAMINATION = frozenset(QUANTITIES) - PER_EXPOSURE


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
    name: str | None
    view: str | None
    laterality: str | None
    modality: str
    band: str
    source: str | None
    """reported, summed or header; None where there is no dose."""
    doses: tuple[Dose, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroup:
    """The doses of one procedure (and view) in one room and age class, in the last 90 days. Rejects do not count."""

    name: str | None
    view: str | None
    modality: str
    band: str
    quantity: Quantity
    statistics: GroupStatistics
    bins: tuple[int, ...]
    needed: int
    """How many doses it takes before the group is compared."""
    drl: Choice
    standing: Standing


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestDose:
    """The newest examination or exposure, each of its doses on its line and with its group."""

    dosed: Dosed
    lines: tuple[DoseLine | None, ...]
    groups: tuple[DoseGroup | None, ...]


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


def newest(room: str, now: datetime) -> NewestDose | None:
    """Return the newest dose of a room within 90 days; None where nothing with X-rays was received."""
    found = latest(room, now, 1)
    if not found:
        return None
    dosed = found[0]
    alike = {group.quantity: group for group in _groups(_alike(room, now, dosed))}
    of_dose = tuple(alike.get(dose.quantity) for dose in dosed.doses)
    lines = tuple(_line(dose, group) for dose, group in zip(dosed.doses, of_dose, strict=True))
    return NewestDose(dosed=dosed, lines=lines, groups=of_dose)


def latest(room: str, now: datetime, limit: int = LIMIT) -> tuple[Dosed, ...]:
    """Return the newest examinations and exposures of a room within 90 days, the newest first."""
    found = [*_exposures(room, now, limit=limit), *_examinations(room, now, limit=limit)]
    return tuple(sorted(found, key=lambda dosed: dosed.at, reverse=True)[:limit])


def groups(room: str, now: datetime) -> tuple[DoseGroup, ...]:
    """Return every group of a room in the last 90 days, the largest first."""
    found = _groups([*_exposures(room, now, _counts()), *_examinations(room, now)])
    return tuple(sorted(found, key=lambda g: (-g.statistics.n, g.name or "", g.view or "", g.band)))


def _alike(room: str, now: datetime, dosed: Dosed) -> list[Dosed]:
    if dosed.modality in PER_EXPOSURE:
        same = _is(Exposure.view, dosed.view) & _is(_name_of(Exposure), dosed.name)
        found = _exposures(room, now, _counts() & same)
    else:
        found = _examinations(room, now, _is(_name_of(Examination), dosed.name))
    return [one for one in found if (one.modality, one.band) == (dosed.modality, dosed.band)]


def _is(column: Any, value: str | None) -> Any:  # noqa: ANN401 (peewee expressions)
    return column.is_null() if value is None else column == value


def _counts() -> Any:  # noqa: ANN401 (a peewee expression)
    """What a group is made of: not the exposures that were rejected."""
    rejected = Case.select(Case.exposure_uid).where(Case.state == "answered", Case.exposure_uid.is_null(False))
    return Exposure.exposure_uid.not_in(rejected)


def _name_of(model: Any) -> Any:  # noqa: ANN401 (a peewee model and expression)
    return fn.COALESCE(model.procedure, model.protocol)


def _exposures(room: str, now: datetime, extra: Any = None, limit: int | None = None) -> list[Dosed]:  # noqa: ANN401
    is_this = (Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id)
    rows = (
        Exposure.select(*_EXPOSURE_COLUMNS)
        .join(Examination, "LEFT JOIN", on=is_this)
        .where(
            Exposure.room == room,
            Exposure.modality.in_(sorted(PER_EXPOSURE)),
            Exposure.received_at >= now - WINDOW,
            Exposure.acquired_at.is_null() | (Exposure.acquired_at >= now - WINDOW),
            Exposure.is_derived == False,  # noqa: E712 (SQL)
            Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        )
        .order_by(fn.COALESCE(Exposure.acquired_at, Exposure.received_at).desc(), Exposure.exposure_uid)
        .limit(limit)
    )
    choose = _Chooser()
    return [_exposure(row, choose) for row in (rows if extra is None else rows.where(extra)).namedtuples()]


def _exposure(row: Any, choose: "_Chooser") -> Dosed:  # noqa: ANN401 (a row)
    subject = Subject(
        modality=row.modality,
        procedure=row.procedure,
        protocol=row.protocol,
        view=row.view,
        age_years=row.age_years,
    )
    doses = choose.doses(subject, {"DAP": row.dap_gym2, "AGD": row.agd_mgy})
    has_dose = any(dose.value is not None for dose in doses)
    return Dosed(
        study_uid=row.study_uid,
        exposure_uid=row.exposure_uid,
        at=row.acquired_at or row.received_at,
        name=row.procedure or row.protocol,
        view=row.view,
        laterality=row.laterality,
        modality=row.modality,
        band=age_band(row.age_years),
        source=("reported" if row.is_reported else "header") if has_dose else None,
        doses=doses,
    )


def _examinations(room: str, now: datetime, extra: Any = None, limit: int | None = None) -> list[Dosed]:  # noqa: ANN401
    rows = (
        Examination.select()
        .where(
            Examination.room == room,
            Examination.modality.in_(sorted(_PER_EXAMINATION)),
            Examination.received_at >= now - WINDOW,
            Examination.started_at.is_null() | (Examination.started_at >= now - WINDOW),
        )
        .order_by(fn.COALESCE(Examination.started_at, Examination.received_at).desc(), Examination.study_uid)
        .limit(limit)
    )
    found = list(rows if extra is None else rows.where(extra))
    phantoms = _phantoms([row.study_uid for row in found if row.modality == "CT"])
    choose = _Chooser()
    return [_examination(row, phantoms.get(row.study_uid), choose) for row in found]


def _phantoms(study_uids: Sequence[str]) -> dict[str, int]:
    """The phantom of each study whose acquisitions all name the same one."""
    rows = (
        Exposure.select(Exposure.study_uid, fn.MIN(Exposure.phantom_cm))
        .where(Exposure.study_uid.in_(list(study_uids)), Exposure.phantom_cm.is_null(False))
        .group_by(Exposure.study_uid)
        .having(fn.MIN(Exposure.phantom_cm) == fn.MAX(Exposure.phantom_cm))
        .tuples()
    )
    return dict(rows)


def _examination(row: Examination, phantom_cm: int | None, choose: "_Chooser") -> Dosed:
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
        name=row.procedure or row.protocol,
        view=None,
        laterality=None,
        modality=row.modality,
        band=age_band(row.age_years),
        source=row.total_source,
        doses=choose.doses(subject, values),
    )


class _Chooser:
    """Looks each kind of examination up once: thousands of rows are of some tens of kinds."""

    def __init__(self) -> None:
        self._book = drl.book()
        self._known: dict[tuple[Subject, str], Choice] = {}

    def doses(self, subject: Subject, values: dict[str, float | None]) -> tuple[Dose, ...]:
        """Return the quantities of a modality, each with its DRN."""
        of_it = QUANTITIES[subject.modality or ""]
        return tuple(Dose(quantity=name, value=values[name], drl=self._choice(subject, name)) for name in of_it)

    def _choice(self, subject: Subject, quantity: str) -> Choice:
        age = None if subject.age_years is None else float(int(subject.age_years))
        key = (replace(subject, age_years=age), quantity)
        if key not in self._known:
            self._known[key] = self._book.choose(subject, quantity)
        return self._known[key]


def _groups(members: Iterable[Dosed]) -> list[DoseGroup]:
    together: dict[tuple[Any, ...], list[tuple[float, Choice]]] = {}
    for one in members:
        for dose in one.doses:
            if dose.value is not None and dose.value > 0:
                key = (one.name, one.view, one.modality, one.band, dose.quantity)
                together.setdefault(key, []).append((dose.value, dose.drl))
    return [_group(*key, found) for key, found in together.items()]


def _group(
    name: str | None,
    view: str | None,
    modality: str,
    band: str,
    quantity: Quantity,
    found: list[tuple[float, Choice]],
) -> DoseGroup:
    """One group; it has a DRN only where all its members have the same one."""
    values = [value for value, _ in found]
    choices = {choice for _, choice in found}
    choice = choices.pop() if len(choices) == 1 else Choice(missing="unmapped")
    statistics = summarise(values)
    assert statistics is not None
    return DoseGroup(
        name=name,
        view=view,
        modality=modality,
        band=band,
        quantity=quantity,
        statistics=statistics,
        bins=histogram(values),
        needed=minimum_n(band),
        drl=choice,
        standing=standing(statistics, choice.row.drl if choice.row else None, band),
    )


def _line(dose: Dose, group: DoseGroup | None) -> DoseLine | None:
    if dose.value is None:
        return None
    row = dose.drl.row
    usual = max(group.statistics.p75, group.statistics.median) if group else None
    return dose_line(dose.value, drl=row.drl if row else None, achievable=row.achievable if row else None, usual=usual)
