"""The reject analysis on the screen: figures with their n, source and coverage; nobody is named, ranked or judged."""

import csv
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from iqs_tui import locale
from iqs_tui.domain.control_chart import WeekCount, chart
from iqs_tui.domain.reject_rate import Answers, Rate
from iqs_tui.domain.standardised import Standard
from iqs_tui.store.models import Case, LogEntry
from iqs_tui.store.reading.reject_analysis.figures import Unit
from iqs_tui.ui import choosing, reject_chart_words, reject_choice, reject_words
from iqs_tui.ui.analysis_words import in_lines
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.reject_choice import Chosen
from iqs_tui.ui.screens.blue_bin import BlueBinScreen
from iqs_tui.ui.screens.home import HomeScreen
from iqs_tui.ui.screens.reject_analysis import RejectAnalysisScreen
from iqs_tui.ui.session import SignedIn
from tests.dose_department import fill
from tests.ui.conftest import SMALL, WIDE, Shelf, StillClock, text_of
from tests.ui.dose_pages import press, settled
from tests.ui.test_glyphs import CONSOLE
from tests.ui.test_languages import foreign

VRIES = SignedIn("user-JdV", "J. de Vries", "JdV", "radiographer")
QUALITY = SignedIn("user-KH", "K. Hulst", "KH", "quality")
STRANGER = SignedIn("user-N", "N. Nieuw", "NN", "radiographer")
OTHERS = ("P. Jansen", "S. Bakker", "M. Yilmaz")
PAGES: dict[str, tuple[str, ...]] = {"overview": (), "weeks": ("w",), "operators": ("t", "left")}


def department(**more: Any) -> None:
    """Five weeks of a room in which four people work."""
    values: dict[str, Any] = {"weeks": 5, "rooms": ("kamer-1",), "per_day": 8, "reject_rate": 0.15}
    fill(**values | more)


def quarter() -> None:
    """Thirteen weeks of two rooms: enough for limits and run rules."""
    department(weeks=13, rooms=("kamer-1", "kamer-2"))


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


class TestPictures:
    @pytest.mark.parametrize("page", ["overview", "weeks", "operators"])
    @pytest.mark.parametrize("size", [WIDE, SMALL], ids=["wide", "small"])
    def test_each_view(self, snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, size: Any, page: str):
        shelf.user()
        quarter()
        walk = after(*PAGES[page], user=VRIES if page == "overview" else QUALITY)
        assert snap_compare(make_app(), terminal_size=size, run_before=walk)

    def test_light(self, snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf):
        quarter()
        assert snap_compare(make_app(theme="light"), terminal_size=WIDE, run_before=after("t", "t", "t", "down"))

    def test_console_in_english(self, snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf):
        quarter()
        assert snap_compare(make_app("en", theme="vt"), terminal_size=SMALL, run_before=after("w", "v"))

    @pytest.mark.parametrize("user", [None, QUALITY], ids=["nobody", "quality"])
    def test_nothing_yet(self, snap_compare: Any, make_app: Callable[..., IqsApp], shelf: Shelf, user: Any):
        assert snap_compare(make_app(), terminal_size=SMALL, run_before=after(user=user))


class TestFigures:
    async def test_a_rate_stands_with_its_counts_source_interval_and_coverage(self, make_app, shelf: Shelf):
        department(per_day=16)
        Case.update(state="expired").where(Case.case_id.endswith("0")).execute()
        text = " ".join((await shown(make_app())).split())
        found = re.search(r"(\d+,\d) % afgekeurd (\d+) van ([\d.]+) opnamen \(ontvangen beelden\)", text)
        assert found is not None, text
        k, n = int(found[2]), int(found[3].replace(".", ""))
        assert found[1] == f"{100 * k / n:.1f}".replace(".", ",")
        assert re.search(r"95 %-interval \d+,\d–\d+,\d %", text)
        assert re.search(r"\d+ % van de vragen beantwoord \(\d+ van \d+\)", text)
        assert "veel vragen zonder antwoord: dit cijfer kan te laag zijn" in text

    async def test_below_fifty_there_are_only_counts(self, make_app, shelf: Shelf):
        study = shelf.study()
        for minute in range(20):
            shelf.exposure(minute + 5, study=study)
        shelf.case(shelf.exposure(2, study=study), state="answered", reason_code="rotation")
        text = await shown(make_app())
        assert "afgekeurd 1 van 21 opnamen (ontvangen beelden)" in text
        assert "percentage pas vanaf 50 opnamen" in text
        assert "1 van 1 vragen beantwoord" in text
        figures = text.split("Per week")[0].split("Dosis aan")[0]
        assert "interval" not in figures
        assert not re.search(r"\d,\d %", figures)

    async def test_one_exposure(self, make_app, shelf: Shelf):
        shelf.exposure(5, study=shelf.study())
        texts = await tour(make_app(), QUALITY, SMALL)
        assert "afgekeurd 0 van 1 opnamen" in texts[0]
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
            assert "Per week (dosisrapport)" in text
            assert "Per week (ontvangen beelden)" in await press(pilot, "b")

    async def test_repeats_and_mix_ups_are_counted_apart(self, make_app, shelf: Shelf):
        study = shelf.study()
        for counts_as in ("repeat", "repeat", "identification", "reject"):
            shelf.case(shelf.exposure(9, study=study), state="answered", reason_code="rotation", counts_as=counts_as)
        text = await shown(make_app())
        assert "afgekeurd 1 van 4 opnamen" in text
        assert "2 herhaald, beide bewaard · 1 verkeerde patiënt of aanvraag" in text

    async def test_the_second_level_is_a_key_away(self, make_app, shelf: Shelf):
        department()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "Ademstand" not in await to_analysis(pilot)
            assert "Ademstand" in await press(pilot, "r")
            assert "Ademstand" not in await press(pilot, "r")


class TestWhoLooks:
    @pytest.mark.parametrize("user", [None, VRIES, QUALITY], ids=["nobody", "radiographer", "quality"])
    async def test_no_name_of_another_stands_anywhere(self, make_app, shelf: Shelf, user: Any):
        shelf.user()
        department()
        text = "\n".join(await tour(make_app(), user))
        assert not [name for name in OTHERS if name in text]
        assert "niet gelezen" not in text

    async def test_who_is_signed_in_sees_the_own_figure_under_the_whole(self, make_app, shelf: Shelf):
        shelf.user()
        department()
        text = await shown(make_app(), user=VRIES)
        assert re.search(r"jij  \d+,\d %  afgekeurd \d+ van \d", text)
        assert text.index("opnamen (") < text.index("jij")
        assert "hele weken" in text
        assert "jij  " not in await shown(make_app(), user=None)

    async def test_of_operators_only_the_own_one_and_by_role_all_as_dots(self, make_app, shelf: Shelf):
        shelf.user()
        department()
        own = await shown(make_app(), *PAGES["operators"], user=VRIES)
        assert "Jij naast het geheel" in own
        assert "iemand" not in own
        assert "◆ jij" in own
        everybody = await shown(make_app(), *PAGES["operators"])
        assert everybody.count("iemand") == 4
        nobody = await shown(make_app(), *PAGES["operators"], user=None)
        assert "Meld je aan om hier je eigen cijfer te zien" in nobody
        assert "geen opnamen op je naam" in await shown(make_app(), *PAGES["operators"], user=STRANGER)

    async def test_a_room_of_three_is_told_to_nobody_without_the_role(self, make_app, shelf: Shelf):
        shelf.user()
        department()
        Case.update(operator="P. Jansen").where(Case.operator == "M. Yilmaz").execute()
        from iqs_tui.store.models import Exposure

        Exposure.update(operator="P. Jansen").where(Exposure.operator == "M. Yilmaz").execute()
        text = await shown(make_app(), user=None)
        assert "Niets te tonen in deze keuze." in text
        assert "minder dan 4 mensen" in text
        own = await shown(make_app(), user=VRIES)
        assert re.search(r"jij  \d", own)
        assert "niet getoond" in own
        assert "afgekeurd" in await shown(make_app())

    async def test_what_one_saw_goes_when_another_sits_down(self, make_app, shelf: Shelf):
        shelf.user()
        department()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "jij" in await to_analysis(pilot, user=VRIES)
            app.session.user = None
            app.screen.show()
            assert app.screen.has_class("-unread")
            await settled(pilot)
            text = text_of(app)
            assert "jij" not in text
            assert "afgekeurd" in text

    @pytest.mark.parametrize("user", [None, VRIES, QUALITY], ids=["nobody", "radiographer", "quality"])
    @pytest.mark.parametrize("operator", ["", choosing.SELF, "p. jansen"])
    async def test_the_filter_never_asks_what_is_not_for_them(self, make_app, shelf: Shelf, operator: str, user: Any):
        """Also not with a choice that somebody else left behind."""
        shelf.user()
        department()
        app = make_app()
        app.session.reject_choice = Chosen(operator=operator, chosen_by="user-KH", view="PA", procedure="X-thorax")
        async with app.run_test(size=SMALL) as pilot:
            assert "niet gelezen" not in await to_analysis(pilot, user=user)
        for chosen_by in ("", "admin", "user-KH", "user-JdV"):
            app.session.reject_choice = Chosen(operator=operator, chosen_by=chosen_by)
            scope, viewer = reject_choice.scope_of(app), reject_choice.viewer(app)
            assert viewer.sees_everyone or viewer.names.issuperset(scope.operators)
        assert not LogEntry.select().where(LogEntry.source == "ui.reading").exists()


class TestWeeksInWords:
    @staticmethod
    def told(rates: list[int], n: int = 500) -> str:
        monday = date(2026, 3, 2)
        weeks = [WeekCount(monday=monday + timedelta(weeks=i), k=k, n=n) for i, k in enumerate(rates)]
        return reject_chart_words.finding(chart("events", weeks))

    def test_a_level_that_stays_higher(self):
        told = self.told([30, 34] * 6 + [40, 41, 39, 42, 40, 43, 41, 38, 39])
        assert told == ("Sinds week 22 (25 mei) hoger niveau: 9 weken op rij boven de middelste week (6,8 %).")

    def test_one_that_came_back(self):
        told = self.told([30, 41] * 5 + [20] * 9 + [30, 41] * 3 + [70])
        assert "Van week 20 (11 mei) tot en met week 28 lager niveau" in told
        assert "1 week buiten 99,8 %: week 35." in told

    def test_chance(self):
        assert self.told([20, 30, 22, 28] * 4) == "Geen ander niveau gevonden: 16 weken wisselen zoals bij toeval."

    def test_too_few_and_nothing(self):
        assert self.told([20, 30]) == "Nog geen uitspraak over het niveau: 2 bruikbare weken, 10 nodig."
        assert self.told([]) == "Nog geen uitspraak over het niveau: 0 bruikbare weken, 10 nodig."
        assert "0 bruikbare weken" in self.told([1, 2, 3], n=20)


class TestUnitsInWords:
    @staticmethod
    def unit(k: int, n: int, answered: int, raised: int, **more: Any) -> Unit:
        coverage = Answers(n_answered=answered, n_open=raised - answered)
        rate = Rate(source="events", k=k, n=n, low=0.01, high=0.1, coverage=coverage)
        adjusted = Standard({"a": (80, 1000)}).adjusted({"a": (k, n)})
        values: dict[str, Any] = {"name": ("X", None), "is_own": False, "position": "low_998", "adjusted": adjusted}
        return Unit(rate=rate, **values | more)

    def test_low_is_a_signal_too_and_coverage_comes_first(self):
        told = reject_chart_words.grounds(self.unit(2, 500, 10, 60, remark="low_coverage"))
        assert "Laag is ook een signaal: kijk eerst of de vragen beantwoord zijn (17 % van de vragen" in told
        told = reject_chart_words.grounds(self.unit(2, 500, 10, 10, remark="look_closer"))
        assert "Laag is ook een signaal: kijk naar mobiele opnamen" in told

    def test_observed_beside_expected_with_its_interval(self):
        told = reject_chart_words.grounds(self.unit(80, 1000, 80, 80, remark=None))
        assert told == "Verwacht bij deze projecties 80,0, gevonden 80: verhouding 1,00 (0,79–1,24)"
        told = reject_chart_words.grounds(self.unit(1, 20, 1, 1, remark=None))
        assert told == "Verwacht bij deze projecties 1,6, gevonden 1. Vergelijken kan vanaf 63 opnamen."

    def test_a_name_that_is_not_there(self, config: Any):
        one = self.unit(1, 2, 0, 0, remark=None)
        assert reject_chart_words.unit_name(one, "projection", config) == "X"
        nameless = self.unit(1, 2, 0, 0, remark=None, name=(None,))
        assert reject_chart_words.unit_name(nameless, "procedure", config) == "niet vermeld"
        assert reject_chart_words.unit_name(nameless, "room", config) == "zonder kamer"


class TestKeys:
    async def test_from_the_blue_bin_and_back_step_by_step(self, make_app, shelf: Shelf):
        department()
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

    async def test_hasty_keys(self, make_app, shelf: Shelf):
        """Before anything is read, and all at once."""
        shelf.user()
        department()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await settled(pilot)
            app.open_screen("reject_analysis")
            for key in ("x", "t", "v", "T", "r", "b", "w", "left", "V", "f", "escape", "t", "t", "down", "o", "r", "W"):
                await pilot.press(key)
            await settled(pilot)
            assert "Per week" in text_of(app)
            await pilot.resize_terminal(*SMALL)
            await press(pilot, "t", "v")
            await pilot.resize_terminal(40, 12)
            await press(pilot, "v", "t", "o")
            await pilot.resize_terminal(*WIDE)
            assert "afgekeurd" in await press(pilot, "o")

    async def test_every_step_of_the_funnel_and_round_again(self, make_app, shelf: Shelf):
        department()
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            captions = [await to_analysis(pilot, "t")]
            captions += [await press(pilot, "t") for _ in range(4)]
            said = [re.search(r"Per (kamer|verrichting|projectie|MBB'er)", text) for text in captions]
            assert [found[1] for found in said if found] == ["kamer", "verrichting", "projectie", "MBB'er", "kamer"]

    async def test_the_filter_narrows_it(self, make_app, shelf: Shelf):
        department()
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
    async def test_what_is_shown_goes_in_a_file_without_names(self, make_app, shelf: Shelf, db: Path, user: Any):
        shelf.user()
        department()
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

    async def test_not_from_a_locked_kiosk_by_whoever_passes(self, make_app, shelf: Shelf, db: Path):
        department()
        assert "Bewaren" not in await shown(make_app(locked=True), "x", user=None)
        assert not (db.parent / "exports").exists()


class TestWords:
    @pytest.mark.parametrize("language", ["nl", "en"])
    def test_nothing_judges_ranks_or_alarms(self, language: str):
        never = (
            r"\b(beste|slechtste|slecht|beter|slechter|rang|ranglijst|score|fout(en)?|te veel|te hoog|norm|schuld|"
            r"presteert|prestatie|waarschuw|alarm|gevaar|best|worst|bad|better|worse|rank|error|too (many|high)|blame|"
            r"performance|warning|danger|fail)"
        )
        words = {key: text for key, text in locale.catalogue(language).items() if key.startswith("reject.")}
        assert len(words) > 80
        assert {key: text for key, text in words.items() if re.search(never, text, re.IGNORECASE)} == {}

    def test_the_style_sheet_has_no_colour_of_alarm(self):
        sheet = (Path(__file__).parents[2] / "styles" / "reject.tcss").read_text(encoding="utf-8")
        assert not re.search(r"\$(error|warning|success|accent)", sheet)

    @pytest.mark.parametrize(
        ("language", "user"), [("nl", VRIES), ("en", QUALITY), ("en", None)], ids=["nl", "en", "en, nobody"]
    )
    async def test_not_a_word_of_the_other_language(self, make_app, shelf: Shelf, user: Any, language: str):
        shelf.user()
        department()
        text = "\n".join(await tour(make_app(language), user))
        assert foreign(text, language) == [], text

    @pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
    async def test_it_is_drawn_with_console_glyphs(self, make_app, shelf: Shelf, size: Any):
        shelf.user()
        department()
        text = "".join(await tour(make_app(theme="vt"), VRIES, size))
        assert {character for character in text if ord(character) > 126} <= CONSOLE

    async def test_data_is_never_markup(self, make_app, shelf: Shelf):
        for number, name in enumerate(("[red]x[/]", "[/bold] $primary", "🫁 胸部", "צילום")):
            study = shelf.study(name, operator=name)
            for minute in range(60):
                shelf.exposure(minute + 5 + number, name, study, procedure=name, view=name, operator=name)
            case = shelf.exposure(3, name, study, procedure=name, view=name, operator=name)
            shelf.case(case, state="answered", reason_code=name)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "[red]x[/]" in await to_analysis(pilot)
            assert "[/bold] $primary" in await press(pilot, "t", "t")
            for key in ("t", "down", "down", "v", "t", "w", "v", "o", "r"):
                await press(pilot, key)
            assert isinstance(app.screen, RejectAnalysisScreen)


def test_a_legend_is_never_broken_within_a_part():
    assert in_lines(("● binnen 99,8 %", "· 95 %", "┅ 99,8 %"), 24) == "● binnen 99,8 %   · 95 %\n┅ 99,8 %"
    assert in_lines(("● binnen 99,8 %", "· 95 %"), 3) == "● binnen 99,8 %\n· 95 %"
    assert in_lines((), 10) == ""


def test_durations_and_scales():
    assert reject_words._span(84) == "1 min 24 s"
    assert reject_words._span(9.6) == "10 s"
    assert reject_words._span(59.9) == "1 min 00 s"
    assert reject_words._span(7300) == "2 u 02 min"
    assert reject_words.scale() == 0.1


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
        assert "0 van 1 opnamen" in await to_analysis(pilot)
        shelf.exposure(4, study=study)
        clock.forward(seconds=61)
        app.announce()
        await settled(pilot)
        assert "0 van 2 opnamen" in text_of(app)
