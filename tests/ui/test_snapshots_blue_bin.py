"""Pictures of the blauwe ton's screens. Look at the difference first, then `make snapshots`."""

from typing import Any

import pytest

from iqs_tui.store import correcting, lessons
from iqs_tui.ui.session import SignedIn
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf
from tests.ui.dose_pages import press, settled
from tests.ui.radiographs import a_blue_bin, keep, radiograph

SIZES = {"120x36": WIDE, "80x24": SMALL}
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
DARK = {
    "120x36": ("list", "case", "turned", "compare", "correct", "lesson_reason"),
    "80x24": tuple(page for page in PAGES if page != "turned"),
}
OTHERWISE = [
    ("light", "nl", "list", "120x36"),
    ("light", "nl", "case", "80x24"),
    ("vt", "nl", "list", "80x24"),
    ("vt", "nl", "case", "120x36"),
    ("dark", "en", "list", "80x24"),
    ("dark", "en", "correct", "80x24"),
    ("dark", "en", "lesson_reason", "80x24"),
]
"""Theme, language, page, size: of each look the pages where it shows, of English the size where it is tightest."""


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


@pytest.mark.parametrize(("page", "size"), [(page, size) for size, pages in DARK.items() for page in pages])
def test_dark(snap_compare, make_app, _filled, page: str, size: str):
    assert snap_compare(make_app(), terminal_size=SIZES[size], run_before=after(*PAGES[page]))


@pytest.mark.parametrize(("theme", "language", "page", "size"), OTHERWISE)
def test_otherwise(snap_compare, make_app, _filled, theme: str, language: str, page: str, size: str):
    app = make_app(theme=theme, language=language)
    assert snap_compare(app, terminal_size=SIZES[size], run_before=after(*PAGES[page]))


def test_empty(snap_compare, make_app, shelf: Shelf):
    assert snap_compare(make_app(), terminal_size=SMALL, run_before=after())


def test_prompt_with_the_picture(snap_compare, make_app, shelf: Shelf):
    exposure = shelf.exposure(4, "Thorax PA", shelf.study(age_years=61.0), view="PA")
    keep(exposure, radiograph(70))
    shelf.case(exposure)
    assert snap_compare(make_app(), terminal_size=WIDE, run_before=settled)
