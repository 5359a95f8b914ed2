"""What a mapping catches: the examinations and exposures of a period, by name, and which mapping counts for each.

Patterns look at the distinct names only, of which there are a few hundred; classes look at every patient behind them.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from iqs_tui.domain.dose import PER_EXPOSURE
from iqs_tui.domain.drl import DrlBook, Names, RowMapping, class_fit, names_fit

Progress = Callable[[int, int], None]
_TOP = 5


class Member(NamedTuple):
    """How often one patient, of this age, weight and thickness, was met under these names."""

    patient: int | None
    """A number without meaning, the same for the same patient; None where patients are not looked at."""
    age_years: float | None
    weight_kg: float | None
    thickness_mm: float | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """What was met under the same names in one room."""

    room: str | None
    modality: str
    procedure: str | None
    protocol: str | None
    view: str | None
    station: str | None
    ae_title: str | None
    newest: datetime
    members: tuple[Member, ...]

    @property
    def names(self) -> Names:
        """What patterns look at."""
        return (self.modality, self.procedure, self.protocol, self.view, self.station, self.ae_title)

    @property
    def title(self) -> str:
        """The name that people know it by: of an exposure its protocol, of an examination its procedure."""
        called = (self.protocol, self.procedure) if self.modality in PER_EXPOSURE else (self.procedure, self.protocol)
        return called[0] or called[1] or ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmapped:
    """A protocol for which no mapping fits."""

    modality: str
    procedure: str | None
    protocol: str | None
    view: str | None
    rooms: tuple[str, ...]
    stations: tuple[str, ...]
    n: int
    """Exposures (projection, mammography), else examinations."""
    n_patients: int
    newest: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Caught:
    """How much a mapping catches."""

    n_exposures: int = 0
    n_examinations: int = 0
    n_patients: int = 0

    @property
    def n(self) -> int:
        """Exposures and examinations together."""
        return self.n_exposures + self.n_examinations


@dataclass(frozen=True, slots=True, kw_only=True)
class Catch:
    """What a draft of a mapping would catch, and at whose cost."""

    caught: Caught
    top: tuple[tuple[str, int], ...]
    """The names that it would catch most."""
    n_names: int
    taken: tuple[tuple[int, int], ...]
    """What it would take away from later mappings: their place and how many."""
    n_before: int
    """What it fits, but an earlier mapping already has."""
    n_unknown: int
    """What its patterns fit while the age, weight or thickness that its class asks for is not known."""


class _Tally:
    """Counts members; patients once."""

    def __init__(self) -> None:
        self.exposures = self.examinations = 0
        self.patients: set[int | None] = set()

    def add(self, stream: Stream, member: Member) -> None:
        if stream.modality in PER_EXPOSURE:
            self.exposures += member.n
        else:
            self.examinations += member.n
        self.patients.add(member.patient)

    def caught(self) -> Caught:
        return Caught(
            n_exposures=self.exposures,
            n_examinations=self.examinations,
            n_patients=len(self.patients - {None}),
        )


def unmapped(streams: Iterable[Stream], book: DrlBook) -> tuple[Unmapped, ...]:
    """Return the protocols for which no mapping fits, the most frequent first.

    A mapping whose row is not in the table is none; one that says that there is no DRN is an answer. Where only the
    age, weight or thickness is lacking, there is a mapping.
    """
    found: dict[tuple[str | None, ...], list[tuple[Stream, list[Member]]]] = {}
    is_void = [not item.is_none and not book.rows_of(item) for item in book.mappings]
    for stream in streams:
        open_ones = _open_members(stream, book, is_void)
        if open_ones:
            key = (stream.modality, stream.procedure, stream.protocol, stream.view)
            found.setdefault(key, []).append((stream, open_ones))
    rows = [_unmapped(parts) for parts in found.values()]
    return tuple(sorted(rows, key=lambda row: (-row.n, row.protocol or "", row.procedure or "", row.view or "")))


def caught(streams: Iterable[Stream], book: DrlBook) -> tuple[Caught, ...]:
    """Return how much each mapping catches, in their order."""
    tallies = [_Tally() for _ in book.mappings]
    for stream in streams:
        places = book.fitting(stream.names)
        if not places:
            continue
        for member in stream.members:
            place, _ = book.first_of_class(places, *member[1:4])
            if place is not None:
                tallies[place].add(stream, member)
    return tuple(tally.caught() for tally in tallies)


def catches(
    streams: tuple[Stream, ...], book: DrlBook, draft: RowMapping, place: int | None, progress: Progress | None = None
) -> Catch:
    """Return what a draft would catch at its place among the mappings; None: as a new one, the last."""
    tally, tops, taken = _Tally(), Counter[str](), Counter[int]()
    n_before = n_unknown = 0
    own = len(book.mappings) if place is None else place
    for number, stream in enumerate(streams):
        if progress is not None:
            progress(number, len(streams))
        if not names_fit(draft, stream.names):
            continue
        others = [other for other in book.fitting(stream.names) if other != own]
        earlier, later = [other for other in others if other < own], [other for other in others if other > own]
        for member in stream.members:
            fit = class_fit(draft, *member[1:4])
            if fit is False:
                continue
            if book.first_of_class(earlier, *member[1:4])[0] is not None:
                n_before += member.n
            elif fit is not True:
                n_unknown += member.n
            else:
                tally.add(stream, member)
                tops[stream.title] += member.n
                loser, _ = book.first_of_class(later, *member[1:4])
                if loser is not None:
                    taken[loser] += member.n
    return Catch(
        caught=tally.caught(),
        top=tuple(tops.most_common(_TOP)),
        n_names=len(tops),
        taken=tuple(taken.most_common()),
        n_before=n_before,
        n_unknown=n_unknown,
    )


def _open_members(stream: Stream, book: DrlBook, is_void: list[bool]) -> list[Member]:
    places = book.fitting(stream.names)
    if not places:
        return list(stream.members)
    found = []
    for member in stream.members:
        place, lacking = book.first_of_class(places, *member[1:4])
        if (place is None and lacking is None) or (place is not None and is_void[place]):
            found.append(member)
    return found


def _unmapped(parts: list[tuple[Stream, list[Member]]]) -> Unmapped:
    first = parts[0][0]
    members = [member for _, those in parts for member in those]
    return Unmapped(
        modality=first.modality,
        procedure=first.procedure,
        protocol=first.protocol,
        view=first.view,
        rooms=tuple(sorted({stream.room or "" for stream, _ in parts} - {""})),
        stations=tuple(sorted({stream.station or stream.ae_title or "" for stream, _ in parts} - {""})),
        n=sum(member.n for member in members),
        n_patients=len({member.patient for member in members} - {None}),
        newest=max(stream.newest for stream, _ in parts),
    )


def joined(streams: Iterable[Stream]) -> tuple[Stream, ...]:
    """Join streams whose names turn out the same, such as a view that is written in two ways."""
    found: dict[tuple[str | None, ...], Stream] = {}
    for stream in streams:
        key = (stream.room, *stream.names)
        before = found.get(key)
        if before is None:
            found[key] = stream
        else:
            newest = max(before.newest, stream.newest)
            found[key] = replace(before, newest=newest, members=before.members + stream.members)
    return tuple(found.values())
