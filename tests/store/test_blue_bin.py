"""The blauwe ton's reading and writing: what is in it, what followed, corrections with their trace, lessons."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from iqs_tui.domain.scope import Scope
from iqs_tui.store import audit, correcting, lessons
from iqs_tui.store.answering import UnknownAnswer
from iqs_tui.store.models import Audit, Case, Correction, LessonCase, Outbox
from iqs_tui.store.reading.blue_bin.case import bin_case, followed_by, is_own
from iqs_tui.store.reading.blue_bin.choices import choices
from iqs_tui.store.reading.blue_bin.listing import page
from iqs_tui.store.reading.lessons import lesson
from iqs_tui.store.reading.lessons import lessons as all_lessons
from iqs_tui.store.reading.people import answers_to
from tests.ui.conftest import NOW, Shelf
from tests.ui.radiographs import a_blue_bin, keep, radiograph

YEAR = Scope(first=NOW - timedelta(days=365), until=NOW + timedelta(days=1))
ROTATION, COLLIMATION = "rotation", "cut_off.collimation"


@pytest.fixture
def shelf(db) -> Shelf:
    return Shelf()


def answered(shelf: Shelf, code: str = ROTATION, minutes_ago: float = 60, **more) -> str:
    """A rejected exposure with its case."""
    facts = {name: more.pop(name) for name in ("room", "operator", "view", "modality") if name in more}
    exposure = shelf.exposure(minutes_ago, **facts)
    values = {"state": "answered", "reason_code": code, "reason_label": code, "answered_by": "room", "answered_at": NOW}
    place = {name: value for name, value in facts.items() if name != "modality"}
    return shelf.case(exposure, **values | {"detected_at": NOW - timedelta(minutes=minutes_ago)} | place | more)


def found(scope: Scope, kind: str = "reject") -> set[str]:
    return {row.case_id for row in page(scope, kind, 0, 100).rows}


class TestListing:
    def test_each_filter_lets_its_own_through(self, shelf: Shelf):
        here = answered(shelf, view="PA", procedure="X-thorax")
        there = answered(shelf, COLLIMATION, room="kamer-2", operator="P. Jansen", procedure="X-knie", modality="CR")
        assert found(replace(YEAR, rooms=("kamer-1",))) == {here}
        assert found(replace(YEAR, procedure="X-knie")) == {there}
        assert found(replace(YEAR, view="PA")) == {here}
        assert found(replace(YEAR, modality="CR")) == {there}
        assert found(replace(YEAR, operators=("p. jansen",))) == {there}
        assert found(replace(YEAR, reason="cut_off")) == {there}
        assert found(replace(YEAR, reason=ROTATION)) == {here}
        assert found(YEAR) == {here, there}

    def test_kinds_stand_apart(self, shelf: Shelf):
        kinds = {
            "reject": answered(shelf),
            "repeat": answered(shelf, counts_as="repeat", is_question=True, signals=["same_view"]),
            "identification": answered(shelf, counts_as="identification"),
            "no_reject": answered(shelf, "bilateral", state="dismissed"),
            "open": answered(shelf, state="open", reason_code=None),
        }
        answered(shelf, state="expired", reason_code=None)
        assert {kind: found(YEAR, kind) for kind in kinds} == {kind: {case} for kind, case in kinds.items()}

    def test_coverage_is_of_all_questions_whatever_is_shown(self, shelf: Shelf):
        answered(shelf)
        answered(shelf, "bilateral", state="dismissed")
        answered(shelf, state="expired", reason_code=None)
        answers = page(replace(YEAR, reason=ROTATION), "reject", 0, 100).answers
        assert (answers.n_answered, answers.n_raised) == (2, 3)

    def test_reasons_are_counted_by_first_level_over_all_of_them(self, shelf: Shelf):
        for code in (ROTATION, COLLIMATION, "cut_off.shift"):
            answered(shelf, code)
        there = page(replace(YEAR, reason=ROTATION), "reject", 0, 100)
        assert there.reasons == (("cut_off", 2), (ROTATION, 1))
        assert there.n == 1

    def test_pages_hold_all_once_newest_first(self, shelf: Shelf):
        cases = [answered(shelf, minutes_ago=10 * number) for number in range(7)]
        pages = [page(YEAR, "reject", offset, 3) for offset in (0, 3, 6)]
        assert [row.case_id for one in pages for row in one.rows] == cases
        assert {one.n for one in pages} == {7}

    def test_a_code_that_begins_the_same_is_another_reason(self, shelf: Shelf):
        answered(shelf, "other")
        answered(shelf, "otherwise")
        assert len(found(replace(YEAR, reason="other"))) == 1

    def test_what_can_be_chosen_is_what_there_is(self, shelf: Shelf):
        answered(shelf, room="kamer-2", operator="P. Jansen", procedure="X-knie", modality="CR", view="AP")
        there = choices(YEAR)
        assert there.rooms == ("kamer-2",)
        assert there.modalities == ("CR",)
        assert there.procedures == ("X-knie",)
        assert there.operators == ("P. Jansen",)


class TestWhatFollowed:
    def rejected(self, shelf: Shelf, **more) -> str:
        exposure = shelf.exposure(10, **{"view": "PA", "laterality": None} | more)
        return shelf.case(exposure, state="answered", reason_code=ROTATION)

    def test_the_first_accepted_one_of_the_same_view(self, shelf: Shelf):
        case = self.rejected(shelf)
        shelf.exposure(9, "Thorax lateraal", view="LL")
        again = shelf.exposure(8, view="PA")
        shelf.case(again, state="answered", reason_code=ROTATION)
        accepted = shelf.exposure(7, view="PA")
        shelf.exposure(6, view="PA")
        after = followed_by(case)
        assert after is not None
        assert after.exposure_uid == accepted

    @pytest.mark.parametrize(
        "other",
        [
            {"laterality": "L"},
            {"view": "AP"},
            {"study": "1.2.826.0.1.99"},
            {"is_derived": True},
            {"image_facts": None},
            {"body_part": "KNEE"},
        ],
    )
    def test_another_one_did_not_follow(self, shelf: Shelf, other):
        case = self.rejected(shelf, body_part="CHEST")
        shelf.exposure(8, **{"view": "PA"} | other)
        assert followed_by(case) is None

    def test_what_came_before_did_not_follow(self, shelf: Shelf):
        shelf.exposure(12, view="PA")
        assert followed_by(self.rejected(shelf)) is None

    def test_without_a_view_the_protocol_tells(self, shelf: Shelf):
        case = self.rejected(shelf, view=None)
        shelf.exposure(9, "Thorax lateraal")
        accepted = shelf.exposure(8)
        after = followed_by(case)
        assert after is not None
        assert after.exposure_uid == accepted


class TestCorrecting:
    def test_leaves_a_trace_of_who_from_to_and_why(self, shelf: Shelf):
        by = shelf.user()
        case_id = answered(shelf, answered_by="user-PJ")
        correcting.correct(case_id, COLLIMATION, "de sinus mist", by, NOW)
        case = bin_case(case_id)
        assert case is not None
        assert (case.state, case.reason_code) == ("answered", COLLIMATION)
        [one] = case.history
        assert (one.who, one.before_code, one.after_code, one.why) == (
            "J. de Vries",
            ROTATION,
            COLLIMATION,
            "de sinus mist",
        )
        assert Case.get_by_id(case_id).answered_by == "user-PJ"
        last = Audit.select().order_by(Audit.seq.desc()).first()
        assert (last.actor, last.action, last.subject) == (by, "case.corrected", case_id)
        assert audit.first_break() is None
        sent = msgspec.json.decode(Outbox.select().order_by(Outbox.seq.desc()).first().payload)
        assert sent["reason_code"] == COLLIMATION

    @pytest.mark.parametrize(
        ("before", "after", "state"),
        [(ROTATION, "bilateral", "dismissed"), ("bilateral", ROTATION, "answered")],
    )
    def test_both_ways_between_reject_and_no_reject(self, shelf: Shelf, before: str, after: str, state: str):
        was = "answered" if state == "dismissed" else "dismissed"
        case_id = answered(shelf, before, state=was)
        correcting.correct(case_id, after, "bij nader inzien", "room", NOW)
        assert Case.get_by_id(case_id).state == state

    def test_taking_it_back_leaves_the_case_as_it_was(self, shelf: Shelf):
        case_id = answered(shelf)
        number = correcting.correct(case_id, "bilateral", "bij nader inzien", "room", NOW)
        correcting.take_back(number, "room", NOW)
        case = Case.get_by_id(case_id)
        assert (case.state, case.reason_code) == ("answered", ROTATION)
        assert not Correction.select().exists()
        assert {row.action for row in Audit.select()} >= {"case.corrected", "case.correction_undone"}

    def test_a_later_answer_is_not_taken_back_with_it(self, shelf: Shelf):
        case_id = answered(shelf)
        first = correcting.correct(case_id, COLLIMATION, "eerst", "room", NOW)
        correcting.correct(case_id, "exposure", "daarna", "room", NOW)
        correcting.take_back(first, "room", NOW)
        assert Case.get_by_id(case_id).reason_code == "exposure"

    @pytest.mark.parametrize(
        ("code", "why", "more", "error"),
        [
            ("nonsense", "daarom", {}, UnknownAnswer),
            (COLLIMATION, "  ", {}, ValueError),
            (ROTATION, "al zo", {}, correcting.NothingToCorrect),
            (COLLIMATION, "daarom", {"state": "open"}, correcting.NothingToCorrect),
        ],
    )
    def test_what_cannot_be_corrected_changes_nothing(self, shelf: Shelf, code, why, more, error):
        case_id = answered(shelf, **more)
        before = Case.get_by_id(case_id).__data__
        with pytest.raises(error):
            correcting.correct(case_id, code, why, "room", NOW)
        assert Case.get_by_id(case_id).__data__ == before
        assert not Correction.select().exists()
        assert not Audit.select().exists()

    def test_whose_case_it_is(self, shelf: Shelf):
        shelf.user("J. de Vries", "JdV")
        shelf.user("P. Jansen", "PJ")
        made = answered(shelf, operator="J. de Vries")
        given = answered(shelf, operator="Onbekend", answered_by="user-PJ")
        assert [is_own(made, user) for user in ("user-JdV", "user-PJ")] == [True, False]
        assert [is_own(given, user) for user in ("user-JdV", "user-PJ")] == [False, True]

    def test_a_name_of_two_people_makes_nobodys_own(self, shelf: Shelf):
        shelf.user("J. de Vries", "JdV", operators_names=["zaal 1"])
        shelf.user("P. Jansen", "PJ", operators_names=["zaal 1"])
        made = answered(shelf, operator="Zaal 1")
        assert [is_own(made, user) for user in ("user-JdV", "user-PJ")] == [False, False]
        assert answers_to("user-PJ") == ("p. jansen", "pj")


class TestLessons:
    def test_cases_stand_in_the_order_of_picking_each_once(self, shelf: Shelf):
        cases = a_blue_bin(shelf)
        lesson_id = lessons.make("Thorax", "room", NOW)
        assert lessons.add(lesson_id, [cases[2], cases[0]], "room", NOW) == 2
        assert lessons.add(lesson_id, [cases[0], cases[1]], "room", NOW) == 1
        there = lesson(lesson_id)
        assert there is not None
        assert [item.case_id for item in there.items] == [cases[2], cases[0], cases[1]]
        assert [row.n_cases for row in all_lessons()] == [3]

    def test_a_case_that_is_put_back_has_its_place_and_remark(self, shelf: Shelf):
        cases = a_blue_bin(shelf)[:3]
        lesson_id = lessons.make("Thorax", "room", NOW)
        lessons.add(lesson_id, cases, "room", NOW)
        lessons.remark(lesson_id, cases[1], "kijk naar de sinus", "room", NOW)
        before = lesson(lesson_id)
        removed = lessons.remove_case(lesson_id, cases[1], "room", NOW)
        assert [item.case_id for item in lesson(lesson_id).items] == [cases[0], cases[2]]
        lessons.put_back(removed, "room", NOW)
        assert lesson(lesson_id) == before

    def test_a_lesson_that_is_put_back_is_whole(self, shelf: Shelf):
        lesson_id = lessons.make("Thorax", "room", NOW)
        lessons.add(lesson_id, a_blue_bin(shelf)[:2], "room", NOW)
        before = lesson(lesson_id)
        removed = lessons.remove(lesson_id, "room", NOW)
        assert (lesson(lesson_id), all_lessons(), LessonCase.select().count()) == (None, (), 0)
        lessons.put_back(removed, "room", NOW)
        assert lesson(lesson_id) == before
        assert audit.first_break() is None

    def test_a_case_whose_time_is_over_leaves_its_place_empty(self, shelf: Shelf):
        [case_id] = [answered(shelf)]
        lesson_id = lessons.make("Thorax", "room", NOW)
        lessons.add(lesson_id, [case_id], "room", NOW)
        Case.delete_by_id(case_id)
        assert [item.case for item in lesson(lesson_id).items] == [None]

    def test_what_steers_a_terminal_stays_out_of_titles(self, shelf: Shelf):
        lessons.make("Thorax\x1b[2J\nPA", "room", NOW)
        assert [row.title for row in all_lessons()] == ["Thorax[2J PA"]

    def test_it_has_a_title(self, shelf: Shelf):
        with pytest.raises(ValueError, match="title"):
            lessons.make(" \n", "room", NOW)


def test_a_picture_is_marked_in_the_list(shelf: Shelf):
    with_picture, without = answered(shelf), answered(shelf, minutes_ago=70)
    keep(Case.get_by_id(with_picture).exposure_uid, radiograph())
    keep(Case.get_by_id(without).exposure_uid, None, "waiting")
    assert [row.has_picture for row in page(YEAR, "reject", 0, 10).rows] == [True, False]
