"""The vt theme draws only what a bare console has, and every theme can be read."""

from datetime import timedelta
from pathlib import Path

import pytest
from textual.color import Color

from iqs_tui.ui.glyphs import VT, bar, spark
from iqs_tui.ui.themes import PALETTES, themes
from tests.dose_department import fill
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf, text_of
from tests.ui.dose_pages import PHYSICIST, from_home, press, settled

CONSOLE = set("".join(Path(__file__).with_name("console_glyphs.txt").read_text().splitlines()[1:]))
SCREENS = ["home", "prompt", "sign_in", "report_reject", "dose", "scanner", "scoring", "help"]


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
async def test_every_screen_is_drawn_with_console_glyphs(make_app, shelf: Shelf, size):
    shelf.user()
    shelf.answered(30)
    shelf.two_open()
    app = make_app(theme="vt")
    async with app.run_test(size=size) as pilot:
        await pilot.press("escape")
        missing = set()
        async for screen, _ in from_home(pilot, dict.fromkeys(SCREENS, ())):
            app.open_screen(screen)
            await settled(pilot)
            assert app.shows(screen)
            missing |= {(screen, sign) for sign in no_glyphs(text_of(app))}
        assert not missing


def no_glyphs(text: str) -> set[str]:
    """What the console cannot draw."""
    return {character for character in text if ord(character) > 126} - CONSOLE


DOSE_PAGES = {
    "doses": {
        "dose": (),
        "latest": ("l",),
        "distribution": ("enter",),
        "weeks": ("enter", "v"),
        "list": ("enter", "l"),
        "filter": ("f",),
        "choice": ("f", "enter"),
    },
    "analysis": {
        "change": ("w",),
        "change, picture": ("w", "v"),
        "technique": ("i",),
        "technique, picture": ("i", "v"),
        "outliers": ("i", "u"),
    },
    "drift and mapping": {
        "drift": ("o",),
        "drift, points": ("o", "v"),
        "mapping": ("k",),
        "mapping edit": ("k", "enter"),
        "table": ("k", "t"),
    },
}
"""The keys to each page from the dose screen, by area."""


@pytest.mark.parametrize("area", DOSE_PAGES)
async def test_every_dose_page_is_drawn_with_console_glyphs(make_app, shelf: Shelf, area: str):
    fill(weeks=14, rooms=("kamer-1",), change_at=NOW - timedelta(weeks=6), drift_from=NOW - timedelta(weeks=3))
    async with make_app(theme="vt").run_test(size=SMALL) as pilot:
        missing = set()
        async for page, keys in from_home(pilot, DOSE_PAGES[area], PHYSICIST):
            missing |= {(page, sign) for sign in no_glyphs(await press(pilot, "d", *keys))}
        assert not missing


def test_every_stand_in_is_in_the_console_fonts():
    drawn = "".join(getattr(VT, name) for name in VT.__slots__)
    assert {character for character in drawn if ord(character) > 126} <= CONSOLE


@pytest.mark.parametrize("name", ["dark", "light"])
@pytest.mark.parametrize("ground", ["background", "surface", "panel", "cell"])
@pytest.mark.parametrize("ink", ["foreground", "muted", "primary", "accent", "success", "warning", "error"])
def test_text_has_a_contrast_of_seven(name: str, ground: str, ink: str):
    assert contrast(PALETTES[name][ink], PALETTES[name][ground]) >= 7


@pytest.mark.parametrize("name", ["dark", "light"])
def test_key_caps_have_a_contrast_of_seven(name: str):
    assert contrast(PALETTES[name]["key-foreground"], PALETTES[name]["key-background"]) >= 7


@pytest.mark.parametrize("name", ["dark-dim", "light-dim"])
def test_a_dim_screen_can_still_be_read(name: str):
    assert contrast(PALETTES[name]["foreground"], PALETTES[name]["surface"]) >= 4.5


def test_the_vt_theme_uses_the_sixteen_colours():
    vt = next(theme for theme in themes() if theme.name == "vt")
    assert vt.ansi
    assert all(colour.startswith("ansi_") for colour in vt.variables.values())


def test_a_bar_is_as_long_as_its_share():
    assert bar(0.35, 20, "dark") == "█" * 7 + "░" * 13
    assert bar(2, 4, "dark") == "████"
    assert bar(-1, 4, "vt") == "░░░░"


def test_a_spark_leaves_absent_values_blank():
    assert spark([0, None, 7, 3.5], "dark") == "▁ █▄"
    assert spark([], "dark") == ""
    assert spark([None, 0], "vt") == " _"


def contrast(one: str, other: str) -> float:
    """WCAG 2.2 contrast ratio."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    parts = [part / 255 for part in Color.parse(colour).rgb]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
