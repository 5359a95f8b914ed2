"""Numbers and times as people here write them: decimal comma, 24 hours, no process-wide locale."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from iqs_tui import locale

_MONTHS = {
    "nl": ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"),
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
}


def decimal(value: float, digits: int = 1) -> str:
    """Return a number with a fixed number of decimals: 8.13 is "8,1" in Dutch."""
    text = f"{value:.{digits}f}"
    return text.replace(".", ",") if locale.language() == "nl" else text


def whole(value: int) -> str:
    """Return a count, its thousands set apart: 1050 is "1.050" in Dutch."""
    text = f"{value:,}"
    return text.replace(",", ".") if locale.language() == "nl" else text


def significant(value: float, digits: int = 2) -> str:
    """Return a number rounded to so many significant digits, without an exponent: 0.0831 is "0,083"."""
    if value == 0:
        return "0"
    places = max(0, digits - 1 - int(f"{abs(value):e}".split("e")[1]))
    return decimal(round(value, places), places)


def clock_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return the time of day: 14:39."""
    return moment.astimezone(zone).strftime("%H:%M")


def short_date(day: date) -> str:
    """Return a day: "21 nov"."""
    return f"{day.day} {_MONTHS[locale.language()][day.month - 1]}"


def month(day: date) -> str:
    """Return a month with its year: "nov 2026"."""
    return f"{_MONTHS[locale.language()][day.month - 1]} {day.year}"


def day_and_time(moment: datetime, zone: ZoneInfo) -> str:
    """Return a day and a time: "21 nov 14:39"."""
    local = moment.astimezone(zone)
    return f"{short_date(local.date())} {local:%H:%M}"


def duration(span: timedelta) -> str:
    """Return a length of time in hours and minutes: "2 u 10 min"."""
    minutes = round(span.total_seconds() / 60)
    hours, rest = divmod(minutes, 60)
    hour = "u" if locale.language() == "nl" else "h"
    return f"{hours} {hour} {rest:02d} min" if hours else f"{rest} min"
