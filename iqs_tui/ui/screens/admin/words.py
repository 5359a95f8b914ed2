"""How the admin screens write what they read: never as markup, an absent value as a dash."""

import os
import pwd
from datetime import datetime
from zoneinfo import ZoneInfo

from rich.text import Text

from iqs_tui.config import Config
from iqs_tui.domain.text import clean_text
from iqs_tui.locale import t
from iqs_tui.locale.numbers import clock_time, day_and_time, decimal

NONE = "–"
_GIGA = 1024**3


def plain(value: object, style: str = "") -> Text:
    """Return a cell that shows a value as it stands: no markup, no control characters."""
    return Text(clean_text(value, 1000) or NONE, style=style, no_wrap=True, overflow="ellipsis", end="")


def line(value: object) -> str:
    """Return a value from outside as one safe line; a dash where there is none."""
    return clean_text(value, 1000) or NONE


def when(moment: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """Return the time of day of a moment of today, else its day and time; a dash where there is none."""
    if moment is None:
        return NONE
    is_today = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return clock_time(moment, zone) if is_today else day_and_time(moment, zone)


def gigabytes(size: int) -> str:
    """Return a size in GB, with one decimal."""
    return f"{decimal(size / _GIGA)} GB"


def room_label(config: Config, room_id: str | None) -> str:
    """Return what people call a room."""
    room = config.room(room_id) if room_id else None
    return room.label if room else line(room_id)


def view_words(*parts: str | None) -> str:
    """Return procedure, view and side as one line; a dash where none is known."""
    return line(" ".join(part for part in parts if part))


def either(key: str, code: str) -> str:
    """Return the words under a key, or the code from outside itself where the locale has no word for it."""
    words = t(key)
    return line(code) if words == key else words


def system_user() -> str:
    """Return the account under which this face runs: over SSH, who came in."""
    try:
        name = pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        name = str(os.getuid())
    return f"admin:{name}"
