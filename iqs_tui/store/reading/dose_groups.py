"""The doses of a room as groups: one procedure and view, one age class, 90 days. Only a group is compared."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from iqs_tui.domain.dose import (
    PER_EXPOSURE,
    QUANTITIES,
    GroupStatistics,
    Standing,
    age_band,
    histogram,
    minimum_n,
    short_view,
    standing,
    summarise,
)
from iqs_tui.domain.drl import Choice, DrlBook, Quantity, Subject
from iqs_tui.store import drl
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.reading.dose_rows import PER_EXAMINATION, WINDOW, Dosed, counts_in_group, name_of, phantoms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroup:
    """The doses of one procedure (and view) in one room and age class in the window.

    Rejected exposures do not count, nor do those of quality control.
    """

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


class _Sample(NamedTuple):
    subject: Subject
    values: dict[str, float | None]


class _Kind(NamedTuple):
    name: str | None
    view: str | None
    modality: str
    band: str


def groups(room: str, now: datetime) -> tuple[DoseGroup, ...]:
    """Return every group of a room, the largest first."""
    found = _grouped([*_exposures(room, now), *_examinations(room, now)])
    return tuple(sorted(found, key=lambda g: (-g.statistics.n, g.name or "", g.view or "", g.band)))


def groups_of(dosed: Dosed, room: str, now: datetime) -> dict[str, DoseGroup]:
    """Return the groups to which one examination or exposure belongs, by quantity."""
    is_exposure = dosed.modality in PER_EXPOSURE
    samples = _exposures(room, now, dosed) if is_exposure else _examinations(room, now, dosed)
    kind = _Kind(dosed.name, dosed.view, dosed.modality, dosed.band)
    return {group.quantity: group for group in _grouped(one for one in samples if _kind(one.subject) == kind)}


def _exposures(room: str, now: datetime, like: Dosed | None = None) -> list[_Sample]:
    is_this = (Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id)
    rows: Any = (
        Exposure.select(
            Exposure.modality,
            Exposure.procedure,
            Exposure.protocol,
            Exposure.view,
            Examination.age_years,
            Exposure.dap_gym2,
            Exposure.agd_mgy,
        )
        .join(Examination, "LEFT JOIN", on=is_this)
        .where(
            Exposure.room == room,
            _is_like(Exposure, PER_EXPOSURE, like),
            (Exposure.acquired_at >= now - WINDOW)
            | (Exposure.acquired_at.is_null() & (Exposure.received_at >= now - WINDOW)),
            Exposure.is_derived == False,  # noqa: E712 (SQL)
            Exposure.is_quality_control == False,  # noqa: E712 (SQL)
            counts_in_group(),
        )
        .tuples()
    )
    return [
        _Sample(
            Subject(modality=modality, procedure=procedure, protocol=protocol, view=short_view(view), age_years=age),
            {"DAP": dap, "AGD": agd},
        )
        for modality, procedure, protocol, view, age, dap, agd in rows
    ]


def _examinations(room: str, now: datetime, like: Dosed | None = None) -> list[_Sample]:
    rows = list(
        Examination.select().where(
            Examination.room == room,
            _is_like(Examination, PER_EXAMINATION, like),
            (Examination.started_at >= now - WINDOW)
            | (Examination.started_at.is_null() & (Examination.received_at >= now - WINDOW)),
        )
    )
    phantoms = phantoms_of([row.study_uid for row in rows if row.modality == "CT"])
    return [
        _Sample(
            Subject(
                modality=row.modality,
                procedure=row.procedure,
                protocol=row.protocol,
                age_years=row.age_years,
                phantom_cm=phantoms.get(row.study_uid),
            ),
            {"DAP": row.dap_total_gym2, "DLP": row.dlp_total_mgycm, "CTDIvol": row.ctdivol_max_mgy},
        )
        for row in rows
    ]


def _is_like(model: Any, modalities: frozenset[str], like: Dosed | None) -> Any:  # noqa: ANN401 (peewee)
    if like is None:
        return model.modality.in_(sorted(modalities))
    name = name_of(model)
    return (model.modality == like.modality) & (name.is_null() if like.name is None else name == like.name)


def _kind(subject: Subject) -> _Kind:
    name = subject.procedure or subject.protocol
    return _Kind(name, subject.view, subject.modality or "", age_band(subject.age_years))


def _grouped(samples: Iterable[_Sample]) -> list[DoseGroup]:
    together: dict[_Kind, list[_Sample]] = {}
    for one in samples:
        together.setdefault(_kind(one.subject), []).append(one)
    book = drl.book()
    found = (
        _group(kind, quantity, members, book)
        for kind, members in together.items()
        for quantity in QUANTITIES[kind.modality]
    )
    return [group for group in found if group]


def _group(kind: _Kind, quantity: Quantity, members: list[_Sample], book: DrlBook) -> DoseGroup | None:
    values = [value for one in members if (value := one.values[quantity])]
    statistics = summarise(values)
    if statistics is None:
        return None
    choice = _choice({one.subject for one in members}, quantity, book)
    return DoseGroup(
        name=kind.name,
        view=kind.view,
        modality=kind.modality,
        band=kind.band,
        quantity=quantity,
        statistics=statistics,
        bins=histogram(values),
        needed=minimum_n(kind.band),
        drl=choice,
        standing=standing(statistics, choice.row.drl if choice.row else None, kind.band),
    )


def _choice(subjects: set[Subject], quantity: Quantity, book: DrlBook) -> Choice:
    """A group has a DRN only where all its members have the same one.

    Of those that differ in age alone the youngest and the oldest are asked: bounds of age leave no holes.
    """
    alike: dict[tuple[Any, ...], list[Subject]] = {}
    for subject in subjects:
        key = (subject.procedure, subject.protocol, subject.view, subject.phantom_cm)
        alike.setdefault(key, []).append(subject)
    ends = (ordered(part, key=lambda one: one.age_years or 0.0) for part in alike.values() for ordered in (min, max))
    choices = {book.choose(subject, quantity) for subject in ends}
    return choices.pop() if len(choices) == 1 else Choice(missing="unmapped")
