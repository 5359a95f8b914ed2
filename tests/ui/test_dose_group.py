"""One group of doses: figures, pictures and the list; whose exposures are shown; and the file that goes along."""

import csv
import os
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.store.models import Exposure
from iqs_tui.ui import choosing, dose_choice
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.choosing import SELF
from iqs_tui.ui.dose_choice import Chosen
from iqs_tui.ui.screens.dose import DoseScreen
from iqs_tui.ui.screens.dose_filter import DoseFilterScreen
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets.plain_table import PlainTable
from tests.dose_department import fill
from tests.ui.conftest import NOW, SMALL, WIDE, text_of
from tests.ui.dose_pages import after, press, settled, to_dose
from tests.ui.test_glyphs import CONSOLE
from tests.ui.test_languages import foreign

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
VRIES = SignedIn("user-JdV", "J. de Vries", "JdV", "radiographer")
PAGES = {
    "distribution": ("enter",),
    "weeks": ("enter", "v"),
    "list": ("enter", "l"),
    "filter": ("f",),
    "own period": ("f", "right", "right", "right", "right"),
    "rooms": ("f", "down", "enter"),
    "export": ("x",),
}


@pytest.fixture
def department(db: Path) -> None:
    fill(weeks=12, rooms=("kamer-1",), per_day=6)


@pytest.fixture
def two_rooms(db: Path) -> None:
    fill(weeks=2, per_day=8)


@pytest.mark.parametrize("page", ["distribution", "weeks", "list", "filter"])
@pytest.mark.parametrize(
    ("size", "theme", "language"),
    [(WIDE, "dark", "nl"), (SMALL, "dark", "nl"), (WIDE, "vt", "nl"), (SMALL, "vt", "en"), (WIDE, "light", "nl")],
    ids=["wide", "small", "vt", "small-vt-en", "light"],
)
def test_pictures(snap_compare: Any, make_app: Callable[..., IqsApp], department, page: str, size, theme, language):
    assert snap_compare(make_app(language, theme=theme), terminal_size=size, run_before=after(*PAGES[page]))


@pytest.mark.parametrize(("language", "size"), [("nl", SMALL), ("en", WIDE)], ids=["nl-small", "en-wide"])
async def test_every_page_has_console_glyphs_and_one_language(make_app, two_rooms, language: str, size):
    app = make_app(language, theme="vt")
    async with app.run_test(size=size) as pilot:
        for page, keys in PAGES.items():
            said = await to_dose(pilot, *keys)
            assert {sign for sign in said if ord(sign) > 126} <= CONSOLE, page
            assert foreign(said, language) == [], (page, said)
            app.go_home()


async def ask(pilot: Any, question: str) -> str:
    """Go to a question of the filter screen and open its answers."""
    await to_dose(pilot, "f")
    table = pilot.app.screen.query_one(PlainTable)
    table.move_cursor(row=table.get_row_index(question))
    return await press(pilot, "enter")


async def test_the_figures_say_n_patients_unit_levels_and_coverage(make_app, two_rooms):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot, "enter")
        assert re.search(r"n +\d+ van \d+ patiënten", said)
        assert re.search(r"mediaan +\d+(,\d)? µGy·m²", said)
        assert re.search(r"gewicht en lengte bekend bij \d+ van", said)
        assert "Kamer 1 · 90 dagen · goede opnamen · iedereen" in said
        assert "DRN geldt voor een groep" in said


async def test_v_turns_the_picture_and_l_shows_the_list(make_app, two_rooms):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        assert "aantal per dosis (µGy·m²)" in await to_dose(pilot, "enter")
        said = await press(pilot, "v")
        assert "mediaan per week (µGy·m²)" in said
        assert "n=" in said
        assert re.search(r"1–\d+ van \d+, nieuwste eerst", await press(pilot, "l"))
        assert "mediaan per week" in await press(pilot, "l")
        assert "aantal per dosis" in await press(pilot, "v")
        await press(pilot, "escape")
        assert isinstance(app.screen, DoseScreen)


async def test_the_list_says_what_was_rejected_and_what_cannot_be_right(make_app, shelf, two_rooms):
    made = Exposure.select().where(Exposure.room == "kamer-1", Exposure.view == "PA")
    odd, bad = made.order_by(Exposure.acquired_at.desc()).limit(2)
    shelf.case(bad.exposure_uid, state="answered", reason_code="rotation", reason_label="Rotatie")
    Exposure.update(implausible="dap_gym2").where(Exposure.exposure_uid == odd.exposure_uid).execute()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        app.session.dose_choice = Chosen(rooms=("kamer-1",), procedure="X-thorax", view="PA", which="both")
        said = await to_dose(pilot, "enter", "l")
        assert "✗ afgekeurd: Rotatie" in said
        assert "? waarde onwaarschijnlijk: controleer eenheid" in said


async def test_the_manager_sees_all_rooms_and_may_map(make_app, two_rooms):
    app = make_app(face="admin")
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot)
        assert "alle kamers · 90 dagen" in said
        assert re.search(r"Kamer 1 +X-thorax LL", said)
        assert re.search(r"kamer-2 +X-thorax PA", said)


async def test_standard_size_says_of_how_many_the_size_is_known(make_app, two_rooms):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        app.session.dose_choice = Chosen(rooms=("kamer-1",), procedure="X-thorax", view="PA", size="standard")
        told = r"standaard postuur: (\d+) van (\d+), gewicht en lengte bekend bij (\d+)"
        n, of, known = map(int, re.search(told, await to_dose(pilot)).groups())
        assert 0 < n < known < of
        assert f"standaard postuur: {n} van {of}," in await press(pilot, "enter")


async def test_the_list_pages(make_app, db: Path):
    fill(weeks=12, rooms=("kamer-1",), per_day=12)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        said = await to_dose(pilot, "enter", "l")
        assert "1–200 van " in said
        assert "201–" in await press(pilot, "right")
        assert "1–200 van " in await press(pilot, "left")


async def test_a_group_that_the_choice_leaves_out_says_so(make_app, two_rooms):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_dose(pilot, "enter")
        app.session.dose_choice = Chosen(rooms=("kamer-1",), procedure="X-knie")
        app.announce()
        await settled(pilot)
        said = text_of(app)
        assert "Geen dosis in deze keuze." in said
        assert "mediaan  " not in said


class TestChoosing:
    async def test_the_arrows_change_the_period_for_the_whole_session(self, make_app, two_rooms):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_dose(pilot, "f", "right")
            assert "Kamer 1 · 365 dagen" in text_of(app)
            assert "Kamer 1 · 365 dagen" in await press(pilot, "escape")
            await press(pilot, "escape")
            assert "Kamer 1 · 365 dagen" in await to_dose(pilot)

    async def test_one_key_resets(self, make_app, two_rooms):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_dose(pilot, "f", "left", "down", "left")
            assert "90 dagen" not in text_of(app)
            assert "Kamer 1 · 90 dagen · goede opnamen · iedereen" in await press(pilot, "r")

    async def test_rooms_add_up(self, make_app, two_rooms):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await ask(pilot, "rooms")
            await press(pilot, "down", "down", "enter")
            assert dose_choice.chosen(app).rooms == ("kamer-1", "kamer-2")
            said = await press(pilot, "escape")
            assert "Kamer 1 + kamer-2 · 90 dagen" in said
            assert re.search(r"kamer-2 +X-thorax LL", said)
            await pilot.resize_terminal(*SMALL)
            await settled(pilot)
            assert "kamer-2 · X-thorax" in text_of(app)

    async def test_a_touch_goes_to_a_question_and_another_to_its_answers(self, make_app, two_rooms):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_dose(pilot, "f")
            table = app.screen.query_one(PlainTable)
            await pilot.click(PlainTable, offset=(3, 1 + table.get_row_index("procedure")), times=2)
            await settled(pilot)
            assert "CT abdomen" in text_of(app)
            await pilot.click(PlainTable, offset=(12, 2), times=2)
            await settled(pilot)
            assert dose_choice.chosen(app).procedure == "CT abdomen"
            said = await press(pilot, "escape")
            assert "CT abdomen DLP" in said
            assert "X-thorax" not in said.split("Laatste opnamen")[0]

    async def test_an_own_period_is_typed(self, make_app, two_rooms):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await settled(pilot)
            app.session.dose_choice = Chosen(rooms=("kamer-1",), period="own")
            await to_dose(pilot, "f", "down", "enter")
            said = await press(pilot, *"nee", "enter")
            assert "Dat is geen dag." in said
            await pilot.press(*["backspace"] * 12)
            said = await press(pilot, *"1-11-2026", "enter")
            assert "1 nov 2026 – 21 nov 2026" in said

    async def test_without_signing_in_nobody_is_asked_for(self, make_app, two_rooms):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            said = await to_dose(pilot, "f")
            assert "MBB'er" not in said
            assert "J. de Vries" not in said

    async def test_an_mbber_may_look_at_their_own_only(self, make_app, shelf, two_rooms):
        shelf.user()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            app.sign_in(VRIES)
            said = await ask(pilot, "operator")
            assert "ikzelf" in said
            assert "P. Jansen" not in said
            await press(pilot, "down", "enter")
            scope = dose_choice.scope_of(app)
            assert "j. de vries" in scope.operators
            said = await press(pilot, "escape")
            assert "· ikzelf" in said
            all_of_them = Exposure.select().where(Exposure.room == "kamer-1", Exposure.view == "PA").count()
            n = int(re.search(r"n = (\d+) doses", said)[1])
            assert 0 < n < all_of_them / 2

    @pytest.mark.parametrize(("role", "may"), [("reviewer", False), ("quality", True), ("physicist", True)])
    async def test_one_other_person_is_for_who_oversees_quality(self, make_app, shelf, two_rooms, role: str, may: bool):
        shelf.user()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            app.sign_in(SignedIn("user-JdV", "J. de Vries", "JdV", role))
            assert ("P. Jansen" in await ask(pilot, "operator")) is may

    async def test_who_comes_next_sees_everyone_again(self, make_app, shelf, two_rooms):
        shelf.user()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            app.sign_in(VRIES)
            await settled(pilot)
            app.session.dose_choice = Chosen(rooms=("kamer-1",), operator=SELF, chosen_by=VRIES.user_id)
            assert choosing.operators(app, dose_choice.chosen(app)) != ()
            app.sign_out()
            assert "· iedereen" in await to_dose(pilot)
            app.sign_in(SignedIn("user-PJ", "P. Jansen", "PJ", "manager"))
            assert choosing.operators(app, dose_choice.chosen(app)) == ()


@pytest.mark.parametrize(
    ("what", "first", "until"),
    [
        (Chosen(period="month"), "2026-10-31T23:00", "2026-11-21T23:00"),
        (Chosen(period="last_month"), "2026-09-30T22:00", "2026-10-31T23:00"),
        (Chosen(period="30"), "2026-10-22T13:43", "2026-11-21T23:00"),
        (Chosen(period="own", first=date(2026, 3, 1), last=date(2026, 3, 31)), "2026-02-28T23:00", "2026-03-31T22:00"),
        (Chosen(period="own", first=date(2026, 3, 2), last=date(2026, 3, 1)), "2026-02-28T23:00", "2026-03-02T23:00"),
    ],
)
def test_periods_are_local_days(what: Chosen, first: str, until: str):
    assert choosing.span(what, NOW, AMSTERDAM) == (_utc(first), _utc(until))


def _utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


async def test_the_days_of_a_period_are_typed_as_everywhere(make_app, two_rooms):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_dose(pilot, "f", *["right"] * 4, "down")
        for typed, is_day in (("31-2-2026", False), ("1-1-0001", False), ("31-12-9999", False), ("1/9", True)):
            await press(pilot, "enter", "ctrl+u", *typed, "enter")
            assert isinstance(app.screen, DoseFilterScreen) is is_day
            if not is_day:
                await press(pilot, "escape")
        assert "1 sep 2026 – 21 nov 2026" in text_of(app)


class TestExport:
    async def test_the_table_goes_in_a_file_beside_the_database(self, make_app, two_rooms, db: Path):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            said = await to_dose(pilot, "x", "enter")
            (path,) = (db.parent / "exports").iterdir()
            assert re.fullmatch(r"dosis-groepen_2026-08-23_2026-11-21_20261121-144300\.csv", path.name)
            rows = list(csv.DictReader(path.open(encoding="utf-8")))
            assert f"Bewaard:{path}·{len(rows)}regels·Kamer1·90dagen" in "".join(said.split())
            assert len(rows) == app.screen.query_one("#dose-groups", PlainTable).row_count
            assert path.stat().st_mode & 0o077 == 0

    async def test_two_faces_in_one_second_have_a_file_each(self, make_app, two_rooms, db: Path, monkeypatch):
        """The other one is writing, and has written, under the name that this one would take."""
        folder = db.parent / "exports"
        folder.mkdir()
        name = "dosis-groepen_2026-08-23_2026-11-21_20261121-144300"
        (folder / f"{name}.csv").write_text("of the other face")
        (folder / f".{name}-2.csv.part").write_text("of a third")
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "Bewaard:" in await to_dose(pilot, "x", "enter")
        assert (folder / f"{name}.csv").read_text() == "of the other face"
        assert (folder / f".{name}-2.csv.part").read_text() == "of a third"
        assert (folder / f"{name}-3.csv").stat().st_size > 0
        assert len(list(folder.iterdir())) == 3

    async def test_the_list_goes_in_parquet(self, make_app, two_rooms, db: Path):
        import pyarrow.parquet as pq

        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_dose(pilot, "enter", "x", "down", "enter")
            (path,) = (db.parent / "exports").iterdir()
            assert path.suffix == ".parquet"
            assert pq.read_table(path).num_rows > 20

    @pytest.mark.parametrize(("role", "may"), [(None, False), ("radiographer", False), ("quality", True)])
    async def test_a_locked_kiosk_gives_files_to_who_oversees_quality(self, make_app, shelf, two_rooms, role, may):
        shelf.user()
        app = make_app(locked=True)
        async with app.run_test(size=WIDE) as pilot:
            if role:
                app.sign_in(SignedIn("user-JdV", "J. de Vries", "JdV", role))
            await to_dose(pilot, "x")
            assert isinstance(app.screen, DoseScreen) is not may

    async def test_a_disk_that_is_full_says_what_to_do_and_leaves_nothing(self, make_app, two_rooms, db, monkeypatch):
        def full(*_: Any, **__: Any) -> int:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("iqs_tui.store.reading.analysis.exporting.write_groups", full)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            said = await to_dose(pilot, "x", "enter")
            assert "Niet bewaard: de schijf is vol. Maak ruimte en probeer opnieuw." in said
            assert list((db.parent / "exports").iterdir()) == []

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
    async def test_a_folder_that_may_not_be_written_to_says_so(self, make_app, two_rooms, db: Path):
        (db.parent / "exports").mkdir(mode=0o500)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "mag niet geschreven worden" in await to_dose(pilot, "x", "enter")

    async def test_a_file_in_the_way_of_the_folder_says_so(self, make_app, two_rooms, db: Path):
        (db.parent / "exports").write_text("in the way")
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "Niet bewaard: schrijven in" in await to_dose(pilot, "x", "enter")
