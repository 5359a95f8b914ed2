"""Diagnostic reference levels: the table, and which of its rows belongs to an examination.

The table is data (`db/reference/drl.csv`), filled in and signed off by a klinisch fysicus. Only its Dutch
rows are DRN; tables of other countries stand in the file for whoever chooses them and are never shown as
DRN. Which row belongs to an examination is said by an explicit mapping, never guessed from likeness.
"""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from iqs_tui.domain import units

Quantity = Literal["DAP", "CTDIvol", "DLP", "AGD"]
COLUMNS = (
    "population",
    "modality",
    "procedure_nl",
    "procedure_en",
    "quantity",
    "unit",
    "phantom_cm",
    "drn",
    "achievable",
    "age_or_weight",
    "source",
    "verified",
)
ADULT_FROM_YEARS = 18.0
_CONVERT = {"DAP": units.dap_gym2, "CTDIvol": units.dose_mgy, "DLP": units.dlp_mgycm, "AGD": units.dose_mgy}
_UNITS = {"DAP": "uGy.m2, mGy.cm2, Gy.cm2", "CTDIvol": "mGy", "DLP": "mGy.cm", "AGD": "mGy"}
_MODALITIES = ("CT", "CR", "DX", "MG", "RF", "XA", "PX")


@dataclass(frozen=True, slots=True, kw_only=True)
class DrlRow:
    """One line of the table.

    Values in Gy.m2 (DAP), mGy (CTDIvol, AGD) or mGy.cm (DLP), None where not known.
    """

    population: str
    modality: str
    procedure_nl: str
    procedure_en: str
    quantity: Quantity
    drl: float | None
    achievable: float | None
    phantom_cm: int | None
    age_or_weight: str
    source: str
    verified: bool

    @property
    def is_drn(self) -> bool:
        """Say whether this is a Dutch DRN: not a foreign level, and not the result of a survey."""
        return self.population.startswith("NL") and not re.search(r"not a DRN|survey", self.population, re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """What is wrong with one cell of the table."""

    row: int
    """Line number in the file; the header is line 1."""
    column: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"row {self.row}, {self.column}: {self.found!r} is not allowed; allowed: {self.allowed}"


class DrlTableError(ValueError):
    """The table cannot be used; the message names every bad cell, one per line."""

    def __init__(self, problems: Iterable[RowProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def parse_table(text: str) -> tuple[DrlRow, ...]:
    """Read the table from CSV text.

    Raises:
        DrlTableError: a column is missing, or a cell holds what is not allowed; all bad cells are named.
    """
    reader = csv.DictReader(io.StringIO(text))
    missing = [name for name in COLUMNS if name not in (reader.fieldnames or ())]
    if missing:
        raise DrlTableError(RowProblem(row=1, column=n, found="no such column", allowed=n) for n in missing)
    rows, problems = [], []
    for cells in reader:
        plain = {name: (cells[name] or "").strip() for name in COLUMNS}
        bad = _problems(reader.line_num, plain)
        problems += bad
        if not bad:
            rows.append(_row(plain))
    if problems:
        raise DrlTableError(problems)
    return tuple(rows)


def _problems(line: int, cells: Mapping[str, str]) -> list[RowProblem]:
    quantity = cells["quantity"]
    allowed = {
        "population": (bool(cells["population"]), "a population, such as NL adult"),
        "modality": (cells["modality"] in _MODALITIES, ", ".join(_MODALITIES)),
        "procedure_nl": (bool(cells["procedure_nl"]), "the name of the procedure"),
        "quantity": (quantity in _CONVERT, ", ".join(_CONVERT)),
        "unit": (
            _in_our_unit(quantity, cells["unit"], "1") is not None,
            _UNITS.get(quantity, "the quantity's unit"),
        ),
        "phantom_cm": (cells["phantom_cm"] in {"", "16", "32"}, "16, 32 or empty"),
        "drn": (_is_value(cells["drn"]), "a number above 0 with a point, or empty"),
        "achievable": (_is_value(cells["achievable"]), "a number above 0 with a point, or empty"),
        "source": (bool(cells["source"]), "where the value comes from"),
        "verified": (cells["verified"] in {"yes", "no"}, "yes, no"),
    }
    return [
        RowProblem(row=line, column=name, found=cells[name], allowed=words)
        for name, (fits, words) in allowed.items()
        if not fits
    ]


def _row(cells: Mapping[str, str]) -> DrlRow:
    quantity: Quantity = cells["quantity"]  # type: ignore[assignment]
    return DrlRow(
        population=cells["population"],
        modality=cells["modality"],
        procedure_nl=cells["procedure_nl"],
        procedure_en=cells["procedure_en"],
        quantity=quantity,
        drl=_in_our_unit(quantity, cells["unit"], cells["drn"]),
        achievable=_in_our_unit(quantity, cells["unit"], cells["achievable"]),
        phantom_cm=int(cells["phantom_cm"]) if cells["phantom_cm"] else None,
        age_or_weight=cells["age_or_weight"],
        source=cells["source"],
        verified=cells["verified"] == "yes",
    )


def _is_value(cell: str) -> bool:
    return not cell or (re.fullmatch(r"\d+(\.\d+)?", cell) is not None and float(cell) > 0)


def _in_our_unit(quantity: str, unit: str, cell: str) -> float | None:
    convert = _CONVERT.get(quantity)
    return convert(float(cell), unit) if convert and cell else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RowMapping:
    """Says which examinations a row of the table belongs to.

    Patterns are regular expressions, case ignored.
    """

    population: str
    procedure_nl: str
    modalities: tuple[str, ...]
    matches: str
    """Found in the procedure's or the protocol's name."""
    excludes: str = ""
    """Found in either name: then not this row."""
    view: str = ""
    """The whole view position; empty: any."""
    age_from: float | None = None
    age_below: float | None = None
    """Years. With a bound, an unknown age does not fit."""
    signed_off_by: str = ""
    """The klinisch fysicus who confirmed it; empty: nobody yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What is known of an examination or exposure when its row is looked up."""

    modality: str | None
    procedure: str | None = None
    protocol: str | None = None
    view: str | None = None
    age_years: float | None = None
    phantom_cm: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """The DRN beside one dose: its row and who signed the mapping off, or why there is none."""

    row: DrlRow | None = None
    signed_off_by: str = ""
    missing: Literal["", "unmapped", "no_value", "age_unknown", "phantom"] = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DrlBook:
    """The table with its mapping, each with its version."""

    table_version: int
    mapping_version: int
    rows: tuple[DrlRow, ...]
    mappings: tuple[RowMapping, ...]

    def choose(self, subject: Subject, quantity: str) -> Choice:
        """Return the DRN of an examination for one quantity; a mapped row without a value is no DRN."""
        fitting = [item for item in self.mappings if _names_fit(item, subject)]
        of_age = [item for item in fitting if _age_fits(item, subject.age_years)]
        if not of_age:
            return Choice(missing="age_unknown" if fitting and subject.age_years is None else "unmapped")
        row = next((row for item in of_age for row in self._rows_of(item, quantity)), None)
        if row is None:
            return Choice(missing="unmapped")
        if row.drl is None:
            return Choice(missing="no_value")
        if None not in (row.phantom_cm, subject.phantom_cm) and row.phantom_cm != subject.phantom_cm:
            return Choice(missing="phantom")
        return Choice(row=row, signed_off_by=of_age[0].signed_off_by)

    def _rows_of(self, item: RowMapping, quantity: str) -> Iterable[DrlRow]:
        return (
            row
            for row in self.rows
            if row.is_drn
            and (row.population, row.procedure_nl, row.quantity) == (item.population, item.procedure_nl, quantity)
        )


def _names_fit(item: RowMapping, subject: Subject) -> bool:
    names = [name for name in (subject.procedure, subject.protocol) if name]
    if subject.modality not in item.modalities or not _any_found(item.matches, names):
        return False
    if item.excludes and _any_found(item.excludes, names):
        return False
    return not item.view or re.fullmatch(item.view, subject.view or "", re.IGNORECASE) is not None


def _any_found(pattern: str, names: list[str]) -> bool:
    return any(re.search(pattern, name, re.IGNORECASE) for name in names)


def _age_fits(item: RowMapping, age: float | None) -> bool:
    if item.age_from is None and item.age_below is None:
        return True
    if age is None:
        return False
    return (item.age_from is None or age >= item.age_from) and (item.age_below is None or age < item.age_below)
