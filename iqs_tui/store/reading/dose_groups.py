"""The doses of a room as groups: one procedure and view, one age class, 90 days. Only a group is compared."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from iqs_tui.domain.dose import GroupStatistics, Standing, histogram
from iqs_tui.domain.drl import Choice, Quantity
from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.analysis.groups import Collected, collect
from iqs_tui.store.reading.analysis.samples import ALL
from iqs_tui.store.reading.dose_rows import WINDOW, Dose, Dosed


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseGroup:
    """The doses of one procedure (and view) in one room and age class in the window.

    Rejected exposures do not count, nor do those of quality control.
    """

    name: str | None
    protocol: str | None
    """The acquisition's, of a CTDIvol only."""
    view: str | None
    modality: str
    band: str
    quantity: Quantity
    statistics: GroupStatistics
    bins: tuple[int, ...]
    n_patients: int
    n_implausible: int
    """Doses with a value that cannot be right: left out of the statistics."""
    needed: int
    """How many patients it takes before the group is compared."""
    drl: Choice
    standing: Standing


def groups(room: str, now: datetime) -> tuple[DoseGroup, ...]:
    """Return every group of a room, the largest first."""
    found = [_group(one) for one in _collected(_scope(room, now), ALL)]
    return tuple(sorted(found, key=lambda g: (-g.statistics.n, g.name or "", g.protocol or "", g.view or "", g.band)))


def groups_of(dosed: Dosed, room: str, now: datetime) -> dict[str, DoseGroup]:
    """Return the groups to which the doses of one examination or exposure belong, by quantity."""
    found: dict[str, DoseGroup] = {}
    for dose in dosed.doses:
        alike = _collected(_scope(room, now, dosed, dose), (dose.quantity,)) if _has_group(dose) else []
        if alike:
            found[dose.quantity] = _group(alike[0])
    return found


def _has_group(dose: Dose) -> bool:
    """Whether it is one of a group: a CTDIvol only as the acquisition that it is of."""
    return dose.quantity != "CTDIvol" or dose.protocol is not None


def _scope(room: str, now: datetime, dosed: Dosed | None = None, dose: Dose | None = None) -> Scope:
    """Return the window, of a room or of one dose's group; a modality's clock may run ahead of ours."""
    scope = Scope(first=now - WINDOW, until=now + WINDOW, rooms=(room,))
    if dosed is None or dose is None:
        return scope
    return replace(
        scope,
        devices=(dosed.device_id,),
        modality=dosed.modality,
        procedure=dose.name or "",
        protocol=dose.protocol,
        view=dosed.view or "",
        band=dosed.band,
    )


def _collected(scope: Scope, quantities: Collection[Quantity]) -> list[Collected]:
    return list(collect(scope, quantities=quantities))


def _group(collected: Collected) -> DoseGroup:
    group = collected.group
    return DoseGroup(
        name=group.name,
        protocol=group.protocol,
        view=group.view,
        modality=group.modality,
        band=group.band,
        quantity=group.quantity,
        statistics=group.statistics,
        bins=histogram(collected.values),
        n_patients=group.n_patients,
        n_implausible=group.n_implausible,
        needed=group.needed,
        drl=group.drl,
        standing=group.standing,
    )
