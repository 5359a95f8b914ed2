"""From which day to which day: local days, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import SQL

from iqs_tui.store.fields import local_text
from iqs_tui.store.ranges import happened_within, within

_BEGIN = datetime(1900, 1, 1, tzinfo=UTC)
_END = datetime(9999, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Window:
    """Local days in the site's zone; None: no bound."""

    first: date | None
    last: date | None
    zone: ZoneInfo

    @property
    def start(self) -> datetime:
        """The first moment, in UTC."""
        return _BEGIN if self.first is None else self._midnight(self.first)

    @property
    def end(self) -> datetime:
        """The moment after the last one, in UTC."""
        return _END if self.last is None else self._midnight(self.last + timedelta(days=1))

    def holds(self, moment: Any, received_at: Any = None) -> Any:  # noqa: ANN401 (SQL expressions)
        """Return the condition that a column's moment, or where it is absent that of its receipt, lies within."""
        if self.first is None and self.last is None:
            return SQL("1 = 1")
        if received_at is None:
            return within(moment, self.start, self.end)
        return happened_within(moment, received_at, self.start, self.end)

    def holds_day(self, day: Any) -> Any:  # noqa: ANN401 (SQL expressions)
        """Return the condition that a column's day (text, ISO 8601) lies within."""
        first = self.first.isoformat() if self.first else ""
        last = self.last.isoformat() if self.last else "9999-12-31"
        return (day >= first) & (day <= last)

    def local(self, moment: datetime | None) -> str | None:
        """Return a moment as ISO 8601 with the site's offset."""
        return local_text(moment, self.zone)

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self.zone).astimezone(UTC)
