"""A locked kiosk stays: no key ends it, suspends it or opens a palette."""

import pytest

from tests.ui.conftest import SMALL, text_of

KEYS = ["ctrl+q", "ctrl+c", "ctrl+z", "ctrl+backslash", "ctrl+p", "ctrl+d", "escape"]


@pytest.mark.parametrize("key", KEYS)
async def test_locked_does_nothing(make_app, key: str):
    app = make_app(locked=True)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press(key)
        await pilot.pause()
        assert app.is_running
        assert app.is_home
        assert not app._exit


async def test_unlocked_ends_with_ctrl_q(make_app):
    app = make_app(locked=False)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit


async def test_the_admin_can_always_end(make_app):
    app = make_app(face="admin", locked=True)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("ctrl+q")
        await pilot.pause()
        assert app._exit


async def test_locked_help_does_not_speak_of_quitting(make_app):
    app = make_app(locked=True)
    async with app.run_test(size=SMALL) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        assert "Ctrl+Q" not in text_of(app)
