"""Technique: spread, outliers and what goes with dose and rejects; of exposures, never of people."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from iqs_tui.domain.technique import Parameter, Setting, newest
from iqs_tui.store.reading import technique as reading
from iqs_tui.ui import technique_words as words
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens import technique as screens
from iqs_tui.ui.screens.home import HomeScreen
from iqs_tui.ui.widgets.spread_bar import spread_bar
from iqs_tui.ui.widgets.technique_plot import TechniquePlot
from tests import dose_department
from tests.ui import analysis_views
from tests.ui.conftest import SMALL, WIDE, text_of
from tests.ui.dose_pages import settled
from tests.ui.test_glyphs import CONSOLE
from tests.ui.test_languages import foreign


@pytest.fixture
def chests(monkeypatch: pytest.MonkeyPatch) -> None:
    exposures = analysis_views.made()
    monkeypatch.setattr(reading, "projections", lambda _: analysis_views.PROJECTIONS)
    monkeypatch.setattr(reading, "technique", lambda scope: analysis_views.technique(scope, exposures))


async def opened(pilot: Any, *keys: str, **values: Any) -> screens.TechniqueScreen:
    pilot.app.open_screen("technique", **values)
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
        (SMALL, "dark", "nl", ()),
        (WIDE, "vt", "nl", ("v",)),
        (SMALL, "dark", "nl", ("v",)),
        (SMALL, "vt", "nl", ("s",)),
        (SMALL, "dark", "en", ("u",)),
    ],
    ids=["wide", "small", "vt-picture", "small-picture", "small-vt-settings", "english-outliers"],
)
def test_pictures(snap_compare: Any, make_app: Callable[..., IqsApp], chests: None, size, theme, language, keys):
    app = make_app(language, theme=theme)
    assert snap_compare(app, terminal_size=size, run_before=steps(*keys))


def test_picture_of_nothing_yet(snap_compare: Any, make_app: Callable[..., IqsApp]):
    assert snap_compare(make_app(), terminal_size=SMALL, run_before=steps())


async def test_a_parameter_has_its_spread_its_coverage_and_what_goes_with_it(make_app, chests):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot)
        text = text_of(pilot.app)
        assert "X-thorax PA · Kamer 1 · n = 558 · 42 afgekeurd van 600 · Acme DX One SN-1" in text
        row = next(line for line in text.splitlines() if "buislading (mAs)" in line)
        assert "558 (100 %)" in row
        assert "sterk (rho +0,9" in row
        assert "Exposure index is geen patiëntdosis" in text


async def test_the_row_under_the_cursor_is_told_in_full(make_app, chests):
    async with make_app().run_test(size=WIDE) as pilot:
        await opened(pilot, "tab", "down", "down", "down")
        text = " ".join(text_of(pilot.app).split())
        assert "deviation index: " in text
        assert "Mediaan afgekeurd 2,8 (n = 42), goed 0,0 (n = 558), verschil aantoonbaar (p < 0,001)." in text


async def test_few_exposures_give_counts_and_no_rate():
    few = Setting(
        name="grid",
        value="",
        n=29,
        n_dose=20,
        median_dose=7e-6,
        n_rejected=3,
        n_all=32,
        reject_rate=None,
    )
    assert words.rejected(few) == "3 van 32"
    assert words.setting(few) == "rooster: niet vermeld"
    assert words.rejected(replace(few, n_all=60, reject_rate=(0.017, 0.137))) == "3 van 60: 5,0 % (2–14 %)"


async def test_the_picture_tells_rejects_apart_by_shape_and_by_word(make_app, chests):
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot, "v")
        drawn = screen.query_one(TechniquePlot).render().plain
        assert "x" in drawn
        assert "•" in drawn
        assert "• goed (n = 558)   x afgekeurd (n = 42)" in text_of(pilot.app)
        assert "buislading (mAs)" in drawn


async def test_another_parameter_and_back_step_by_step(make_app, chests):
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot, "v", "p")
        assert "exposure index" in screen.query_one(TechniquePlot).render().plain
        await pilot.press("escape")
        await pilot.pause()
        assert pilot.app.screen is screen
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(pilot.app.screen, HomeScreen)


async def test_outliers_say_what_is_usual_and_name_nobody(make_app, db):
    dose_department.fill(weeks=8, rooms=("kamer-1",), per_day=16)
    async with make_app().run_test(size=WIDE) as pilot:
        screen = await opened(pilot, "u")
        assert screen._found.outliers
        text = text_of(pilot.app)
        assert "Om te bekijken; er kan een goede reden voor zijn." in text
        assert not [name for name in dose_department.OPERATORS if name in text]


async def test_it_opens_on_the_projection_it_was_asked_for(make_app, db):
    dose_department.fill(weeks=8, rooms=("kamer-1",), per_day=16)
    async with make_app().run_test(size=SMALL) as pilot:
        scope = replace(
            analysis_views.THORAX, procedure="X-knie", view="AP", first=dose_department.NOW.replace(month=9)
        )
        screen = await opened(pilot, scope=replace(scope, until=dose_department.NOW))
        assert "X-knie AP · Kamer 1 · n = " in text_of(pilot.app)
        assert screen._found.view == "AP"


async def test_all_rooms_of_the_manager_stand_apart(make_app, db):
    dose_department.fill(weeks=6, per_day=8)
    async with make_app(face="admin").run_test(size=WIDE) as pilot:
        await opened(pilot)
        text = text_of(pilot.app)
        assert "Kamer 1 · X-thorax" in text
        assert "kamer-2 · X-thorax" in text


def test_the_points_are_the_newest_with_their_rejects(db):
    dose_department.fill(weeks=6, rooms=("kamer-1",), per_day=16)
    scope = replace(analysis_views.THORAX, first=dose_department.NOW.replace(month=9), until=dose_department.NOW)
    found = reading.technique(scope)
    every, few = found.points, newest(found.points[::-1], limit=10)
    assert few == every[:10]
    assert min(one.at for one in few) >= sorted((one.at for one in every), reverse=True)[9]
    assert any(one.is_rejected for one in every)
    assert all(one.dose is None or one.dose > 0 for one in every)
    assert max(one.dose for one in every if one.dose) < 1e-3
    assert found.n_all == len(every)


async def test_resizing_keeps_what_was_chosen(make_app, chests):
    async with make_app().run_test(size=SMALL) as pilot:
        screen = await opened(pilot, "s")
        for size in (WIDE, (40, 12), SMALL):
            await pilot.resize_terminal(*size)
            await settled(pilot)
        assert screen.query_one("#technique-settings").display
        assert "rooster: Focused" in text_of(pilot.app)


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("keys", [(), ("v",), ("u",)], ids=["parameters", "picture", "outliers"])
async def test_it_is_drawn_with_console_glyphs(make_app, chests, keys, size):
    async with make_app(theme="vt").run_test(size=size) as pilot:
        await opened(pilot, *keys)
        assert {character for character in text_of(pilot.app) if ord(character) > 126} <= CONSOLE


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
@pytest.mark.parametrize("keys", [(), ("v",), ("u",)], ids=["parameters", "picture", "outliers"])
@pytest.mark.parametrize("language", ["nl", "en"])
async def test_not_a_word_of_the_other_language(make_app, chests, language: str, keys, size):
    async with make_app(language).run_test(size=size) as pilot:
        await opened(pilot, *keys)
        assert foreign(text_of(pilot.app), language) == []


def test_a_relation_has_a_word_and_its_number():
    one = Parameter(
        name="mas",
        unit="mAs",
        n=100,
        of=120,
        median=2.4,
        p25=2.0,
        p75=2.9,
        low=1.0,
        high=5.0,
        rho=-0.45,
        n_rho=90,
        median_rejected=None,
        n_rejected=0,
        median_accepted=2.4,
        n_accepted=100,
        p_value=None,
    )
    assert words.relation(one) == "matig (rho −0,45)"
    assert words.relation(replace(one, rho=None)) == "niet te bepalen"
    assert words.coverage(one) == "100 (83 %)"
    assert "Geen afgekeurde én goede opnamen om te vergelijken" in words.told(one)


@pytest.mark.parametrize(
    ("values", "drawn"),
    [((0, 2, 5, 8, 10), "╶─░░░█░░░─╴"), ((5, 5, 5, 5, 5), "     █     "), ((0, 0, 0, 0, 10), "█─────────╴")],
)
def test_a_spread_lies_between_its_ends(values: tuple[float, ...], drawn: str):
    assert spread_bar(*values, width=11, theme="dark") == drawn
