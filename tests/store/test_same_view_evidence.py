"""The same view again, from rows: what a question rests on, what answers teach, what was moved, what a copy adds."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from iqs_tui.domain.records import DoseReport, Instance
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.domain.room_rules import Mark
from iqs_tui.domain.same_view import SameViewRules
from iqs_tui.store import answering, receiving
from iqs_tui.store.evidence import habits
from iqs_tui.store.models import Case, Exposure, Signal
from iqs_tui.store.models import Instance as InstanceRow
from iqs_tui.store.reading.admin import same_view_gaps
from iqs_tui.store.reading.admin.same_view_gaps import Gaps
from tests.store.records import NOON, SENDER, image, note
from tests.store.studies import timed_report, unnamed

RULES = RetakeRules(same_view=SameViewRules(silent_after=3))
REJECTS = replace(SENDER, ae_title="DX1_REJ")
ODD = 7 / 60
"""Minutes: whole ones would tell a clock no seconds."""
DELETED = Mark("deleted", "YES", "projection")


def receive(*messages: object, sender: object = SENDER) -> None:
    for message in messages:
        if isinstance(message, Instance):
            receiving.record_instance(message, sender, NOON, RULES)
        elif isinstance(message, DoseReport):
            receiving.record_dose_report(message, sender, NOON, RULES)
        else:
            receiving.record_rejection_note(message, sender, NOON, RULES)


def questions() -> list[tuple[str, str]]:
    rows = Signal.select().where(Signal.kind == "same_view").order_by(Signal.signal_id)
    return sorted((row.about["earlier"], row.about["later"]) for row in rows)


def pair(study: int, *, code: str | None = None) -> None:
    """Take in a view made twice; `code`: the answer to it."""
    for number in (1, 2):
        made = image(10 * study + number, 10 * study + number, minutes=2 * number)
        receive(replace(made, study_uid=f"1.2.9.{study}"))
    if code:
        case = Case.get(Case.study_uid == f"1.2.9.{study}")
        at = NOON + timedelta(minutes=study)
        if code == "repeat":
            answering.answer(case.case_id, "motion", "room", at)
        else:
            answering.dismiss(case.case_id, code, "room", at)


def test_a_question_says_what_it_rests_on(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2.5))
    assert Signal.get().about == {
        "earlier": "1.2.5.1",
        "later": "1.2.5.2",
        "gap_s": 150.0,
        "likely": "larger_than_detector",
    }


def test_images_of_one_exposure_fill_each_other_in(db: Path) -> None:
    """The For-Processing image names no view: whichever comes last, the exposures are told apart by the other's."""
    bare = {"view": None, "body_part": None, "protocol": None, "procedure": None}
    raw = [image(number, number, minutes=2 * number, **bare) for number in (1, 2)]
    seen = [replace(image(n + 10, n, minutes=2 * n), view_code=code) for n, code in ((1, "AP"), (2, "LAT"))]
    receive(*raw, *seen)
    assert questions() == []
    receive(replace(seen[0], sop_instance_uid="1.2.3.33", exposure_uid="1.2.5.3", facts=image(1, 1, minutes=7).facts))
    assert questions() == [("1.2.5.1", "1.2.5.3")]


def test_a_stitched_image_silences_its_parts(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2))
    assert questions() == [("1.2.5.1", "1.2.5.2")]
    whole = image(3, 3, minutes=3, view="whole")
    receive(replace(whole, source_event_uids=("1.2.5.1", "1.2.5.2")))
    assert questions() == []


@pytest.mark.parametrize("is_first", [False, True])
def test_a_misfiled_exposure_is_no_repeat(db: Path, is_first: bool) -> None:
    messages = [image(1, 1), image(2, 2, minutes=2)]
    told = note(1, 1, title="113038")
    receive(*([told, *messages] if is_first else [*messages, told]))
    assert questions() == []


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (2, 1, 0), (1, 2, 0)])
@pytest.mark.parametrize("is_named", [True, False])
def test_an_exposure_that_stands_in_two_studies_was_moved(db: Path, order: tuple[int, ...], is_named: bool) -> None:
    """With or without Irradiation Event UID, and whichever study's image comes last."""
    made = [image(1, 1), image(2, 2, minutes=2), replace(image(3, 2, minutes=2), study_uid="1.2.99")]
    receive(*((made if is_named else [unnamed(each) for each in made])[index] for index in order))
    assert questions() == []


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (4, 3, 2, 1, 0), (3, 2, 4, 0, 1), (1, 4, 2, 3, 0)])
def test_it_stays_moved_when_a_report_names_one_of_the_two(db: Path, order: tuple[int, ...]) -> None:
    made = [unnamed(image(number, number, minutes=2 * number + ODD)) for number in (1, 2)]
    there = [unnamed(replace(image(n + 10, n, minutes=2 * n + ODD), study_uid="1.2.99")) for n in (2, 3)]
    told = timed_report(1, {1: 2 + ODD, 2: 4 + ODD})
    messages = [*made, *there, told]
    for index in order:
        receive(messages[index])
    assert questions() == []
    assert Exposure.select().where(Exposure.same_as.is_null(False)).count() == 2


def test_the_usual_answer_of_a_protocol_is_offered_first(db: Path) -> None:
    for study in range(2):
        pair(study, code="extra_view")
    pair(2, code="repeat")
    pair(3)
    assert Signal.get(Signal.study_uid == "1.2.9.3").about["likely"] == "extra_view"


def test_dismissed_time_after_time_it_is_no_longer_asked(db: Path) -> None:
    for study in range(3):
        pair(study, code="bilateral")
    pair(3)
    assert Case.select().where(Case.study_uid == "1.2.9.3").count() == 0
    other = [replace(image(n, n, minutes=n, protocol="Bekken", body_part="PELVIS"), study_uid="1.3") for n in (91, 93)]
    receive(*other)
    assert Case.select().where(Case.study_uid == "1.3").count() == 1


def test_what_was_asked_before_keeps_its_answer_when_the_asking_ends(db: Path) -> None:
    for study in range(3):
        pair(study, code="bilateral")
    receive(replace(image(5, 5, minutes=60, view="LL"), study_uid="1.2.9.1"))
    case = Case.get(Case.study_uid == "1.2.9.1")
    assert (case.state, case.signals, case.reason_code) == ("dismissed", ["same_view"], "bilateral")


def test_after_a_year_it_is_asked_again(db: Path) -> None:
    for study in range(3):
        pair(study, code="bilateral")
    row = Exposure.select().first()
    assert habits.habit(row.protocol, row.view, 3, NOON + timedelta(days=300)).is_silent
    assert not habits.habit(row.protocol, row.view, 3, NOON + timedelta(days=366)).is_silent


def test_the_gaps_of_what_was_confirmed_and_denied(db: Path) -> None:
    for study, code in enumerate(("repeat", "bilateral", "repeat")):
        pair(study, code=code)
    assert same_view_gaps.by_room(NOON - timedelta(days=1)) == {
        "kamer-1": Gaps(n_confirmed=2, confirmed_s=120.0, n_denied=1, denied_s=120.0)
    }
    assert same_view_gaps.by_room(NOON + timedelta(days=1)) == {}


def marked(record: Instance, *marks: Mark) -> Instance:
    return replace(record, rejected_by=marks)


def test_a_mark_answers_its_case(db: Path) -> None:
    receive(marked(image(1, 1), DELETED))
    case = Case.get()
    assert (case.signals, case.state, case.reason_code, case.counts_as) == (
        ["rule"],
        "answered",
        "projection",
        "reject",
    )
    assert Signal.get().about == {"rule": "deleted", "reason": "projection"}


def test_words_without_a_reason_leave_the_case_open(db: Path) -> None:
    receive(marked(image(1, 1), Mark("deleted", "YES", "", "Te donker")))
    assert (Case.get().state, Signal.get().description) == ("open", "Te donker")


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)])
def test_a_mark_once_seen_stays(db: Path, order: tuple[int, ...]) -> None:
    """The modality marks the image after it was sent, and sends it again; a copy comes from the reject destination."""
    copies = [
        (image(1, 1), SENDER),
        (marked(image(1, 1), DELETED), SENDER),
        (marked(image(1, 1), Mark("destination")), REJECTS),
    ]
    for index in (*order, *order):
        record, sender = copies[index]
        receive(record, sender=sender)
    assert [mark["rule"] for mark in InstanceRow.get().rejected_by] == ["deleted", "destination"]
    case = Case.get()
    assert (case.signals, case.state, case.reason_code) == (["rule"], "answered", "projection")
    assert Case.select().count() == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_a_copy_that_says_it_shows_a_phantom_silences_the_question(db: Path, is_first: bool) -> None:
    phantom = replace(image(2, 2, minutes=2), is_quality_control=True)
    copies = [image(2, 2, minutes=2), phantom]
    receive(image(1, 1), *(reversed(copies) if is_first else copies))
    assert questions() == []
    assert Exposure.get_by_id("1.2.5.2").is_quality_control


def test_the_same_copy_again_is_nothing(db: Path) -> None:
    receive(marked(image(1, 1), DELETED))
    before = Case.get().updated_at
    for _ in range(2):
        receive(marked(image(1, 1), DELETED), image(1, 1))
    assert Case.get().updated_at == before
    assert Signal.select().count() == 1


def test_a_thousand_marked_slices_are_one_signal(db: Path) -> None:
    for number in range(40):
        receive(marked(image(number, 1, modality="CT", minutes=number / 60), Mark("destination")))
    assert [(row.kind, row.exposure_uid) for row in Signal.select()] == [("rule", "1.2.5.1")]
    assert Case.select().count() == 1
