"""The maintenance list: what moved comes first, in words that predict nothing, and nobody is called for it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from iqs_tui import locale
from iqs_tui.store.reading import drift as reading
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.drift import DriftScreen
from iqs_tui.ui.screens.home import HomeScreen
from tests import dose_department
from tests.ui import analysis_views
from tests.ui.conftest import SMALL, WIDE, text_of
from tests.ui.dose_pages import settled
from tests.ui.test_glyphs import CONSOLE
from tests.ui.test_languages import foreign


@pytest.fixture
def followed(monkeypatch: pytest.MonkeyPatch) -> list[str | None]:
    """Five series per room; returns of which rooms they were asked."""
    asked: list[str | None] = []

    def series(room: str | None, now: datetime, zone: Any) -> Any:
        asked.append(room)
        return analysis_views.drift(room or "kamer-2")

    monkeypatch.setattr(reading, "series", series)
    return asked


async def opened(pilot: Any, *keys: str) -> DriftScreen:
    pilot.app.open_screen("drift")
    await settled(pilot)
    for key in keys:
        await pilot.press(key)
        await settled(pilot)
    return pilot.app.screen


def steps(*keys: str) -> Callable[[Any], Any]:
    async def run(pilot: Any) -> None:
        await opened(pilot, *keys)

    return run


@pytest.mark.parametrize(
    ("size", "theme", "language", "keys"),
    [
        (WIDE, "dark", "nl", ()),
        (SMALL, "dark", "nl", ("down", "down")),
        (WIDE, "vt", "nl", ("down",)),
        (SMALL, "vt", "nl", ()),
        (SMALL, "dark", "en", ("v",)),
    ],
    ids=["wide", "small", "vt", "small-vt", "english-points"],
)
def test_pictures(snap_compare: Any, make_app: Callable[..., IqsApp], followed: Any, size, theme, language, keys):
    app = make_app(language, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=steps(*keys))


def test_picture_of_nothing_yet(snap_compare: Any, make_app: Callable[..., IqsApp]):
    assert snap_compare(make_app(), terminal_size=SMALL, run_before=steps())


async def test_what_moved_comes_first_and_says_to_have_it_checked(make_app, followed):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        text = text_of(pilot.app)
        assert "Kamer 1: 2 reeksen met een afwijking, laat controleren." in text
        assert text.index("+0,8 sinds 3 nov · laat controleren") < text.index("stabiel")
        assert "basislijn in opbouw (9 van 20 dagen)" in text
        assert "te weinig opnamen" in text
        assert "Afwijking, laat controleren: DI +0,8 sinds 3 nov (n = 212, daarvoor 640)." in text


async def test_the_chosen_series_says_why_its_baseline_started_anew(make_app, followed):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot, "down", "down")
        assert "herstart basislijn 3 okt: software VB10A → VB20A" in text_of(pilot.app)


async def test_the_points_are_one_key_away_and_esc_goes_back_step_by_step(make_app, followed):
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot, "v")
        assert screen.query_one("#drift-points").display
        assert "buiten grenzen" in text_of(pilot.app)
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        assert screen.query_one("#drift-plot").display
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_a_kiosk_begins_with_its_own_room_and_one_key_shows_all(make_app, followed):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert followed == ["kamer-1"]
        await pilot.press("a")
        await settled(pilot)
        assert followed == ["kamer-1", None]
        assert "kamer-2 · Thorax PA" in text_of(pilot.app)
        await pilot.press("a")
        await settled(pilot)
        assert followed[-1] == "kamer-1"


async def test_the_manager_sees_all_rooms(make_app, followed):
    async with make_app(face="admin").run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert followed == [None]


async def test_home_says_nothing_of_it(make_app, followed):
    async with make_app().run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "controleren" not in text_of(pilot.app)
        assert followed == []


async def test_resizing_keeps_the_chosen_series(make_app, followed):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot, "down", "down")
        for size in (SMALL, WIDE, (40, 12), SMALL):
            await pilot.resize_terminal(*size)
            await settled(pilot)
        assert "Knie AP" in text_of(pilot.app)
        assert "herstart basislijn 3 okt" in text_of(pilot.app)


async def test_data_is_never_markup(make_app, monkeypatch: pytest.MonkeyPatch):
    one = analysis_views._series("kamer-1", "[red]Thorax[/]", "PA", n=14)
    monkeypatch.setattr(reading, "series", lambda *_: (one,))
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        assert "[red]Thorax[/] PA" in text_of(pilot.app)


async def test_a_drift_in_the_data_is_found(make_app, db):
    dose_department.fill(weeks=26, rooms=("kamer-1",), per_day=16, drift_from=datetime(2026, 10, 20, tzinfo=UTC))
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot)
        moved = [one for one in screen._series.values() if one.finding is not None]
        assert any(one.quantity == "DI" and one.finding.shift > 0 for one in moved)
        assert "laat controleren" in text_of(pilot.app)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("keys", [(), ("down",), ("v",)], ids=["days", "weeks", "points"])
async def test_it_is_drawn_with_console_glyphs(make_app, followed, keys, size):
    async with make_app(theme="vt").run_test(size=size) as pilot:
        await opened(pilot, *keys)
        assert {character for character in text_of(pilot.app) if ord(character) > 126} <= CONSOLE


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_not_a_word_of_the_other_language(make_app, followed, language: str, size):
    async with make_app(language).run_test(size=size) as pilot:
        await opened(pilot)
        assert foreign(text_of(pilot.app), language) == []
        await pilot.press("v")
        await pilot.pause()
        assert foreign(text_of(pilot.app), language) == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_nothing_predicts_or_alarms(language: str):
    never = r"defect|kapot|voorspelt|verwacht|waarschuw|alarm|gevaar|storing(?!, geen)|broken|predicts|warning|failure"
    words = {key: text for key, text in locale.catalogue(language).items() if key.startswith("drift.")}
    assert len(words) > 30
    assert {key: text for key, text in words.items() if re.search(never, text, re.IGNORECASE)} == {}


def test_the_style_sheet_has_no_colour_of_alarm():
    sheet = (Path(__file__).parents[2] / "styles" / "analysis.tcss").read_text(encoding="utf-8")
    assert not re.search(r"\$(error|warning|success|accent)", sheet)
