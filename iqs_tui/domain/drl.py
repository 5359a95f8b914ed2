"""Diagnostic reference levels: the table, and which of its rows belongs to an examination.

The table is data (`db/reference/drl.csv`), filled in and signed off by a klinisch fysicus. Only its Dutch
rows are DRN; tables of other countries stand in the file for whoever chooses them and are never shown as
DRN. Which row belongs to an examination is said by an explicit mapping, never guessed from likeness.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from iqs_tui.domain import patterns
from iqs_tui.domain.drl_table import (
    COLUMNS,
    MODALITIES,
    OPTIONAL_COLUMNS,
    DrlRow,
    DrlTableError,
    Quantity,
    RowProblem,
    parse_table,
)

__all__ = [
    "ADULT_FROM_YEARS",
    "COLUMNS",
    "MODALITIES",
    "OPTIONAL_COLUMNS",
    "PATTERNS",
    "Choice",
    "DrlBook",
    "DrlRow",
    "DrlTableError",
    "Missing",
    "Names",
    "Quantity",
    "RowMapping",
    "RowProblem",
    "Subject",
    "class_fit",
    "names_fit",
    "names_row",
    "parse_table",
]

ADULT_FROM_YEARS = 18.0
PATTERNS = ("station", "matches", "excludes", "view")
"""The fields of a mapping that are regular expressions."""
_KNOWN_MAX = 20_000

Unknown = Literal["age_unknown", "weight_unknown", "thickness_unknown"]
Missing = Literal[
    "", "unmapped", "no_value", "age_unknown", "weight_unknown", "thickness_unknown", "phantom", "ambiguous"
]
"""Why there is no DRN. `ambiguous`: the mapping names a procedure with several classes, and none of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMapping:
    """Says which examinations a row of the table belongs to.

    Patterns are regular expressions, case ignored. With bounds (from, and below it) what is not known does not fit.
    Without population and procedure it says that there is no DRN for what it catches, which then is no open question.
    """

    population: str
    procedure_nl: str
    modalities: tuple[str, ...]
    matches: str
    """Found in the procedure's or the protocol's name."""
    age_or_weight: str = ""
    """The class of the row, where the procedure has several; empty: it has one."""
    station: str = ""
    """Found in the station's name or the AE title; empty: any."""
    excludes: str = ""
    """Found in either name: then not this row."""
    view: str = ""
    """The whole view position; empty: any."""
    age_from: float | None = None
    age_below: float | None = None
    """Years."""
    weight_from: float | None = None
    weight_below: float | None = None
    """Kilograms: children's examinations of the body are classed by weight (ICRP 135)."""
    thickness_from_mm: float | None = None
    thickness_below_mm: float | None = None
    """Of the compressed breast."""
    signed_off_by: str = ""
    """The klinisch fysicus who confirmed it; empty: nobody yet."""
    signed_off_on: date | None = None

    @property
    def is_none(self) -> bool:
        """Say whether it says that there is no DRN."""
        return not self.procedure_nl


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of an examination or exposure when its row is looked up."""

    modality: str | None
    procedure: str | None = None
    protocol: str | None = None
    view: str | None = None
    age_years: float | None = None
    phantom_cm: int | None = None
    station: str | None = None
    ae_title: str | None = None
    weight_kg: float | None = None
    thickness_mm: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The DRN beside one dose: its row and who signed the mapping off, or why there is none."""

    row: DrlRow | None = None
    signed_off_by: str = ""
    missing: Missing = ""


Names = tuple[str | None, str | None, str | None, str | None, str | None, str | None]
"""Modality, procedure, protocol, view, station, AE title: what patterns look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrlBook:
    """The table with its mapping, each with its version. Of several mappings that fit, the first one counts."""

    table_version: int
    mapping_version: int
    rows: tuple[DrlRow, ...]
    mappings: tuple[RowMapping, ...]
    _fitting: dict[Names, tuple[int, ...]] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Remembered, because a million exposures have a few hundred names."""

    def choose(self, subject: Subject, quantity: str) -> Choice:
        """Return the DRN of an examination for one quantity; a mapped row without a value is no DRN."""
        place, unknown = self.mapping_of(subject)
        if place is None:
            return Choice(missing=unknown or "unmapped")
        item = self.mappings[place]
        rows = self.rows_of(item, quantity)
        if len(rows) > 1:
            return Choice(missing="ambiguous")
        if not rows:
            return Choice(missing="no_value" if item.is_none else "unmapped")
        row = rows[0]
        if row.drl is None:
            return Choice(missing="no_value")
        if None not in (row.phantom_cm, subject.phantom_cm) and row.phantom_cm != subject.phantom_cm:
            return Choice(missing="phantom")
        return Choice(row=row, signed_off_by=item.signed_off_by)

    def mapping_of(self, subject: Subject) -> tuple[int | None, Unknown | None]:
        """Return the place of the mapping that counts, or None and what would have to be known for one to fit."""
        names = (
            subject.modality,
            subject.procedure,
            subject.protocol,
            subject.view,
            subject.station,
            subject.ae_title,
        )
        return self.first_of_class(self.fitting(names), subject.age_years, subject.weight_kg, subject.thickness_mm)

    def first_of_class(
        self, places: Iterable[int], age: float | None, weight: float | None, thickness: float | None
    ) -> tuple[int | None, Unknown | None]:
        """Return the first of these mappings whose class fits; else what the first of them would have to know."""
        lacking: Unknown | None = None
        for place in places:
            fit = class_fit(self.mappings[place], age, weight, thickness)
            if fit is True:
                return place, None
            lacking = lacking or (fit or None)
        return None, lacking

    def fitting(self, names: Names) -> tuple[int, ...]:
        """Return the places of the mappings whose patterns fit, in their order."""
        known = self._fitting.get(names)
        if known is None:
            if len(self._fitting) >= _KNOWN_MAX:
                self._fitting.clear()
            known = tuple(place for place, item in enumerate(self.mappings) if names_fit(item, names))
            self._fitting[names] = known
        return known

    def rows_of(self, item: RowMapping, quantity: str | None = None) -> tuple[DrlRow, ...]:
        """Return the DRN rows that a mapping names, of one quantity or of all."""
        return tuple(row for row in self.rows if names_row(item, row) and quantity in {None, row.quantity})


def names_row(item: RowMapping, row: DrlRow) -> bool:
    """Say whether a mapping names a row of the table; only a DRN can be named."""
    return (
        row.is_drn
        and (row.population, row.procedure_nl) == (item.population, item.procedure_nl)
        and item.age_or_weight in {"", row.age_or_weight}
    )


def names_fit(item: RowMapping, names: Names) -> bool:
    """Say whether a mapping's modalities and patterns fit."""
    modality, procedure, protocol, view, station, ae_title = names
    if modality not in item.modalities:
        return False
    called = (procedure, protocol)
    if not _any_found(item.matches, called) or (item.excludes and _any_found(item.excludes, called)):
        return False
    if item.station and not _any_found(item.station, (station, ae_title)):
        return False
    return not item.view or patterns.is_whole(item.view, view or "")


def class_fit(item: RowMapping, age: float | None, weight: float | None, thickness: float | None) -> bool | Unknown:
    """Say whether a mapping's class fits, or what would have to be known to tell."""
    unknown: Unknown | None = None
    lacking: tuple[Unknown, ...] = ("age_unknown", "weight_unknown", "thickness_unknown")
    for (low, below), value, word in zip(_bounds(item), (age, weight, thickness), lacking, strict=True):
        if low is None and below is None:
            continue
        if value is None:
            unknown = unknown or word
        elif (low is not None and value < low) or (below is not None and value >= below):
            return False
    return unknown or True


def _bounds(item: RowMapping) -> tuple[tuple[float | None, float | None], ...]:
    return (
        (item.age_from, item.age_below),
        (item.weight_from, item.weight_below),
        (item.thickness_from_mm, item.thickness_below_mm),
    )


def _any_found(pattern: str, names: Iterable[str | None]) -> bool:
    return any(name is not None and name != "" and patterns.is_found(pattern, name) for name in names)
