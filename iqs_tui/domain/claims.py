"""The key on the kiosk for an image that was deleted at the console, and the exposure that it turns out to be about.

Who presses it names no exposure: none is here. What then tells of a lost or rejected exposure of that room, made at
about that time, is about that one: asked about twice it would count twice. All presses and all such exposures that may
have to do with one another are weighed together, of whatever study: so it does not matter what came first.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCKS = timedelta(minutes=5)
"""So far the console's clock may be ahead of ours."""
LATEST = timedelta(minutes=30)
"""So long after the exposure people still report it."""

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Press:
    """A press of the key that names no exposure."""

    signal_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """An exposure that something says was lost or rejected."""

    name: str
    since: datetime
    """It was made then or later; the same as `until` where the moment is known."""
    until: datetime
    known_at: datetime | None = None
    """When its image came, a key named it or a person answered for it: who then presses the key means another."""


def claims(presses: Iterable[Press], lost: Iterable[Lost]) -> dict[str, str]:
    """Return which press is about which exposure, each once: of all that fit together the nearest in time first.

    One that seems to be made after the press (a clock may run ahead) comes only after all that were made before one.
    """
    all_lost = list(lost)
    pairs = [(press, each) for press in presses for each in all_lost if _fits(press, each)]
    found: dict[str, str] = {}
    taken: set[str] = set()
    for press, each in sorted(pairs, key=_likeliest_first):
        if press.signal_id not in found and each.name not in taken:
            found[press.signal_id] = each.name
            taken.add(each.name)
    return found


def pressed_about(made: Span) -> Span:
    """Return within which moments a press can be about what was made within these."""
    return made[0] - CLOCKS, made[1] + LATEST


def made_before(pressed: Span) -> Span:
    """Return within which moments an exposure was made that presses within these can be about."""
    return pressed[0] - LATEST, pressed[1] + CLOCKS


def spans(moments: Iterable[datetime]) -> list[Span]:
    """Return the spans of moments that lie so near that one press can be about what was made at either."""
    found: list[Span] = []
    for moment in sorted(moments):
        is_near = bool(found) and moment - found[-1][1] <= LATEST + CLOCKS
        since = found.pop()[0] if is_near else moment
        found.append((since, moment))
    return found


def _fits(press: Press, lost: Lost) -> bool:
    earliest, latest = pressed_about((lost.since, lost.until))
    return earliest <= press.at <= latest and (lost.known_at is None or press.at < lost.known_at)


def _likeliest_first(pair: tuple[Press, Lost]) -> tuple[bool, timedelta, datetime, str, str]:
    press, lost = pair
    return press.at < lost.since, abs(press.at - lost.since), press.at, press.signal_id, lost.name
