"""Doses with everything in common but the patient, put together: of a million a few hundred cells remain."""

from dataclasses import dataclass, field
from typing import NamedTuple

from iqs_tui.domain.drl import Quantity, Subject
from iqs_tui.store.reading.analysis.patients import Class

COLUMN: dict[Quantity, str] = {"DAP": "dap_gym2", "CTDIvol": "ctdivol_mgy", "DLP": "dlp_mgycm", "AGD": "agd_mgy"}
"""The column of `Exposure` for each quantity; `Exposure.implausible` calls it so too."""


class Key(NamedTuple):
    """What the doses of a cell have in common, within one room, modality and quantity."""

    device_id: str
    procedure: str | None
    protocol: str | None
    view: str | None
    detail: int | None
    """The phantom in cm of a CT, the thickness class of a breast."""
    of_class: Class


@dataclass(slots=True)
class Cell:
    """The doses themselves."""

    values: list[float] = field(default_factory=list)
    moments: list[str] = field(default_factory=list)
    """When each was made, as the database writes it; empty unless asked for."""
    patients: set[str] = field(default_factory=set)
    n_known_size: int = 0
    n_implausible: int = 0
    n_without_dose: int = 0


Cells = dict[Key, Cell]


class Sample(NamedTuple):
    """A cell, and whose doses it holds."""

    room: str
    device_id: str
    quantity: Quantity
    subject: Subject
    """One of those in the cell: the others have the same DRN."""
    band: str
    cell: Cell

    @property
    def name(self) -> str | None:
        """By what it is grouped: the procedure, else the protocol."""
        return self.subject.procedure or self.subject.protocol


def is_flagged(implausible: str | None, quantity: Quantity) -> bool:
    """Say whether an exposure's value of a quantity was found to lie outside what is plausible."""
    return implausible is not None and COLUMN[quantity] in implausible.split(",")


def source_of(value: float | None, column: str, report_facts: object) -> str | None:
    """Return where an exposure's value comes from: a dose report's goes before that of an image header."""
    if not value:
        return None
    return "reported" if isinstance(report_facts, dict) and report_facts.get(column) is not None else "header"
