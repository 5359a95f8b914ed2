"""`iqs-tui export`: what was received and answered, for analysis elsewhere.

The keys are fixed (docs/design.md, part 7). An absent value is null, never 0 or "". Rows stream: none of the tables
ever stands in memory whole. One export is one snapshot, whatever the node writes meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO, Any

from iqs_tui.store.database import database
from iqs_tui.store.exporting.columns import COLUMNS, keys
from iqs_tui.store.exporting.formats import WRITERS
from iqs_tui.store.exporting.rows import ROWS
from iqs_tui.store.exporting.window import Window

KINDS = tuple(COLUMNS)
FORMATS = tuple(WRITERS)

__all__ = ["FORMATS", "KINDS", "Window", "keys", "rows", "write"]


def rows(what: str, window: Window) -> Iterator[dict[str, Any]]:
    """Yield the records of an export: one of `KINDS`, within the window."""
    return ROWS[what](window)


def write(what: str, file_format: str, window: Window, out: IO[bytes]) -> int:
    """Write an export to an open binary file; return the number of records.

    Raises:
        OSError: it cannot be written (the disk is full, the reader went away).
    """
    with database.atomic():
        return WRITERS[file_format](rows(what, window), COLUMNS[what], window.zone.key, out)
