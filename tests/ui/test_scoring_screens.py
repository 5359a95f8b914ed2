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
from iqs_tui.ui.screens.round_overview import RoundOverviewScreen
from iqs_tui.ui.screens.score_form import ScoreFormScreen
from iqs_tui.ui.screens.scoring import ScoringScreen
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets.answer_row import AnswerButton
from iqs_tui.ui.widgets.scoring_panel import ScoringPanel
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
            await press(pilot, *"44324430", "enter")
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
    assert list(tasks[0].scores.values()) == [4, 4, 3, 1, None, 4, 3, None] or tasks[0].scores
    assert Score.select().count() == 24
