"""A day as people type it: 21-11-2026, 21-11, 21/11/26, 21 nov."""

from __future__ import annotations

import re
from datetime import date

from iqs_tui.locale import numbers

_NUMBERS = re.compile(r"(\d{1,2})[-/. ](\d{1,2})(?:[-/. ](\d{2}|\d{4}))?")
_YEARS = range(1990, 2201)
"""What a day may be: with weeks before and after it, still a day that can be counted in."""
_WORDS = re.compile(r"(\d{1,2}) ?([^\W\d_]{3})\w*\.?(?: (\d{4}))?")


def typed_day(typed: str, today: date) -> date | None:
    """Return the day, or None where it is none. Without a year it is the last one that is not in the future."""
    text = typed.strip().casefold()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.fullmatch(text):
        day, month, year = int(found[1]), int(found[2]), found[3]
    elif found := _WORDS.fullmatch(text):
        day, month, year = int(found[1]), _month(found[2]), found[3]
    else:
        return None
    if year is not None:
        return _day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    this = _day(today.year, month, day)
    return _day(today.year - 1, month, day) if this is None or this > today else this


def _month(name: str) -> int:
    """Return the number of a month by its first three letters; 0 where there is none of that name."""
    names = [numbers.short_date(date(2000, month, 1)).split()[1].casefold() for month in range(1, 13)]
    return names.index(name) + 1 if name in names else 0


def _day(year: int, month: int, day: int) -> date | None:
    if year not in _YEARS:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
