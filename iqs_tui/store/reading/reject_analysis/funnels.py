"""Units around their joint rate: rooms, procedures, projections, operators."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Set
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from iqs_tui.domain.disclosure import Kind
from iqs_tui.domain.funnel import position_of, remark_on
from iqs_tui.domain.reject_rate import SOURCES, Figure, Rate, Source, Tally, added, rate_of
from iqs_tui.domain.standardised import Standard
from iqs_tui.store.reading.reject_analysis.figures import Analysis, By, Funnel, Unit
from iqs_tui.store.reading.reject_analysis.showing import shown
from iqs_tui.store.reading.reject_analysis.tallied import Key, Tallied, fold
from iqs_tui.store.reading.reject_analysis.weeks_and_people import persons

_Name = tuple[str | None, ...]
_Mix = dict[Kind, Tally]
_NAMES: dict[By, Callable[[Key], _Name]] = {
    "room": lambda key: (key.room,),
    "procedure": lambda key: (key.kind.procedure,),
    "projection": lambda key: (key.kind.procedure, key.kind.view),
    "operator": lambda key: (key.person,),
}


def funnels_of(found: Analysis, by: By, now: datetime, zone: ZoneInfo) -> tuple[Funnel, ...]:
    """Return a funnel per source. Of all operators without names to who may see them, else the own one alone.

    Reads the other rooms too where the scope has them not: what is expected of a unit rests on all of them.
    """
    standards = _standards(_department(found, now, zone))
    is_told = by != "operator" or found.viewer.sees_everyone
    units = fold(found.tallied if is_told else found.own_tallied, lambda key: (_NAMES[by](key), key.kind))
    own = {(person,) for person in persons(found.viewer.names)} if by == "operator" else set()
    return tuple(
        _funnel(by, rate, _mixes(units, rate.source), own, standards.get(rate.source, Standard({})))
        for rate in found.figure.rates
    )


def _funnel(by: By, whole: Rate, mixes: Mapping[_Name, _Mix], own: Set[_Name], standard: Standard) -> Funnel:
    centre = whole.k / whole.n if whole.n else None
    nameless = mixes.get((None,), {}) if by == "operator" else {}
    units = [
        _unit(() if by == "operator" else name, mix, whole.source, centre, standard, is_own=name in own)
        for name, mix in mixes.items()
        if by != "operator" or name != (None,)
    ]
    return Funnel(
        by=by,
        source=whole.source,
        centre=centre,
        units=tuple(sorted(units, key=lambda unit: (-unit.rate.n, [part or "" for part in unit.name]))),
        n_without_name=sum(tally.n_exposures for tally in nameless.values()),
    )


def _unit(name: _Name, mix: _Mix, source: Source, centre: float | None, standard: Standard, *, is_own: bool) -> Unit:
    rate = rate_of(source, added(Counter(mix.values())))
    at = None if centre is None else position_of(rate, centre)
    return Unit(
        name=name,
        is_own=is_own,
        rate=rate,
        position=at,
        remark=remark_on(rate, at),
        adjusted=standard.adjusted(_counts(mix)),
    )


def _mixes(parts: Mapping[tuple[_Name, Kind], Figure], source: Source) -> dict[_Name, _Mix]:
    """Return what of each kind each unit made, of one source."""
    found: dict[_Name, _Mix] = defaultdict(dict)
    for (name, kind), figure in parts.items():
        if source in figure.by_source:
            found[name][kind] = figure.by_source[source]
    return found


def _counts(mix: _Mix) -> dict[Kind, tuple[int, int]]:
    return {kind: (tally.n_rejects, tally.n_exposures) for kind, tally in mix.items()}


def _standards(department: Tallied) -> dict[Source, Standard]:
    """Return the department's rates per projection, of each source."""
    kinds = fold(department, lambda key: key.kind)
    return {
        source: Standard(
            _counts({kind: one.by_source[source] for kind, one in kinds.items() if source in one.by_source})
        )
        for source in SOURCES
    }


def _department(found: Analysis, now: datetime, zone: ZoneInfo) -> Tallied:
    """Return what all rooms and people made in the same period."""
    if not found.scope.rooms and not found.scope.operators:
        return found.tallied
    return shown(replace(found.scope, rooms=(), operators=()), found.viewer, now, zone)[1]
