"""The column type that peewee lacks: a moment in UTC, the same in SQLite and PostgreSQL."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from peewee import TextField


class UtcField(TextField):
    """A moment in UTC, kept as fixed-width ISO 8601 text, so that it sorts as it passes."""

    def db_value(self, value: Any) -> str | None:  # noqa: ANN401 (peewee hands over anything)
        """Return the text that is stored; a datetime without a zone is refused."""
        if value is None or isinstance(value, str):
            return value
        if value.tzinfo is None:
            raise ValueError(f"{self.name}: a moment needs its zone, got {value!r}")
        return utc_text(value)

    def python_value(self, value: str | None) -> datetime | None:
        """Return the moment."""
        return None if value is None else datetime.fromisoformat(value)


def local_text(moment: datetime | None, zone: ZoneInfo) -> str | None:
    """Return a moment as exports and status say it: ISO 8601 in milliseconds with the offset of the zone."""
    return None if moment is None else moment.astimezone(zone).isoformat(timespec="milliseconds")


def utc_text(moment: datetime) -> str:
    """Return a moment as the database keeps it: `2026-11-21T14:32:05.123456+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
