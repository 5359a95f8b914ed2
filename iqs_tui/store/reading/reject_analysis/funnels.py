"""Units around their joint rate: rooms, procedures, projections, operators."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from iqs_tui.domain.disclosure import Kind
from iqs_tui.domain.funnel import position_of, remark_on
from iqs_tui.domain.reject_rate import SOURCES, Basis, Figure, Rate, Source, Tally, added, rate_of
from iqs_tui.domain.standardised import Standard
from iqs_tui.store.reading.analysis.samples import Progress
from iqs_tui.store.reading.reject_analysis.figures import Analysis, By, Funnel, Unit
from iqs_tui.store.reading.reject_analysis.showing import shown
from iqs_tui.store.reading.reject_analysis.tallied import Key, Tallied, fold
from iqs_tui.store.reading.reject_analysis.weeks_and_people import persons

Standards = Mapping[Source, Standard[Kind]]
"""The department's rates per projection, of each source."""
_Name = tuple[str | None, ...]
_Mix = dict[Kind, Tally]
_NAMES: dict[By, Callable[[Key], _Name]] = {
    "room": lambda key: (key.room,),
    "procedure": lambda key: (key.kind.procedure,),
    "projection": lambda key: (key.kind.procedure, key.kind.view),
    "operator": lambda key: (key.person,),
}


def standards_of(found: Analysis, now: datetime, zone: ZoneInfo, progress: Progress | None = None) -> Standards:
    """Return the rates per projection of all rooms and people together in the same period, as this viewer may see them.

    They are read where the scope has not all of them; once is enough for every funnel of an analysis.
    """
    kinds = fold(_department(found, now, zone, progress), lambda key: key.kind)
    return {
        source: Standard(
            _counts(
                {
                    kind: tally
                    for kind, one in kinds.items()
                    for basis, tally in one.by_basis.items()
                    if basis.source == source
                }
            ),
            pool=lambda kind: kind.modality,
        )
        for source in SOURCES
    }


def funnels_of(found: Analysis, by: By, standards: Standards) -> tuple[Funnel, ...]:
    """Return a funnel per basis. Of all operators without names to who may see them, else the own one alone."""
    is_told = by != "operator" or found.viewer.sees_everyone
    units = fold(found.tallied if is_told else found.own_tallied, lambda key: (_NAMES[by](key), key.kind))
    own = {(person,) for person in persons(found.viewer.names)} if by == "operator" else set()
    return tuple(
        _funnel(by, rate, _mixes(units, rate.basis), own, standards[rate.basis.source]) for rate in found.figure.rates
    )


def _funnel(by: By, whole: Rate, mixes: Mapping[_Name, _Mix], own: Set[_Name], standard: Standard[Kind]) -> Funnel:
    centre = whole.k / whole.n if whole.n else None
    nameless = mixes.get((None,), {}) if by == "operator" else {}
    units = [
        _unit(() if by == "operator" else name, mix, whole.basis, centre, standard, is_own=name in own)
        for name, mix in mixes.items()
        if by != "operator" or name != (None,)
    ]
    return Funnel(
        by=by,
        basis=whole.basis,
        centre=centre,
        units=tuple(sorted(units, key=lambda unit: (-unit.rate.n, [part or "" for part in unit.name]))),
        n_without_name=sum(tally.n_exposures for tally in nameless.values()),
    )


def _unit(
    name: _Name, mix: _Mix, basis: Basis, centre: float | None, standard: Standard[Kind], *, is_own: bool
) -> Unit:
    rate = rate_of(basis, added(Counter(mix.values())))
    at = None if centre is None else position_of(rate, centre)
    return Unit(
        name=name,
        is_own=is_own,
        rate=rate,
        position=at,
        remark=remark_on(rate, at),
        adjusted=standard.adjusted(_counts(mix)),
    )


def _mixes(parts: Mapping[tuple[_Name, Kind], Figure], basis: Basis) -> dict[_Name, _Mix]:
    """Return what of each kind each unit made, of one basis."""
    found: dict[_Name, _Mix] = defaultdict(dict)
    for (name, kind), figure in parts.items():
        if basis in figure.by_basis:
            found[name][kind] = figure.by_basis[basis]
    return found


def _counts(mix: _Mix) -> dict[Kind, tuple[int, int]]:
    return {kind: (tally.n_rejects, tally.n_exposures) for kind, tally in mix.items()}


def _department(found: Analysis, now: datetime, zone: ZoneInfo, progress: Progress | None) -> Tallied:
    """Return what all rooms and people made in the same period, at least of the modalities of the scope."""
    scope = found.scope
    if not scope.rooms and not scope.operators:
        return found.tallied
    modalities = {key.kind.modality for key in found.tallied.exposures}
    modality = modalities.pop() if len(modalities) == 1 else scope.modality
    everyone = replace(scope, rooms=(), operators=(), modality=modality)
    return shown(everyone, found.viewer, now, zone, progress)[1]
