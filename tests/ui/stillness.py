"""Time in the tests of the face: a clock that a test moves with the timers that hang on it, and the end of all work."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from iqs_tui.ui.screens.base import IqsScreen

NOW = datetime(2026, 11, 21, 13, 43, tzinfo=UTC)
"""14:43 in Amsterdam."""
_REFRESH_S = 1 / 50
"""More than Textual lets a screen wait to be drawn."""
_MOST_ROUNDS = 200


@dataclass(eq=False)
class HeldTimer:
    """A timer of a screen that goes off when the test's clock says so, however fast the machine is."""

    due: datetime
    screen: IqsScreen
    callback: Any
    is_stopped: bool = False

    def stop(self) -> None:
        self.is_stopped = True


@dataclass
class StillClock:
    """A clock that stands still until a test moves it, and the timers of the screens with it."""

    now: datetime = NOW
    _timers: list[HeldTimer] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        self.now += timedelta(**span)
        due = [timer for timer in self._timers if timer.due <= self.now]
        self._timers = [timer for timer in self._timers if timer not in due]
        for timer in due:
            if not timer.is_stopped:
                timer.screen.call_later(timer.callback)

    def hold(self, screen: IqsScreen, delay: float, callback: Any = None, **_: Any) -> HeldTimer:
        """Take the place of `IqsScreen.set_timer`."""
        timer = HeldTimer(self.now + timedelta(seconds=delay), screen, callback)
        self._timers.append(timer)
        return timer


async def until_idle(*_: float) -> None:
    """Let the app run until it has nothing more to do.

    In the place of Textual's own, which takes it for idle when the process gets little processor time: on a busy
    machine that is in the middle of its work.
    """
    ready = asyncio.get_running_loop()._ready
    for _round in range(_MOST_ROUNDS):
        await asyncio.sleep(_REFRESH_S)
        if not ready:
            return
        while ready:
            await asyncio.sleep(0)
