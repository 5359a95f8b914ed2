"""The comparison table: doses per procedure, view, room and age class, each group beside its DRN."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from iqs_tui.domain.dose import PER_EXPOSURE, GroupStatistics, Standing, minimum_n, standing, summarise
from iqs_tui.domain.drl import Choice, DrlBook, Quantity
from iqs_tui.domain.scope import Scope
from iqs_tui.store import drl
from iqs_tui.store.reading.analysis.cells import Sample
from iqs_tui.store.reading.analysis.samples import ALL, Progress, read

__all__ = ["Collected", "Group", "Progress", "collect", "groups", "scope_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One row of the comparison table: what lies in its statistics, and what was left out of them."""

    room: str
    """Empty where the room is not known."""
    device: str | None
    """The device's key, where the room has more than one of this modality."""
    name: str | None
    """The procedure, else the protocol; None where nothing names it."""
    protocol: str | None
    """The acquisition's protocol, of a CTDIvol only, which is of one acquisition; empty where it has none."""
    view: str | None
    modality: str
    band: str
    quantity: Quantity
    statistics: GroupStatistics
    """Its n is the number of doses."""
    n_patients: int
    """Distinct patients (the keyed patient ID, else the study): this is held against `needed`."""
    n_implausible: int
    """Doses with a value that cannot be right: left out of the statistics, counted here."""
    n_without_dose: int
    """Exposures or examinations of which no dose was received."""
    n_known_size: int
    """Of the doses: how many are of a patient whose weight and length are known."""
    needed: int
    """Patients it takes before the group is compared."""
    drl: Choice
    standing: Standing


class Collected(NamedTuple):
    """A group with the doses in its statistics, in ascending order, and the cells that they came in."""

    group: Group
    values: list[float]
    samples: tuple[Sample, ...]


class _Kind(NamedTuple):
    room: str
    device_id: str
    modality: str
    name: str
    protocol: str
    view: str
    band: str
    quantity: Quantity


def groups(scope: Scope, progress: Progress | None = None) -> tuple[Group, ...]:
    """Return every group of a scope, the largest first."""
    found = (collected.group for collected in collect(scope, progress=progress))
    return tuple(sorted(found, key=_by_size))


def scope_of(scope: Scope, group: Group) -> Scope:
    """Return the scope narrowed to one group; which of its quantities, only the group itself tells."""
    return replace(
        scope,
        rooms=(group.room,) if group.room else scope.rooms,
        devices=(group.device,) if group.device else scope.devices,
        modality=group.modality,
        procedure=group.name or "",
        protocol=scope.protocol if group.protocol is None else group.protocol,
        view=group.view or "",
        band=group.band,
    )


def collect(
    scope: Scope,
    *,
    quantities: Collection[Quantity] = ALL,
    is_dated: bool = False,
    progress: Progress | None = None,
) -> Iterator[Collected]:
    """Yield the groups of a scope with their doses, in no order."""
    samples = read(scope, quantities=quantities, is_dated=is_dated, progress=progress)
    devices = _devices(samples)
    book = drl.book()
    together: dict[_Kind, list[Sample]] = defaultdict(list)
    for sample in samples:
        together[_kind(sample)].append(sample)
    for kind, members in together.items():
        is_named = bool(scope.devices) or len(devices[kind.room, kind.modality]) > 1
        collected = _collected(scope, kind, members, book, device=kind.device_id if is_named else None)
        if collected is not None:
            yield collected


def _devices(samples: Iterable[Sample]) -> dict[tuple[str, str], set[str]]:
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for sample in samples:
        found[sample.room, sample.subject.modality or ""].add(sample.device_id)
    return found


def _kind(sample: Sample) -> _Kind:
    subject = sample.subject
    return _Kind(
        room=sample.room,
        device_id=sample.device_id,
        modality=subject.modality or "",
        name=sample.name or "",
        protocol=(subject.protocol or "") if sample.quantity == "CTDIvol" else "",
        view=subject.view or "",
        band=sample.band,
        quantity=sample.quantity,
    )


def _collected(
    scope: Scope, kind: _Kind, members: list[Sample], book: DrlBook, *, device: str | None
) -> Collected | None:
    values = sorted(value for sample in members for value in sample.cell.values)
    statistics = summarise(values)
    if statistics is None:
        return None
    n_patients = len(set().union(*(sample.cell.patients for sample in members)))
    choice = _choice(members, book)
    level = choice.row.drl if choice.row else None
    stands = standing(statistics, level, n_patients=n_patients, band=kind.band)
    group = Group(
        room=kind.room,
        device=device,
        name=kind.name or None,
        protocol=kind.protocol if kind.quantity == "CTDIvol" else None,
        view=kind.view or None,
        modality=kind.modality,
        band=kind.band,
        quantity=kind.quantity,
        statistics=statistics,
        n_patients=n_patients,
        n_implausible=sum(sample.cell.n_implausible for sample in members),
        n_without_dose=sum(sample.cell.n_without_dose for sample in members),
        n_known_size=sum(sample.cell.n_known_size for sample in members),
        needed=minimum_n(kind.band),
        drl=choice,
        standing="not_compared" if _has_rejects(scope, kind) else stands,
    )
    return Collected(group, values, tuple(members))


def _has_rejects(scope: Scope, kind: _Kind) -> bool:
    """Whether rejects are let into a group: a DRN is of what went on to diagnosis. An examination is no reject."""
    is_per_exposure = kind.modality in PER_EXPOSURE or kind.quantity == "CTDIvol"
    return scope.which != "good" and is_per_exposure


def _choice(members: Iterable[Sample], book: DrlBook) -> Choice:
    """A group has a DRN only where all its members have the same one; of a cell one member speaks for all."""
    choices = {book.choose(sample.subject, sample.quantity) for sample in members}
    if len(choices) == 1:
        return choices.pop()
    return Choice(missing="ambiguous" if all(choice.row for choice in choices) else "unmapped")


def _by_size(group: Group) -> tuple[object, ...]:
    return (
        -group.statistics.n,
        group.room,
        group.name or "",
        group.protocol or "",
        group.view or "",
        group.band,
        group.quantity,
        group.device or "",
    )
