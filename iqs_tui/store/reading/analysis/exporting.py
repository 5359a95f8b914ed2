"""The groups shown, and the list behind one, as a file. No patient key and no operator's name is in it.

Every row says of what it is (the scope), how many it rests on, and which DRN table and mapping it was held against.
Doses in Gy.m2 (DAP), mGy.cm (DLP), mGy (CTDIvol, AGD); an absent value is empty.
"""

from collections.abc import Iterator, Sequence
from typing import IO, Any, Literal
from zoneinfo import ZoneInfo

from iqs_tui.domain.drl import Choice
from iqs_tui.domain.scope import Scope
from iqs_tui.store import drl
from iqs_tui.store.exporting.columns import COUNT, MOMENT, NUMBER, TEXT, YES_NO, Columns
from iqs_tui.store.exporting.formats import WRITERS
from iqs_tui.store.fields import local_text
from iqs_tui.store.reading.analysis.groups import Group
from iqs_tui.store.reading.analysis.listing import DoseRow, rows

Format = Literal["csv", "parquet"]
_PAGE = 5000
_UNITS = {"DAP": "Gy.m2", "DLP": "mGy.cm", "CTDIvol": "mGy", "AGD": "mGy"}


def columns(names: str, kind: str) -> Columns:
    """Return columns of one kind (`store.exporting.columns`)."""
    return tuple((name, kind) for name in names.split())


SCOPE = (
    *columns("scope_from scope_until", MOMENT),
    *columns("scope_rooms scope_exposures scope_operators scope_size", TEXT),
)
"""Of what a row is: every export says it."""
_KIND = columns("room device modality procedure protocol view age_class quantity unit", TEXT)
_DRN = (
    *columns("drn streefwaarde", NUMBER),
    *columns("drn_procedure drn_source drn_signed_off_by drn_missing", TEXT),
    *columns("drn_table_version drn_mapping_version", COUNT),
)
GROUPS: Columns = (
    *_KIND,
    *columns("n n_patients n_needed n_without_dose n_implausible n_known_size", COUNT),
    *columns("median mean p25 p75 low high", NUMBER),
    *_DRN,
    ("standing", TEXT),
    *SCOPE,
)
ROWS: Columns = (
    *columns("exposure_uid study_uid", TEXT),
    ("at", MOMENT),
    *_KIND,
    ("value", NUMBER),
    ("source", TEXT),
    *columns("is_implausible is_rejected", YES_NO),
    ("reject_reason", TEXT),
    *columns("kvp mas exposure_index deviation_index weight_kg length_m", NUMBER),
    *_DRN,
    *SCOPE,
)


def write_groups(groups: Sequence[Group], scope: Scope, file_format: Format, file: IO[bytes], *, zone: ZoneInfo) -> int:
    """Write groups as they were shown; return how many. `zone` is the site's, for the moments.

    Raises:
        OSError: it cannot be written.
    """
    return WRITERS[file_format](_group_rows(groups, scope, zone), GROUPS, zone.key, file)


def write_rows(scope: Scope, group: Group, file_format: Format, file: IO[bytes], *, zone: ZoneInfo) -> int:
    """Write all doses behind a group, the newest first; return how many.

    Raises:
        OSError: it cannot be written.
    """
    return WRITERS[file_format](_dose_rows(scope, group, zone), ROWS, zone.key, file)


def _group_rows(groups: Sequence[Group], scope: Scope, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    of_scope = scope_row(scope, zone)
    for group in groups:
        found = group.statistics
        counts = {
            name: getattr(group, name) for name in ("n_patients", "n_without_dose", "n_implausible", "n_known_size")
        }
        spread = {name: getattr(found, name) for name in ("n", "median", "mean", "p25", "p75", "low", "high")}
        said = {"n_needed": group.needed, "standing": group.standing}
        yield only(GROUPS, _kind(group) | counts | spread | said | _drn(group.drl) | of_scope)


def _dose_rows(scope: Scope, group: Group, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    shared = _kind(group) | _drn(group.drl) | scope_row(scope, zone)
    offset = 0
    while page := rows(scope, group, offset, _PAGE).rows:
        yield from (only(ROWS, shared | _dose(row, zone)) for row in page)
        offset += len(page)


def _dose(row: DoseRow, zone: ZoneInfo) -> dict[str, Any]:
    same = "exposure_uid study_uid value source is_rejected kvp mas exposure_index deviation_index weight_kg length_m"
    return {name: getattr(row, name) for name in same.split()} | {
        "at": local_text(row.at, zone),
        "is_implausible": row.implausible,
        "reject_reason": row.reason_label,
    }


def _kind(group: Group) -> dict[str, Any]:
    return {
        "room": group.room,
        "device": group.device,
        "modality": group.modality,
        "procedure": group.name,
        "protocol": group.protocol,
        "view": group.view,
        "age_class": group.band,
        "quantity": group.quantity,
        "unit": _UNITS[group.quantity],
    }


def _drn(choice: Choice) -> dict[str, Any]:
    row, book = choice.row, drl.book()
    return {
        "drn": row.drl if row else None,
        "streefwaarde": row.achievable if row else None,
        "drn_procedure": row.procedure_nl if row else None,
        "drn_source": row.source if row else None,
        "drn_signed_off_by": choice.signed_off_by,
        "drn_missing": choice.missing,
        "drn_table_version": book.table_version,
        "drn_mapping_version": book.mapping_version,
    }


def scope_row(scope: Scope, zone: ZoneInfo) -> dict[str, Any]:
    """Return the cells of `SCOPE`: no name of a person."""
    return {
        "scope_from": local_text(scope.first, zone),
        "scope_until": local_text(scope.until, zone),
        "scope_rooms": "; ".join(scope.rooms) or "all",
        "scope_exposures": scope.which,
        "scope_operators": "some" if scope.operators else "all",
        "scope_size": scope.size,
    }


def only(wanted: Columns, row: dict[str, Any]) -> dict[str, Any]:
    """Return the row with exactly these columns; an empty text is an absent one."""
    return {name: None if row[name] == "" else row[name] for name, _ in wanted}
