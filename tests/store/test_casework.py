"""One exposure, one case, whatever came when."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from iqs_tui.domain.records import DoseReport, Instance, RejectionNote
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import answering, burst, correcting, outbox, receiving
from iqs_tui.store.models import Audit, Case, Examination, Exposure, Outbox, OutgoingNote, Signal
from iqs_tui.store.models import Instance as InstanceRow
from iqs_tui.store.reading.rejecting import is_answered_reject
from tests.store.records import NOON, SENDER, image, note, report
from tests.store.studies import slices
from tests.store.telling import take
from tests.store.told_studies import flagged, named_by, revocation, step, written

RULES = RetakeRules()


def receive(*messages: Instance | DoseReport | RejectionNote) -> None:
    for message in messages:
        take(message, SENDER, NOON)


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


@pytest.mark.parametrize("title", ["113039"])
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
    from iqs_tui.store import evidence

    Exposure.update(is_quality_control=True).where(Exposure.exposure_uid == "1.2.5.2").execute()
    evidence.refresh("1.2.9", "kamer-1", RULES, NOON)
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


def test_a_revocation_takes_back_what_the_note_answered(db: Path) -> None:
    receive(image(1, 1), note(1, 1, reason="111210"))
    assert Case.get().state == "answered"
    receive(revocation(2, 1))
    assert cases() == []
    assert "case.withdrawn" in [row.action for row in Audit.select()]


def test_a_revocation_leaves_what_a_person_answered_and_says_so(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    answering.answer(Case.get().case_id, "cut_off", "u1", NOON)
    receive(revocation(2, 1), revocation(2, 1), image(2, 1))
    assert cases() == [("1.2.5.1", ("revocation",), "answered", "cut_off", ("1.2.3.1",))]
    assert [row.action for row in Audit.select()].count("case.evidence_gone") == 1
    receive(written(note(3, 1), minutes=99))
    assert [case[1:4] for case in cases()] == [(("revocation",), "answered", "cut_off")]  # neither tells a moment


def test_a_later_note_rejects_again_and_the_answer_of_before_stands(db: Path) -> None:
    receive(image(1, 1), written(note(1, 1), minutes=1))
    answering.answer(Case.get().case_id, "cut_off", "u1", NOON)
    receive(revocation(2, 1, minutes=2), written(note(3, 1), minutes=3))
    assert cases() == [("1.2.5.1", ("rejection_note",), "answered", "cut_off", ("1.2.3.1",))]


def test_a_note_days_later_opens_an_expired_case_again(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2))
    assert answering.expire(NOON + timedelta(minutes=1), NOON + timedelta(hours=72)) == 1
    receive(image(3, 3, minutes=4))
    assert [case[2] for case in cases()] == ["expired", "open"]  # a question more is no reason to ask again
    days_later = NOON + timedelta(days=4)
    receiving.record_rejection_note(note(1, 1), SENDER, days_later, RULES)
    assert cases()[0][:3] == ("1.2.5.1", ("rejection_note", "same_view"), "open")
    assert answering.expire(days_later, days_later) == 1  # the other one: this one is as young as its note
    assert [case[2] for case in cases()] == ["open", "expired"]


def test_a_note_with_a_reason_answers_an_expired_case(db: Path) -> None:
    receive(image(1, 1), note(1, 1))
    answering.expire(NOON + timedelta(minutes=1), NOON)
    receive(note(2, 1, reason="111210"))
    assert (Case.get().state, Case.get().reason_code, Case.get().answered_by) == ("answered", "motion", "note")


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0), (2, 1, 0)])
def test_what_a_revoked_note_said_does_not_stay_behind(db: Path, order: tuple[int, ...]) -> None:
    """The flag of the report rejects the exposure too; whose it was, and which image, only the note said."""
    told = replace(written(note(1, 7), minutes=3), operator="J. de Vries")
    flag = named_by(flagged(report(1, 1), 1, is_rejected=True), 1, 7)
    messages = (told, revocation(2, 7, minutes=4), flag)
    receive(*(messages[index] for index in order))
    assert cases() == [("1.2.5.1", ("rdsr_flag",), "open", "", ())]
    assert Case.get().operator is None


def test_what_retention_took_takes_no_answer_along(db: Path) -> None:
    receive(image(1, 1), image(2, 1), image(3, 2, minutes=2), note(1, 1, 2))
    answering.answer(Case.get(Case.exposure_uid == "1.2.5.1").case_id, "cut_off", "u1", NOON)
    before = cases()
    for table in (InstanceRow, Exposure, Examination):
        table.delete().execute()
    receive(note(2, 1))
    assert cases() == before


def test_a_note_that_the_node_wrote_itself_says_nothing(db: Path) -> None:
    OutgoingNote.insert(case_id="c", instance_uid="1.2.7.1", state="sent", due_at=NOON, created_at=NOON).execute()
    receive(image(1, 1), note(1, 1), note(2, 1))
    assert Signal.select().count() == 1


def test_a_wrong_worklist_entry_is_no_reject_in_any_figure(db: Path) -> None:
    receive(image(1, 1), note(1, 1, title="113038"))
    case = Case.get()
    assert (case.counts_as, case.state) == ("identification", "open")
    answering.answer(case.case_id, "identity.patient", "u1", NOON)
    assert not Case.select().where(is_answered_reject()).exists()


def test_a_case_rests_on_its_best_signal(db: Path) -> None:
    receive(image(1, 1), image(2, 2, minutes=2))
    assert Case.get().confidence == 0.4
    receive(note(1, 1))
    assert (Case.get().confidence, Case.get().counts_as, Case.get().is_question) == (0.98, "reject", False)


def test_an_answer_goes_along_when_the_exposure_turns_out_to_be_of_another_study(db: Path) -> None:
    told = replace(report(1, 1), study_uid="1.2.77")
    flags = replace(told, events=(replace(told.events[0], is_rejected=True),))
    receiving.record_dose_report(flags, SENDER, NOON, RULES)
    answering.answer(Case.get().case_id, "cut_off", "u1", NOON)
    receive(image(1, 1))
    (case,) = Case.select()
    assert (case.study_uid, case.state, case.reason_code) == ("1.2.9", "answered", "cut_off")


def test_a_correction_by_a_person_outlives_the_note_and_its_revocation(db: Path) -> None:
    receive(image(1, 1), note(1, 1, reason="111210"))
    correcting.correct(Case.get().case_id, "cut_off", "verkeerd gekozen", "u1", NOON)
    receive(image(2, 1))
    assert Case.get().reason_code == "cut_off"
    receive(revocation(2, 1))
    assert cases() == [("1.2.5.1", ("revocation",), "answered", "cut_off", ("1.2.3.1", "1.2.3.2"))]


def test_a_note_of_a_scan_is_one_case_before_during_and_after_its_slices(db: Path) -> None:
    scan = [record for record, _ in slices(1000, 1, 60)]
    names = tuple(record.sop_instance_uid for record in scan)
    said = replace(
        note(1), study_uid=scan[0].study_uid, instance_uids=names, series_of_slices=dict.fromkeys(names, "1.2.8")
    )
    receive(said)
    assert [case[0] for case in cases()] == [""]
    for record in scan:
        receive(replace(record, series_uid="1.2.8"))
        assert [case[0] for case in cases()] == ["1.2.5.1"]
    assert set(Case.get().instance_uids) == set(names)


def test_slices_that_a_note_names_take_the_short_way_once_their_case_is_known(db: Path) -> None:
    scan = [replace(record, series_uid="1.2.8") for record, _ in slices(1000, 1, 60)]
    names = tuple(record.sop_instance_uid for record in scan)
    receive(
        replace(
            note(1), study_uid=scan[0].study_uid, instance_uids=names, series_of_slices=dict.fromkeys(names, "1.2.8")
        )
    )
    assert burst.is_asked_about(scan[0])
    receive(scan[0])
    assert not any(burst.is_asked_about(record) for record in scan[1:])


def test_an_answered_count_is_the_answer_for_the_exposure_that_turns_out_to_be_missing(db: Path) -> None:
    receive(image(1, 1))
    receiving.record_step(*step(1, 2, 1), NOON, RULES)
    answering.answer(Case.get().case_id, "cut_off", "u1", NOON)
    receive(note(1, 3), image(2, 1))
    assert cases() == [("", ("mpps_count", "rejection_note"), "answered", "cut_off", ("1.2.3.3",))]


def test_a_step_that_counts_without_end_asks_nothing(db: Path) -> None:
    receive(image(1, 1))
    receiving.record_step(*step(1, 2**31 - 1, 1), NOON, RULES)
    assert cases() == []


def test_a_count_goes_along_with_its_step_to_another_study(db: Path) -> None:
    counted, sender = step(1, 2, 1)
    receive(image(1, 1), replace(image(2, 2), study_uid="1.2.10"))
    receiving.record_step(replace(counted, study_uid="1.2.10"), sender, NOON, RULES)
    receiving.record_step(counted, sender, NOON, RULES)
    assert [(case.study_uid, case.signals) for case in Case.select()] == [("1.2.9", ["mpps_count"])]
