"""The key on the kiosk for an image that was deleted at the console, and the exposure that it turns out to be about.

Who presses it tells no exposure: none is here. When the dose report then tells of one without an image in that room,
made shortly before, it is that one: asked about twice it would count twice.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

CLOCKS = timedelta(minutes=5)
"""So far the console's clock may be ahead of ours."""
LATEST = timedelta(minutes=30)
"""So long after the exposure people still report it."""


@dataclass(frozen=True, slots=True)
class Press:
    """A press of the key that names no exposure."""

    signal_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Lost:
    """An exposure without an image."""

    exposure_uid: str
    acquired_at: datetime


def claims(presses: Iterable[Press], lost: Iterable[Lost]) -> dict[str, str]:
    """Return which press is about which exposure: of those it can be about the last one made, and each once."""
    left = sorted(lost, key=lambda each: (each.acquired_at, each.exposure_uid))
    found = {}
    for press in sorted(presses, key=lambda each: (each.at, each.signal_id)):
        fitting = [each for each in left if -CLOCKS <= press.at - each.acquired_at <= LATEST]
        if fitting:
            left.remove(fitting[-1])
            found[press.signal_id] = fitting[-1].exposure_uid
    return found
