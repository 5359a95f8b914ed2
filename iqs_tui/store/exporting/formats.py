"""The file formats of an export: JSON lines, CSV, and Parquet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any

import msgspec

from iqs_tui.store.exporting.columns import COUNT, LIST, MOMENT, NUMBER, TEXT, YES_NO, Columns

Rows = Iterable[dict[str, Any]]
_ROW_GROUP = 5000
_FORMULA = ("=", "+", "-", "@")


def write_jsonl(rows: Rows, columns: Columns, zone: str, out: IO[bytes]) -> int:
    """Write one JSON object per line; return how many."""
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (the last one is the answer)
        out.write(msgspec.json.encode(row) + b"\n")
    return count


def write_csv(rows: Rows, columns: Columns, zone: str, out: IO[bytes]) -> int:
    """Write comma-separated text with a heading, absent values empty, lists parted by a semicolon; return how many."""
    text = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([name for name, _ in columns])
    count = 0
    for count, row in enumerate(rows, 1):  # noqa: B007 (the last one is the answer)
        writer.writerow([_cell(row[name], kind) for name, kind in columns])
    text.flush()
    text.detach()
    return count


def write_parquet(rows: Rows, columns: Columns, zone: str, out: IO[bytes]) -> int:
    """Write Parquet, its moments in the site's zone; return how many rows.

    The schema never depends on the rows: a column of which every value is absent keeps its type.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = {
        TEXT: pa.string(),
        NUMBER: pa.float64(),
        COUNT: pa.int64(),
        YES_NO: pa.bool_(),
        LIST: pa.list_(pa.string()),
        MOMENT: pa.timestamp("ms", tz=zone),
    }
    schema = pa.schema([pa.field(name, kinds[kind]) for name, kind in columns])
    moments = [name for name, kind in columns if kind == MOMENT]
    count = 0
    with pq.ParquetWriter(out, schema) as writer:
        for group in _groups(rows):
            for row in group:
                row.update({name: datetime.fromisoformat(row[name]) for name in moments if row[name]})
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            count += len(group)
    return count


WRITERS: dict[str, Callable[[Rows, Columns, str, IO[bytes]], int]] = {
    "jsonl": write_jsonl,
    "csv": write_csv,
    "parquet": write_parquet,
}


def _cell(value: Any, kind: str) -> str:  # noqa: ANN401 (any column's value)
    if value is None:
        return ""
    if kind == YES_NO:
        return "true" if value else "false"
    text = ";".join(value) if kind == LIST else str(value)
    # A spreadsheet takes text from a DICOM header that begins so for a formula, and runs it.
    return f"'{text}" if kind in {TEXT, LIST} and text.startswith(_FORMULA) else text


def _groups(rows: Rows) -> Iterator[list[dict[str, Any]]]:
    remaining = iter(rows)
    while group := list(islice(remaining, _ROW_GROUP)):
        yield group
