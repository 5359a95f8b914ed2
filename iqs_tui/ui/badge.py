"""A badge reader types like a keyboard: its prefix, the number, Enter.

What it types is taken before any key acts: in a trial, one badge of eight digits chose seven reject reasons.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from textual.events import Key

TIMEOUT = timedelta(seconds=2)
"""A badge is typed within milliseconds; a prefix that somebody typed by hand is forgotten after this."""
LONGEST = 40
SAME_BADGE_WITHIN = timedelta(seconds=2)
"""Readers often read a badge twice while it is held."""


@dataclass(slots=True)
class BadgeReader:
    """Takes a badge out of the stream of keys. Without a prefix it takes nothing."""

    prefix: str
    _typed: str | None = None
    _since: datetime | None = None
    _last: tuple[str, datetime] | None = field(default=None)

    def takes(self, key: Key, now: datetime) -> bool:
        """Take a key if it belongs to a badge; the badge itself is then in `pop()`."""
        if self._typed is not None and self._since is not None and now - self._since > TIMEOUT:
            self._typed = None
        if self._typed is None:
            if not self.prefix or key.character != self.prefix:
                return False
            self._typed, self._since = "", now
            return True
        if key.key == "enter":
            return True
        if key.character and key.is_printable and len(self._typed) < LONGEST:
            self._typed += key.character
        return True

    def pop(self, key: Key, now: datetime) -> str | None:
        """Return the badge that `key` completed; a badge read twice at once is returned once."""
        if key.key != "enter" or self._typed is None:
            return None
        badge, self._typed = self._typed, None
        seen, self._last = self._last, (badge, now)
        is_again = seen is not None and seen[0] == badge and now - seen[1] < SAME_BADGE_WITHIN
        return None if is_again or not badge else badge
