"""An exposure that a dose report tells of and no image shows: when it is asked about, and when it never is."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from iqs_tui.domain.no_image import NoImageRules
from iqs_tui.domain.records import Device, DoseReport, Instance
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import audit, casework, export, receiving, settling
from iqs_tui.store.evidence import quiet
from iqs_tui.store.models import Audit, Case, DeviceClock, Exposure, Settling, Signal
from iqs_tui.store.models import Instance as InstanceRow
from tests.store.records import BUCKY, NOON, SENDER, image, note, report
from tests.store.studies import AT_SISTER, CAPTURE, PACS, SISTER, Message, unnamed

RULES = RetakeRules()
ODD = 7.25 / 60
"""Minutes: the records of the tests are made at whole minutes, which for a clock tells no seconds."""
LONG_AFTER = NOON + timedelta(hours=2)
STATIONARY = "Stationary Acquisition"


def take(*messages: Message, at: datetime = NOON, rules: RetakeRules = RULES) -> None:
    for message, sender in messages:
        if isinstance(message, DoseReport):
            receiving.record_dose_report(message, sender, at, rules)
        elif isinstance(message, Instance):
            receiving.record_instance(message, sender, at, rules)
        else:
            receiving.record_rejection_note(message, sender, at, rules)


def settle(at: datetime = LONG_AFTER, rules: RetakeRules = RULES) -> None:
    quiet.look_again(lambda _room: rules, at)


def missed() -> list[str]:
    """Return the exposures with an open case for want of an image, once everything has been quiet."""
    settle()
    rows = Case.select().where(Case.state == "open").order_by(Case.exposure_uid)
    return [str(row.exposure_uid) for row in rows if "no_image" in row.signals]


def shown(*numbers: int, **facts: object) -> list[Message]:
    return [(image(number, number, minutes=number + ODD, view=f"view {number}", **facts), SENDER) for number in numbers]


def nameless(*numbers: int, ahead_s: float = 0.0, **facts: object) -> list[Message]:
    """Return images without an Irradiation Event UID, of the exposures with these numbers in the report."""
    return [
        (unnamed(image(n, 0, minutes=n + ODD - ahead_s / 60, view=f"view {n}", **facts)), SENDER)  # type: ignore[arg-type]
        for n in numbers
    ]


def told(*events: int, number: int = 1, changes: dict[int, dict[str, object]] | None = None) -> Message:
    """Return a report of these events, one a minute; the facts of some changed."""
    record = report(number, *events)
    of_number = dict(zip(events, record.events, strict=True))
    for n, event in of_number.items():
        of_number[n] = replace(event, facts=replace(event.facts, acquired_at=NOON + timedelta(minutes=n + ODD)))
    of_number |= {
        n: replace(of_number[n], facts=replace(of_number[n].facts, **said)) for n, said in (changes or {}).items()
    }
    return replace(record, events=tuple(of_number.values())), SENDER


def test_the_deleted_exposure_is_one_case_with_its_dose(db: Path) -> None:
    take(*shown(1, 3), told(1, 2, 3))
    assert Case.select().count() == 0, "not yet"
    assert missed() == ["1.2.5.2"]
    case = Case.get()
    assert (case.room, case.device_id, case.counts_as, case.is_question) == ("kamer-1", BUCKY.key, "reject", False)
    [row] = export.rows("cases", export.Window(None, None, None))  # type: ignore[arg-type]
    assert row["dap_gym2"] == 8e-6


def test_a_cumulative_report_that_comes_again_changes_nothing(db: Path) -> None:
    take(*shown(1, 3), told(1, 2, 3))
    assert missed() == ["1.2.5.2"]
    take(told(1, 2, 3, number=2), at=LONG_AFTER)
    assert [row.state for row in Case.select()] == ["open"], "raised stays raised while the study is not quiet"
    take(told(1, 2, 3, number=2), at=LONG_AFTER)
    settle(LONG_AFTER + timedelta(hours=1))
    assert (Case.select().count(), Signal.select().count()) == (1, 1)


def test_quiet_is_counted_from_the_last_image_by_the_limits_of_the_room(db: Path) -> None:
    rules = RetakeRules(no_image=NoImageRules(settle=timedelta(minutes=4)))
    take(told(1, 2, 3), rules=rules)
    take(*shown(1), at=NOON + timedelta(minutes=1), rules=rules)
    take(*shown(2), at=NOON + timedelta(minutes=3), rules=rules)
    settle(NOON + timedelta(minutes=6), rules)
    assert (Case.select().count(), Settling.get().due_at) == (0, NOON + timedelta(minutes=7))
    settle(NOON + timedelta(minutes=7), rules)
    assert (Case.get().exposure_uid, Settling.select().count()) == ("1.2.5.3", 0)


def test_a_late_image_takes_an_unanswered_case_back_and_leaves_an_answered_one_with_a_trace(db: Path) -> None:
    take(*shown(1), told(1, 2, 3))
    assert missed() == ["1.2.5.2", "1.2.5.3"]
    Case.update(state="answered", reason_code="motion").where(Case.exposure_uid == "1.2.5.3").execute()
    take(*shown(2, 3), at=LONG_AFTER)
    assert [(row.exposure_uid, row.state) for row in Case.select()] == [("1.2.5.3", "answered")]
    actions = [row.action for row in Audit.select().order_by(Audit.seq)]
    assert "case.withdrawn" in actions
    assert "case.evidence_gone" in actions
    take((replace(image(9, 9, minutes=9), sop_instance_uid="1.2.3.99"), SENDER), at=LONG_AFTER)
    assert [row.action for row in Audit.select()].count("case.evidence_gone") == 1
    assert audit.first_break() is None


def test_a_rejection_note_and_the_missing_image_are_one_case(db: Path) -> None:
    named = replace(told(1, 2)[0].events[1], acquired_image_uids=("1.2.3.2",))  # type: ignore[attr-defined]
    record = told(1, 2)[0]
    take(*shown(1), (replace(record, events=(record.events[0], named)), SENDER), (note(1, 2), SENDER))  # type: ignore
    settle()
    [case] = Case.select()
    assert case.signals == ["no_image", "rejection_note"]


def test_a_room_whose_images_do_not_all_come_misses_none(db: Path) -> None:
    rules = RetakeRules(no_image=NoImageRules(is_on=False))
    take(*shown(1), told(1, 2), rules=rules)
    settle(rules=rules)
    assert (Case.select().count(), Settling.select().count()) == (0, 0)


def test_a_room_that_sends_reports_only_misses_none(db: Path) -> None:
    take(*((replace(report(n, n), study_uid=f"1.2.9.{n}"), SENDER) for n in range(1, 15)))
    assert missed() == []


def examinations_before(n: int, *, with_images: int) -> list[Message]:
    """Return n examinations with a report, the first of them with their image."""
    return [
        (replace(record, study_uid=f"1.2.9.{number}"), SENDER)
        for number in range(n)
        for record in (
            (image(number, number), report(number, number)) if number < with_images else (report(number, number),)
        )
    ]


@pytest.mark.parametrize(("n", "with_images", "expected"), [(8, 8, True), (8, 7, True), (8, 5, False), (3, 3, False)])
def test_a_study_without_any_image_is_missed_where_the_machine_always_sends_them(
    db: Path, n: int, with_images: int, expected: bool
) -> None:
    for message in examinations_before(n, with_images=with_images):
        take(message, at=NOON - timedelta(days=1))
    take((replace(report(50, 50), study_uid="1.2.10"), SENDER))
    assert ("1.2.5.50" in missed()) is expected


@pytest.mark.parametrize(
    "said",
    [
        {"event_type": "Fluoroscopy"},
        {"event_type": "Rotational Acquisition"},
        {"protocol": "Wervelkolom totaal"},
        {"dap_gym2": 0.0},
    ],
)
def test_what_has_no_image_of_its_own_is_not_missed(db: Path, said: dict[str, object]) -> None:
    take(*shown(1), told(1, 2, changes={2: said}))
    assert missed() == []


def test_a_ct_and_an_angiography_room_are_left_out(db: Path) -> None:
    ct = image(1, 1, modality="CT")
    lab = replace(image(2, 5, minutes=5, modality="XA"), study_uid="1.2.10")
    runs = replace(told(5, 6, number=2, changes={6: {"event_type": STATIONARY}})[0], study_uid="1.2.10", modality="RF")
    take((ct, SENDER), (replace(report(1, 1, 2), modality="CT"), SENDER), (lab, SENDER), (runs, SENDER))
    assert missed() == []


def test_a_stitched_image_shows_all_events_that_it_was_made_of(db: Path) -> None:
    whole = replace(image(1, 1, minutes=1), source_event_uids=("1.2.5.1", "1.2.5.2", "1.2.5.3"))
    take((whole, SENDER), told(1, 2, 3, 4))
    assert missed() == ["1.2.5.4"]


def test_an_image_that_several_events_name_shows_them_all(db: Path) -> None:
    record, sender = told(1, 2, 3, 4)
    events = tuple(replace(e, acquired_image_uids=("1.2.3.1",)) for e in record.events[:3])  # type: ignore[attr-defined]
    take(*shown(1), (replace(record, events=(*events, record.events[3])), sender))  # type: ignore
    assert missed() == ["1.2.5.4"]


def test_a_stitched_image_that_does_not_say_of_what_leaves_it_open(db: Path) -> None:
    whole = replace(image(9, 9, minutes=4), image_type=("DERIVED", "PRIMARY", "", "COMPOSED"), is_derived=True)
    take(*shown(1), (whole, SENDER), told(1, 2, 3))
    assert missed() == []
    assert unsure() == ["1.2.5.2", "1.2.5.3"]


def test_a_phantom_is_not_missed(db: Path) -> None:
    take(*((replace(record, is_quality_control=True), sender) for record, sender in shown(1)), told(1, 2))  # type: ignore
    assert missed() == []


def test_the_two_energies_and_the_planes_of_one_exposure_are_not_missed(db: Path) -> None:
    breast = {"view": "CC", "laterality": "L", "event_type": STATIONARY}
    second = {"acquired_at": NOON + timedelta(minutes=1, seconds=5)} | breast
    pair, sender = told(1, 2, changes={1: breast, 2: second})
    take(*shown(1, modality="MG"), (replace(pair, modality="MG"), sender))  # type: ignore[type-var]
    planes = told(3, 4, number=2, changes={4: {"acquired_at": NOON + timedelta(minutes=3 + ODD)}})[0]
    take((replace(image(3, 3, minutes=3), study_uid="1.2.10"), SENDER), (replace(planes, study_uid="1.2.10"), SENDER))
    assert missed() == []


def test_a_captured_dose_screen_is_no_report(db: Path) -> None:
    take(*shown(1), (replace(report(1, 1, 2), sop_class_uid=CAPTURE), SENDER))
    assert missed() == []


def test_each_machine_of_a_study_answers_for_its_own(db: Path) -> None:
    sister = replace(report(2, 21, 22), device=SISTER)
    take(*shown(1), told(1, 2), (sister, AT_SISTER))
    assert missed() == ["1.2.5.2"], "the sister sends no images"


def unsure() -> list[str]:
    rows = Exposure.select().where(Exposure.is_unsure == True).order_by(Exposure.exposure_uid)  # noqa: E712 (SQL)
    return [row.exposure_uid for row in rows]


def exposures() -> list[str]:
    rows = Exposure.select().where(Exposure.is_derived == False).order_by(Exposure.exposure_uid)  # noqa: E712 (SQL)
    return [row.exposure_uid for row in rows]


@pytest.mark.parametrize("ahead_s", [0.0, 47.0, 3600.0])
def test_images_without_an_event_are_the_exposures_of_the_report(db: Path, ahead_s: float) -> None:
    take(*nameless(1, 2, 4, ahead_s=ahead_s), told(1, 2, 4))
    assert (exposures(), missed(), unsure()) == (["1.2.5.1", "1.2.5.2", "1.2.5.4"], [], [])
    assert {row.sop_instance_uid: row.exposure_uid for row in InstanceRow.select()} == {
        f"1.2.3.{n}": f"1.2.5.{n}" for n in (1, 2, 4)
    }


@pytest.mark.parametrize("ahead_s", [0.0, 47.0])
def test_the_missing_one_of_images_without_an_event_is_found(db: Path, ahead_s: float) -> None:
    take(*nameless(1, 4, 6, ahead_s=ahead_s), told(1, 2, 4, 6))
    assert (missed(), unsure()) == (["1.2.5.2"], [])
    take(*nameless(2, ahead_s=ahead_s), at=LONG_AFTER)
    assert (missed(), exposures()) == ([], [f"1.2.5.{n}" for n in (1, 2, 4, 6)])


def test_where_it_cannot_be_said_there_is_no_case_but_a_count(db: Path) -> None:
    take(*nameless(1, 2), told(1, 2, 3))
    assert (missed(), unsure()) == ([], ["1.2.5.1", "1.2.5.2", "1.2.5.3"])


def test_a_match_that_no_longer_holds_is_taken_back(db: Path) -> None:
    take(*nameless(1), told(1))
    assert exposures() == ["1.2.5.1"]
    take(told(1, 2, number=2), at=LONG_AFTER)
    assert (len(exposures()), unsure()) == (3, ["1.2.5.1", "1.2.5.2"])
    assert InstanceRow.get().exposure_uid not in ("1.2.5.1", "1.2.5.2")


def test_a_clock_that_other_studies_taught_tells_which_one_is_missing(db: Path) -> None:
    for number in range(3):
        records = (*nameless(1, 2, 4, ahead_s=47), told(1, 2, 4))
        take(*((of_study(record, number), sender) for record, sender in records))
    assert [offset for _, offset in DeviceClock.get().samples.values()] == [47.0] * 3
    take(*nameless(1, ahead_s=47), told(1, 2))
    assert missed() == ["1.2.5.2"]


def test_a_study_teaches_once_whatever_is_sent_again(db: Path) -> None:
    for number in range(3):
        records = (*nameless(1, 2, 4, ahead_s=47), told(1, 2, 4))
        take(*((of_study(record, number), sender) for record, sender in records))
    before = DeviceClock.get().samples
    again = of_study(told(1, 2, 4, number=2)[0], 0)
    take((again, SENDER), at=LONG_AFTER)
    assert DeviceClock.get().samples == before
    more = of_study(told(1, 2, 4, 5, 7, number=3)[0], 0)
    take((more, SENDER), at=LONG_AFTER)
    assert len(DeviceClock.get().samples) == 2, "its rhythm is no longer plain"


def test_an_image_that_may_be_a_copy_of_another_leaves_it_open(db: Path) -> None:
    near = NOON + timedelta(minutes=1 + ODD, seconds=2)
    copy = unnamed(image(9, 0, acquired_at=near - timedelta(seconds=1)))
    take(*shown(1), (copy, SENDER), told(1, 2, changes={2: {"acquired_at": near}}))
    assert (missed(), unsure()) == ([], ["1.2.5.2"])


def test_what_another_room_sends_of_the_study_changes_nothing(db: Path) -> None:
    take(*shown(1), told(1, 2))
    assert missed() == ["1.2.5.2"]
    off = RetakeRules(no_image=NoImageRules(is_on=False))
    take((told(1, 2, number=2)[0], PACS), at=LONG_AFTER, rules=off)
    assert [row.state for row in Case.select()] == ["open"]
    take((replace(image(9, 1, minutes=1 + ODD), study_uid="1.2.10"), SENDER))
    take((replace(told(1, 3, number=3)[0], study_uid="1.2.10"), PACS))
    assert (Settling.get().room, missed()) == ("kamer-1", ["1.2.5.2", "1.2.5.3"])


def of_study(record: object, number: int) -> object:
    """Return a record of a study of its own, with UIDs of its own."""
    study = f"1.2.9.{number}"
    if isinstance(record, DoseReport):
        events = tuple(replace(event, exposure_uid=f"{event.exposure_uid}.{number}") for event in record.events)
        return replace(record, study_uid=study, sop_instance_uid=f"{record.sop_instance_uid}.{number}", events=events)
    assert isinstance(record, Instance)
    return unnamed(replace(record, study_uid=study, sop_instance_uid=f"{record.sop_instance_uid}.{number}"))


def test_one_clock_is_learned_from_images_that_name_their_event(db: Path) -> None:
    take(*shown(1, 2, acquired_at=NOON), told(1))
    assert [offset for _, offset in DeviceClock.get().samples.values()] == [67.2]


def test_a_pair_of_images_without_an_event_is_one_exposure(db: Path) -> None:
    first, sender = nameless(1)[0]
    second = replace(first, sop_instance_uid="1.2.3.11", series_uid="1.2.8.2")  # type: ignore[type-var]
    copy = replace(first, sop_instance_uid="1.2.3.12", is_derived=True, device=Device(station_name="WS1"))  # type: ignore
    take((first, sender), (second, sender), (unnamed(copy), PACS), told(1, 3), *nameless(3))  # type: ignore[arg-type]
    assert (missed(), unsure()) == ([], [])
    assert exposures() == ["1.2.5.1", "1.2.5.3"]


def test_an_image_without_a_time_leaves_it_open(db: Path) -> None:
    take((unnamed(image(1, 0, acquired_at=None)), SENDER), told(1))
    assert (missed(), unsure()) == ([], ["1.2.5.1"])


def test_a_machine_beside_another_is_matched_by_itself(db: Path) -> None:
    other = [(unnamed(replace(image(50 + n, 0, minutes=n + ODD), device=SISTER)), AT_SISTER) for n in (1, 3)]
    sister = replace(report(2, 21, 23, 24), device=SISTER)
    moved = tuple(
        replace(event, facts=replace(event.facts, acquired_at=NOON + timedelta(minutes=n + ODD)))
        for event, n in zip(sister.events, (1, 3, 9), strict=True)
    )
    take(*nameless(1, 2, 5), told(1, 2, 5), *other, (replace(sister, events=moved), AT_SISTER))
    assert missed() == ["1.2.5.24"]


def test_after_an_upgrade_recent_studies_are_looked_at(db: Path) -> None:
    take(*shown(1), told(1, 2))
    Settling.delete().execute()
    assert settling.recover(NOON + timedelta(hours=1), LONG_AFTER) == 0
    assert settling.recover(NOON - timedelta(hours=1), LONG_AFTER) == 1
    assert missed() == ["1.2.5.2"]


def test_a_study_that_cannot_be_looked_at_keeps_the_others_waiting_once(
    db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(*shown(1), told(1, 2))
    monkeypatch.setattr(casework, "refresh", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        settle()
    assert Settling.get().due_at > LONG_AFTER
    monkeypatch.undo()
    settle(LONG_AFTER + timedelta(hours=1))
    assert Case.get().exposure_uid == "1.2.5.2"


def test_of_many_quiet_studies_fifty_are_looked_at_in_one_turn_the_longest_waiting_first(db: Path) -> None:
    for number in range(60):
        settling.wait(f"1.2.9.{number}", "kamer-1", NOON - timedelta(seconds=number))
    assert quiet.look_again(lambda _: RULES, NOON) == 50
    assert sorted(row.due_at for row in Settling.select()) == [NOON - timedelta(seconds=n) for n in range(9, -1, -1)]
    assert [quiet.look_again(lambda _: RULES, NOON) for _ in range(2)] == [10, 0]
