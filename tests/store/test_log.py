"""The log in the database."""

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from iqs_tui.store import database, log
from iqs_tui.store.models import LogEntry
from tests.waiting import PATIENCE_S


def test_who_logs_does_not_wait_for_the_database(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who did would wait in vain, for the lock is let go after; and the line would be lost."""
    database.be_quick(round(1000 * PATIENCE_S))
    monkeypatch.setattr(log, "_LAST_LINES_S", PATIENCE_S)
    logger, handler = logging.getLogger("iqs_tui.test_log"), log.DatabaseHandler("node")
    logger.addHandler(handler)
    try:
        with closing(sqlite3.connect(db, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            for number in range(3):
                logger.warning("line %d\x1b[31m", number)
            other.execute("ROLLBACK")
    finally:
        logger.removeHandler(handler)
        handler.close()
    rows = list(LogEntry.select().order_by(LogEntry.id))
    assert [row.message for row in rows] == ["line 0[31m", "line 1[31m", "line 2[31m"]
    assert {(row.process, row.level, row.source) for row in rows} == {("node", "warning", "iqs_tui.test_log")}
    assert rows[0].at <= rows[1].at <= rows[2].at
