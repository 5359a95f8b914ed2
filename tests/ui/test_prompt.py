"""The prompt: one key answers, a second may refine, nothing is lost, everything can be taken back."""

from datetime import timedelta

import msgspec
import pytest
from peewee import OperationalError

from iqs_tui.store import answering
from iqs_tui.store.models import Case, Device, Signal
from iqs_tui.ui.screens.prompt import PromptScreen
from tests.ui.conftest import NOW, SMALL, WIDE, Shelf, StillClock, text_of, wait_for


@pytest.fixture
def app(make_app):
    return make_app()


async def test_opens_by_itself_for_a_new_case(app, shelf: Shelf):
    async with app.run_test(size=WIDE) as pilot:
        assert app.is_home
        shelf.case(shelf.exposure(4))
        app.announce()
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)


async def test_one_key_answers_at_once(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5")
        case = Case.get_by_id(case_id)
        assert (case.state, case.reason_code, case.answered_by) == ("answered", "exposure", "room")
        assert case.shown_at is not None
        assert case.keys == 1


async def test_one_touch_answers_at_once(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        await pilot.click("#choice-8", offset=(2, 1))
        await pilot.pause()
        assert Case.get_by_id(case_id).reason_code == "cut_off"


async def test_a_second_key_refines_and_goes_home(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5", "8")
        await pilot.pause()
        assert Case.get_by_id(case_id).reason_code == "exposure.over"
        assert app.is_home


async def test_enter_goes_on_without_refining(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("7", "enter")
        await pilot.pause()
        assert Case.get_by_id(case_id).reason_code == "rotation"
        assert app.is_home


async def test_goes_on_by_itself_when_the_time_is_over(app, shelf: Shelf, clock: StillClock):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("7")
        clock.forward(seconds=9.9)
        await pilot.pause()
        assert app.screen.phase == "refine"
        clock.forward(seconds=0.1)
        await pilot.pause()
        assert app.is_home


async def test_who_takes_the_answer_back_is_not_sent_on(app, shelf: Shelf, clock: StillClock):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("7", "u", "0")
        clock.forward(seconds=11)
        await pilot.pause()
        assert app.screen.phase == "dismiss"


async def test_the_next_case_follows(app, shelf: Shelf):
    first, second = shelf.two_open()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("7", "7")
        await pilot.pause()
        assert Case.get_by_id(first).reason_code == "rotation.patient"
        assert app.screen.asking.case.case_id == second
        await pilot.press("4", "enter")
        await pilot.pause()
        assert Case.get_by_id(second).reason_code == "motion"
        assert app.is_home


async def test_undo_asks_again(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5", "u")
        await pilot.pause()
        assert Case.get_by_id(case_id).state == "open"
        assert app.screen.phase == "ask"
        await pilot.press("9")
        assert Case.get_by_id(case_id).reason_code == "projection"


async def test_undo_from_home_opens_the_case_again(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5", "enter")
        await pilot.pause()
        assert app.is_home
        await pilot.press("u")
        await pilot.pause()
        assert Case.get_by_id(case_id).state == "open"
        assert app.screen.asking.case.case_id == case_id


async def test_undo_is_over_after_its_time(app, shelf: Shelf, clock: StillClock):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5", "enter")
        await pilot.pause()
        clock.forward(seconds=11)
        await pilot.press("u")
        await pilot.pause()
        assert Case.get_by_id(case_id).state == "answered"
        assert app.is_home


async def test_no_reject_asks_what_it_was(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("0", "9")
        await pilot.pause()
        case = Case.get_by_id(case_id)
        assert (case.state, case.reason_code) == ("dismissed", "stitching")


async def test_later_puts_off_and_comes_back(app, shelf: Shelf, clock: StillClock):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("plus")
        await pilot.pause()
        assert app.is_home
        assert Case.get_by_id(case_id).state == "open"
        clock.forward(minutes=14)
        app.announce()
        await pilot.pause()
        assert app.is_home
        clock.forward(minutes=2)
        app.announce()
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)


async def test_escape_leaves_it_open_and_does_not_nag(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("escape")
        await pilot.pause()
        app.announce()
        await pilot.pause()
        assert app.is_home
        assert Case.get_by_id(case_id).state == "open"
        await pilot.press("enter")
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)


async def test_letters_are_a_remark_with_other(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press(*"verkeerde tafel".replace(" ", "_").replace("_", "-"), "enter")
        await pilot.pause()
        case = Case.get_by_id(case_id)
        assert (case.reason_code, case.detail) == ("other", "verkeerde-tafel")
        assert app.is_home


async def test_other_is_kept_at_once_and_asks_for_words(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("3")
        assert Case.get_by_id(case_id).reason_code == "other"
        await pilot.press(*"lul", "enter")
        await pilot.pause()
        assert Case.get_by_id(case_id).detail == "lul"


async def test_digits_in_a_remark_answer_nothing(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("x", "5", "0", "plus", "enter")
        await pilot.pause()
        assert Case.get_by_id(case_id).detail == "x50+"


async def test_a_half_typed_remark_survives_escape(app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("a", "b", "escape")
        assert isinstance(app.screen, PromptScreen)
        await pilot.press("c")
        assert app.screen.query_one("RemarkLine").value == "abc"


async def test_the_operator_is_proposed(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    case_id = shelf.case(shelf.exposure(4), operator="j. de vries")
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5")
        assert Case.get_by_id(case_id).answered_by == "user-JdV"


async def test_switching_goes_before_the_proposal(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    shelf.user("P. Jansen", "PJ")
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("l", "p", "j", "enter")
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)
        await pilot.press("5")
        assert Case.get_by_id(case_id).answered_by == "user-PJ"


async def test_the_room_can_answer_instead_of_the_proposed(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("l", "0")
        await pilot.pause()
        await pilot.press("5")
        assert Case.get_by_id(case_id).answered_by == "room"


async def test_a_case_answered_elsewhere_makes_place_and_a_key_meant_for_it_does_not_answer_the_next(
    app, shelf: Shelf, clock: StillClock
):
    first, second = shelf.two_open()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        answering.answer(first, "motion", "room", app.clock())
        app.announce()
        await pilot.pause()
        assert app.screen.asking.case.case_id == second
        for key in ("5", "0", "plus"):
            await pilot.press(key)
        assert Case.get_by_id(second).state == "open"
        assert not Case.get_by_id(second).deferred
        clock.forward(seconds=1)
        await pilot.press("5")
        assert Case.get_by_id(second).reason_code == "exposure"


async def test_markup_in_a_header_stays_text(app, shelf: Shelf):
    shelf.case(shelf.exposure(4, "[red]Thorax[/red] [@click=app.quit]x[/]"))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        shown = "\n".join("".join(s.text for s in strip) for strip in app.screen._compositor.render_strips())
        assert "[red]Thorax[/red] [@click=app.quit]x[/]" in shown


async def test_one_key_during_refining_never_answers_the_next_case(app, shelf: Shelf):
    first, second = shelf.two_open()
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("7", "1")
        await pilot.pause()
        assert Case.get_by_id(first).reason_code == "rotation"
        assert Case.get_by_id(second).state == "open"


async def test_who_switches_while_refining_is_who_answered(app, shelf: Shelf):
    shelf.user("J. de Vries", "JdV")
    shelf.user("P. Jansen", "PJ")
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5", "l", "p", "enter")
        await pilot.pause()
        case = Case.get_by_id(case_id)
        assert (case.reason_code, case.answered_by) == ("exposure", "user-PJ")


async def test_a_reason_touched_while_typing_takes_the_remark_along(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("r", "o", "o", "s", "t", "e", "r")
        await pilot.click("#choice-1")
        await pilot.pause()
        case = Case.get_by_id(case_id)
        assert (case.reason_code, case.detail) == ("equipment", "rooster")


async def test_a_database_that_cannot_be_written_is_a_sentence(app, shelf: Shelf, monkeypatch):
    case_id, answer = shelf.case(shelf.exposure(4)), answering.answer

    def locked(*_: object, **__: object) -> None:
        raise OperationalError("database is locked")

    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        monkeypatch.setattr(answering, "answer", locked)
        await pilot.press("5")
        await pilot.pause()
        await pilot.press("7")
        assert "Nog niet bewaard" in text_of(app)
        assert app.screen.phase == "ask"
        monkeypatch.setattr(answering, "answer", answer)
        await wait_for(pilot, lambda: app.screen.phase == "refine")
        assert Case.get_by_id(case_id).reason_code == "exposure"
        assert "Nog niet bewaard" not in text_of(app)


async def test_every_label_is_whole_at_80x24(app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=SMALL) as pilot:
        await pilot.pause()
        shown = text_of(app).replace("Anders…", "")
        assert "…" not in shown
        assert "Verkeerde patiënt" in shown
        assert "/ zijde" in shown


async def test_an_empty_prompt_takes_the_case_that_comes(app, shelf: Shelf):
    async with app.run_test(size=WIDE) as pilot:
        await pilot.press("enter")
        await pilot.pause()
        assert "Geen opname wacht op een reden." in text_of(app)
        case_id = shelf.case(shelf.exposure(4))
        app.announce()
        await pilot.pause()
        assert app.screen.asking.case.case_id == case_id
        assert "Waarom is deze opname afgekeurd?" in text_of(app)


async def test_a_case_that_was_put_off_can_be_asked_for(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("plus")
        await pilot.pause()
        assert app.is_home
        assert "1 uitgesteld, terug om 14:58" in text_of(app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.press("5", "7")
        await pilot.pause()
        assert Case.get_by_id(case_id).reason_code == "exposure.under"


async def test_no_second_prompt_opens_behind_help(app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("f1")
        await pilot.pause()
        shelf.case(shelf.exposure(3))
        app.announce()
        await pilot.pause()
        assert [type(screen).__name__ for screen in app.screen_stack].count("PromptScreen") == 1
        await pilot.press("escape")
        await pilot.pause()
        assert "2 open" in text_of(app)


async def test_signing_out_leaves_the_question(app, shelf: Shelf):
    shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        app.sign_out()
        await pilot.pause()
        assert isinstance(app.screen, PromptScreen)


async def test_touching_undo_while_typing_takes_back(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("3", "a")
        await pilot.click("UndoLine")
        await pilot.pause()
        assert Case.get_by_id(case_id).state == "open"
        assert not app.screen.is_busy


class TestCt:
    @pytest.fixture
    def scan(self, shelf: Shelf) -> str:
        return shelf.exposure(4, "Abdomen PV", modality="CT", procedure="CT abdomen")

    async def test_has_reasons_of_its_own(self, app, shelf: Shelf, scan: str):
        case_id = shelf.case(scan, signals=["ct_overlap"], is_question=True, counts_as="repeat")
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            shown = text_of(app)
            assert "Contrasttiming" in shown
            assert "Rotatie" not in shown
            await pilot.press("8", "8")
            await pilot.pause()
            case = Case.get_by_id(case_id)
            assert (case.reason_code, case.reason_label) == ("ct_contrast.late", "Contrasttiming: te laat")

    async def test_has_its_own_kinds_of_no_reject(self, app, shelf: Shelf, scan: str):
        case_id = shelf.case(scan)
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            await pilot.press("0", "7")
            await pilot.pause()
            assert Case.get_by_id(case_id).reason_code == "ct_multiphase"

    async def test_a_case_without_an_image_is_asked_as_the_room(self, app, shelf: Shelf):
        Device.update(modality="CT").execute()
        shelf.case(None, signals=["key"])
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert "Contrasttiming" in text_of(app)


class TestQuestion:
    """The same view again: "geen afkeur" is as much an answer as a reason."""

    @pytest.fixture
    def question(self, shelf: Shelf) -> str:
        case_id = shelf.case(shelf.exposure(4), signals=["same_view"], is_question=True, counts_as="repeat")
        Signal.create(
            signal_id="s", kind="same_view", source_uid="1", at=NOW, confidence=0.4, case_id=case_id,
            about={"gap_s": 62.0, "likely": "larger_than_detector"},
        )  # fmt: skip
        return case_id

    async def test_says_what_it_rests_on_and_how_sure_that_is(self, app, question: str):
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            assert "zelfde opname nog eens (misschien), na 62 s" in text_of(app)
            assert "Was dit een overname?" in text_of(app)
            assert app.screen.query_one("#choice-0").chosen

    async def test_enter_answers_what_it_probably_is(self, app, question: str):
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            await pilot.press("enter")
            assert Case.get_by_id(question).state == "open"
            await pilot.press("0")
            assert app.screen.query_one("#choice-8").chosen
            await pilot.press("enter")
            await pilot.pause()
            case = Case.get_by_id(question)
            assert (case.state, case.reason_code, case.keys) == ("dismissed", "larger_than_detector", 2)

    async def test_another_kind_is_still_one_key(self, app, question: str):
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            await pilot.press("0", "4")
            await pilot.pause()
            assert Case.get_by_id(question).reason_code == "functional"


class TestIdentification:
    @pytest.fixture
    def wrong(self, shelf: Shelf) -> str:
        return shelf.case(shelf.exposure(4), counts_as="identification")

    async def test_asks_first_what_was_wrong(self, app, wrong: str):
        async with app.run_test(size=SMALL) as pilot:
            await pilot.pause()
            assert "Verkeerde patiënt of aanvraag: wat was het?" in text_of(app)
            await pilot.press("8")
            await pilot.pause()
            assert Case.get_by_id(wrong).reason_code == "identity.side"
            assert app.is_home

    async def test_escape_leads_to_the_reasons_and_zero_to_no_reject(self, app, wrong: str):
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            await pilot.press("0")
            assert "Wat was het dan?" in text_of(app)
            await pilot.press("escape")
            assert "Waarom is deze opname afgekeurd?" in text_of(app)
            await pilot.press("7", "enter")
            await pilot.pause()
            assert Case.get_by_id(wrong).reason_code == "rotation"

    async def test_the_next_case_is_asked_as_itself(self, app, shelf: Shelf, wrong: str):
        shelf.case(shelf.exposure(9))
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            await pilot.press("7")
            await pilot.pause()
            assert Case.get_by_id(wrong).reason_code == "identity.patient"
            assert "Waarom is deze opname afgekeurd?" in text_of(app)


class TestOrderOfUse:
    async def test_what_was_answered_before_the_shift_stands_first(self, app, shelf: Shelf, clock: StillClock):
        order = msgspec.structs.replace(app.config.retakes, reason_order="use")
        app.config = msgspec.structs.replace(app.config, retakes=order)
        before = shelf.case(None, state="open", deferred_until=None)
        answering.answer(before, "exposure.over", "room", clock() - timedelta(days=1))
        shelf.case(shelf.exposure(4))
        async with app.run_test(size=WIDE) as pilot:
            await pilot.pause()
            assert [reason.code for reason in app.screen.asking.first[:2]] == ["exposure", "rotation"]
            await pilot.press("8")
            await pilot.pause()
            assert app.screen.asking.given == "rotation"


async def test_undone_and_answered_again_counts_every_key_until_the_answer(app, shelf: Shelf):
    case_id = shelf.case(shelf.exposure(4))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        await pilot.press("5", "u")
        await pilot.pause()
        await pilot.press("9", "7")
        await pilot.pause()
        case = Case.get_by_id(case_id)
        assert (case.reason_code, case.keys, case.at_prompt) == ("projection.angle", 2, True)


@pytest.mark.parametrize("keys", [("5",), ("plus",), ("a", "b", "enter")], ids=" ".join)
async def test_a_question_that_is_withdrawn_under_the_finger_makes_place_for_the_next(app, shelf: Shelf, clock, keys):
    """The image came after all: the node took the case away, and the screen was not shown again yet."""
    gone, stays = shelf.case(shelf.exposure(4)), shelf.case(shelf.exposure(14))
    async with app.run_test(size=WIDE) as pilot:
        await pilot.pause()
        assert app.screen.asking.case.case_id == gone
        Case.delete().where(Case.case_id == gone).execute()
        await pilot.press(*keys)
        app.announce()
        await pilot.pause()
        assert not app.keeper.is_waiting
        assert app.screen.asking.case.case_id == stays
        clock.forward(seconds=1)
        await pilot.press("8")
        assert Case.get_by_id(stays).reason_code == "cut_off"
