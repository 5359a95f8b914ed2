"""Scoring on the kiosk: from the draw to the overview by keys and by touch, and pictures of every screen."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from textual.pilot import Pilot

from iqs_tui.store import rounds, scoring
from iqs_tui.store.forms import shipped_forms
from iqs_tui.store.models import Score, Task
from iqs_tui.store.reading import people as reading
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens import home
from iqs_tui.ui.screens.round_overview import RoundOverviewScreen
from iqs_tui.ui.screens.score_form import ScoreFormScreen
from iqs_tui.ui.screens.scoring import ScoringScreen
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets.answer_row import AnswerButton
from iqs_tui.ui.widgets.round_list import RoundList
from tests.store.good_images import BAKKER, NOW, ROOM, VRIES, person, receive
from tests.ui.conftest import SMALL, WIDE

SIZES = pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
PROCEDURES = ("Thorax PA", "Knie lateraal R", "Bekken AP", "Thorax lateraal", "Pols AP L")


def room_with_rounds() -> dict[str, str]:
    """Images of two radiographers, and a round of each kind; the peer review is half done."""
    who = {
        "vries": person(VRIES, "JV"),
        "bakker": person(BAKKER, "KB"),
        "quality": person("Q. Ali", "QA", "quality"),
    }
    for number in range(1, 21):
        receive(number, procedure=PROCEDURES[number % 5], operator=VRIES if number % 2 else BAKKER)
    who["own"] = drawn("self_evaluation", "projection", "thorax", 6, days=12)
    who["peer"] = drawn("peer_review", "projection", "", 8, days=1)
    who["quality_round"] = drawn("quality_analysis", "thorax", "thorax", 4, days=-3)
    for task in Task.select().where(Task.round_id == who["peer"], Task.operator == BAKKER):
        values = _values("projection", task.position)
        scoring.submit(task.task_id, values, "strooilijntjes" if task.position == 2 else None, who["vries"], NOW)
    return who


def drawn(kind: str, form_id: str, procedure: str, n: int, days: int) -> str:
    return rounds.draw_round(ROOM, kind, form_id, procedure, n, "seed", "admin", NOW, NOW + timedelta(days=days))


def _values(form_id: str, salt: int) -> dict[str, int | None]:
    form = shipped_forms()[form_id]
    values: dict[str, int | None] = {}
    for place, criterion in enumerate(form.criterion):
        steps = form.scale_of(criterion.code).step
        values[criterion.code] = None if (place + salt) % 9 == 0 else steps[-1 - (place * salt) % len(steps)].value
    return values


def sign_in(app: IqsApp, user_id: str) -> None:
    found = reading.person(user_id)
    app.sign_in(SignedIn(found.user_id, found.name, found.initials, found.role))


async def press(pilot: Pilot, *keys: str) -> None:
    await pilot.press(*keys)
    await pilot.pause()


# The whole way


async def test_from_draw_to_overview_by_keys_alone(make_app):
    user = person(VRIES, "JV")
    for number in (1, 2, 3):
        receive(number)
    round_id = drawn("self_evaluation", "projection", "", 3, days=14)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, user)
        await press(pilot, "s", "enter")
        assert isinstance(app.screen, ScoreFormScreen)
        for _ in range(2):
            await press(pilot, *"44322032", "enter")
        await press(pilot, *"11111111", *"scheef", "enter")
        assert isinstance(app.screen, RoundOverviewScreen)
        await press(pilot, "enter")
        assert isinstance(app.screen, ScoringScreen)
        await press(pilot, "escape")
        assert app.is_home
    tasks = list(Task.select().where(Task.round_id == round_id).order_by(Task.position))
    assert [(task.state, task.scored_by, task.remark) for task in tasks] == [
        ("done", user, None),
        ("done", user, None),
        ("done", user, "scheef"),
    ]
    assert tasks[0].scores == {
        "positioning": 4,
        "completeness": 4,
        "centring": 3,
        "collimation": 2,
        "marking": 1,
        "exposure": None,
        "artefacts": 3,
        "criteria": 1,
    }
    assert Score.select().count() == 24


async def test_from_list_to_kept_by_touch_alone(make_app):
    user = person(VRIES, "JV")
    receive(1)
    drawn("self_evaluation", "projection", "", 1, days=14)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, user)
        app.open_screen("scoring")
        await pilot.pause()
        await pilot.click(RoundList, offset=(10, 1))
        await pilot.pause()
        for _ in range(8):
            await pilot.click(app.screen.query(AnswerButton).first())
            await pilot.pause()
        await pilot.click(app.screen.query(AnswerButton).last())
        await pilot.pause()
        assert isinstance(app.screen, RoundOverviewScreen)
    assert set(Task.get().scores.values()) == {0, 1}


# One image


@pytest.fixture
async def scoring_one(make_app, request):
    """The form on the first of two images of one's own."""
    user = person(VRIES, "JV")
    for number in (1, 2):
        receive(number)
    round_id = drawn("self_evaluation", "projection", "", 2, days=14)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, user)
        app.open_screen("scoring")
        await press(pilot, "enter")
        assert isinstance(app.screen, ScoreFormScreen)
        yield app, pilot, round_id


def shown(app: IqsApp) -> str:
    """What stands on the screen."""
    return "\n".join("".join(segment.text for segment in line) for line in app.screen._compositor.render_strips())


async def test_a_key_that_is_no_answer_changes_nothing(scoring_one):
    app, pilot, _ = scoring_one
    await press(pilot, "5", "9", "x")
    assert "1 van 8 · Insteltechniek" in shown(app)
    await press(pilot, "4", "4", "4", "4", "3")
    assert "5 van 8 · Letterplaatsing" in shown(app), "3 is no answer to ja or nee"


async def test_backspace_takes_back_answer_by_answer(scoring_one):
    app, pilot, _ = scoring_one
    await press(pilot, "4", "3", "backspace")
    assert "2 van 8 · Volledigheid" in shown(app)
    await press(pilot, "left", "left")
    assert "1 van 8 · Insteltechniek" in shown(app)


async def test_backspace_after_an_image_brings_it_back(scoring_one):
    app, pilot, _ = scoring_one
    await press(pilot, *"44442442", "enter")
    assert "opname 2 van 2" in shown(app) and "vorige opname bewaard" in shown(app)
    assert Score.select().count() == 8
    await press(pilot, "backspace")
    assert "opname 1 van 2" in shown(app) and "Alles beantwoord" in shown(app)
    assert Score.select().count() == 0
    await press(pilot, "backspace", "1", "enter")
    assert Task.get(Task.position == 1).scores["criteria"] == 0


async def test_an_image_that_cannot_be_judged_is_set_aside(scoring_one):
    app, pilot, _ = scoring_one
    await press(pilot, "n")
    assert "opname 2 van 2" in shown(app)
    assert Task.get(Task.position == 1).state == "skipped"


async def test_the_letters_of_a_remark_are_no_keys(scoring_one):
    app, pilot, _ = scoring_one
    await press(pilot, *"44442442", *"non", "space", *"0l", "backspace")
    assert "non 0" in shown(app)
    await press(pilot, "enter")
    assert Task.get(Task.position == 1).remark == "non 0"


async def test_escape_loses_nothing(scoring_one):
    app, pilot, _ = scoring_one
    await press(pilot, "4", "3", "escape")
    assert isinstance(app.screen, ScoringScreen)
    await press(pilot, "enter")
    assert "3 van 8 · Centrering" in shown(app)


async def test_a_form_half_filled_in_is_no_moment_for_another_question(scoring_one):
    app, pilot, _ = scoring_one
    assert not app.screen.is_busy
    await press(pilot, "4")
    assert app.screen.is_busy


async def test_markup_in_dicom_text_is_shown_as_it_is(make_app):
    receive(1, procedure="[red]Thorax[/]", operator="[b]x[/b]")
    user = person(VRIES, "JV")
    drawn("peer_review", "projection", "", 1, days=3)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        sign_in(app, user)
        app.open_screen("scoring")
        await press(pilot, "enter")
        assert "[red]Thorax[/]" in shown(app)
        assert "[b]x" not in shown(app), "who made it is not said in a peer review"


async def test_an_image_that_another_scored_meanwhile_is_said_and_passed(make_app):
    first, second = person(VRIES, "JV", "quality"), person(BAKKER, "KB", "quality")
    for number in (1, 2):
        receive(number)
    round_id = drawn("quality_analysis", "projection", "", 2, days=3)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, first)
        app.open_screen("score_form", round_id=round_id)
        await press(pilot, *"44442442")
        other = Task.get(Task.round_id == round_id, Task.position == 1)
        scoring.submit(other.task_id, _values("projection", 1), None, second, NOW)
        await press(pilot, "enter")
        assert "al door een ander gescoord" in shown(app) and "opname 2 van 2" in shown(app)
        assert Task.get(Task.position == 1).scored_by == second


# Who may what


async def test_who_is_not_signed_in_signs_in_first_and_comes_back(make_app):
    room_with_rounds()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.open_screen("scoring")
        await pilot.pause()
        assert "Meld je aan om te scoren" in shown(app)
        await press(pilot, "enter", *"kb", "enter")
        assert isinstance(app.screen, ScoringScreen)
        assert "Meld je aan" not in shown(app) and "kwaliteitsanalyse" not in shown(app)
        await press(pilot, "enter")
        assert isinstance(app.screen, ScoreFormScreen)


async def test_who_is_not_signed_in_sees_no_scores(make_app):
    who = room_with_rounds()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.open_screen("round_overview", round_id=who["peer"])
        await pilot.pause()
        assert "Meld je aan om scores te zien" in shown(app)
        assert "Insteltechniek" not in shown(app) and "strooilijntjes" not in shown(app)


async def test_the_overview_shows_a_radiographer_own_images_only(make_app):
    who = room_with_rounds()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, who["vries"])
        app.open_screen("round_overview", round_id=who["peer"])
        await pilot.pause()
        assert "alleen de scores van je eigen opnamen" in shown(app)
        assert "strooilijntjes" not in shown(app)
        app.go_home()
        sign_in(app, who["bakker"])
        app.open_screen("round_overview", round_id=who["peer"])
        await pilot.pause()
        assert "Meeste winst te halen bij" in shown(app) and "strooilijntjes" in shown(app)


async def test_somebody_else_sitting_down_gets_their_own_images(make_app):
    who = room_with_rounds()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, who["vries"])
        app.open_screen("score_form", round_id=who["own"])
        await press(pilot, "4")
        assert "opname 1 van 4" in shown(app)
        sign_in(app, who["bakker"])
        await pilot.pause()
        assert "opname 1 van 2" in shown(app) and "1 van 8" in shown(app)


async def test_signing_out_leaves_the_form(make_app):
    who = room_with_rounds()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        sign_in(app, who["vries"])
        app.open_screen("score_form", round_id=who["own"])
        await press(pilot, "4")
        app.sign_out()
        await pilot.pause()
        assert app.is_home


async def test_an_empty_list_says_what_will_come(make_app):
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        app.open_screen("scoring")
        await press(pilot, "enter", "down")
        assert "willekeurig getrokken" in shown(app) and "nog geen opname" in shown(app)
        receive(1)
        app.announce()
        await pilot.pause()
        assert "nog geen ronde getrokken" in shown(app)


async def test_a_long_list_pages(make_app):
    user = person(VRIES, "JV", "quality")
    for number in range(1, 13):
        receive(number)
        drawn("quality_analysis", "projection", "", 1, days=number)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        sign_in(app, user)
        app.open_screen("scoring")
        await pilot.pause()
        assert "1 van 3" in shown(app)
        await press(pilot, *["down"] * 11)
        assert "nog 12 dagen" in shown(app) and "nog 2 dagen" not in shown(app)


# Pictures


@pytest.fixture
def picture(snap_compare, make_app) -> Callable[..., bool]:
    """Compare a screen with its picture."""

    def compare(size: tuple[int, int], open_it: Callable, **look: str) -> bool:
        app = make_app(**look)

        async def before(pilot: Pilot) -> None:
            await open_it(app, pilot)
            await pilot.pause()

        return snap_compare(app, terminal_size=size, run_before=before)

    return compare


@pytest.fixture
def with_panel(monkeypatch) -> None:
    monkeypatch.setattr(home, "_PANELS", {"evaluation": "scoring_panel:ScoringPanel"})


@SIZES
def test_picture_of_the_panel(picture, with_panel, size):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["quality"])

    assert picture(size, open_it)


@SIZES
def test_picture_of_the_empty_panel(picture, with_panel, size):
    async def open_it(app, pilot):
        pass

    assert picture(size, open_it)


@SIZES
def test_picture_of_the_list(picture, size):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["vries"])
        app.open_screen("scoring")

    assert picture(size, open_it)


@SIZES
def test_picture_of_the_form(picture, size):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["vries"])
        app.open_screen("score_form", round_id=who["own"])
        await press(pilot, "4", "2", "0")

    assert picture(size, open_it)


@SIZES
def test_picture_of_a_form_that_is_complete(picture, size):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["quality"])
        app.open_screen("score_form", round_id=who["quality_round"])
        await press(pilot, *"4321432121", *"rand valt weg")

    assert picture(size, open_it)


@SIZES
def test_picture_of_the_overview(picture, size):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["bakker"])
        app.open_screen("round_overview", round_id=who["peer"])

    assert picture(size, open_it)


@pytest.mark.parametrize("theme", ["light", "vt"])
def test_picture_of_the_form_in_other_themes(picture, theme):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["vries"])
        app.open_screen("score_form", round_id=who["own"])
        await press(pilot, "4", "2")

    assert picture(WIDE, open_it, theme=theme)


def test_picture_of_the_overview_in_english(picture):
    who = room_with_rounds()

    async def open_it(app, pilot):
        sign_in(app, who["bakker"])
        app.open_screen("round_overview", round_id=who["peer"])

    assert picture(SMALL, open_it, language="en")
