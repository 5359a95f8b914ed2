"""One exposure, one case, whatever came when."""

import itertools
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.records import Instance, RejectionNote
from iqs_tui.domain.same_view import SameViewRules
from iqs_tui.store import answering, burst, outbox, receiving
from iqs_tui.store.database import close_connection, open_database
from iqs_tui.store.models import Audit, Case, Outbox
from tests.store.records import NOON, SENDER, image, note

RULES = SameViewRules()


def receive(*messages: Instance | RejectionNote) -> None:
    for message in messages:
        if isinstance(message, RejectionNote):
            receiving.record_rejection_note(message, SENDER, NOON)
        else:
            receiving.record_instance(message, SENDER, NOON, RULES)


def cases() -> list[tuple[object, ...]]:
    return sorted(
        (c.exposure_uid or "", tuple(c.signals), c.state, c.reason_code or "", tuple(c.instance_uids))
        for c in Case.select()
    )


def test_a_note_after_its_image_opens_a_case(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    assert cases() == [("1.2.5.1", ("rejection_note",), "open", "", ("1.2.3.1",))]


def test_a_note_before_its_image_waits_for_it(db: Path) -> None:
    receive(note(1, 1))
    assert cases() == [("", ("rejection_note",), "open", "", ("1.2.3.1",))]
    receive(image(1, 1))
    assert cases() == [("1.2.5.1", ("rejection_note",), "open", "", ("1.2.3.1",))]
    assert Case.get().procedure == "X-thorax"


def test_a_note_with_a_reason_answers_its_case(db: Path) -> None:
    receive(image(1, 1), note(1, 1, reason="111210"))
    case = Case.get()
    assert (case.state, case.reason_code, case.cid7011_code, case.answered_by) == (
        "answered",
        "motion",
        "111210",
        "note",
    )


@pytest.mark.parametrize("title", ["113038", "113039", "113010"])
def test_other_titles_are_no_reject(db: Path, title: str) -> None:
    receive(image(1, 1), note(1, 1, title=title))
    assert cases() == []


def test_two_images_of_one_exposure_are_one_case(db: Path) -> None:
    receive(note(1, 1, 2), image(1, 1), image(2, 1))
    assert cases() == [("1.2.5.1", ("rejection_note",), "open", "", ("1.2.3.1", "1.2.3.2"))]


def test_the_same_view_again_asks_about_the_first_one(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2))
    case = Case.get()
    assert (case.exposure_uid, case.signals, case.is_question) == ("1.2.5.1", ["same_view"], True)


def test_a_late_image_between_two_moves_the_question(db: Path) -> None:
    receive(image(1, 1), image(3, 3, minutes=14))
    assert [c[0] for c in cases()] == ["1.2.5.1"]
    receive(image(2, 2, minutes=7))
    assert [c[0] for c in cases()] == ["1.2.5.1", "1.2.5.2"]


def test_a_question_that_its_evidence_leaves_is_withdrawn_and_told(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2))
    case_id = Case.get().case_id
    for row in list(Case.select()):
        assert row.state == "open"
    from iqs_tui.store import casework
    from iqs_tui.store.models import Exposure

    Exposure.update(is_quality_control=True).where(Exposure.exposure_uid == "1.2.5.2").execute()
    casework.refresh_same_view("1.2.9", "kamer-1", RULES, NOON)
    casework.refresh("1.2.9", "kamer-1", NOON)
    assert cases() == []
    assert any(case_id in row.payload and "withdrawn" in row.payload for row in Outbox.select())


def test_an_answer_survives_what_comes_later(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    answering.answer(Case.get().case_id, "cut_off", "u1", NOON)
    receive(image(2, 1), note(2, 1, reason="111210"), image(3, 3, minutes=3))
    assert cases() == [
        ("1.2.5.1", ("rejection_note", "same_view"), "answered", "cut_off", ("1.2.3.1", "1.2.3.2")),
    ]


def test_a_dismissed_question_opens_again_when_a_note_says_reject(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2))
    answering.dismiss(Case.get().case_id, "functional", "u1", NOON)
    receive(note(1, 1))
    assert Case.get().state == "open"
    assert "case.reopened" in [row.action for row in Audit.select()]


def test_the_key_on_the_kiosk_joins_the_case_of_its_exposure(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    case_id = answering.report_from_kiosk("1.2.5.1", "kamer-1", "room", NOON)
    assert Case.select().count() == 1
    assert Case.get().case_id == case_id
    assert Case.get().signals == ["key", "rejection_note"]


def test_the_key_without_an_image_is_a_case_of_its_own(db: Path) -> None:
    first = answering.report_from_kiosk(None, "kamer-1", "room", NOON)
    second = answering.report_from_kiosk(None, "kamer-1", "room", NOON)
    assert first != second
    assert {c.study_uid for c in Case.select()} == {None}


def test_undo_gives_the_question_back(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    case_id = Case.get().case_id
    answering.answer(case_id, "other", "u1", NOON, text="kabel\x1b[31m los")
    assert Case.get().detail == "kabel[31m los"
    answering.undo(case_id, "u1", NOON)
    case = Case.get()
    assert (case.state, case.reason_code, case.answered_by, case.answered_at) == ("open", None, None, None)


def test_an_unknown_reason_is_refused(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    with pytest.raises(answering.UnknownAnswer):
        answering.answer(Case.get().case_id, "nonsense", "u1", NOON)
    assert Case.get().state == "open"


def test_every_change_of_a_case_is_in_the_outbox(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    answering.answer(Case.get().case_id, "motion", "u1", NOON)
    states = [e.payload for e in outbox.pending() if e.type == "case"]
    assert len(states) == 2
    assert '"state":"answered"' in states[-1]


MESSAGES = (
    image(1, 1),
    image(2, 1),
    image(3, 2, minutes=3),
    image(4, 3, minutes=20, view="LL"),
    note(1, 1, 2),
    note(2, 4, reason="111210"),
    note(3, 2),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    order=st.permutations(range(len(MESSAGES))),
    again=st.lists(st.integers(0, len(MESSAGES) - 1), max_size=4),
)
def test_order_and_repetition_change_nothing(order: list[int], again: list[int]) -> None:
    """Every permutation and duplication of a study's messages ends in the same cases."""
    with TemporaryDirectory() as folder:
        burst.forget()
        open_database(Path(folder) / "iqs.db")
        try:
            receive(*(MESSAGES[i] for i in itertools.chain(order, again)))
            assert cases() == [
                ("1.2.5.1", ("rejection_note", "same_view"), "open", "", ("1.2.3.1", "1.2.3.2")),
                ("1.2.5.3", ("rejection_note",), "answered", "motion", ("1.2.3.4",)),
            ]
        finally:
            close_connection()
