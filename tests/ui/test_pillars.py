"""Pillars apart: every combination leaves a whole home screen, and no way to what is off."""

from collections.abc import Callable
from itertools import product
from typing import Any

import msgspec
import pytest

from iqs_tui import locale
from iqs_tui.config import Config, Pillars
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.widgets.keybar import KeyHint
from iqs_tui.ui.widgets.panel import Panel
from tests.ui.conftest import SMALL, WIDE, Shelf, StillClock, text_of
from tests.ui.test_snapshots_kiosk import fill

NAMES = ("reject", "evaluation", "dose", "idle")
KEYS = {"enter": "reject", "m": "reject", "b": "reject", "s": "evaluation", "d": "dose", "c": "idle"}
COMBINATIONS = [dict(zip(NAMES, states, strict=True)) for states in product((True, False), repeat=4)]
IDS = ["".join(name[0] if is_on else "-" for name, is_on in which.items()) for which in COMBINATIONS]


@pytest.fixture
def make(config: Config, clock: StillClock, listening: None) -> Callable[[dict[str, bool]], IqsApp]:
    def app(which: dict[str, bool]) -> IqsApp:
        locale.use("nl")
        room = msgspec.structs.replace(config.own_room, pillars=Pillars(**which))
        return IqsApp(msgspec.structs.replace(config, rooms=(room,)), clock=clock)

    return app


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["120x36", "80x24"])
@pytest.mark.parametrize("which", COMBINATIONS, ids=IDS)
async def test_home_is_whole(make, shelf: Shelf, which: dict[str, bool], size: Any):
    fill(shelf)
    async with make(which).run_test(size=size) as pilot:
        app = pilot.app
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        panels = list(app.screen.query(Panel))
        assert len(panels) == sum(which.values())
        assert_no_hole(app, panels)
        off = {key for key, pillar in KEYS.items() if not which[pillar]}
        assert not off & {hint.key.key for hint in app.screen.query(KeyHint)}
        await pilot.press(*off, "up", "down")
        await pilot.pause()
        assert app.is_home


@pytest.mark.parametrize("which", COMBINATIONS, ids=IDS)
async def test_help_tells_of_no_key_that_is_off(make, shelf: Shelf, which: dict[str, bool]):
    async with make(which).run_test(size=WIDE) as pilot:
        await pilot.press("f1")
        await pilot.pause()
        shown = text_of(pilot.app)
        for key, pillar in KEYS.items():
            assert (f" {key.capitalize()} " in shown) == which[pillar], key


def assert_no_hole(app: IqsApp, panels: list[Panel]) -> None:
    """The panels fill the body: its width side by side or one under the other, its height to the last line."""
    body = app.screen.query_one("#body").content_region
    for panel in panels:
        assert panel.region.width and panel.region.height
    if panels:
        assert min(panel.region.x for panel in panels) == body.x
        assert max(panel.region.right for panel in panels) == body.right
        assert max(panel.region.bottom for panel in panels) >= body.bottom - 1
        covered = sum(panel.region.area for panel in panels)
        assert covered >= 0.95 * body.area, app.screen.tree
    else:
        assert "geen onderdeel in gebruik" in text_of(app).casefold()
