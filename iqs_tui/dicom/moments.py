"""Dates and times of a data set (PS3.5 6.2: DA, TM, DT) as dates and aware UTC datetimes.

A time without an offset is in the zone of Timezone Offset From UTC (0008,0201), else in the zone of the site,
since the standard leaves that open. A bad or half value is None.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo

from pydicom.dataset import Dataset

from iqs_tui.dicom.reading import ReadingContext, text

_DATE = re.compile(r"(\d{4})[.-]?(\d{2})[.-]?(\d{2})", re.ASCII)
_TIME = re.compile(r"(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,6})\d*)?)?)?", re.ASCII)
_OFFSET = re.compile(r"([+-])(\d{2}):?(\d{2})", re.ASCII)
_EARLIEST_YEAR = 1900
_FARTHEST_EAST = timedelta(hours=14)


def date_of(dataset: Dataset, keyword: str) -> date | None:
    """Return a DA value; the dotted form of before 1993 too."""
    return _date(text(dataset, keyword))


def datetime_of(dataset: Dataset, keyword: str, context: ReadingContext) -> datetime | None:
    """Return a DT value with at least the hour, in UTC; its own offset goes before that of the data set."""
    words = text(dataset, keyword)
    if words is None:
        return None
    offset = _OFFSET.search(words, 8)
    clock = words[8 : offset.start()] if offset else words[8:]
    zone = _zone(offset.group()) if offset else zone_of(dataset, context)
    return _utc(_date(words[:8]), clock, zone)


def moment_of(dataset: Dataset, date_keyword: str, time_keyword: str, context: ReadingContext) -> datetime | None:
    """Return a DA and TM pair in UTC; None unless both are there."""
    return _utc(date_of(dataset, date_keyword), text(dataset, time_keyword), zone_of(dataset, context))


def zone_of(dataset: Dataset, context: ReadingContext) -> tzinfo:
    """Return the zone that times without an offset are in."""
    return _zone(text(dataset, "TimezoneOffsetFromUTC")) or context.zone


def _date(words: str | None) -> date | None:
    found = _DATE.fullmatch(words or "")
    if found is None:
        return None
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day if day.year >= _EARLIEST_YEAR else None


def _zone(words: str | None) -> tzinfo | None:
    found = _OFFSET.fullmatch(words or "")
    if found is None:
        return None
    sign, hours, minutes = found.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes))
    if offset > _FARTHEST_EAST or int(minutes) > 59:
        return None
    return timezone(-offset if sign == "-" else offset)


def _utc(day: date | None, words: str | None, zone: tzinfo | None) -> datetime | None:
    clock = _TIME.fullmatch((words or "").strip())
    if day is None or clock is None or zone is None:
        return None
    hour, minute, second, fraction = clock.groups()
    try:
        local = datetime(
            day.year,
            day.month,
            day.day,
            int(hour),
            int(minute or 0),
            min(int(second or 0), 59),  # DICOM allows a leap second, datetime does not
            int((fraction or "0").ljust(6, "0")),
            tzinfo=zone,
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
