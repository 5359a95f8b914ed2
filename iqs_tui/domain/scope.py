"""Which exposures a figure is of: the filter that every view of doses and of rejects shares.

A figure that does not say of what it is cannot be compared; so each view shows its scope beside it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Which = Literal["good", "rejected", "both"]
Size = Literal["all", "standard"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A filter over exposures and examinations; None, or no names, lets all through.

    Of procedure, protocol and view an empty text stands for those that do not state it.
    """

    first: datetime
    """UTC, included."""
    until: datetime
    """UTC, excluded."""
    rooms: tuple[str, ...] = ()
    devices: tuple[str, ...] = ()
    """Keys of `domain.records.Device`, for a room with more than one."""
    modality: str | None = None
    procedure: str | None = None
    """What it is grouped by: the procedure, else the protocol (`store.reading`)."""
    protocol: str | None = None
    view: str | None = None
    """As `domain.dose.short_view` writes it."""
    band: str | None = None
    """As `domain.dose.age_band` names it."""
    which: Which = "good"
    operators: tuple[str, ...] = ()
    """Operators' Names (0008,1070), case-folded; empty: everyone together."""
    size: Size = "all"
    """standard: only patients of standard size (`domain.patient_size`), which leaves out those of unknown size."""
    reason: str | None = None
    """Of rejects only: a code of the reason list; of the first level, its details too."""
