"""Keys as hands in a hurry give them: Esc and a letter at once, and caps lock."""

import pytest
from textual.events import Key

from iqs_tui.ui.screens.report_reject import ReportRejectScreen
from iqs_tui.ui.screens.scanner import ScannerScreen
from tests.ui.conftest import WIDE, Shelf


@pytest.fixture
def app(make_app):
    return make_app()


async def test_esc_and_a_letter_at_once_are_both_heard(app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.post_message(Key("alt+c", "c"))
        await pilot.pause()
        await pilot.pause()
        assert isinstance(app.screen, ScannerScreen)


async def test_caps_lock_changes_nothing(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("M")
        await pilot.pause()
        assert isinstance(app.screen, ReportRejectScreen)
