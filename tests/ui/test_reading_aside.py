"""Reading beside the screen: it never stands still, what comes too late is dropped, and it ends with the app."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from peewee import OperationalError
from textual.app import ComposeResult

from iqs_tui.store import database
from iqs_tui.store.models import Device, LogEntry
from iqs_tui.ui.reading_aside import AsideLine, Progress, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from tests.ui.conftest import SMALL, StillClock, text_of, wait_for
from tests.waiting import PATIENCE_S


class SlowScreen(ReadingAside, IqsScreen):
    """Reads what a test gives it, and keeps what came."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[Any] = []

    def compose_body(self) -> ComposeResult:
        yield AsideLine()

    def show(self) -> None:
        """Nothing by itself."""

    def read(self, function: Callable[[Progress], Any], **more: Any) -> bool:
        return self.read_aside(function, self.came.append, **more)


@pytest.fixture
async def pilot(make_app):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await app.push_screen(SlowScreen())
        yield pilot


async def settled(pilot: Any) -> None:
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


async def test_reads_in_a_thread_with_a_connection_of_its_own_and_closes_it(pilot, shelf):
    mine = database.database.connection()
    seen: list[Any] = []

    def read(_: Progress) -> int:
        seen.append((threading.current_thread(), database.database.connection()))
        return Device.select().count()

    pilot.app.screen.read(read)
    await settled(pilot)
    assert pilot.app.screen.came == [1]
    (thread, connection) = seen[0]
    assert thread is not threading.current_thread()
    assert connection is not mine
    with pytest.raises(Exception, match="closed"):
        connection.total_changes  # noqa: B018
    assert database.database.connection() is mine


async def test_the_line_says_that_it_reads_and_how_far(pilot):
    go_on = threading.Event()

    def read(progress: Progress) -> int:
        progress(3, 12)
        go_on.wait(PATIENCE_S)
        return 1

    screen = pilot.app.screen
    screen.read(read)
    await wait_for(pilot, lambda: "… berekenen 3 van 12" in text_of(pilot.app))
    assert screen.is_reading()
    go_on.set()
    await settled(pilot)
    assert "berekenen" not in text_of(pilot.app)
    assert not screen.is_reading()


async def test_a_result_that_comes_too_late_is_dropped(pilot):
    go_on = threading.Event()
    screen = pilot.app.screen
    screen.read(lambda _: go_on.wait(PATIENCE_S) and "old", key="old")
    screen.read(lambda _: "new", key="new")
    go_on.set()
    await settled(pilot)
    assert screen.came == ["new"]


async def test_a_query_that_nobody_waits_for_any_more_is_interrupted(pilot):
    endless = "WITH RECURSIVE c(x) AS (SELECT begun() UNION ALL SELECT x+1 FROM c) SELECT count(*) FROM c"
    begun = threading.Event()

    def read(_: Progress) -> Any:
        database.database.connection().create_function("begun", 0, lambda: begun.set() or 1)
        return database.database.execute_sql(endless).fetchone()

    screen = pilot.app.screen
    screen.read(read, key="endless")
    await wait_for(pilot, begun.is_set)
    screen.read(lambda _: 2, key="other")
    await settled(pilot)
    assert screen.came == [2]


async def test_the_same_is_read_once_a_minute_unless_asked(pilot, clock: StillClock):
    screen = pilot.app.screen
    assert screen.read(lambda _: 1, key="a")
    await settled(pilot)
    assert not screen.read(lambda _: 2, key="a")
    assert screen.read(lambda _: 3, key="a", again=True)
    await settled(pilot)
    clock.forward(minutes=1)
    assert screen.read(lambda _: 4, key="a")
    await settled(pilot)
    assert screen.came == [1, 3, 4]


async def test_two_channels_do_not_push_each_other_out(pilot):
    screen = pilot.app.screen
    screen.read(lambda _: 1, key="a", channel="one")
    screen.read(lambda _: 2, key="b", channel="two")
    await settled(pilot)
    assert sorted(screen.came) == [1, 2]


async def test_a_database_that_cannot_be_read_is_said(pilot):
    def read(_: Progress) -> int:
        raise OperationalError("disk I/O error")

    screen = pilot.app.screen
    screen.read(read)
    await settled(pilot)
    assert screen.came == []
    assert "konden nu niet gelezen worden" in text_of(pilot.app)


async def test_a_fault_in_the_reading_is_said_and_logged_without_its_words_and_the_face_goes_on(pilot):
    def read(_: Progress) -> int:
        raise ValueError("Jansen, 0123456")

    screen = pilot.app.screen
    screen.read(read)
    await settled(pilot)
    assert pilot.app.is_running
    assert "konden nu niet gelezen worden" in text_of(pilot.app)
    (entry,) = LogEntry.select()
    assert (entry.level, entry.process) == ("error", "kiosk")
    assert "ValueError at test_reading_aside.py" in entry.message
    assert "Jansen" not in entry.message


async def test_closing_the_app_meanwhile_ends_the_reading(make_app):
    begun, ended = threading.Event(), threading.Event()

    def read(progress: Progress) -> None:
        try:
            while True:
                begun.set()
                progress(1, 2)
        finally:
            ended.set()

    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        screen = SlowScreen()
        await app.push_screen(screen)
        screen.read(read)
        await wait_for(pilot, begun.is_set)
    assert ended.wait(PATIENCE_S)
    assert screen.came == []
    assert app.return_code in (0, None)
