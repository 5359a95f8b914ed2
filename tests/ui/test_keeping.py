"""A database that another process holds: nothing is lost, nothing stands still, and the header says so."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from iqs_tui.store import database
from iqs_tui.store.models import Case
from iqs_tui.ui.keeping import PATIENCE_MS
from iqs_tui.ui.screens.prompt import PromptScreen
from tests.ui.conftest import WIDE, Shelf, text_of, wait_for

FELT_S = 2.0
"""Far more than `PATIENCE_MS`, far less than the five seconds that SQLite would wait."""


@pytest.fixture
def app(make_app):
    app = make_app()
    database.be_quick(PATIENCE_MS)
    return app


@pytest.fixture
def other(db: Path, shelf: Shelf) -> Iterator[sqlite3.Connection]:
    """Another process's connection."""
    with closing(sqlite3.connect(db, isolation_level=None, timeout=10)) as connection:
        yield connection


async def test_an_answer_waits_for_the_lock_and_the_screen_does_not(app, shelf: Shelf, other):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        other.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        await pilot.press("5", "7", "0", "plus")
        assert time.monotonic() - begun < FELT_S
        assert "Nog niet bewaard" in text_of(app)
        assert "Waarom is deze opname afgekeurd?" in text_of(app)
        other.execute("ROLLBACK")
        await wait_for(pilot, lambda: Case.get_by_id(case_id).reason_code == "exposure", 5)
        await wait_for(pilot, lambda: "Nog niet bewaard" not in text_of(app), 5)
        await wait_for(pilot, lambda: "Belichting. " in text_of(app), 5)
        assert Case.get_by_id(case_id).keys == 1


async def test_an_answer_outlives_its_screen(app, shelf: Shelf, other):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("7", "escape")
        await pilot.pause()
        assert app.is_home
        other.execute("ROLLBACK")
        await wait_for(pilot, lambda: Case.get_by_id(case_id).reason_code == "rotation", 5)
        assert app.is_home


async def test_undo_and_reporting_wait_too(app, shelf: Shelf, other):
    case_id = shelf.case(shelf.exposure(4))
    shelf.exposure(2, "Knie AP R")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("2", "escape")
        await pilot.pause()
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("u")
        other.execute("ROLLBACK")
        await wait_for(pilot, lambda: Case.get_by_id(case_id).state == "open", 5)
        await wait_for(pilot, lambda: isinstance(app.screen, PromptScreen), 5)
        await pilot.press("escape", "m")
        await pilot.pause()
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("7")
        other.execute("ROLLBACK")
        await wait_for(pilot, lambda: isinstance(app.screen, PromptScreen), 5)
        assert app.screen.asking.case.subject.name == "Knie AP R"
