"""Walking through the dose screens: what they read aside has come before a test looks."""

from collections.abc import AsyncIterator, Mapping
from typing import Any

from iqs_tui.ui.session import Session, SignedIn
from tests.ui.conftest import text_of

PHYSICIST = SignedIn("user-KF", "K. Fysicus", "KF", "physicist")


async def settled(pilot: Any) -> None:
    """Wait until everything that is read aside stands on the screen.

    What was read may ask for more: of a list first the list, then the one that is chosen in it. So it is over when
    nothing is read after two looks in succession, however busy the machine.
    """
    quiet = 0
    while quiet < 2:
        await pilot.pause()
        if all(worker.is_finished for worker in pilot.app.workers):
            quiet += 1
        else:
            quiet = 0
            await pilot.app.workers.wait_for_complete()


async def press(pilot: Any, *keys: str) -> str:
    """Press keys one by one, each after what the one before asked for has come; return what stands there."""
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    return text_of(pilot.app)


async def to_dose(pilot: Any, *keys: str) -> str:
    """Open the dose screen, and go on from there."""
    await settled(pilot)
    pilot.app.open_screen("dose")
    await settled(pilot)
    return await press(pilot, *keys)


async def from_home(
    pilot: Any, pages: Mapping[str, tuple[str, ...]], user: SignedIn | None = None
) -> AsyncIterator[tuple[str, tuple[str, ...]]]:
    """Give each page and its keys with home in front, `user` at the face and nothing left of the page before.

    Once through all pages takes less than half of what an app for each of them does.
    """
    for page, keys in pages.items():
        pilot.app.session = Session(user=user)
        pilot.app.go_home()
        await settled(pilot)
        yield page, keys


def after(*keys: str) -> Any:
    """For a snapshot: the dose screen, after these keys."""

    async def walk(pilot: Any) -> None:
        await to_dose(pilot, *keys)

    return walk
