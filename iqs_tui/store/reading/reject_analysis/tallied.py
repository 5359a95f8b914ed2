"""Exposures and cases put together by room, week, kind and person: of a million some ten thousand counts remain."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple, TypeVar

from iqs_tui.domain.disclosure import Kind
from iqs_tui.domain.modalities import family_of
from iqs_tui.domain.reject_rate import Basis, Figure, Source, Tally, added, tally_of


class Key(NamedTuple):
    """What exposures of one count have in common."""

    room: str | None
    monday: date
    """Of the local week."""
    kind: Kind
    person: str | None
    """`user_id`, or Operators' Name case-folded where no user answers to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseRow:
    """A case, and the exposure that it is of."""

    key: Key
    kind: Kind
    """What its exposure was; the key may have it put together with others."""
    case_id: str
    study_uid: str | None
    exposure_uid: str | None
    """None where nothing was received."""
    laterality: str | None
    at: str | None
    """When the exposure was made, as the database writes it."""
    state: str
    counts_as: str
    is_question: bool
    reason_code: str | None
    reason_label: str | None
    is_among: bool
    """Its exposure is one of those that the source of its room counts."""
    is_of_reason: bool = True
    """It has the reason that the scope asks for; a reject of another reason is one of the exposures, no more."""

    @property
    def tally(self) -> Tally:
        """What it adds to the counts."""
        told = tally_of(
            self.state,
            counts_as=self.counts_as,
            is_question=self.is_question,
            is_received=self.exposure_uid is not None,
            is_among=self.is_among,
        )
        return told if self.is_of_reason else told._replace(n_rejects=0, n_unseen=0)

    @property
    def is_reject(self) -> bool:
        """Whether it is an answered reject."""
        return self.tally.n_rejects == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tallied:
    """All counts of a scope."""

    exposures: Mapping[Key, int]
    """As the source of their room counts them; rejects that it does not count are not yet in it."""
    cases: tuple[CaseRow, ...]
    sources: Mapping[str | None, Source]
    """Of each room."""
    n_unplaced: int = 0
    """Rejects of which nothing was received, so that it cannot be said whether the scope holds them."""

    def only(self, holds: Callable[[Key], bool]) -> Tallied:
        """Return those whose key holds."""
        exposures = {key: n for key, n in self.exposures.items() if holds(key)}
        return replace(self, exposures=exposures, cases=tuple(case for case in self.cases if holds(case.key)))

    def renamed(self, names: Callable[[Key], Key | None]) -> Tallied:
        """Return the same under other keys; what has None for a key is left out."""
        exposures: dict[Key, int] = defaultdict(int)
        for key, n in self.exposures.items():
            name = names(key)
            if name is not None:
                exposures[name] += n
        named = ((case, names(case.key)) for case in self.cases)
        return replace(
            self,
            exposures=exposures,
            cases=tuple(replace(case, key=name) for case, name in named if name is not None),
        )

    def basis(self, key: Key) -> Basis:
        """Return what the denominator of a key counts; where nothing is known of its room the plain source."""
        modality = key.kind.modality
        return Basis(modality and family_of(modality), self.sources.get(key.room, "images"))


_Group = TypeVar("_Group", bound=Hashable)


def fold(tallied: Tallied, of: Callable[[Key], _Group | None]) -> dict[_Group, Figure]:
    """Add everything up by a group of keys; what is in no group (None) is left out."""
    found: dict[tuple[_Group, Basis], Counter[Tally]] = defaultdict(Counter)
    exposures: Counter[tuple[_Group, Basis]] = Counter()
    for key, n in tallied.exposures.items():
        if (group := of(key)) is not None:
            exposures[group, tallied.basis(key)] += n
    for case in tallied.cases:
        if (group := of(case.key)) is not None:
            found[group, tallied.basis(case.key)][case.tally] += 1
    for place, n in exposures.items():
        found[place][_ONE] += n
    figures: dict[_Group, dict[Basis, Tally]] = defaultdict(dict)
    for (group, basis), parts in found.items():
        figures[group][basis] = added(parts)
    return {group: Figure(by_basis=by_basis) for group, by_basis in figures.items()}


def total(tallied: Tallied) -> Figure:
    """Return the figure of all counts together."""
    return fold(tallied, lambda _: True).get(True, Figure(by_basis={}))


_ONE = Tally(n_exposures=1)
