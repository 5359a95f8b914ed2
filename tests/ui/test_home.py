"""Home: what waits shouts, what is nothing says so, and at 80x24 lines unfold."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from rich.cells import cell_len

from iqs_tui.store.database import database
from iqs_tui.store.reading.reject_analysis.taught import Taught, taught
from iqs_tui.ui.reject_choice import Chosen
from iqs_tui.ui.screens.blue_bin import BlueBinScreen
from iqs_tui.ui.screens.prompt import PromptScreen
from iqs_tui.ui.widgets.panel import Panel
from iqs_tui.ui.widgets.reject_panel import RejectPanel
from tests.ui.conftest import LAST_WEEK, NOW, SMALL, TEAM, WIDE, Shelf, text_of, wait_for
from tests.ui.dose_pages import settled
from tests.waiting import PATIENCE_S


@pytest.fixture
def app(make_app):
    return make_app()


async def test_says_what_waits_and_what_it_rests_on(app, shelf: Shelf):
    shelf.two_open()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("escape")
        await pilot.pause()
        shown = text_of(app)
        assert "14:39  Thorax PA" in shown
        assert "afgekeurd aan de console" in shown
        assert "14:21  Knie lateraal R" in shown
        assert "zelfde opname" in shown


async def test_an_empty_home_says_what_will_come(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert "Geen opname wacht op een" in text_of(app)


async def test_figures_say_what_they_rest_on(app, shelf: Shelf):
    shelf.answered(12)
    shelf.case(shelf.exposure(LAST_WEEK), state="expired")
    for i in range(59):
        shelf.exposure(LAST_WEEK + i)
    shelf.exposure(60)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        reject = app.screen.query_one(RejectPanel).render_body().plain
        assert "12 afgekeurd van 72 opnamen" in reject
        assert "16,7 % (95 %: 9,8–26,9 %)" in reject
        assert "12 van 13 vragen beantwoord" in reject
        assert "26 okt – 15 nov, hele weken" in reject


async def test_no_share_of_a_handful(app, shelf: Shelf):
    shelf.answered(4)
    for i in range(45):
        shelf.exposure(LAST_WEEK + i)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        reject = app.screen.query_one(RejectPanel).render_body().plain
        assert "4 afgekeurd van 49" in reject
        assert "%" not in reject


async def test_the_figures_are_those_of_the_reject_analysis(app, shelf: Shelf):
    """For whoever passes by: whole weeks in which four people worked, and no other figure of the same room."""
    shelf.answered(24)
    for i in range(80):
        shelf.exposure(LAST_WEEK + i)
    app.session.reject_choice = Chosen(period="30", rooms=("kamer-1",))
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        home = app.screen.query_one(RejectPanel).render_body().plain
        app.open_screen("reject_analysis")
        await settled(pilot)
        assert "24 afgekeurd van 104 opnamen" in home
        assert "afgekeurd 24 van 104 opnamen" in text_of(app)


async def test_of_few_people_there_are_no_figures(app, shelf: Shelf):
    for i in range(60):
        shelf.case(shelf.exposure(LAST_WEEK + i), state="answered", reason_code="rotation")
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        reject = " ".join(app.screen.query_one(RejectPanel).render_body().plain.split())
        assert "Cijfers komen na een hele week waarin 4 mensen hier werkten." in reject
        assert "60" not in reject


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_every_case_goes_before_what_was_learned(app, shelf: Shelf, size):
    shelf.answered(12)
    shelf.two_open()
    async with app.run_test(size=size) as pilot:
        await pilot.press("escape")
        await settled(pilot)
        shown = text_of(app)
        assert "14:39  Thorax PA" in shown
        assert "14:21  Knie lateraal R" in shown
        assert "12 van 12 vragen beantwoord" in shown


def two_modalities(shelf: Shelf) -> None:
    """Of the last whole week, in which four people made radiographs and mammograms."""
    with database.atomic():
        for modality, n in (("DX", 1105), ("MG", 221)):
            study = shelf.study(modality=modality)
            for i in range(n):
                more = {"modality": modality, "procedure": modality, "operator": TEAM[i % 4]}
                exposure = shelf.exposure(LAST_WEEK + i, study=study, **more)
                if i % 10 == 0:
                    shelf.case(exposure, state="answered", reason_code="rotation", answered_at=NOW)


@pytest.mark.parametrize(("n_waiting", "n_later"), [(0, 0), (4, 0), (9, 1)])
@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_each_figure_is_whole_and_stands_under_its_coverage(app, shelf: Shelf, size, n_waiting, n_later):
    two_modalities(shelf)
    for i in range(n_waiting + n_later):
        later = NOW + timedelta(minutes=9) if i >= n_waiting else None
        shelf.case(shelf.exposure(30 + i), deferred_until=later)
    async with app.run_test(size=size) as pilot:
        await settled(pilot)
        await pilot.press("escape")
        await settled(pilot)
        panel = app.screen.query_one(RejectPanel)
        lines = panel.render_body().plain.splitlines()
        width, height = panel.content_size
        assert len(lines) <= height
        assert max(map(cell_len, lines)) <= width
        reject = " ".join(" ".join(lines).split())
        figures = reject[reject.index("26 okt") :]
        assert figures.startswith(
            "26 okt – 15 nov, hele weken 134 van 134 vragen beantwoord "
            "röntgen, ontvangen beelden: 111 afgekeurd van 1.105 opnamen 10,0 % (95 %: 8,4–12,0 %)"
        )
        other = "mammografie, ontvangen beelden: 23 afgekeurd van 221 opnamen 10,4 % (95 %: 7,0–15,1 %)"
        assert other in figures or "mammografie" not in figures
        assert other in figures or n_waiting


async def test_the_figures_are_read_aside_and_again_after_a_minute(app, shelf: Shelf, clock, monkeypatch):
    """The screen stands while they are read; what they were stays until they are read anew."""
    asked, may_go_on = [], threading.Event()

    def slowly(room: str, *more: Any) -> Taught:
        asked.append(room)
        may_go_on.wait(PATIENCE_S)
        return taught(room, *more)

    monkeypatch.setattr("iqs_tui.store.reading.reject_analysis.taught.taught", slowly)
    shelf.answered(12)
    async with app.run_test(size=WIDE) as pilot:
        panel = app.screen.query_one(RejectPanel)
        await wait_for(pilot, lambda: asked == ["kamer-1"])
        assert "12 afgekeurd" not in panel.render_body().plain
        may_go_on.set()
        await settled(pilot)
        assert "12 afgekeurd van 12 opnamen" in panel.render_body().plain
        shelf.exposure(LAST_WEEK)
        for seconds, of in ((59, 12), (1, 13)):
            clock.forward(seconds=seconds)
            app.screen.show_all()
            await settled(pilot)
            assert f"12 afgekeurd van {of} opnamen" in panel.render_body().plain
        assert len(asked) == 2


@pytest.mark.parametrize("size", [(80, 24), (100, 24), (80, 36)])
async def test_small_home_is_one_box_and_lines(app, size):
    async with app.run_test(size=size) as pilot:
        await pilot.pause()
        panels = list(app.screen.query(Panel))
        assert [panel.folded for panel in panels] == [False, True, True, True]
        assert all(panel.size.height == 1 for panel in panels[1:])
        await pilot.press("down")
        await pilot.pause()
        assert [panel.folded for panel in panels] == [True, False, True, True]
        await pilot.click(panels[0])
        await pilot.pause()
        assert not panels[0].folded


async def test_wide_home_shows_every_box(app):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert not any(panel.folded for panel in app.screen.query(Panel))


async def test_touching_the_panel_opens_the_prompt(app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("escape")
        await pilot.click(RejectPanel)
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)


async def test_every_key_of_the_bar_can_be_touched(app):
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        hints = {hint.key.key: hint for hint in app.screen.query("KeyHint")}
        assert set(hints) == {"enter", "m", "s", "b", "d", "c", "l", "f1"}
        await pilot.click(hints["b"])
        await pilot.pause()
        assert isinstance(app.screen, BlueBinScreen)


async def test_reporting_without_an_image_asks_why(app, shelf: Shelf):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("m", "0")
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)
        assert "opname zonder beeld" in text_of(app)
        assert "gemeld aan deze kiosk" in text_of(app)


async def test_reporting_an_exposure_asks_why_of_that_one(app, shelf: Shelf):
    shelf.exposure(9, "Knie AP R")
    shelf.exposure(3, "Thorax PA")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("m", "8")
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)
        assert app.screen.asking.case.subject.name == "Knie AP R"
