"""The key for an image that was deleted at the console, and the dose report that later tells of its exposure."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from iqs_tui.domain.room_rules import Mark
from iqs_tui.store import answering
from iqs_tui.store.models import Case, DoseReportRow, Examination, Exposure, Instance
from tests.store.records import NOON, SENDER, note
from tests.store.test_no_image import LONG_AFTER, settle, shown, take, told
from tests.store.told_studies import written


def press(minutes: float, room: str = "kamer-1") -> str:
    return answering.report_from_kiosk(None, room, "room", NOON + timedelta(minutes=minutes))


def cases() -> list[tuple[str | None, list[str], str]]:
    return [(c.exposure_uid, c.signals, c.state) for c in Case.select().order_by(Case.exposure_uid)]


def test_the_key_and_the_missing_image_are_one_case(db: Path) -> None:
    case_id = press(4)
    answering.answer(case_id, "cut_off", "u1", NOON + timedelta(minutes=4))
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    assert cases() == [("1.2.5.2", ["key", "no_image"], "answered")]
    assert (Case.get().case_id, Case.get().reason_code) == (case_id, "cut_off")


def test_one_press_is_about_one_exposure_and_a_late_one_about_none(db: Path) -> None:
    press(4)
    press(50)
    press(4, room="kamer-2")
    take(*shown(1), told(1, 2, 3))
    settle()
    claimed = [case for case in cases() if case[0]]
    assert claimed == [("1.2.5.2", ["no_image"], "open"), ("1.2.5.3", ["key", "no_image"], "open")]
    assert Case.select().count() == 4


def test_an_image_that_comes_late_gives_the_press_back(db: Path) -> None:
    case_id = press(4)
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    take(*shown(2))
    assert [(c.case_id, c.exposure_uid, c.study_uid, c.signals) for c in Case.select()] == [
        (case_id, None, None, ["key"])
    ]


def test_a_press_after_the_question_joins_it(db: Path) -> None:
    take(*shown(1, 3), told(1, 2, 3))
    settle(NOON + timedelta(minutes=12))
    asked = Case.get().case_id
    opened = press(14)
    assert cases() == [("1.2.5.2", ["key", "no_image"], "open")]
    assert Case.get().case_id == opened != asked


def test_a_press_after_the_answer_is_about_another(db: Path) -> None:
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    asked = Case.get().case_id
    answering.answer(asked, "cut_off", "u1", NOON + timedelta(minutes=14))
    assert press(15) != asked
    assert len(cases()) == 2


def test_a_press_that_was_taken_back_answers_for_no_exposure(db: Path) -> None:
    answering.dismiss(press(4), "functional", "u1", NOON + timedelta(minutes=4))
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    assert [case for case in cases() if case[0]] == [("1.2.5.2", ["no_image"], "open")]


def test_a_late_image_that_is_marked_as_rejected_leaves_the_press_where_it_is(db: Path) -> None:
    answering.answer(press(4), "cut_off", "u1", NOON + timedelta(minutes=4))
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    ((late, sender),) = shown(2)
    take((replace(late, rejected_by=(Mark("deleted", "YES"),)), sender), at=LONG_AFTER)
    assert cases() == [("1.2.5.2", ["key", "rule"], "answered")]


def test_a_key_that_names_what_a_press_is_about_says_the_same(db: Path) -> None:
    opened = press(4)
    take(*shown(1, 2), (written(note(1, 2), minutes=5), SENDER), at=LONG_AFTER)
    assert answering.report_from_kiosk("1.2.5.2", "kamer-1", "room", LONG_AFTER) == opened
    take(*shown(3), at=LONG_AFTER)
    assert cases() == [("1.2.5.2", ["key", "rejection_note"], "open")]


def test_what_retention_took_leaves_a_press_where_it_is(db: Path) -> None:
    answering.answer(press(4), "cut_off", "u1", NOON + timedelta(minutes=4))
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    before = cases()
    for table in (Instance, Exposure, Examination, DoseReportRow):
        table.delete().execute()
    take((note(9, 7, 8), SENDER), at=LONG_AFTER + timedelta(days=800))
    assert before == [("1.2.5.2", ["key", "no_image"], "answered")]
    assert [case for case in cases() if case[0]] == before


def test_a_press_that_is_taken_back_with_its_exposure_takes_that_question_back(db: Path) -> None:
    take(*shown(1, 3), told(1, 2, 3))
    settle()
    answering.dismiss(press(14), "functional", "u1", LONG_AFTER)
    take(*shown(4), at=LONG_AFTER)
    assert cases() == [("1.2.5.2", ["key", "no_image"], "dismissed")]


def test_a_press_of_years_ago_costs_nothing_and_a_wrong_clock_reaches_nothing_else(db: Path) -> None:
    opened = press(-60 * 24 * 400)
    ((odd, sender),) = shown(1)
    take((replace(odd, facts=replace(odd.facts, acquired_at=NOON - timedelta(days=9000))), sender))
    take(*shown(3), told(1, 2, 3))
    settle()
    assert cases() == [(None, ["key"], "open"), ("1.2.5.2", ["no_image"], "open")]
    assert Case.get(Case.exposure_uid.is_null()).case_id == opened
