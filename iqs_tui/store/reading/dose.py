"""What the dose panel and its screen show: the newest dose beside its DRN, and how it is here."""

from dataclasses import dataclass
from datetime import datetime

from iqs_tui.domain.dose import DoseLine, dose_line
from iqs_tui.store.reading.dose_groups import DoseGroup, groups, groups_of
from iqs_tui.store.reading.dose_rows import Dose, Dosed, examinations, exposures

__all__ = ["Dose", "DoseGroup", "Dosed", "NewestDose", "groups", "latest", "newest"]

LIMIT = 100
SMALL_GROUP = 500
"""Doses below which a group is counted again in a few milliseconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewestDose:
    """The newest examination or exposure, each of its doses on its line and with its group."""

    dosed: Dosed
    lines: tuple[DoseLine | None, ...]
    groups: tuple[DoseGroup | None, ...]
    read_at: datetime


def newest(room: str, now: datetime, known: NewestDose | None = None) -> NewestDose | None:
    """Return the newest dose of a room within 90 days; None where nothing with X-rays was received.

    `known` is what was read before: within the minute (a small group: ten seconds) it is given back where no newer
    dose has come, so that a burst of images does not count the group again at each.
    """
    found = latest(room, now, 1)
    if not found:
        return None
    dosed = found[0]
    if known and known.dosed == dosed and _is_fresh(known, now):
        return known
    alike = groups_of(dosed, room, now)
    of_dose = tuple(alike.get(dose.quantity) for dose in dosed.doses)
    lines = tuple(_line(dose, group) for dose, group in zip(dosed.doses, of_dose, strict=True))
    return NewestDose(dosed=dosed, lines=lines, groups=of_dose, read_at=now)


def latest(room: str, now: datetime, limit: int = LIMIT) -> tuple[Dosed, ...]:
    """Return the newest examinations and exposures of a room within 90 days, the newest first."""
    found = [*exposures(room, now, limit), *examinations(room, now, limit)]
    in_order = sorted(found, key=lambda one: (one.at, one.study_uid, one.exposure_uid or ""), reverse=True)
    return tuple(in_order[:limit])


def _is_fresh(known: NewestDose, now: datetime) -> bool:
    """Whether no new minute, or ten seconds, began: the screen shows the time of day, and nothing older than that."""
    is_small = all(group is None or group.statistics.n < SMALL_GROUP for group in known.groups)
    step = 10 if is_small else 60
    return known.read_at.timestamp() // step == now.timestamp() // step


def _line(dose: Dose, group: DoseGroup | None) -> DoseLine | None:
    if dose.value is None:
        return None
    row = dose.drl.row
    usual = group.statistics.p75 if group else None
    return dose_line(dose.value, drl=row.drl if row else None, achievable=row.achievable if row else None, usual=usual)
