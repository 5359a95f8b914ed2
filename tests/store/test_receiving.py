"""What is kept of what was received: exposures, examinations, totals."""

import itertools
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from iqs_tui.domain.records import Device, ProcedureStep
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import housekeeping, outbox, receiving
from iqs_tui.store.models import (
    Case,
    Correction,
    Examination,
    Exposure,
    Instance,
    Outbox,
    OutgoingNote,
    Peer,
    Signal,
    Step,
)
from tests.store.records import BUCKY, NOON, SENDER, image, note, report

RULES = RetakeRules()


def test_an_image_sent_twice_is_one_image(db: Path) -> None:
    for _ in range(2):
        receiving.record_instance(image(1, 1), SENDER, NOON, RULES)
    examination = Examination.get()
    assert (Instance.select().count(), examination.n_images, examination.n_exposures) == (1, 1, 1)
    assert examination.dap_total_gym2 == pytest.approx(8e-6)
    assert examination.total_source == "summed"


def test_the_report_counts_the_exposure_whose_image_never_came(db: Path) -> None:
    receiving.record_instance(image(1, 1), SENDER, NOON, RULES)
    receiving.record_dose_report(report(1, 1, 2, dap=16e-6), SENDER, NOON, RULES)
    examination = Examination.get()
    assert (examination.n_exposures, examination.n_images, examination.total_source) == (2, 1, "reported")
    assert examination.dap_total_gym2 == pytest.approx(16e-6)


@pytest.mark.parametrize("order", list(itertools.permutations(range(4))))
def test_cumulative_reports_in_any_order_give_the_last_total(db: Path, order: tuple[int, ...]) -> None:
    messages = [
        report(1, 1, dlp=7.46),
        report(2, 1, 2, dlp=77.27),
        report(3, 1, 2, 3, dlp=236.09),
        report(2, 1, 2, dlp=77.27),
    ]
    for index in order:
        receiving.record_dose_report(messages[index], SENDER, NOON, RULES)
    examination = Examination.get()
    assert examination.dlp_total_mgycm == pytest.approx(236.09)
    assert examination.n_exposures == 3


def test_continued_reports_add_up(db: Path) -> None:
    receiving.record_dose_report(report(1, 1, 2, dap=16e-6), SENDER, NOON, RULES)
    receiving.record_dose_report(report(2, 3, dap=8e-6), SENDER, NOON, RULES)
    assert Examination.get().dap_total_gym2 == pytest.approx(24e-6)


def test_absent_is_not_zero(db: Path) -> None:
    receiving.record_instance(image(1, 1, dap_gym2=None), SENDER, NOON, RULES)
    examination = Examination.get()
    assert (examination.dap_total_gym2, examination.dlp_total_mgycm, examination.total_source) == (None, None, None)


def test_headers_of_fluoroscopy_are_not_summed(db: Path) -> None:
    for number in (1, 2):
        receiving.record_instance(image(number, number, minutes=number, modality="RF"), SENDER, NOON, RULES)
    assert Examination.get().dap_total_gym2 is None


def test_report_and_image_of_one_event_are_one_exposure_in_either_order(db: Path) -> None:
    receiving.record_dose_report(report(1, 1), SENDER, NOON, RULES)
    receiving.record_instance(image(1, 1, exposure_index=250.0), SENDER, NOON, RULES)
    exposure = Exposure.get()
    assert Exposure.select().count() == 1
    assert (exposure.exposure_index, exposure.view) == (250.0, "PA")
    assert exposure.image_facts is not None
    assert exposure.report_facts is not None


def test_a_burst_is_told_once_after_it_settled(db: Path) -> None:
    for number in range(20):
        receiving.record_instance(image(number, 1, modality="CT"), SENDER, NOON, RULES)
    assert housekeeping.tell_settled(NOON + timedelta(seconds=1)) == 0
    assert housekeeping.tell_settled(NOON + timedelta(seconds=10)) == 2
    assert sorted(row.type for row in Outbox.select()) == ["examination", "exposure"]
    assert housekeeping.tell_settled(NOON + timedelta(seconds=20)) == 0
    assert '"n_images":20' in next(e.payload for e in outbox.pending() if e.type == "examination")


def test_retention_forgets_nothing_that_was_not_told(db: Path) -> None:
    receiving.record_instance(image(1, 1), SENDER, NOON, RULES)
    later = NOON + timedelta(days=800)
    days = {"received_days": 730, "answered_days": 730, "log_days": 90, "audit_days": 1830}
    housekeeping.forget(later, **days, has_central=True)
    assert (Exposure.select().count(), Instance.select().count()) == (1, 0)
    housekeeping.tell_settled(later)
    housekeeping.forget(later, **days, has_central=True)
    assert Exposure.select().count() == 0
    assert outbox.depth() == 2


def test_retention_takes_what_belongs_to_a_case_with_the_case(db: Path) -> None:
    receiving.record_instance(image(1, 1), SENDER, NOON, RULES)
    receiving.record_rejection_note(note(1, 1), SENDER, NOON, RULES)
    case_id = Case.get().case_id
    Correction.create(case_id=case_id, at=NOON, by="u1", why="verkeerd gekozen")
    OutgoingNote.create(case_id=case_id, instance_uid="1.2", state="sent", due_at=NOON, created_at=NOON)
    later = NOON + timedelta(days=800)
    days = {"received_days": 730, "answered_days": 730, "log_days": 90, "audit_days": 1830}
    housekeeping.forget(later, **days, has_central=True)
    assert [table.select().count() for table in (Case, Signal, Correction, OutgoingNote)] == [1, 1, 1, 1]
    Case.update(state="expired").execute()
    housekeeping.forget(later, **days, has_central=True)
    assert [table.select().count() for table in (Case, Signal, Correction, OutgoingNote)] == [0, 0, 0, 0]


def test_an_event_that_a_report_tells_twice_is_one_exposure(db: Path) -> None:
    told = report(1, 1, 2)
    receiving.record_dose_report(replace(told, events=told.events * 2), SENDER, NOON, RULES)
    assert Exposure.select().count() == 2


def test_a_procedure_step_gathers_what_its_messages_say(db: Path) -> None:
    receiving.record_step(
        ProcedureStep(step_uid="1.1", device=BUCKY, status="IN PROGRESS", study_uid="1.2.9", started_at=NOON),
        SENDER,
        NOON,
        RULES,
    )
    receiving.record_step(
        ProcedureStep(step_uid="1.1", device=Device(), status="COMPLETED", ended_at=NOON + timedelta(minutes=9)),
        SENDER,
        NOON,
        RULES,
    )
    step = Step.get()
    assert (step.status, step.study_uid, step.started_at) == ("COMPLETED", "1.2.9", NOON)
    assert step.ended_at == NOON + timedelta(minutes=9)


def test_peers_are_counted(db: Path) -> None:
    token = receiving.open_association(SENDER, NOON)
    receiving.close_association(token, NOON, 3, "dev")
    receiving.open_association(SENDER, NOON)
    receiving.refuse_peer(SENDER, NOON)
    peer = Peer.get()
    assert (peer.n_associations, peer.n_refused) == (2, 1)
