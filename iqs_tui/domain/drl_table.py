"""The table of diagnostic reference levels: its columns, and reading it from CSV with an error per bad cell."""

import csv
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
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
OPTIONAL_COLUMNS = ("signed_off_by", "signed_off_on")
"""Who confirmed the row, and when (ISO date); a table without them is signed off by nobody."""
MODALITIES = ("CT", "CR", "DX", "MG", "RF", "XA", "PX")
_CONVERT = {"DAP": units.dap_gym2, "CTDIvol": units.dose_mgy, "DLP": units.dlp_mgycm, "AGD": units.dose_mgy}
_UNITS = {"DAP": "uGy.m2, mGy.cm2, Gy.cm2", "CTDIvol": "mGy", "DLP": "mGy.cm", "AGD": "mGy"}
_NUMBER = re.compile(r"\d+(\.\d+)?")


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
    signed_off_by: str = ""
    """The klinisch fysicus who confirmed the value; empty: nobody yet."""
    signed_off_on: date | None = None

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

    A heading with semicolons is that of a Dutch spreadsheet: cells are parted by semicolons, and a value may have a
    decimal comma. A table that is parted by commas has points: there "12,5" is an error, not two cells or 125.

    Raises:
        DrlTableError: a column is missing, a cell holds what is not allowed, or a row is there twice; all bad cells
            are named.
    """
    is_dutch = ";" in text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";" if is_dutch else ",")
    try:
        return _parse(reader, is_dutch)
    except csv.Error as error:
        raise DrlTableError([RowProblem(row=reader.line_num, column="-", found=str(error), allowed="CSV")]) from None


def _parse(reader: "csv.DictReader[str]", is_dutch: bool) -> tuple[DrlRow, ...]:
    reader.fieldnames = [name.strip() for name in reader.fieldnames or ()]
    missing = [name for name in COLUMNS if name not in reader.fieldnames]
    if missing:
        raise DrlTableError(RowProblem(row=1, column=n, found="no such column", allowed=n) for n in missing)
    rows: list[DrlRow] = []
    problems: list[RowProblem] = []
    first: dict[tuple[str, ...], int] = {}
    for cells in reader:
        line = reader.line_num
        if None in cells:
            allowed = f"{len(reader.fieldnames)} cells; put text with a separator in quotes"
            problems.append(RowProblem(row=line, column="-", found="more cells than the heading", allowed=allowed))
            continue
        plain = {name: (cells.get(name) or "").strip() for name in (*COLUMNS, *OPTIONAL_COLUMNS)}
        if is_dutch:
            plain |= {name: plain[name].replace(",", ".", 1) for name in ("drn", "achievable")}
        bad = _problems(line, plain) or _twice(line, plain, first)
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
        "modality": (cells["modality"] in MODALITIES, ", ".join(MODALITIES)),
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
        "signed_off_on": (_is_signed_right(cells), "a date such as 2026-11-21 beside signed_off_by, or both empty"),
    }
    return [
        RowProblem(row=line, column=name, found=cells[name], allowed=words)
        for name, (fits, words) in allowed.items()
        if not fits
    ]


def _twice(line: int, cells: Mapping[str, str], first: dict[tuple[str, ...], int]) -> list[RowProblem]:
    """A population, procedure, quantity and class has one level, or nobody knows which of two counts."""
    key = tuple(cells[name].casefold() for name in ("population", "procedure_nl", "quantity", "age_or_weight"))
    if key not in first:
        first[key] = line
        return []
    allowed = f"one row of this population, procedure, quantity and class; row {first[key]} is the same"
    return [RowProblem(row=line, column="procedure_nl", found=cells["procedure_nl"], allowed=allowed)]


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
        signed_off_by=cells["signed_off_by"],
        signed_off_on=date.fromisoformat(cells["signed_off_on"]) if cells["signed_off_on"] else None,
    )


def _is_value(cell: str) -> bool:
    return not cell or (_NUMBER.fullmatch(cell) is not None and float(cell) > 0)


def _is_signed_right(cells: Mapping[str, str]) -> bool:
    if not cells["signed_off_by"] or not cells["signed_off_on"]:
        return cells["signed_off_by"] == cells["signed_off_on"]
    try:
        date.fromisoformat(cells["signed_off_on"])
    except ValueError:
        return False
    return len(cells["signed_off_on"]) == len("2026-11-21")


def _in_our_unit(quantity: str, unit: str, cell: str) -> float | None:
    convert = _CONVERT.get(quantity)
    return convert(float(cell), unit) if convert and cell else None
