"""What a before-and-after view is made of: which change, of what, and what it came to. Runs beside the screen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.analysis.groups import Group, Progress, groups
from iqs_tui.store.reading.analysis_change import ChangeMoment, ChangeView, change, periods, suggested_changes
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from iqs_tui.store.reading.technique import Projection, projections
from iqs_tui.store.reading.technique import scope_of as narrowed

_PARTS = 4
"""Finding the changes, narrowing, comparing, the groups to draw."""
_TRIED = 5
"""Newest changes looked at for one that the chosen projection has part in; without one, for what is made most."""

Missing = Literal["", "no_change", "too_soon", "no_exposures"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What was chosen on the screen."""

    base: Scope
    """The filter it was opened on; its period does not matter."""
    weeks: int
    moment: ChangeMoment | None = None
    day: date | None = None
    """A day that was typed; `moment` and `day` both None: the newest change that the data show."""
    projection: Projection | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """One group before and after, to draw beside each other."""

    before: Group
    after: Group


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What there is to choose from, and what the choice came to."""

    moments: tuple[ChangeMoment, ...]
    choices: tuple[Projection, ...] = ()
    scope: Scope | None = None
    """Of what; None where there is nothing to compare."""
    moment: ChangeMoment | None = None
    day: date | None = None
    view: ChangeView | None = None
    pairs: tuple[Pair, ...] = ()
    missing: Missing = ""
    is_wanted: bool = False
    """It is of what was asked for."""


def find(
    asked: Asked, viewer: Viewer, now: datetime, zone: ZoneInfo, progress: Progress = lambda done, total: None
) -> Found:
    """Find the change, narrow to one projection, and compare the periods around it."""
    rooms = asked.base.rooms
    moments = suggested_changes(rooms[0] if len(rooms) == 1 else None, now, zone)
    progress(1, _PARTS)
    tried = _tried(asked, moments)
    if not tried:
        return Found(moments=moments, missing="no_change")
    found = [_looked_at(asked, moments, moment, day, zone) for moment, day in tried]
    best = next((one for one in found if one.is_wanted), max(found, key=_most_made))
    progress(2, _PARTS)
    return _compared(best, asked.weeks, viewer, now, zone, progress)


def _looked_at(
    asked: Asked, moments: tuple[ChangeMoment, ...], moment: ChangeMoment | None, day: date, zone: ZoneInfo
) -> Found:
    """Return what there is around one change, not yet compared."""
    span = _span(asked.base, moment, day, asked.weeks, zone)
    choices = projections(span)
    scope, is_wanted = _narrow(asked, span, choices)
    return Found(
        moments=moments,
        choices=choices,
        scope=scope,
        moment=moment,
        day=day,
        missing="no_exposures",
        is_wanted=is_wanted,
    )


def _most_made(found: Found) -> int:
    return found.choices[0].n if found.choices else 0


def _tried(asked: Asked, moments: tuple[ChangeMoment, ...]) -> list[tuple[ChangeMoment | None, date]]:
    if asked.moment is not None:
        return [(asked.moment, asked.moment.day)]
    if asked.day is not None:
        return [(None, asked.day)]
    is_free = asked.base.procedure is None and asked.projection is None
    newest = [one for one in moments if not is_free or one.day == moments[0].day]
    return [(moment, moment.day) for moment in newest[:_TRIED]]


def _span(base: Scope, moment: ChangeMoment | None, day: date, weeks: int, zone: ZoneInfo) -> Scope:
    """Both periods together, of the machine that changed."""
    middle = datetime.combine(day, time(), zone).astimezone(ZoneInfo("UTC"))
    half = timedelta(weeks=weeks)
    devices = base.devices if moment is None else (moment.device_id,)
    return replace(
        base,
        first=middle - half,
        until=middle + half,
        devices=devices,
        procedure=None,
        protocol=None,
        view=None,
        band=None,
        modality=None,
    )


def _narrow(asked: Asked, span: Scope, choices: tuple[Projection, ...]) -> tuple[Scope | None, bool]:
    """Return the scope of one projection, and whether it is the one that was asked for."""
    base, wanted = asked.base, asked.projection
    for one in choices:
        if wanted is not None and _name_of(one) == _name_of(wanted):
            return narrowed(span, one), True
        if wanted is None and _is_of(base, one):
            return replace(base, first=span.first, until=span.until, devices=span.devices), True
    return (narrowed(span, choices[0]), False) if choices else (None, False)


def _name_of(one: Projection) -> tuple[str | None, ...]:
    return (one.room, one.modality, one.name, one.view)


def _is_of(base: Scope, one: Projection) -> bool:
    """Say whether a projection is what the screen was opened on."""
    is_view = base.view is None or (one.view or "") == base.view
    return base.procedure is not None and (one.name or "") == base.procedure and is_view


def _compared(found: Found, weeks: int, viewer: Viewer, now: datetime, zone: ZoneInfo, progress: Progress) -> Found:
    if found.scope is None or found.day is None:
        return found
    both = periods(found.scope, found.day, now, zone, days=7 * weeks)
    if both is None:
        return replace(found, missing="too_soon")
    view = change(*both, viewer, zone)
    progress(3, _PARTS)
    missing: Missing = "" if _has_any(view) else "no_exposures"
    return replace(found, view=view, missing=missing, pairs=_pairs(view))


def _has_any(view: ChangeView) -> bool:
    return (
        any(one.of_before or one.of_after for one in view.doses)
        or bool(view.rejects.change)
        or bool(view.duration.change)
    )


def _pairs(view: ChangeView) -> tuple[Pair, ...]:
    """Of each quantity the largest group that both periods have."""
    before, after = groups(view.before), {_kind(one): one for one in groups(view.after)}
    found: dict[str, Pair] = {}
    for one in before:
        same = after.get(_kind(one))
        if same is not None and one.quantity not in found:
            found[one.quantity] = Pair(before=one, after=same)
    return tuple(found.values())


def _kind(one: Group) -> tuple[object, ...]:
    return (one.room, one.device, one.name, one.protocol, one.view, one.modality, one.band, one.quantity)
