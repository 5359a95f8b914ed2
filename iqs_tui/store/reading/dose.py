"""What the dose panel and its screen show: the newest dose beside its DRN, and how it is here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from iqs_tui.domain.dose import (
    PER_EXPOSURE,
    DoseLine,
    GroupStatistics,
    Standing,
    dose_line,
    histogram,
    minimum_n,
    standing,
    summarise,
)
from iqs_tui.domain.drl import Choice, Quantity
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.reading.dose_rows import (
    Dose,
    Dosed,
    counts_in_group,
    equals,
    examinations,
    exposures,
    name_of,
)

LIMIT = 100
_Key = tuple[str | None, str | None, str, str, Quantity]


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroup:
    """The doses of one procedure (and view) in one room and age class, in the last 90 days.

    Rejects do not count.
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


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestDose:
    """The newest examination or exposure, each of its doses on its line and with its group."""

    dosed: Dosed
    lines: tuple[DoseLine | None, ...]
    groups: tuple[DoseGroup | None, ...]


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
    found = [*exposures(room, now, limit=limit), *examinations(room, now, limit=limit)]
    return tuple(sorted(found, key=lambda dosed: dosed.at, reverse=True)[:limit])


def groups(room: str, now: datetime) -> tuple[DoseGroup, ...]:
    """Return every group of a room in the last 90 days, the largest first."""
    found = _groups([*exposures(room, now, counts_in_group()), *examinations(room, now)])
    return tuple(sorted(found, key=lambda g: (-g.statistics.n, g.name or "", g.view or "", g.band)))


def _alike(room: str, now: datetime, dosed: Dosed) -> list[Dosed]:
    if dosed.modality in PER_EXPOSURE:
        found = exposures(room, now, counts_in_group() & equals(name_of(Exposure), dosed.name))
    else:
        found = examinations(room, now, equals(name_of(Examination), dosed.name))
    kind = (dosed.modality, dosed.view, dosed.band)
    return [one for one in found if (one.modality, one.view, one.band) == kind]


def _groups(members: Iterable[Dosed]) -> list[DoseGroup]:
    together: dict[_Key, list[Dose]] = {}
    for one in members:
        for dose in one.doses:
            key = (one.name, one.view, one.modality, one.band, dose.quantity)
            together.setdefault(key, []).append(dose)
    found = (_group(key, doses) for key, doses in together.items())
    return [group for group in found if group]


def _group(key: _Key, doses: list[Dose]) -> DoseGroup | None:
    """Make one group of what was received with a dose.

    It has a DRN only where all its members have the same.
    """
    values = [dose.value for dose in doses if dose.value]
    statistics = summarise(values)
    if statistics is None:
        return None
    name, view, modality, band, quantity = key
    choices = {dose.drl for dose in doses}
    choice = choices.pop() if len(choices) == 1 else Choice(missing="unmapped")
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
    usual = group.statistics.p75 if group else None
    return dose_line(dose.value, drl=row.drl if row else None, achievable=row.achievable if row else None, usual=usual)
