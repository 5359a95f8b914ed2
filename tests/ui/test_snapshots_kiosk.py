"""Pictures of the kiosk's screens. Look at the difference first, then `make snapshots`."""

import pytest

from tests.ui.conftest import SMALL, WIDE, Shelf
from tests.ui.dose_pages import settled

SIZES = pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
STEPS = {
    "home": ("escape",),
    "prompt": (),
    "prompt_refine": ("5",),
    "prompt_no_reject": ("0",),
    "prompt_remark": ("a", "b", "c"),
    "sign_in": ("escape", "l"),
    "report_reject": ("escape", "m"),
    "help": ("escape", "f1"),
}


def fill(shelf: Shelf) -> None:
    shelf.user("J. de Vries", "JdV")
    shelf.user("P. Jansen", "PJ")
    shelf.morning()
    shelf.answered(12)
    shelf.round("self_evaluation", "Thorax PA", 20, 7, 12)
    shelf.round("peer_review", "Knie lateraal", 10, 0, 6)
    shelf.two_open()


@SIZES
@pytest.mark.parametrize("screen", STEPS)
def test_dark(snap_compare, make_app, shelf: Shelf, screen: str, size):
    fill(shelf)
    assert snap_compare(make_app(), terminal_size=size, run_before=steps(screen))


@SIZES
@pytest.mark.parametrize("theme", ["light", "vt"])
@pytest.mark.parametrize("screen", ["home", "prompt"])
def test_themes(snap_compare, make_app, shelf: Shelf, screen: str, theme: str, size):
    fill(shelf)
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=steps(screen))


@SIZES
@pytest.mark.parametrize("screen", ["home", "prompt", "help"])
def test_english(snap_compare, make_app, shelf: Shelf, screen: str, size):
    fill(shelf)
    assert snap_compare(make_app(language="en"), terminal_size=size, run_before=steps(screen))


@SIZES
@pytest.mark.parametrize("screen", ["home", "sign_in", "report_reject"])
def test_empty(snap_compare, make_app, shelf: Shelf, screen: str, size):
    assert snap_compare(make_app(), terminal_size=size, run_before=steps(screen))


def steps(screen: str):
    async def run(pilot) -> None:
        await settled(pilot)
        await pilot.press(*STEPS[screen])
        await settled(pilot)

    return run
