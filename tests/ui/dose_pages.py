"""Walking through the dose screens: what they read aside has come before a test looks."""

from typing import Any

from tests.ui.conftest import text_of


async def settled(pilot: Any) -> None:
    """Wait until everything that is read aside stands on the screen."""
    await pilot.pause()
    await pilot.app.workers.wait_for_complete()
    await pilot.pause()


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


def after(*keys: str) -> Any:
    """For a snapshot: the dose screen, after these keys."""

    async def walk(pilot: Any) -> None:
        await to_dose(pilot, *keys)

    return walk
