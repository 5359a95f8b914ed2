"""The program's log in the database, where the admin reads it; at most so many lines."""

import logging

from peewee import PeeweeException

from iqs_tui.clock import utc_now
from iqs_tui.domain.text import clean_text
from iqs_tui.store.database import database
from iqs_tui.store.models import LogEntry

KEPT = 20_000


def write(process: str, level: str, source: str, message: str) -> None:
    """Add a line. The message is made safe to show; it must not hold patient data."""
    LogEntry.insert(
        at=utc_now(), process=process, level=level, source=source, message=clean_text(message, 1000) or "-"
    ).execute()


def trim() -> None:
    """Drop the oldest lines above `KEPT`."""
    newest = LogEntry.select(LogEntry.id).order_by(LogEntry.id.desc()).limit(1).offset(KEPT).scalar()
    if newest is not None:
        LogEntry.delete().where(LogEntry.id <= newest).execute()


class DatabaseHandler(logging.Handler):
    """Sends log records to the database; what cannot be written there is only on stderr."""

    def __init__(self, process: str, level: int = logging.INFO) -> None:
        super().__init__(level)
        self._process = process

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        if database.obj is None:
            return
        try:
            write(self._process, record.levelname.lower(), record.name, record.getMessage())
        except PeeweeException:
            self.handleError(record)
