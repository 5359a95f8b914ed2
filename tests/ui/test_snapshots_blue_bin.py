"""Pictures of the blauwe ton's screens. Look at the difference first, then `make snapshots`."""

from typing import Any

import pytest

from iqs_tui.store import correcting, lessons
from iqs_tui.ui.session import SignedIn
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf
from tests.ui.dose_pages import press, settled
from tests.ui.radiographs import a_blue_bin, keep, radiograph

SIZES = pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
PAGES = {
    "list": (),
    "reasons": ("v",),
    "filter": ("f",),
    "case": ("enter",),
    "turned": ("enter", "plus", "plus", "right", "up", "6"),
    "compare": ("enter", "v"),
    "correct": ("enter", "r"),
    "why": ("enter", "r", "5", "enter"),
    "lessons": ("k", "k", "l"),
    "lesson": ("l", "enter"),
    "lesson_reason": ("l", "enter", "enter"),
}


@pytest.fixture
def _filled(shelf: Shelf) -> None:
    shelf.user("J. de Vries", "JdV", role="quality")
    cases = a_blue_bin(shelf)
    lesson_id = lessons.make("Thorax: wat zie je?", "user-JdV", NOW)
    lessons.add(lesson_id, cases[:4], "user-JdV", NOW)
    lessons.remark(lesson_id, cases[0], "Let op de stand van de schouders", "user-JdV", NOW)
    correcting.correct(cases[0], "cut_off.detector", "links mist de sinus", "user-JdV", NOW)


def after(*keys: str) -> Any:
    """The blauwe ton, signed in, after these keys."""

    async def walk(pilot: Any) -> None:
        await settled(pilot)
        pilot.app.session.user = SignedIn("user-JdV", "J. de Vries", "JdV", "quality")
        pilot.app.open_screen("blue_bin")
        await settled(pilot)
        await press(pilot, *keys)

    return walk


@SIZES
@pytest.mark.parametrize("page", PAGES)
def test_dark(snap_compare, make_app, _filled, page: str, size):
    assert snap_compare(make_app(), terminal_size=size, run_before=after(*PAGES[page]))


@SIZES
@pytest.mark.parametrize("theme", ["light", "vt"])
@pytest.mark.parametrize("page", ["list", "case"])
def test_themes(snap_compare, make_app, _filled, page: str, theme: str, size):
    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=after(*PAGES[page]))


@SIZES
@pytest.mark.parametrize("page", ["list", "case", "correct", "lesson_reason"])
def test_english(snap_compare, make_app, _filled, page: str, size):
    assert snap_compare(make_app(language="en"), terminal_size=size, run_before=after(*PAGES[page]))


@SIZES
def test_empty(snap_compare, make_app, shelf: Shelf, size):
    assert snap_compare(make_app(), terminal_size=size, run_before=after())


def test_prompt_with_the_picture(snap_compare, make_app, shelf: Shelf):
    exposure = shelf.exposure(4, "Thorax PA", shelf.study(age_years=61.0), view="PA")
    keep(exposure, radiograph(70))
    shelf.case(exposure)
    assert snap_compare(make_app(), terminal_size=WIDE, run_before=settled)
