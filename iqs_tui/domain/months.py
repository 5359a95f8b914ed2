"""Calendar months in the site's time zone: what the report and the pages are about."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

FIRST_YEAR, LAST_YEAR = 1970, 2999
"""Outside these a month is a slip, and the arithmetic of dates ends."""


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """A calendar month."""

    year: int
    month: int

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Month":
        """Return the month of a moment, as the calendar in a zone has it."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    @classmethod
    def parse(cls, text: str) -> "Month | None":
        """Read "2026-11"; None where it is no month."""
        try:
            day = date.fromisoformat(f"{text}-01")
        except ValueError:
            return None
        return cls(day.year, day.month) if FIRST_YEAR <= day.year <= LAST_YEAR else None

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    def next(self, step: int = 1) -> "Month":
        """Return the month so many later."""
        years, month = divmod(self.month - 1 + step, 12)
        return Month(self.year + years, month + 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """Return its first moment in a zone; where it ends is where the next one starts."""
        return datetime(self.year, self.month, 1, tzinfo=zone)
