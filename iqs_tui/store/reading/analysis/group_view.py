"""One group seen closely: all its doses in order, and its course per week."""

from bisect import bisect_left
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from iqs_tui.domain.dose import summarise
from iqs_tui.domain.scope import Scope
from iqs_tui.store.fields import utc_text
from iqs_tui.store.reading.analysis.groups import Group, collect, scope_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Week:
    """The doses of one local week, in the unit of the values."""

    monday: date
    n: int
    median: float
    p25: float
    p75: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupView:
    """A group with its doses in ascending order, and its weeks in order of time; a week without doses is not there."""

    group: Group
    values: tuple[float, ...]
    weeks: tuple[Week, ...]


def view(scope: Scope, group: Group, zone: ZoneInfo) -> GroupView | None:
    """Return a group as it now is; None where no dose of it is left."""
    narrowed = scope_of(scope, group)
    found = [
        collected
        for collected in collect(narrowed, quantities=(group.quantity,), is_dated=True)
        if collected.group.room == group.room
    ]
    if not found:
        return None
    collected = max(found, key=lambda one: one.group.statistics.n)
    dated = [pair for sample in collected.samples for pair in zip(sample.cell.moments, sample.cell.values, strict=True)]
    now = replace(collected.group, device=group.device)
    return GroupView(group=now, values=tuple(collected.values), weeks=_weeks(dated, zone))


def _weeks(dated: list[tuple[str, float]], zone: ZoneInfo) -> tuple[Week, ...]:
    """Put doses in local weeks: a week begins on Monday at midnight there, also where a clock is put forward in it."""
    dated.sort()
    first = datetime.fromisoformat(dated[0][0]).astimezone(zone).date()
    last = datetime.fromisoformat(dated[-1][0]).astimezone(zone).date()
    monday = first - timedelta(days=first.weekday())
    mondays = [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 2)]
    begins = [utc_text(datetime.combine(day, time(), zone)) for day in mondays]
    places = [bisect_left(dated, (begin,)) for begin in begins]
    weeks = (
        _week(day, [value for _, value in dated[place:end]])
        for day, (place, end) in zip(mondays, pairwise(places), strict=False)
    )
    return tuple(week for week in weeks if week is not None)


def _week(monday: date, values: list[float]) -> Week | None:
    found = summarise(values)
    if found is None:
        return None
    return Week(monday=monday, n=found.n, median=found.median, p25=found.p25, p75=found.p75)
