"""The scanner panel and screen: the state with its reason, lighter where it rests on silence, and the day."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from iqs_tui.domain.power import Energy, Range
from iqs_tui.store.models import AssociationLog, Device
from iqs_tui.ui import scanner_words
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.scanner_panel import ScannerPanel
from tests.ui.conftest import DEVICE, NOW, SMALL, WIDE, Shelf, StillClock


def a_day(shelf: Shelf) -> None:
    """Patients from half past seven until eleven minutes ago, with a quiet hour and a lunch."""
    for minutes in (430, 422, 415, 398, 390, 381, 372, 300, 290, 284, 271, 262, 255, 240, 120, 111, 95, 60, 52, 30, 14):
        study = shelf.study()
        shelf.exposure(minutes, study=study)
        shelf.exposure(minutes - 1, "Thorax lateraal", study)
    hear(433)


def hear(minutes_ago: float) -> None:
    at = NOW - timedelta(minutes=minutes_ago)
    AssociationLog.create(ae_title="DX1", host="10.0.0.1", room="kamer-1", device_id=DEVICE, opened_at=at, closed_at=at)


def shown(app: IqsApp) -> str:
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


class PanelScreen(IqsScreen):
    """The panel alone, in the width that home gives it."""

    CSS = "ScannerPanel { width: 46; height: 22; }"

    def compose_body(self) -> Any:
        yield ScannerPanel()

    def show(self) -> None:
        self.query_one(ScannerPanel).load(self.iqs)


async def on_panel(make_app: Callable[..., IqsApp], **more: Any) -> str:
    app = make_app(**more)
    async with app.run_test(size=WIDE) as pilot:
        app.push_screen(PanelScreen())
        await pilot.pause()
        return app.screen.query_one(ScannerPanel).render_body().plain


@pytest.mark.parametrize(
    ("size", "theme"),
    [(WIDE, "dark"), (SMALL, "dark"), (WIDE, "light"), (WIDE, "vt")],
    ids=["wide", "small", "light", "vt"],
)
def test_scanner_screen(snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, size: Any, theme: str):
    a_day(shelf)

    async def open_it(pilot: Any) -> None:
        pilot.app.open_screen("scanner")
        await pilot.pause()

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=open_it)


def test_scanner_screen_without_a_device(snap_compare: Any, make_app: Callable[..., IqsApp], db: Any):
    async def open_it(pilot: Any) -> None:
        pilot.app.open_screen("scanner")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=SMALL, run_before=open_it)


async def test_idle_that_rests_on_silence_is_written_lighter(make_app, shelf: Shelf):
    shelf.exposure(14)
    text = await on_panel(make_app)
    assert "waarschijnlijk idle" in text
    assert "IDLE" not in text
    assert "sinds 14:30" in text
    assert "laatste opname 14:29" in text


async def test_idle_with_the_machine_heard_is_idle(make_app, shelf: Shelf):
    shelf.exposure(14)
    hear(2)
    text = await on_panel(make_app)
    assert "IDLE" in text
    assert "laatst gehoord 14:41" in text


async def test_folded_it_is_one_line(make_app, shelf: Shelf):
    shelf.exposure(14)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        line = app.screen.query_one(ScannerPanel).summary()
        assert str(line) == "○ waarschijnlijk idle   sinds 14:30   laatste opname 14:29"


async def test_long_silence_is_unknown(make_app, shelf: Shelf):
    shelf.exposure(200)
    assert "onbekend" in (await on_panel(make_app)).splitlines()[0]


async def test_the_day_has_durations_and_energy_with_its_tier(make_app, shelf: Shelf):
    a_day(shelf)
    Device.update(modality="CT").execute()
    text = await on_panel(make_app)
    assert "idle vandaag" in text
    assert "kWh (literatuur)" in text
    assert "07 " in text
    assert " 19" in text


async def test_the_state_follows_the_clock(make_app, shelf: Shelf, clock: StillClock):
    shelf.exposure(0.5)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.open_screen("scanner")
        await pilot.pause()
        assert "IN ONDERZOEK" in shown(app)
        clock.forward(minutes=12)
        app.announce()
        await pilot.pause()
        assert "waarschijnlijk idle" in shown(app)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (2.8, 6.3, "geschat 3–6 kWh (literatuur)"),
        (0.2, 0.4, "geschat minder dan 1 kWh (literatuur)"),
        (0.2, 1.4, "geschat 0–1 kWh (literatuur)"),
        (4.6, 5.4, "geschat 5 kWh (literatuur)"),
        (131.0, 268.0, "geschat 130–270 kWh (literatuur)"),
    ],
)
def test_energy_is_a_range_without_decimals(low: float, high: float, said: str):
    found = Energy(kwh=Range(low=low, central=(low + high) / 2, high=high), tier="literature", covered=timedelta())
    assert scanner_words.energy(found) == said


def test_no_profile_is_said():
    assert scanner_words.energy(None) == "energie van dit toestel onbekend"
