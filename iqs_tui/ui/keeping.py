"""Writing what somebody did: at once, or as soon as another process lets go of the database. The screen never waits."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from peewee import OperationalError
from textual.timer import Timer

from iqs_tui.locale import t

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

PATIENCE_MS = 100
"""How long the kiosk's own thread waits for SQLite's lock: longer would be felt at the keys."""
AGAIN_S = 0.4

Deed = Callable[[], Any]
Done = Callable[[Any], None]


class Keeper:
    """Does deeds in their order. One that cannot be written now is tried again until it is, and the header says so."""

    def __init__(self, app: IqsApp) -> None:
        self._app = app
        self._waiting: deque[tuple[Deed, Done | None]] = deque()
        self._timer: Timer | None = None

    @property
    def is_waiting(self) -> bool:
        """Whether something is not kept yet: a screen takes no further answers until it is."""
        return bool(self._waiting)

    def keep(self, deed: Deed, done: Done | None = None) -> None:
        """Do a deed that writes; `done` gets what it returned, once it is kept."""
        self._waiting.append((deed, done))
        if self._timer is None:
            self._try()

    def _try(self) -> None:
        while self._waiting:
            deed, done = self._waiting[0]
            try:
                kept = deed()
            except OperationalError:
                self._wait()
                return
            self._waiting.popleft()
            if done is not None:
                done(kept)
        self._rest()

    def _wait(self) -> None:
        self._app.say("store", t("common.not_kept_yet"))
        if self._timer is None:
            self._timer = self._app.set_interval(AGAIN_S, self._try)

    def _rest(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None
        self._app.say("store", None)
