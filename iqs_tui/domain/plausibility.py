"""Which doses cannot be right: off by a factor of ten, a unit mixed up, a zero for "not measured".

A value outside its window is flagged and left as it is: nobody but the maker knows what was meant. The windows are
data (`db/reference/plausibility.toml`), each with what it rests on. They are wide: an unusual dose is not implausible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

QUANTITIES = ("kvp", "dap_gym2", "dose_rp_gy", "agd_mgy", "ctdivol_mgy", "dlp_mgycm")
"""What is looked at: kV, Gy.m2, Gy, mGy, mGy, mGy.cm, each of one exposure."""


class WindowError(Exception):
    """The windows cannot be used; the message names the row and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Between which values (both included) one quantity of one exposure is plausible."""

    quantity: str
    modalities: frozenset[str]
    low: float
    high: float
    source: str
    """What it rests on."""
    about: re.Pattern[str] | None = None
    """Found in the body part, protocol or procedure; None: anywhere."""
    view: re.Pattern[str] | None = None
    event_type: re.Pattern[str] | None = None

    def fits(self, quantity: str, exposure: Described) -> bool:
        """Say whether this is the window for a quantity of an exposure."""
        return (
            self.quantity == quantity
            and exposure.modality in self.modalities
            and _found(self.about, exposure.about)
            and _found(self.view, exposure.view)
            and _found(self.event_type, exposure.event_type)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """What chooses the window of an exposure."""

    modality: str | None
    about: str = ""
    view: str = ""
    event_type: str = ""


def outside(windows: Sequence[Window], exposure: Described, values: Mapping[str, float | None]) -> list[str]:
    """Return the quantities, in the order of `QUANTITIES`, whose value lies outside its window.

    The first window that fits is the one that counts; a quantity without one is never flagged, nor is an absent value.
    """
    found = []
    for quantity in QUANTITIES:
        value = values.get(quantity)
        if value is None:
            continue
        window = next((each for each in windows if each.fits(quantity, exposure)), None)
        if window is not None and not window.low <= value <= window.high:
            found.append(quantity)
    return found


def read_windows(document: Mapping[str, Any]) -> tuple[Window, ...]:
    """Return the windows of a document (`[[window]]` tables), in its order.

    Raises:
        WindowError: a row has an unknown quantity, no source, no modality, or a low above its high.
    """
    return tuple(_read(number, row) for number, row in enumerate(document.get("window", ()), 1))


def _read(number: int, row: Mapping[str, Any]) -> Window:
    if row.get("quantity") not in QUANTITIES:
        raise WindowError(f"window {number}: {row.get('quantity')!r} is none of {', '.join(QUANTITIES)}")
    low, high = row.get("low"), row.get("high")
    if not isinstance(low, (int, float)) or not isinstance(high, (int, float)) or low >= high:
        raise WindowError(f"window {number}: low and high must be numbers, low below high")
    if not row.get("source") or not row.get("modalities"):
        raise WindowError(f"window {number}: source and modalities must be filled in")
    return Window(
        quantity=str(row["quantity"]),
        modalities=frozenset(map(str, _texts(row["modalities"]))),
        low=float(low),
        high=float(high),
        source=str(row["source"]),
        about=_pattern(number, row.get("about")),
        view=_pattern(number, row.get("view")),
        event_type=_pattern(number, row.get("event_type")),
    )


def _texts(value: object) -> Iterable[object]:
    return value if isinstance(value, list) else [value]


def _pattern(number: int, text: object) -> re.Pattern[str] | None:
    try:
        return None if text is None else re.compile(str(text), re.IGNORECASE)
    except re.error as error:
        raise WindowError(f"window {number}: {text!r} is no pattern: {error}") from None


def _found(pattern: re.Pattern[str] | None, text: str) -> bool:
    return pattern is None or pattern.search(text) is not None
