"""Rejection notes of ours: which cases get one, when, and what becomes of it."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iqs_tui import doctor
from iqs_tui.config import Config, Room, RoomRetakes
from iqs_tui.domain.note_writing import RETRIES, title_of
from iqs_tui.store import answering, documents, outgoing_notes
from iqs_tui.store.models import Case, Instance, OutgoingNote
from iqs_tui.store.reading.admin import notes
from iqs_tui.store.status import gather
from tests.store.records import NOON

pytestmark = pytest.mark.usefixtures("db")
DELAY = timedelta(minutes=15)
ROOMS = {"kamer-1"}


def case(name: str, *, has_image: bool = True, **values: object) -> str:
    """Write an open case of one image."""
    image = f"1.2.3.{name}"
    if has_image:
        Instance.create(
            sop_instance_uid=image,
            sop_class_uid="1.2.840.10008.5.1.4.1.1.1.1",
            study_uid="1.2.9",
            series_uid="1.2.8",
            exposure_uid=f"1.2.5.{name}",
            device_id="d",
            received_at=NOON,
        )
    known = {"state": "open", "signals": ["key"], "room": "kamer-1", "instance_uids": [image], "study_uid": "1.2.9"}
    Case.create(case_id=name, detected_at=NOON, updated_at=NOON, **known | values)
    return name


def answered(name: str, reason: str = "rotation", **values: object) -> str:
    answering.answer(case(name, **values), reason, "u1", NOON)
    return name


def planned(minutes: float = 15) -> list[str]:
    at = NOON + timedelta(minutes=minutes)
    outgoing_notes.plan(ROOMS, DELAY, at)
    return outgoing_notes.due(at)


def test_an_answered_reject_gets_one_note_once_the_delay_is_over():
    answered("1")
    assert planned(14) == []
    assert planned(15) == ["1"]
    assert planned(16) == ["1"]
    assert OutgoingNote.select().count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"signals": ["key", "rejection_note"]},  # the modality wrote one itself
        {"counts_as": "repeat"},  # both images went on
        {"room": "kamer-2"},  # where nobody asked for notes
        {"has_image": False},  # deleted at the console: there is nothing to take away
    ],
)
def test_what_gets_none(values: dict[str, object]):
    answered("1", **values)
    assert planned() == []


def test_open_and_dismissed_cases_get_none():
    case("1")
    answering.dismiss(case("2"), "bilateral", "u1", NOON)
    assert planned() == []


def test_what_was_answered_before_the_room_wrote_notes_is_let_be():
    answered("1")
    assert planned(60 * 24 * 8) == []


def test_the_note_says_title_reason_and_images():
    answered("1", "motion.patient")
    planned()
    note = outgoing_notes.note_of("1", NOON)
    assert note is not None
    assert (note.title, note.cid7011, note.study_uid) == ("113001", "111210", "1.2.9")
    assert note.description == "Beweging / ademstand: patiënt bewoog"
    assert [each.sop_instance_uid for each in note.references] == ["1.2.3.1"]
    again = outgoing_notes.note_of("1", NOON)
    assert again == note


def test_a_wrong_patient_or_order_has_a_title_of_its_own_for_every_modality():
    codes = {each.code for reason in documents.reasons().reason for each in (reason, *reason.detail)}
    wrong = {"identity.patient", "identity.order", "ct_identity.patient", "ct_identity.order"}
    assert {code for code in codes if title_of(code) == "113038"} == wrong
    assert {title_of(code) for code in codes - wrong} == {"113001"}


def test_an_answer_that_was_taken_back_withdraws_the_note_and_a_new_answer_brings_it_back():
    answered("1")
    planned()
    answering.undo("1", "u1", NOON)
    assert outgoing_notes.note_of("1", NOON) is None
    assert planned() == []
    answering.answer("1", "motion", "u1", NOON)
    assert planned() == ["1"]


def test_a_note_is_tried_for_three_days_and_then_a_person_has_to_look():
    answered("1")
    planned()
    at, tries = NOON + DELAY, 0
    while outgoing_notes.due(at):
        tries += 1
        outgoing_notes.failed("1", "no connection", at)
        assert outgoing_notes.due(at) == []
        at = max(OutgoingNote.get().due_at, at)
        if OutgoingNote.get().state == "failed":
            break
    assert tries == len(RETRIES) + 1
    assert at - NOON > timedelta(days=3)
    assert notes.counts().n_failed == 1
    assert outgoing_notes.try_again(at) == 1
    assert outgoing_notes.due(at) == ["1"]


def test_a_sent_note_is_done_and_counted():
    answered("1")
    planned()
    outgoing_notes.sent("1", NOON + DELAY)
    assert planned(20) == []
    assert notes.counts() == notes.NoteCounts(n_waiting=0, n_sent=1, n_failed=0, last_sent_at=NOON + DELAY)
    (row,) = notes.notes().rows
    assert (row.state, row.room, row.reason_label) == ("sent", "kamer-1", "Rotatie / kanteling")
    assert outgoing_notes.is_own(OutgoingNote.get().instance_uid)


def test_the_note_of_a_scan_takes_all_its_slices_away_and_none_of_another_study():
    answered("1", exposure_uid="1.2.5.1")
    for number in range(2, 102):
        Instance.create(
            sop_instance_uid=f"1.2.3.1.{number}",
            sop_class_uid="1.2.840.10008.5.1.4.1.1.2",
            study_uid="1.2.9" if number < 101 else "1.2.10",
            series_uid="1.2.8",
            exposure_uid="1.2.5.1",
            device_id="d",
            received_at=NOON,
        )
    planned()
    note = outgoing_notes.note_of("1", NOON)
    assert note is not None
    assert len(note.references) == 100
    assert "1.2.3.1.101" not in {each.sop_instance_uid for each in note.references}


def test_status_and_doctor_say_how_they_fare(db: Path) -> None:
    planned_at = NOON + DELAY
    for name in ("1", "2", "3"):
        answered(name)
    planned()
    outgoing_notes.sent("1", planned_at)
    for _ in range(len(RETRIES) + 1):
        outgoing_notes.failed("2", "the PACS refused the note", planned_at)
    told = gather(db, ZoneInfo("Europe/Amsterdam"), NOON, is_clock_synchronised=None)["notes"]
    assert told == {"waiting": 1, "sent": 1, "failed": 1, "last_sent": "2026-11-21T12:15:00.000+01:00"}
    config = Config(rooms=(Room(id="kamer-1", retakes=RoomRetakes(write_notes=True)),))
    [said] = doctor._notes(config)
    assert (said.level, said.what) == ("warn", "1 sent, 1 wait, 1 given up")
    assert list(doctor._notes(Config())) == []
