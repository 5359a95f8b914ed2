"""Ranges of time in SQL, written so that the indices on moments serve: a year of exposures is a million rows."""

from datetime import datetime
from typing import Any

from iqs_tui.store.fields import utc_text


def within(moment: Any, start: datetime, end: datetime) -> Any:  # noqa: ANN401 (SQL expressions)
    """Return the condition that a column's moment lies from `start` up to, not including, `end`."""
    return (moment >= utc_text(start)) & (moment < utc_text(end))


def happened_within(moment: Any, received_at: Any, start: datetime, end: datetime) -> Any:  # noqa: ANN401 (as above)
    """Return the condition that `moment`, or where it is absent `received_at`, lies in a range.

    COALESCE says the same, but then every row of the table is read.
    """
    return within(moment, start, end) | (moment.is_null() & within(received_at, start, end))
