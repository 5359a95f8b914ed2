"""A database that another process holds: nothing is lost, nothing stands still, and the header says so."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from iqs_tui.config import Config
from iqs_tui.store import database
from iqs_tui.store.models import Case
from iqs_tui.ui import graphics
from iqs_tui.ui.app import IqsApp, run_face
from iqs_tui.ui.keeping import PATIENCE_MS
from iqs_tui.ui.screens.prompt import PromptScreen
from tests.ui.conftest import WIDE, Shelf, text_of, wait_for
from tests.waiting import PATIENCE_S


@pytest.fixture
def app(make_app):
    app = make_app()
    database.be_quick(PATIENCE_MS)
    return app


@pytest.fixture
def other(db: Path, shelf: Shelf) -> Iterator[sqlite3.Connection]:
    """Another process's connection."""
    with closing(sqlite3.connect(db, isolation_level=None, timeout=PATIENCE_S)) as connection:
        yield connection


def test_the_kiosk_waits_for_a_lock_no_longer_than_a_hand_feels(config: Config, db: Path, monkeypatch):
    patience = []
    monkeypatch.setattr(graphics, "prepare", lambda *_: None)
    monkeypatch.setattr(IqsApp, "run", lambda _: patience.append(database.database.pragma("busy_timeout")))
    for face in ("kiosk", "admin"):
        run_face(config, None, face)
        database.close_connection()
    assert patience == [PATIENCE_MS, 5000]


async def test_an_answer_waits_for_the_lock_and_the_screen_does_not(app, shelf: Shelf, other):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("5", "7", "0", "plus")
        assert "Nog niet bewaard" in text_of(app)
        assert "Waarom is deze opname afgekeurd?" in text_of(app)
        other.execute("ROLLBACK")
        await wait_for(pilot, lambda: Case.get_by_id(case_id).reason_code == "exposure")
        await wait_for(pilot, lambda: "Nog niet bewaard" not in text_of(app))
        await wait_for(pilot, lambda: "Belichting. " in text_of(app))
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
        await wait_for(pilot, lambda: Case.get_by_id(case_id).reason_code == "rotation")
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
        await wait_for(pilot, lambda: Case.get_by_id(case_id).state == "open")
        await wait_for(pilot, lambda: isinstance(app.screen, PromptScreen))
        await pilot.press("escape", "m")
        await pilot.pause()
        other.execute("BEGIN IMMEDIATE")
        await pilot.press("7")
        other.execute("ROLLBACK")
        await wait_for(pilot, lambda: isinstance(app.screen, PromptScreen))
        assert app.screen.asking.case.subject.name == "Knie AP R"
