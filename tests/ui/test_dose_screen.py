"""The dose panel and screen: context in neutral words, groups with their n, and nothing that alarms."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from iqs_tui import locale
from iqs_tui.store.models import Examination
from iqs_tui.ui import dose_words
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.home import HomeScreen
from iqs_tui.ui.widgets import dose_line
from iqs_tui.ui.widgets.dose_panel import DosePanel
from tests.ui.conftest import DEVICE, NOW, SMALL, WIDE, Shelf, StillClock


def adults(shelf: Shelf, n: int, procedure: str = "X-thorax", protocol: str = "Thorax PA", **more: Any) -> None:
    """Exposures of the last days, each of its own adult: 4 to 12 µGy·m² around a median of 8."""
    for number in range(n):
        study = shelf.study(procedure)
        Examination.update(age_years=more.get("age", 50.0)).where(Examination.study_uid == study).execute()
        dap = more.get("dap", 8e-6) * (0.5 + (number * 7 % 11) / 10)
        shelf.exposure(
            4 + number * 60,
            protocol,
            study,
            procedure=procedure,
            view=more.get("view", "PA"),
            dap_gym2=dap,
        )


def ct(n: int, minutes_ago: float = 2) -> None:
    for number in range(n):
        at = NOW - timedelta(minutes=minutes_ago + 45 * number)
        Examination.create(
            study_uid=f"1.9.{number}", device_id=DEVICE, room="kamer-1", modality="CT", procedure="CT abdomen",
            age_years=60.0, started_at=at, received_at=at, updated_at=at, total_source="reported",
            dlp_total_mgycm=420.0 + 35 * (number % 5), ctdivol_max_mgy=8.0 + 0.4 * (number % 5),
        )  # fmt: skip


def department(shelf: Shelf) -> None:
    """A morning's work: chests of adults and children, pelves, knees."""
    adults(shelf, 34)
    adults(shelf, 12, "X-bekken", "Bekken AP", view="AP", dap=160e-6)
    adults(shelf, 6, "X-knie", "Knie lateraal", view="LL", dap=3e-6)
    adults(shelf, 5, age=7.0, dap=3e-6)


def shown(app: IqsApp) -> str:
    """All text of the screen in front."""
    return "\n".join("".join(segment.text for segment in strip) for strip in app.screen._compositor.render_strips())


@pytest.mark.parametrize(
    ("size", "theme"),
    [(WIDE, "dark"), (SMALL, "dark"), (WIDE, "light"), (WIDE, "vt")],
    ids=["wide", "small", "light", "vt"],
)
def test_dose_screen(snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, size: Any, theme: str):
    department(shelf)

    async def open_it(pilot: Any) -> None:
        pilot.app.open_screen("dose")
        await pilot.pause()

    assert snap_compare(make_app(theme=theme), terminal_size=size, run_before=open_it)


def test_dose_screen_without_doses(snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf):
    async def open_it(pilot: Any) -> None:
        pilot.app.open_screen("dose")
        await pilot.pause()

    assert snap_compare(make_app(), terminal_size=SMALL, run_before=open_it)


class PanelScreen(IqsScreen):
    """The panel alone, in the width that home gives it."""

    CSS = "DosePanel { width: 46; height: 22; }"

    def compose_body(self) -> Any:
        yield DosePanel()

    def show(self) -> None:
        self.query_one(DosePanel).load(self.iqs)


async def on_panel(make_app: Callable[..., IqsApp], size: tuple[int, int] = WIDE, **more: Any) -> str:
    app = make_app(**more)
    async with app.run_test(size=size) as pilot:
        app.push_screen(PanelScreen())
        await pilot.pause()
        return app.screen.query_one(DosePanel).render_body().plain


async def test_the_panel_shows_the_dose_between_its_marks_with_the_group(make_app, shelf: Shelf):
    adults(shelf, 34)
    text = await on_panel(make_app)
    assert "DAP  4,0 µGy·m²" in text
    assert "DRN 12" in text
    assert "mediaan hier  8,0  (n = 34, 90 dagen)" in text
    assert "nog geen toets" not in text


async def test_a_small_group_is_not_compared(make_app, shelf: Shelf):
    adults(shelf, 12)
    assert "nog geen toets (20 nodig)" in await on_panel(make_app)


async def test_without_a_level_the_local_distribution_stands_alone(make_app, shelf: Shelf):
    adults(shelf, 6, "X-knie", "Knie lateraal", view="LL", dap=3e-6)
    text = await on_panel(make_app)
    assert "geen DRN bekend" in text
    assert "(n = 6, 90 dagen)" in text
    assert "┼" not in text


async def test_an_unknown_age_says_so(make_app, shelf: Shelf):
    adults(shelf, 1, age=None)
    assert "geen DRN bekend: leeftijd onbekend" in await on_panel(make_app)


async def test_absent_is_not_zero(make_app, shelf: Shelf):
    shelf.exposure(1, view="PA")
    text = await on_panel(make_app)
    assert "geen dosis in de gegevens" in text
    assert "0" not in text.split("DAP")[1].splitlines()[0]


async def test_ct_has_both_quantities(make_app, shelf: Shelf):
    ct(5)
    text = await on_panel(make_app)
    assert "DLP  420 mGy·cm  gerapporteerd" in text
    assert "CTDIvol (hoogste)  8,0 mGy" in text


async def test_folded_it_is_one_line(make_app, shelf: Shelf):
    adults(shelf, 3)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        assert str(app.screen.query_one(DosePanel).summary()) == "14:39 Thorax PA   DAP 4,0 µGy·m²   DRN 12"


async def test_data_is_never_markup(make_app, shelf: Shelf):
    adults(shelf, 1, protocol="[red]Thorax[/] PA")
    assert "[red]Thorax[/] PA" in await on_panel(make_app)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.open_screen("dose")
        await pilot.pause()
        assert "[red]Thorax[/] PA" in shown(app)


async def test_tab_goes_to_the_groups_and_says_how_they_stand(make_app, shelf: Shelf):
    adults(shelf, 25, dap=16e-6)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.open_screen("dose")
        await pilot.pause()
        assert "koppeling nog niet afgetekend" in shown(app)
        await pilot.press("tab")
        await pilot.pause()
        assert "n = 25, mediaan boven DRN: bespreken met klinisch fysicus" in shown(app)
        await pilot.press("escape")
        await pilot.pause()
        assert isinstance(app.screen, HomeScreen)


async def test_the_cursor_stays_on_its_row_when_news_comes_in_above(make_app, shelf: Shelf, clock: StillClock):
    adults(shelf, 5)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.open_screen("dose")
        await pilot.pause()
        await pilot.press("down", "down")
        table = app.screen._table("latest")
        before = table.chosen
        shelf.exposure(0, view="PA", dap_gym2=8e-6)
        app.announce()
        await pilot.pause()
        assert table.row_count == 6
        assert table.chosen == before


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_may_not_be_said_of_dose_is_in_no_catalogue(language: str):
    """The do-not-say column: no verdict words, no alarm, no percentage of a DRN, no foreign level called DRN."""
    never = (
        r"overschr|te hoog|limiet|grenswaarde|alarm|waarschuw|gevaar|\brood\b|gezakt|geslaagd|% van|voldoet"
        r"|exceed|too high|\blimit|\balert|warning|danger|\bred\b|\bpass\b|\bfail|% of|compliant"
    )
    words = {key: text for key, text in locale.catalogue(language).items() if key.startswith("dose.")}
    assert len(words) > 30
    assert {key: text for key, text in words.items() if re.search(never, text, re.IGNORECASE)} == {}


def test_the_style_sheet_gives_dose_no_colour_of_alarm():
    sheet = (Path(__file__).parents[2] / "styles" / "dose.tcss").read_text(encoding="utf-8")
    assert not re.search(r"\$(error|warning|success|accent)", sheet)


@pytest.mark.parametrize(
    ("value", "said"), [(8.13e-6, "8,1"), (9.96e-6, "10"), (226.4e-6, "226"), (0.184e-6, "0,18"), (99.7e-6, "100")]
)
def test_doses_have_two_digits_or_are_whole(value: float, said: str):
    assert dose_words.amount("DAP", value) == said


def test_labels_do_not_overlap():
    assert dose_line.labels([(0.4, "streef 6"), (0.8, "DRN 12")], 34) == ["         streef 6      DRN 12"]
    close = dose_line.labels([(0.5, "streef 10"), (0.52, "DRN 12")], 34)
    assert close == ["            streef 10  DRN 12"]
    assert dose_line.labels([(0.9, "streef 10"), (1.0, "DRN 12")], 20) == [
        "           streef 10",
        "              DRN 12",
    ]
