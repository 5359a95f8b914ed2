"""How moments become local weeks, and Operators' Names people."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.domain.scope import Scope
from iqs_tui.store.fields import utc_text
from iqs_tui.store.models import User


class Weeks:
    """The local weeks of a period, found by the moment as the database writes it."""

    def __init__(self, scope: Scope, zone: ZoneInfo) -> None:
        first = scope.first.astimezone(zone).date()
        last = scope.until.astimezone(zone).date()
        monday = first - timedelta(days=first.weekday())
        self.mondays = [monday + timedelta(weeks=number) for number in range((last - monday).days // 7 + 1)]
        self.begins = [utc_text(datetime.combine(day, time(), zone)) for day in self.mondays]
        self.first, self.until = utc_text(scope.first), utc_text(scope.until)

    def periods(self) -> Iterator[tuple[date, str, str]]:
        """Yield each week's Monday, and from and until when it is within the period."""
        ends = [*self.begins[1:], self.until]
        for monday, begin, end in zip(self.mondays, self.begins, ends, strict=True):
            yield monday, max(begin, self.first), min(end, self.until)

    def of(self, moment: str) -> date:
        """Return the Monday of a moment within the period."""
        return self.mondays[bisect_right(self.begins, moment) - 1]


class People:
    """Who is meant by Operators' Name: somebody may stand in it under several names, and is one person."""

    def __init__(self) -> None:
        found: dict[str, set[str]] = defaultdict(set)
        for user in User.select():
            for name in {user.name.casefold(), user.initials.casefold(), *user.operators_names}:
                found[name].add(user.user_id)
        self._ids = {name: ids.pop() for name, ids in found.items() if len(ids) == 1}

    def of(self, operator: str | None) -> str | None:
        """Return one name for one person; None where there is none."""
        if not operator:
            return None
        name = operator.casefold()
        return self._ids.get(name, name)


def persons(names: Iterable[str]) -> frozenset[str]:
    """Return what keys call the person of these Operators' Names."""
    people = People()
    return frozenset(person for name in names if (person := people.of(name)))
