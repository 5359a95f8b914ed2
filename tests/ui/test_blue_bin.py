"""The blauwe ton on the screen: list, picture, compare, correct, lessons; by keys, by hand, and who may what."""

from typing import Any

import pytest

from iqs_tui.store import lessons
from iqs_tui.store.models import Case, Correction, LessonCase, Preview
from iqs_tui.ui.app import IqsApp
from iqs_tui.ui.bin_choice import Chosen
from iqs_tui.ui.screens.blue_bin import BlueBinScreen
from iqs_tui.ui.screens.blue_bin_case import BlueBinCaseScreen
from iqs_tui.ui.screens.blue_bin_compare import BlueBinCompareScreen
from iqs_tui.ui.screens.lesson import LessonScreen
from iqs_tui.ui.session import SignedIn
from iqs_tui.ui.widgets.picture import PictureView
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf, text_of
from tests.ui.dose_pages import press, settled
from tests.ui.radiographs import a_blue_bin, keep, radiograph
from tests.ui.test_glyphs import CONSOLE

VRIES = SignedIn("user-JdV", "J. de Vries", "JdV", "radiographer")
JANSEN = SignedIn("user-PJ", "P. Jansen", "PJ", "radiographer")
QUALITY = SignedIn("user-Q", "Q. Kwaliteit", "QK", "quality")


@pytest.fixture
def cases(shelf: Shelf) -> list[str]:
    for person in (VRIES, JANSEN, QUALITY):
        shelf.user(person.name, person.user_id.removeprefix("user-"), role=person.role)
    return a_blue_bin(shelf)


async def to_bin(pilot: Any, *keys: str, user: SignedIn | None = VRIES) -> str:
    """Open the blauwe ton, signed in, and go on from there."""
    await settled(pilot)
    pilot.app.session.user = user
    pilot.app.open_screen("blue_bin")
    await settled(pilot)
    return await press(pilot, *keys)


def drawn(app: IqsApp, name: str) -> bool:
    return app.screen.query_one(f"#{name}", PictureView).has_class("-picture")


class TestList:
    async def test_the_picture_of_the_chosen_case_stands_beside_it(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            shown = await to_bin(pilot)
            assert "9 afgekeurd" in shown
            assert "beantwoord: 9 van 9 vragen" in shown
            assert drawn(app, "bin-picture")
            shown = await press(pilot, "down", "down")
            assert not drawn(app, "bin-picture")
            assert "Geen beeld ontvangen" in shown

    async def test_at_80x24_there_is_the_list_alone(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            shown = await to_bin(pilot)
            assert "Rotatie / kanteling" in shown
            assert "▀" not in shown
            await press(pilot, "enter")
            assert drawn(app, "case-picture")

    async def test_a_reason_is_chosen_by_its_key_or_by_hand_and_all_come_back(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "3 afgekeurd" in await to_bin(pilot, "8")
            assert "9 afgekeurd" in await press(pilot, "0")
            assert "toets   reden" in await press(pilot, "v")
            await pilot.click("#bin-reasons", offset=(3, 1))
            await settled(pilot)
            assert app.session.bin_choice.reason

    async def test_it_pages(self, make_app, cases, monkeypatch):
        monkeypatch.setattr("iqs_tui.ui.screens.blue_bin.PAGE", 4)
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            assert "1–4 van 9" in await to_bin(pilot)
            assert "5–8 van 9" in await press(pilot, "right")
            assert "9–9 van 9" in await press(pilot, "right", "right")
            assert "1–4 van 9" in await press(pilot, "left", "left", "left")

    async def test_a_case_says_its_place_in_the_list_and_not_on_the_page(self, make_app, cases, monkeypatch):
        monkeypatch.setattr("iqs_tui.ui.screens.blue_bin.PAGE", 4)
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            assert "6 van 9" in await to_bin(pilot, "right", "down", "enter")
            assert "7 van 9" in await press(pilot, "pagedown")

    async def test_open_cases_stand_apart(self, make_app, shelf: Shelf, cases):
        shelf.case(shelf.exposure(3, "Knie AP"), detected_at=NOW)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            shown = await to_bin(pilot)
            assert "Knie AP" not in shown
            app.session.bin_choice = Chosen(rooms=("kamer-1",), kind="open")
            app.screen.show_all()
            await settled(pilot)
            shown = text_of(app)
            assert "1 wacht op een reden" in shown
            assert "wacht al op een reden" in shown

    async def test_an_empty_one_says_what_will_come(self, make_app, shelf: Shelf):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            shown = await to_bin(pilot)
            assert "Niets in deze keuze." in shown
            await press(pilot, "enter", "k", "v", "7", "right")
            assert isinstance(app.screen, BlueBinScreen)

    async def test_the_manager_sees_every_room(self, make_app, shelf: Shelf, cases):
        shelf.case(
            shelf.exposure(3, "Knie AP", room="kamer-2"), room="kamer-2", state="answered", reason_code="rotation"
        )
        app = make_app(face="admin")
        async with app.run_test(size=WIDE) as pilot:
            assert "10 afgekeurd" in await to_bin(pilot, user=None)
            assert "Knie AP" in text_of(app)
            assert "kamer-2" in text_of(app)

    async def test_another_one_s_name_is_for_who_oversees_quality(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "J. de Vries" not in await to_bin(pilot, user=None)
            assert "MBB'er" not in await press(pilot, "f")
            for user in (VRIES, QUALITY):
                app.session.user = user
                shown = await press(pilot, "escape", "f", "ctrl+end", "enter")
                assert "ikzelf" in shown
                assert ("J. de Vries  " in "\n".join(shown.splitlines()[5:])) == (user is QUALITY)
                await press(pilot, "escape")


class TestPicture:
    async def test_keys_turn_it_and_zero_turns_it_back(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_bin(pilot, "enter")
            before = text_of(app)
            shown = await press(pilot, "right", "up", "plus", "6")
            assert "venster 204 · niveau 116 · ×1,5" in shown
            assert await press(pilot, "0") == before
            assert "niet voor diagnose" in before

    async def test_a_hand_turns_it_too(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_bin(pilot, "enter")
            await pilot.click("#case-picture", offset=(20, 8))
            await settled(pilot)
            assert "×1,5" in text_of(app)
            await pilot.mouse_down("#case-picture", offset=(20, 8))
            await pilot.hover("#case-picture", offset=(29, 8))
            await pilot.mouse_up("#case-picture", offset=(29, 8))
            await settled(pilot)
            assert "venster 131" in text_of(app)

    async def test_the_list_can_be_walked_from_it(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "1 van 9" in await to_bin(pilot, "enter")
            assert "2 van 9" in await press(pilot, "pagedown")
            assert "“patiënt kon niet staan”" in text_of(app)
            assert "1 van 9" in await press(pilot, "pageup", "pageup")

    async def test_one_that_is_being_made_appears_by_itself(self, make_app, shelf: Shelf):
        exposure = shelf.exposure(5)
        uid = keep(exposure, None, "waiting")
        shelf.case(exposure, state="answered", reason_code="rotation")
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "Het voorbeeld wordt gemaakt." in await to_bin(pilot, "enter")
            Preview.update(state="made", picture=radiograph()).where(Preview.instance_uid == uid).execute()
            app.announce()
            await settled(pilot)
            assert drawn(app, "case-picture")

    async def test_four_greys_are_no_picture(self, make_app, cases):
        app = make_app(theme="vt")
        async with app.run_test(size=WIDE) as pilot:
            shown = await to_bin(pilot, "enter", "plus")
            assert "Beeld niet te tonen op dit scherm" in shown
            assert "Groter" not in shown

    async def test_the_rejected_one_and_what_followed_are_turned_at_once(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            shown = await to_bin(pilot, "enter", "v")
            assert isinstance(app.screen, BlueBinCompareScreen)
            assert "Afgekeurd: Rotatie / kanteling" in shown
            assert "Goedgekeurd, erna gemaakt" in shown
            assert "DAP 7,9 µGy·m²" in shown
            assert "DAP 8,1 µGy·m²" in shown
            assert drawn(app, "picture-rejected")
            assert drawn(app, "picture-accepted")
            before = text_of(app)
            assert await press(pilot, "plus") != before
            await press(pilot, "escape")
            assert isinstance(app.screen, BlueBinCaseScreen)

    async def test_where_nothing_followed_it_says_so(self, make_app, shelf: Shelf):
        shelf.case(shelf.exposure(5, view="PA"), state="answered", reason_code="rotation")
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            shown = " ".join((await to_bin(pilot, "enter", "v")).split())
            assert "Er volgde geen goedgekeurde opname" in shown


class TestCorrecting:
    async def test_two_keys_and_why(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_bin(pilot, "enter", "r", "8", "7")
            shown = await press(pilot, *"te", "enter")
            assert isinstance(app.screen, BlueBinCaseScreen)
            assert "Anatomie afgesneden: te krap" in shown
            assert "J. de Vries: Rotatie" in shown
            assert "“te”" in " ".join(shown.split())
            assert Correction.get().by == VRIES.user_id

    async def test_it_can_be_taken_back_for_ten_seconds(self, make_app, cases, clock):
        app = make_app()
        async with app.run_test(size=SMALL) as pilot:
            await to_bin(pilot, "enter", "r", "0", "7", *"nee", "enter")
            assert Case.get_by_id(cases[0]).state == "dismissed"
            await press(pilot, "u")
            assert Case.get_by_id(cases[0]).state == "answered"
            assert not Correction.select().exists()

    async def test_it_must_say_why(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            shown = await to_bin(pilot, "enter", "r", "5", "enter", "enter")
            assert "Zeg in een paar woorden waarom." in shown
            assert not Correction.select().exists()
            await press(pilot, "escape", "escape")
            assert isinstance(app.screen, BlueBinCaseScreen)

    async def test_whose_it_is(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_bin(pilot, "enter")
            for user, may in ((None, False), (VRIES, True), (JANSEN, False), (QUALITY, True)):
                app.session.user = user
                app.screen.show_all()
                await settled(pilot)
                assert ("Verbeteren" in text_of(app)) == may
                await press(pilot, "r")
                assert app.shows("correct") == may
                await press(pilot, *["escape"] * may)

    async def test_the_manager_may_correct_all(self, make_app, cases):
        app = make_app(face="admin")
        async with app.run_test(size=WIDE) as pilot:
            await to_bin(pilot, "enter", "r", "5", "enter", *"ja", "enter", user=None)
            assert Correction.get().by == "admin"
            assert "beheer: Rotatie" in text_of(app)


class TestLessons:
    async def test_what_was_picked_becomes_a_lesson(self, make_app, cases):
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            assert "2 gekozen voor een les" in await to_bin(pilot, "k", "space")
            assert "2 gekozen: N maakt er een les van." in await press(pilot, "l")
            shown = await press(pilot, "n", *"Les", "enter")
            assert "Les  " in shown
            assert [row.case_id for row in LessonCase.select().order_by(LessonCase.position)] == cases[:2]
            assert app.session.picked == []

    async def test_the_reason_comes_when_asked_for(self, make_app, cases):
        lesson_id = lessons.make("Thorax", "room", NOW)
        lessons.add(lesson_id, cases[:2], "room", NOW)
        lessons.remark(lesson_id, cases[0], "schouders", "room", NOW)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            shown = await to_bin(pilot, "l", "enter", user=None)
            assert isinstance(app.screen, LessonScreen)
            assert "Wat ging hier mis?" in shown
            assert "Rotatie" not in shown
            shown = await press(pilot, "enter")
            assert "Rotatie / kanteling" in shown
            assert "“schouders”" in shown
            shown = await press(pilot, "space")
            assert "2 van 2" in shown
            assert "Anatomie" not in shown
            assert "J. de Vries" not in shown

    async def test_who_is_not_known_changes_nothing_and_what_was_taken_away_comes_back(self, make_app, cases):
        lessons.add(lessons.make("Thorax", "room", NOW), cases[:2], "room", NOW)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            await to_bin(pilot, "k", "l", "n", "delete", "enter", "delete", "o", user=None)
            assert isinstance(app.screen, LessonScreen)
            assert LessonCase.select().count() == 2
            app.session.user = VRIES
            app.screen.show_all()
            assert "1 van 1" in await press(pilot, "delete")
            assert "1 van 2" in await press(pilot, "u")

    async def test_a_page_of_it_tells_nobody_s_name_nor_day(self, make_app, cases, db):
        lesson_id = lessons.make("Thorax <b>", "room", NOW)
        lessons.add(lesson_id, cases[:3], "room", NOW)
        lessons.remark(lesson_id, cases[0], "let op de schouders", "room", NOW)
        app = make_app()
        async with app.run_test(size=WIDE) as pilot:
            shown = await to_bin(pilot, "l", "enter", "x")
            assert "Bewaard:" in shown
            [path] = (db.parent / "exports").glob("les_*.html")
        page = path.read_text(encoding="utf-8")
        assert page.count("data:image/png;base64,") == 4
        assert "Rotatie / kanteling" in page
        assert "nov 2026" in page
        assert "let op de schouders" in page
        assert "Thorax &lt;b&gt;" in page
        words = page.split("base64,")[0] + "".join(part.partition('"')[2] for part in page.split("base64,")[1:])
        for told in ("Vries", "Kamer", "kamer-1", "1.2.826", "21 nov", "case-", "http", "kon niet staan"):
            assert told not in words.replace("http-equiv", "")

    async def test_a_locked_kiosk_gives_no_page_to_whoever_passes(self, make_app, cases):
        lessons.add(lessons.make("Thorax", "room", NOW), cases[:1], "room", NOW)
        app = make_app(locked=True)
        async with app.run_test(size=WIDE) as pilot:
            assert "Bewaren" not in await to_bin(pilot, "l", "enter", user=VRIES)


PAGES = (
    ("v",),
    ("f",),
    ("enter",),
    ("enter", "v"),
    ("enter", "r"),
    ("enter", "r", "5"),
    ("k", "l"),
    ("l", "enter", "enter"),
)
"""What leads from the list to each of the others."""


@pytest.mark.parametrize("size", [SMALL, WIDE], ids=["small", "wide"])
async def test_every_page_is_drawn_with_console_glyphs(make_app, cases, size):
    lessons.add(lessons.make("Thorax", "room", NOW), cases[:1], "room", NOW)
    app = make_app(theme="vt")
    async with app.run_test(size=size) as pilot:
        drawn = await to_bin(pilot, user=QUALITY)
        for keys in PAGES:
            drawn += await press(pilot, *keys)
            while not isinstance(app.screen, BlueBinScreen):
                drawn += await press(pilot, "escape")
        assert {character for character in drawn if ord(character) > 126} - CONSOLE == set()


async def test_what_was_picked_goes_with_who_picked_it(make_app, cases):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_bin(pilot, "k", "k")
        app.sign_out()
        assert app.session.picked == []


async def test_hasty_keys_leave_a_face_that_answers(make_app, cases):
    app = make_app()
    async with app.run_test(size=WIDE) as pilot:
        await to_bin(pilot)
        await pilot.press(
            *"vkK", "down", "enter", "V", "plus", "escape", "pagedown", "pagedown", "r", "5", "escape", "R"
        )
        await settled(pilot)
        await pilot.press("escape", "escape", "escape", "escape")
        await settled(pilot)
        assert app.is_home
