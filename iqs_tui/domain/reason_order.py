"""The first-level reasons in the order of use: what was answered most in 90 days has the first key of the numpad.

The order only counts what was answered before the shift began. So it cannot change during a shift, and every face
works out the same one by itself: nothing of it is kept.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER, Reason

WINDOW = timedelta(days=90)


def shift_began(now: datetime, starts: Sequence[str], zone: ZoneInfo) -> datetime:
    """Return when the shift that is on began, in UTC.

    Args:
        now: with its zone.
        starts: the times at which shifts begin, on the clocks of the site, as "07:30".
        zone: of the site.
    """
    today = now.astimezone(zone).date()
    days = (today - timedelta(days=1), today)
    begun = (datetime.combine(day, time.fromisoformat(start), zone).astimezone(UTC) for day in days for start in starts)
    return max(moment for moment in begun if moment <= now)


def by_use(reasons: Sequence[Reason], used: Iterable[str] | Mapping[str, int]) -> tuple[Reason, ...]:
    """Return the reasons with the keys of their rank, the most used first; equals keep the order of the list.

    Args:
        reasons: that the prompt shows, each with its own key.
        used: how often each was answered, by code; a detail counts for its reason.

    The reason that asks for words keeps its place: it is where nothing else fits.
    """
    counts: dict[str, int] = {}
    for code, n in used.items() if isinstance(used, Mapping) else ((code, 1) for code in used):
        first = code.split(".")[0]
        counts[first] = counts.get(first, 0) + n
    movable = [reason for reason in reasons if not reason.asks_text]
    keys = sorted((reason.key for reason in movable), key=KEYS_IN_NUMPAD_ORDER.find)
    ranked = sorted(movable, key=lambda reason: -counts.get(reason.code, 0))
    moved = {reason.code: key for reason, key in zip(ranked, keys, strict=True)}
    placed = (replace(reason, key=moved.get(reason.code, reason.key)) for reason in reasons)
    return tuple(sorted(placed, key=lambda reason: KEYS_IN_NUMPAD_ORDER.find(reason.key)))
