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
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets import dose_line
from iqs_tui.ui.widgets.dose_panel import DosePanel
from tests.ui.conftest import DEVICE, NOW, SMALL, WIDE, Shelf, StillClock, text_of
from tests.ui.dose_pages import after, press, settled, to_dose


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


@pytest.mark.parametrize("keys", [(), ("l",)], ids=["groups", "latest"])
@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(WIDE, "dark", "nl"), (SMALL, "dark", "nl"), (WIDE, "light", "nl"), (WIDE, "vt", "nl"), (SMALL, "vt", "en")],
    ids=["wide", "small", "light", "vt", "small-vt-en"],
)
def test_dose_screen(snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, size, theme, language, keys):
    department(shelf)
    assert snap_compare(make_app(language, theme=theme), terminal_size=size, run_before=after(*keys))


@pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
def test_dose_screen_without_doses(snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, size):
    assert snap_compare(make_app(), terminal_size=size, run_before=after())


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
        assert "[red]Thorax[/] PA" in await to_dose(pilot)


async def test_a_value_that_cannot_be_right_is_said_and_not_counted(make_app, shelf: Shelf):
    adults(shelf, 21)
    shelf.exposure(1, "Thorax PA", shelf.study(age_years=50.0), view="PA", dap_gym2=8.1e-2, implausible="dap_gym2")
    panel = await on_panel(make_app)
    assert "waarde onwaarschijnlijk: controleer" in panel
    assert "(n = 21, 90 dagen)" in panel
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot)
        assert "1 × waarde onwaarschijnlijk, niet meegeteld: controleer eenheid" in said
        assert "n = 21 doses van 21 patiënten" in said
        assert "waarde onwaarschijnlijk: controleer eenheid" in said.split("Laatste opnamen")[1]


async def test_patients_are_counted_not_doses(make_app, shelf: Shelf):
    """Twenty doses of ten patients are no group of twenty."""
    for number in range(20):
        study = shelf.study(age_years=50.0, patient_key=f"p{number // 2}")
        shelf.exposure(4 + 60 * number, "Thorax PA", study, view="PA", dap_gym2=8e-6)
    assert "n = 10, nog geen toets (20 nodig)" in await on_panel(make_app)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot)
        assert "n = 20 doses van 10 patiënten" in said
        assert "n = 10, nog geen toets (20 nodig)" in said


async def test_the_groups_say_how_they_stand_and_escape_goes_back(make_app, shelf: Shelf):
    adults(shelf, 25, dap=16e-6)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot)
        assert "Kamer 1 · 90 dagen · goede opnamen · iedereen" in said
        assert "mediaan boven DRN: bespreken met klinisch fysicus" in said
        assert "n = 25 doses van 25 patiënten" in said
        assert "koppeling nog niet afgetekend" in said
        assert "DRN geldt voor een groep" in said
        await press(pilot, "escape")
        assert isinstance(app.screen, HomeScreen)


@pytest.mark.parametrize("key", ["l", "tab"])
async def test_one_key_changes_over_to_the_latest_and_back(make_app, shelf: Shelf, key: str):
    adults(shelf, 3)
    app = make_app()
    async with app.run_test(size=SMALL) as pilot:
        assert "Laatste opnamen" not in await to_dose(pilot)
        said = await press(pilot, key)
        assert "Laatste opnamen en onderzoeken · Kamer 1" in said
        assert "gerapporteerd" not in said.splitlines()[3]
        assert app.focused.id == "dose-latest"
        assert "Laatste opnamen" not in await press(pilot, key)
        assert app.focused.id == "dose-groups"


async def test_both_tables_stand_where_there_is_room(make_app, shelf: Shelf):
    adults(shelf, 3)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot)
        assert "naast de DRN" in said
        assert "Laatste opnamen en onderzoeken · Kamer 1" in said


async def test_the_dose_of_rejects_is_said_with_what_it_rests_on(make_app, shelf: Shelf):
    adults(shelf, 24)
    study = shelf.study(age_years=50.0)
    for number, dose in enumerate((8e-6, None)):
        rejected = shelf.exposure(
            5 + number, "Thorax PA", study, view="PA", dap_gym2=dose, image_facts=None, report_facts={"dap_gym2": dose}
        )
        shelf.case(rejected, state="answered", reason_code="rotation")
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot)
        assert "Dosis aan afkeur (DX): " in said
        assert "n = 2 afkeur, 1 met dosis, 1 uit rapport" in said


async def test_news_does_not_read_the_groups_again_within_the_minute(make_app, shelf: Shelf, clock: StillClock):
    adults(shelf, 5)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_dose(pilot)
        study = shelf.study(age_years=50.0)
        shelf.exposure(0, view="PA", study=study, dap_gym2=8e-6)
        app.announce()
        await settled(pilot)
        assert "n = 5 doses" in text_of(app)
        clock.forward(minutes=1)
        app.announce()
        await settled(pilot)
        assert "n = 6 doses" in text_of(app)


async def test_the_cursor_stays_on_its_row_when_news_comes_in_above(make_app, shelf: Shelf, clock: StillClock):
    adults(shelf, 5)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_dose(pilot, "l", "down", "down")
        table = app.screen._table("latest")
        before = table.chosen
        shelf.exposure(0, view="PA", dap_gym2=8e-6)
        app.announce()
        await settled(pilot)
        assert table.row_count == 6
        assert table.chosen == before


async def test_keys_that_do_nothing_are_not_offered(make_app, shelf: Shelf):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_dose(pilot)
        assert {"group", "export", "analysis('dose_change')", "open('mapping')"}.isdisjoint(_actions(app))
        assert {"turn_over('latest')", "open('dose_filter')", "back"} <= _actions(app)


@pytest.mark.parametrize(("role", "may"), [("radiographer", False), ("physicist", True), ("manager", True)])
async def test_the_mapping_is_for_who_may_change_it(make_app, shelf: Shelf, role: str, may: bool):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        app.sign_in(SignedIn("user-1", "J. de Vries", "JdV", role))
        await to_dose(pilot)
        assert ("open('mapping')" in _actions(app)) is may


def _actions(app: IqsApp) -> set[str]:
    return {key.action for key in app.screen.visible_keys()}


DOSE_KEYS = ("dose.", "change.", "technique.", "drift.", "mapping.", "report.dose", "report.no_dose", "central.dose")
NEVER = (
    r"overschr|te hoog|te laag|limiet|grenswaarde|alarm|waarschuw|gevaar|\brood\b|gezakt|geslaagd|% van|voldoet"
    r"|exceed|too high|too low|\blimit|\balert|warning|danger|\bred\b|\bpass\b|\bfail|% of|compliant"
)
"""The do-not-say column: no verdict, no alarm, no percentage of a DRN."""
SAID = {
    "nl": (
        "niet vergelijkbaar: gewicht onbekend",
        "n = {n}, nog geen toets ({needed} nodig)",
        "mediaan boven DRN: bespreken met klinisch fysicus",
        "geen DRN bekend",
        "waarde onwaarschijnlijk: controleer eenheid",
        "DRN geldt voor een groep. Waarde = afgifte van toestel, geen dosis in patiënt.",
    ),
    "en": (
        "not comparable: weight unknown",
        "n = {n}, no comparison yet ({needed} needed)",
        "median above DRL: discuss with the medical physicist",
        "no DRL known",
        "value improbable: check the unit",
        "A DRL is for a group. Values are output of the device, not patient dose.",
    ),
}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_may_not_be_said_of_dose_is_in_no_catalogue(language: str):
    words = {key: text for key, text in locale.catalogue(language).items() if key.startswith(DOSE_KEYS)}
    assert len(words) > 120
    assert {key: text for key, text in words.items() if re.search(NEVER, text, re.IGNORECASE)} == {}


@pytest.mark.parametrize("language", ["nl", "en"])
def test_what_is_to_be_said_of_dose_is_there(language: str):
    words = {text for key, text in locale.catalogue(language).items() if key.startswith("dose.")}
    assert set(SAID[language]) <= words


@pytest.mark.parametrize("sheet", ["dose", "analysis", "mapping"])
def test_no_style_sheet_gives_dose_a_colour_of_alarm(sheet: str):
    text = (Path(__file__).parents[2] / "styles" / f"{sheet}.tcss").read_text(encoding="utf-8")
    own = re.sub(r"[^{}]*(problem|wrong)[^{}]*\{[^}]*\}", "", text)
    assert not re.search(r"\$(error|warning|success)", own)
    assert sheet != "dose" or "$accent" not in text


def test_the_code_gives_dose_no_colour_of_alarm():
    ui = Path(__file__).parents[2] / "iqs_tui" / "ui"
    for path in [*ui.rglob("dose*.py"), ui / "widgets" / "analysis_plot.py"]:
        assert not re.search(r"""["' ]\$(error|warning|success|accent)\b""", path.read_text(encoding="utf-8")), path


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
