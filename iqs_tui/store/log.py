"""The program's log in the database, where the admin reads it; at most so many lines."""

import logging
import threading
from contextlib import suppress
from datetime import UTC, datetime
from queue import Full, Queue

from peewee import PeeweeException

from iqs_tui.clock import utc_now
from iqs_tui.domain.text import clean_text
from iqs_tui.faults import whereabouts
from iqs_tui.store.database import close_connection
from iqs_tui.store.models import LogEntry

KEPT = 20_000
_MAX_WAITING = 1000
_LAST_LINES_S = 6.0
"""Longer than SQLite waits for a lock."""


def write(process: str, level: str, source: str, message: str, at: datetime | None = None) -> None:
    """Add a line. The message is made safe to show; it must not hold patient data."""
    LogEntry.insert(
        at=at or utc_now(), process=process, level=level, source=source, message=clean_text(message, 1000) or "-"
    ).execute()


def trim() -> None:
    """Drop the oldest lines above `KEPT`."""
    newest = LogEntry.select(LogEntry.id).order_by(LogEntry.id.desc()).limit(1).offset(KEPT).scalar()
    if newest is not None:
        LogEntry.delete().where(LogEntry.id <= newest).execute()


class DatabaseHandler(logging.Handler):
    """Sends log records to the database; what cannot be written there is only on stderr.

    A thread of its own writes them: a modality must not wait for its answer because a line about it waits for a lock.
    """

    def __init__(self, process: str, level: int = logging.INFO) -> None:
        super().__init__(level)
        self._process = process
        self._waiting: Queue[logging.LogRecord | None] = Queue(_MAX_WAITING)
        self._writer = threading.Thread(target=self._write_all, name="log", daemon=True)
        self._writer.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Have one record written."""
        try:
            self._waiting.put_nowait(record)
        except Full:
            self.handleError(record)

    def close(self) -> None:
        """Write what still waits, and end."""
        with suppress(Full):
            self._waiting.put_nowait(None)
            self._writer.join(_LAST_LINES_S)
        super().close()

    def _write_all(self) -> None:
        while (record := self._waiting.get()) is not None:
            try:
                at = datetime.fromtimestamp(record.created, UTC)
                write(self._process, record.levelname.lower(), record.name, _message(record), at)
            except PeeweeException:
                self.handleError(record)
        close_connection()


def _message(record: logging.LogRecord) -> str:
    """Return what it says, with the kind and place of the error that it tells of."""
    error = record.exc_info[1] if record.exc_info else None
    return f"{record.getMessage()}: {whereabouts(error)}" if error is not None else record.getMessage()
