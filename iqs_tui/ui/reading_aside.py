"""Long reading beside the screen: in a thread with a connection of its own, while the screen shows what it had.

```
class SomeScreen(ReadingAside, IqsScreen):
    def show(self) -> None:
        self.read_aside(lambda progress: groups(scope, progress), self._have_read, key=scope_as_chosen)
```

In tests: `await pilot.app.workers.wait_for_complete()`, then `await pilot.pause()`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from peewee import OperationalError, PeeweeException
from textual.css.query import NoMatches
from textual.message import Message
from textual.widgets import Static

from iqs_tui.faults import whereabouts
from iqs_tui.locale import t
from iqs_tui.store import database, log

if TYPE_CHECKING:
    from iqs_tui.ui.screens.base import IqsScreen

    _Base = IqsScreen
else:
    _Base = object

Progress = Callable[[int, int], None]
"""Called with how many parts are done and how many there are, from any thread."""
FRESH = timedelta(minutes=1)
"""How long what was read for a key stands before news reads it again."""
_BETWEEN_S = 0.2
"""Least time between two redraws of the progress."""


class Dropped(Exception):
    """Nobody waits for the result any more; raised out of `Progress`."""


class AsideLine(Static):
    """Says that something is being read, and how far; empty while nothing is. A screen may say a sentence in it."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._said = ""

    def say(self, sentence: str) -> None:
        """Show a sentence that stays, until it is another or reading begins."""
        self._said = sentence
        self.update(sentence)

    def show(self, words: str) -> None:
        """Show how far the reading is; empty: what was said before."""
        self.update(words or self._said)


@dataclass(slots=True)
class _Reading:
    """One reading: what it is of, and what may stop it."""

    channel: str
    key: Hashable
    on_done: Callable[[Any], None]
    started: datetime
    is_underway: bool = True
    is_dropped: bool = False
    connection: Any = None

    def drop(self) -> None:
        """Stop it at its next step, or in the middle of a query (SQLite)."""
        self.is_dropped = True
        if self.is_underway and isinstance(self.connection, sqlite3.Connection):
            try:
                self.connection.interrupt()
            except sqlite3.ProgrammingError:
                return  # its thread has just closed it


class ReadingAside(_Base):
    """Mixin for a screen (before `IqsScreen`): `read_aside`, and an `AsideLine` in its body to show progress in."""

    class Went(Message):
        """A reading got further."""

        def __init__(self, reading: _Reading, done: int, total: int) -> None:
            super().__init__()
            self.reading, self.done, self.total = reading, done, total

    class Ended(Message):
        """A reading is over: with a result, or with the reason why there is none."""

        def __init__(self, reading: _Reading, result: object, error: str | None) -> None:
            super().__init__()
            self.reading, self.result, self.error = reading, result, error

    def read_aside(
        self,
        function: Callable[[Progress], Any],
        on_done: Callable[[Any], None],
        *,
        key: Hashable = None,
        again: bool = False,
        channel: str = "",
    ) -> bool:
        """Run `function` in a thread and give its result to `on_done` on the screen; say whether it was started.

        `key` names what is read. The same key is read at most once a minute, however often `show` asks for it;
        `again` reads it now. Another key takes the place of what is underway in this `channel`, whose result then
        never comes. Where the database cannot be read the line says so and what was shown stays.
        """
        now = self.iqs.clock()
        before = self._readings().get(channel)
        if (
            before is not None
            and before.key == key
            and not again
            and (before.is_underway or now < before.started + FRESH)
        ):
            return False
        if before is not None:
            before.drop()
        reading = _Reading(channel, key, on_done, now)
        self._readings()[channel] = reading
        self._tell(t("dose.calculating"))
        self.run_worker(
            lambda: self._read(reading, function), thread=True, group=f"aside-{channel}", exit_on_error=True
        )
        return True

    def is_reading(self, channel: str = "") -> bool:
        """Say whether a reading is underway."""
        reading = self._readings().get(channel)
        return reading is not None and reading.is_underway

    def _readings(self) -> dict[str, _Reading]:
        found: dict[str, _Reading] = self.__dict__.setdefault("_aside_readings", {})
        return found

    def _read(self, reading: _Reading, function: Callable[[Progress], Any]) -> None:
        """In the thread: read with a connection that this thread alone uses, and close it."""
        last = 0.0

        def progress(done: int, total: int) -> None:
            nonlocal last
            if reading.is_dropped:
                raise Dropped
            if total and time.monotonic() - last >= _BETWEEN_S:
                last = time.monotonic()
                self.post_message(self.Went(reading, done, total))

        result, error = None, None
        try:
            reading.connection = database.database.connection()
            progress(0, 0)
            result = function(progress)
        except Dropped:
            pass
        except OperationalError as problem:
            error = str(problem)
        except Exception as problem:  # noqa: BLE001 (a worker's top: one view that cannot be read must not end the face)
            error = type(problem).__name__
            _keep(self.iqs.face, problem)
        finally:
            reading.is_underway = False
            database.close_connection()
        if not reading.is_dropped:
            self.post_message(self.Ended(reading, result, error))

    def on_reading_aside_went(self, event: Went) -> None:
        """Say how far it is."""
        event.stop()
        if not event.reading.is_dropped and event.reading.is_underway:
            self._tell(t("dose.calculating_of", done=event.done, total=event.total))

    def on_reading_aside_ended(self, event: Ended) -> None:
        """Hand over the result, unless it came too late."""
        event.stop()
        if event.reading.is_dropped or not self.stands:
            return
        if not any(one.is_underway for one in self._readings().values()):
            self._tell("")
        if event.error is not None:
            self._tell(t("dose.not_read"))
            return
        event.reading.on_done(event.result)

    def on_unmount(self) -> None:
        """Stop what is underway: nobody will look at it."""
        for reading in self._readings().values():
            reading.drop()

    def _tell(self, words: str) -> None:
        try:
            self.query_one(AsideLine).show(words)
        except NoMatches:
            return


def _keep(face: str, problem: Exception) -> None:
    """Put in the log where it went wrong; the words of the error may hold what is in the records."""
    with suppress(PeeweeException):
        log.write(face, "error", "ui.reading", whereabouts(problem))
