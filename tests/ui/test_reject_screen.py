"""The reject analysis on the screen: figures with their n, source and coverage; nobody is named, ranked or judged."""

import csv
import re
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from iqs_tui.locale import t
from iqs_tui.store import database as store
from iqs_tui.store.models import Case, Exposure, LogEntry, User
from iqs_tui.store.reading.reject_analysis.burden import burden_of
from iqs_tui.ui import choosing, reject_choice
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.reject_choice import Chosen
from iqs_tui.ui.screens.blue_bin import BlueBinScreen
from iqs_tui.ui.screens.home import HomeScreen
from iqs_tui.ui.screens.reject_analysis import RejectAnalysisScreen
from iqs_tui.ui.session import SignedIn
from tests.dose_department import NOW, OPERATORS, fill
from tests.store.bulk import empty_database
from tests.ui.conftest import SMALL, WIDE, Shelf, text_of, wait_for
from tests.ui.dose_pages import press, settled
from tests.ui.stillness import StillClock
from tests.ui.test_glyphs import CONSOLE
from tests.ui.test_languages import foreign
from tests.waiting import PATIENCE_S

VRIES = SignedIn("user-JdV", "J. de Vries", "JdV", "radiographer")
QUALITY = SignedIn("user-KH", "K. Hulst", "KH", "quality")
STRANGER = SignedIn("user-N", "N. Nieuw", "NN", "radiographer")
OTHERS = ("P. Jansen", "S. Bakker", "M. Yilmaz")
PAGES: dict[str, tuple[str, ...]] = {"overview": (), "weeks": ("w",), "operators": ("t", "left")}


@cache
def filled(weeks: int, *rooms: str) -> Path:
    """Return a database file of a department in which J. de Vries is a user, made once."""
    path = Path(_FOLDER.name) / f"{weeks}-{'-'.join(rooms)}.db"
    shutil.copy(empty_database(), path)
    store.open_database(path)
    fill(weeks=weeks, rooms=rooms, per_day=8, reject_rate=0.15)
    User.create(user_id="user-JdV", name="J. de Vries", initials="JdV", operators_names=["j. de vries"], updated_at=NOW)
    store.close_connection()
    return path


_FOLDER = TemporaryDirectory()


def taken_over(db: Path, *of: Any) -> None:
    made = filled(*of)
    store.close_connection()
    shutil.copy(made, db)
    store.open_database(db)


@pytest.fixture
def department(db: Path) -> None:
    """Five weeks of a room in which four people work with three machines."""
    taken_over(db, 5, "kamer-1")


@pytest.fixture
def quarter(db: Path) -> None:
    """Thirteen weeks of two rooms: enough for limits and run rules."""
    taken_over(db, 13, "kamer-1", "kamer-2")


async def to_analysis(pilot: Any, *keys: str, user: SignedIn | None = QUALITY) -> str:
    await settled(pilot)
    pilot.app.session.user = user
    pilot.app.open_screen("reject_analysis")
    await settled(pilot)
    return await press(pilot, *keys)


def after(*keys: str, user: SignedIn | None = QUALITY) -> Callable[[Any], Any]:
    async def walk(pilot: Any) -> None:
        await to_analysis(pilot, *keys, user=user)

    return walk


TOUR = ("r", "w", "v", "v", "t", "t", "t", "t", "v", "f", "escape", "o")
"""Every view, from the overview back to it."""


async def tour(app: IqsApp, user: SignedIn | None, size: Any = WIDE) -> list[str]:
    """Return what every view shows."""
    async with app.run_test(size=size) as pilot:
        return [await to_analysis(pilot, user=user), *[await press(pilot, key) for key in TOUR]]


async def shown(app: IqsApp, *keys: str, user: SignedIn | None = QUALITY, size: Any = WIDE) -> str:
    async with app.run_test(size=size) as pilot:
        return await to_analysis(pilot, *keys, user=user)


async def sat_down(pilot: Any, user: SignedIn | None) -> str:
    """Another person sits down at the same screen."""
    pilot.app.session.user = user
    pilot.app.screen.show()
    await settled(pilot)
    return text_of(pilot.app)


class TestPictures:
    @pytest.mark.parametrize("page", ["overview", "weeks", "operators"])
    @pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
    def test_each_view(self, snap_compare: Any, make_app: Callable[..., IqsApp], quarter: None, size: Any, page: str):
        walk = after(*PAGES[page], user=VRIES if page == "overview" else QUALITY)
        assert snap_compare(make_app(), terminal_size=size, run_before=walk)

    def test_light(self, snap_compare: Any, make_app: Callable[..., IqsApp], quarter: None):
        assert snap_compare(make_app(theme="light"), terminal_size=WIDE, run_before=after("t", "t", "t", "down"))

    def test_console_in_english(self, snap_compare: Any, make_app: Callable[..., IqsApp], quarter: None):
        assert snap_compare(make_app("en", theme="vt"), terminal_size=SMALL, run_before=after("w", "v"))

    @pytest.mark.parametrize("user", [None, QUALITY], ids=["nobody", "quality"])
    def test_nothing_yet(self, snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, user: Any):
        assert snap_compare(make_app(), terminal_size=SMALL, run_before=after(user=user))


class TestFigures:
    async def test_a_rate_stands_with_its_counts_source_interval_and_coverage(self, make_app, department):
        Case.update(state="expired").where(Case.case_id.endswith("0")).execute()
        text = " ".join((await shown(make_app(), size=SMALL)).split())
        found = re.search(r"röntgen (\d+,\d) % afgekeurd (\d+) van ([\d.]+) opnamen \(ontvangen beelden\)", text)
        assert found is not None, text
        k, n = int(found[2]), int(found[3].replace(".", ""))
        assert found[1] == f"{100 * k / n:.1f}".replace(".", ",")
        assert re.search(r"95 %-interval \d+,\d–\d+,\d %", text)
        assert re.search(r"\d+ % van de vragen beantwoord \(\d+ van \d+\)", text)
        assert "veel vragen zonder antwoord: dit cijfer kan te laag zijn" in text

    async def test_each_kind_of_machine_has_a_rate_and_a_picture_of_its_own(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            text = await to_analysis(pilot)
            told = r"^ *(röntgen|mammografie|CT)  .*\n.*  afgekeurd \d+ van ([\d.]+) opnamen \([^)\n]+\)"
            n = dict(re.findall(told, text, re.MULTILINE))
            assert list(n) == ["röntgen", "mammografie", "CT"]
            assert "niet op te tellen" in text
            captions = [await press(pilot, key) for key in ("t", "b", "b", "w", "b")]
            said = [
                re.search(r"\((röntgen|mammografie|CT), .*\): gemiddeld .* van ([\d.]+)\)", one) for one in captions
            ]
            assert [found.groups() for found in said if found] == [
                (kind, n[kind]) for kind in ("röntgen", "mammografie", "CT", "CT", "röntgen")
            ]

    async def test_the_rates_are_there_while_what_rejects_cost_is_still_read(
        self, make_app, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
    ):
        may_go_on = threading.Event()

        def slowly(found: Any) -> Any:
            may_go_on.wait(PATIENCE_S)
            return burden_of(found)

        shelf.case(shelf.exposure(2, study=shelf.study()), state="answered", reason_code="rotation")
        monkeypatch.setattr("iqs_tui.ui.screens.reject_analysis.burden_of", slowly)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            app.session.user = QUALITY
            app.open_screen("reject_analysis")
            await wait_for(pilot, lambda: "worden nog gelezen" in text_of(app))
            assert "afgekeurd" in text_of(app)
            assert "berekenen" in text_of(app)
            may_go_on.set()
            await settled(pilot)
            assert "Twee of meer afgekeurd" in text_of(app)
            assert "berekenen" not in text_of(app)

    async def test_below_fifty_there_are_only_counts(self, make_app, shelf: Shelf):
        study = shelf.study()
        for minute in range(20):
            shelf.exposure(minute + 5, study=study)
        shelf.case(shelf.exposure(2, study=study), state="answered", reason_code="rotation")
        text = await shown(make_app())
        assert "afgekeurd 1 van 21 opnamen (ontvangen beelden)" in text
        assert "percentage pas vanaf 50 opnamen" in text
        assert re.search("1 van 1 vra(gen|ag) beantwoord", text)
        figures = text.split("Per week")[0].split("Dosis aan")[0]
        assert "interval" not in figures
        assert not re.search(r"\d,\d %", figures)

    async def test_one_exposure(self, make_app, shelf: Shelf):
        shelf.exposure(5, study=shelf.study())
        async with make_app().run_test(size=SMALL) as pilot:
            texts = [await to_analysis(pilot), *[await press(pilot, key) for key in ("w", "v", "t", "left", "v")]]
        assert re.search("afgekeurd 0 van 1 opname", texts[0])
        assert not any("niet gelezen" in text for text in texts)

    async def test_sources_stand_apart(self, make_app, shelf: Shelf):
        uid = shelf.study()
        for minute in range(60):
            shelf.exposure(minute + 3, study=uid, report_facts={"kvp": 60})
            shelf.exposure(minute + 3, study=shelf.study(room="kamer-2"), room="kamer-2")
        app = make_app(face="admin")
        async with app.run_test(size=WIDE) as pilot:
            text = await to_analysis(pilot, user=None)
            assert "afgekeurd 0 van 60 opnamen (dosisrapport)" in text
            assert "afgekeurd 0 van 60 opnamen (ontvangen beelden)" in text
            assert "niet op te tellen" in text
            assert "120" not in text
            assert "Per week (röntgen, dosisrapport)" in text
            assert "Per week (röntgen, ontvangen beelden)" in await press(pilot, "b")

    async def test_repeats_and_mix_ups_are_counted_apart(self, make_app, shelf: Shelf):
        study = shelf.study()
        for counts_as in ("repeat", "repeat", "identification", "reject"):
            shelf.case(shelf.exposure(9, study=study), state="answered", reason_code="rotation", counts_as=counts_as)
        text = await shown(make_app())
        assert "afgekeurd 1 van 4 opnamen" in text
        assert "2 herhaald, beide bewaard · 1 verkeerde patiënt of aanvraag" in text

    async def test_the_second_level_is_a_key_away(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "Ademstand" not in await to_analysis(pilot)
            assert "Ademstand" in await press(pilot, "r")
            assert "Ademstand" not in await press(pilot, "r")


class TestWhoLooks:
    @pytest.mark.parametrize(
        ("language", "user", "size"),
        [("nl", VRIES, WIDE), ("en", QUALITY, WIDE), ("en", None, SMALL)],
        ids=["radiographer", "quality", "nobody"],
    )
    async def test_in_every_view_no_name_of_another_no_foreign_word_and_console_glyphs(
        self, make_app, department, user: Any, language: str, size: Any
    ):
        text = "\n".join(await tour(make_app(language, theme="vt"), user, size))
        assert not [name for name in OTHERS if name in text]
        assert t("dose.not_read") not in text
        assert foreign(text, language) == [], text
        assert {character for character in text if ord(character) > 126} <= CONSOLE

    async def test_who_is_signed_in_sees_the_own_figure_under_the_whole_and_takes_it_along(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            text = await to_analysis(pilot, user=VRIES)
            assert re.search(r"jij, röntgen  .*\n +\d+,\d %  afgekeurd \d+ van \d", text)
            assert text.index("opnamen (") < text.index("jij")
            assert "hele weken" in text
            app.session.user = None
            app.screen.show()
            assert app.screen.has_class("-unread"), "what one saw goes at once when another sits down"
            await settled(pilot)
            assert "jij" not in text_of(app)
            assert "afgekeurd" in text_of(app)

    async def test_of_operators_only_the_own_one_and_by_role_all_as_dots(self, make_app, department):
        async with make_app().run_test(size=WIDE) as pilot:
            own = await to_analysis(pilot, *PAGES["operators"], user=VRIES)
            assert "Jij naast het geheel" in own
            assert "iemand" not in own
            assert "◆ jij" in own
            assert (await sat_down(pilot, QUALITY)).count("iemand") == 4
            assert "Meld je aan om hier je eigen cijfer te zien" in await sat_down(pilot, None)
            assert "geen opnamen op je naam" in await sat_down(pilot, STRANGER)

    async def test_a_room_of_three_is_told_to_nobody_without_the_role(self, make_app, department):
        for model in (Case, Exposure):
            model.update(operator="P. Jansen").where(model.operator == "M. Yilmaz").execute()
        async with make_app().run_test(size=WIDE) as pilot:
            text = await to_analysis(pilot, user=None)
            assert "Niets te tonen in deze keuze." in text
            assert "minder dan 4 mensen" in text
            own = await sat_down(pilot, VRIES)
            assert re.search(r"jij  \d", own)
            assert "niet getoond" in own
            assert "afgekeurd" in await sat_down(pilot, QUALITY)

    @pytest.mark.parametrize("user", [None, VRIES, QUALITY], ids=["nobody", "radiographer", "quality"])
    async def test_the_filter_never_asks_what_is_not_for_them(self, make_app, department, user: Any):
        """Also not with a choice that somebody else left behind."""
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await to_analysis(pilot, user=user)
            for operator in ("", choosing.SELF, "p. jansen"):
                shared = {"operator": operator, "view": "PA", "procedure": "X-thorax"}
                app.session.reject_choice = Chosen(chosen_by="user-KH", **shared)
                assert "niet gelezen" not in await sat_down(pilot, user)
                for chosen_by in ("", "admin", "user-KH", "user-JdV"):
                    app.session.reject_choice = Chosen(operator=operator, chosen_by=chosen_by)
                    scope, viewer = reject_choice.scope_of(app), reject_choice.viewer(app)
                    assert viewer.sees_everyone or viewer.names.issuperset(scope.operators)
        assert not LogEntry.select().where(LogEntry.source == "ui.reading").exists()


class TestKeys:
    async def test_from_the_blue_bin_and_back_step_by_step(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await settled(pilot)
            await press(pilot, "b", "a")
            assert isinstance(app.screen, RejectAnalysisScreen)
            await press(pilot, "w", "v", "escape")
            assert app.screen.has_class("-overview")
            await press(pilot, "escape")
            assert isinstance(app.screen, BlueBinScreen)
            await press(pilot, "escape")
            assert isinstance(app.screen, HomeScreen)

    async def test_hasty_keys(self, make_app, department):
        """Before anything is read, and all at once."""
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await settled(pilot)
            app.open_screen("reject_analysis")
            await pilot.press(*"xtvTrbw", "left", "V", "f", "escape", "t", "t", "down", *"orW")
            await settled(pilot)
            assert "Per week" in text_of(app)
            await pilot.resize_terminal(*SMALL)
            await press(pilot, "t", "v")
            await pilot.resize_terminal(40, 12)
            await press(pilot, "v", "t", "o")
            await pilot.resize_terminal(*WIDE)
            assert "afgekeurd" in await press(pilot, "o")

    async def test_every_step_of_the_funnel_and_round_again(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            captions = [await to_analysis(pilot, "t")]
            captions += [await press(pilot, "t") for _ in range(4)]
            said = [re.search(r"Per (kamer|verrichting|projectie|MBB'er)", text) for text in captions]
            assert [found[1] for found in said if found] == ["kamer", "verrichting", "projectie", "MBB'er", "kamer"]

    async def test_the_filter_narrows_it(self, make_app, department):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_analysis(pilot, "f")
            app.session.reject_choice = Chosen(rooms=("kamer-1",), reason="rotation")
            text = await press(pilot, "escape")
            assert "Rotatie / kanteling · iedereen" in text
            assert "Belichting" not in text
            text = await press(pilot, "f")
            assert "reden" in text
            assert "Rotatie / kanteling" in text
            await press(pilot, "r", "escape")
            assert "Belichting" in text_of(app)


class TestExport:
    @pytest.mark.parametrize("user", [VRIES, QUALITY], ids=["radiographer", "quality"])
    async def test_what_is_shown_goes_in_a_file_without_names(self, make_app, department, db: Path, user: Any):
        app = make_app(locked=False)
        async with app.run_test(size=WIDE) as pilot:
            text = await to_analysis(pilot, "x", "enter", user=user)
            assert "Bewaard: " in text
        (file,) = (db.parent / "exports").iterdir()
        assert file.name.startswith("afkeuranalyse_2026-")
        content = file.read_text(encoding="utf-8-sig")
        assert not [name for name in (*OTHERS, "de vries") if name.casefold() in content.casefold()]
        rows = list(csv.DictReader(content.splitlines(), delimiter=";" if ";" in content.splitlines()[0] else ","))
        kinds = {row["figure"] for row in rows}
        assert {"total", "week", "reason", "reason_detail", "room", "procedure", "projection"} <= kinds
        assert ("operator" in kinds) == (user is QUALITY)
        assert ("own" in kinds) == (user is VRIES)

    async def test_not_from_a_locked_kiosk_by_whoever_passes(self, make_app, department, db: Path):
        assert "Bewaren" not in await shown(make_app(locked=True), "x", user=None)
        assert not (db.parent / "exports").exists()


async def test_data_is_never_markup(make_app, department):
    for name, operator in zip(("[red]x[/]", "[/bold] $primary", "🫁 胸部", "צילום"), OPERATORS, strict=True):
        Case.update(reason_code=name).where(Case.operator == operator).execute()
        named = {"procedure": name, "view": name, "operator": name}
        Exposure.update(**named).where(Exposure.operator == operator).execute()
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        assert "[red]x[/]" in await to_analysis(pilot)
        assert "[/bold] $primary" in await press(pilot, "t", "t")
        for key in ("t", "down", "v", "t", "w", "v", "r"):
            await press(pilot, key)
        assert isinstance(app.screen, RejectAnalysisScreen)


def test_home_reads_nothing_of_it():
    code = (
        "import sys, iqs_tui.ui.app, iqs_tui.ui.screens.home;"
        "print([name for name in sys.modules if 'reject_analysis' in name or 'reject_choice' in name])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_a_minute_later_it_is_read_again(make_app, shelf: Shelf, clock: StillClock):
    study = shelf.study()
    shelf.exposure(5, study=study)
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        assert re.search("0 van 1 opname", await to_analysis(pilot))
        shelf.exposure(4, study=study)
        clock.forward(seconds=61)
        app.announce()
        await settled(pilot)
        assert "0 van 2 opnamen" in text_of(app)
