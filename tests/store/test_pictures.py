"""Pictures and whole objects: taken in, made, and gone when their time has passed."""

import os
import stat
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqs_tui import doctor
from iqs_tui.config import Config, Retention, Room, RoomRetakes
from iqs_tui.domain.pictures import (
    BUSY,
    FAILED,
    FOR_PROCESSING,
    LOST,
    MADE,
    NONE,
    TOO_LARGE,
    UNREADABLE,
    WAITING,
    WRITE,
    PictureSource,
)
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import housekeeping, lessons, objects, pictures, receiving, verification
from iqs_tui.store.backup import back_up
from iqs_tui.store.models import Audit, Case, Exposure, Instance, KeptObject, Preview
from iqs_tui.store.pictures import PictureRetention
from iqs_tui.store.reading.admin.pictures import picture_figures
from iqs_tui.store.reading.blue_bin.case import followed_by
from iqs_tui.store.reading.pictures import of_exposure, picture
from iqs_tui.store.status import gather
from tests.store.records import NOON, SENDER, image

DAY = timedelta(days=1)
KEPT = PictureRetention(
    picture=90 * DAY,
    reject_picture=730 * DAY,
    object=365 * DAY,
    undecided=timedelta(hours=72),
    keeping_rooms=frozenset({"kamer-1"}),
)
NOWHERE = PictureRetention(
    picture=90 * DAY,
    reject_picture=730 * DAY,
    object=365 * DAY,
    undecided=timedelta(hours=72),
    keeping_rooms=frozenset(),
)
SOURCE = PictureSource(pieces=(b"DICM", memoryview(bytes(1000))))


def receive(number: int, exposure: int, at: datetime = NOON, minutes: float = 0, **facts: object) -> str:
    """Take in an image with what its picture is made of; return its UID."""
    record = image(number, exposure, minutes=minutes, **facts)
    receiving.record_instance(record, SENDER, at, RetakeRules())
    pictures.take_in(record.sop_instance_uid, SENDER.room, SOURCE, at)
    return record.sop_instance_uid


def make(instance_uid: str, at: datetime = NOON) -> None:
    kept = KeptObject.get_by_id(instance_uid)
    pictures.made(pictures.Waiting(instance_uid, kept.room, kept.path), 10, 20, b"\xff\xd8 jpeg", at)


def case(exposure: int, *, state: str = "answered", counts_as: str = "reject") -> str:
    row = Case.create(
        case_id=f"case-{exposure}",
        room="kamer-1",
        study_uid="1.2.9",
        exposure_uid=f"1.2.5.{exposure}",
        instance_uids=[],
        signals=["key"],
        state=state,
        counts_as=counts_as,
        detected_at=NOON,
        updated_at=NOON,
    )
    return row.case_id


def there() -> set[str]:
    return {row.instance_uid for row in Preview.select()}


def held() -> set[str]:
    rows = {row.instance_uid: row.path for row in KeptObject.select()}
    assert set(rows.values()) == set(objects.found()), "each row has its file, each file its row"
    return set(rows)


def test_an_object_waits_in_a_file_that_only_its_owner_reads(db: Path) -> None:
    uid = receive(1, 1)
    waiting = pictures.next_waiting(NOON)
    assert waiting is not None and waiting.instance_uid == uid
    file = db.parent / waiting.path
    assert file.read_bytes() == b"DICM" + bytes(1000)
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(file.parent.stat().st_mode)) == (0o600, 0o700)
    assert uid not in waiting.path
    make(uid)
    found = picture(uid)
    assert found is not None
    assert (found.state, found.width, found.height, found.data) == (MADE, 10, 20, b"\xff\xd8 jpeg")
    assert pictures.next_waiting(NOON) is None


def test_the_newest_is_made_first(db: Path) -> None:
    for number in range(3):
        receive(number, number, NOON + timedelta(seconds=number))
    waiting = pictures.next_waiting(NOON)
    assert waiting is not None and waiting.instance_uid == "1.2.3.2"


def test_the_study_of_a_case_goes_before_the_newest(db: Path) -> None:
    receive(1, 1)
    receive(2, 2, NOON + timedelta(seconds=2))
    other = replace(image(9, 9), study_uid="1.2.99")
    receiving.record_instance(other, SENDER, NOON + timedelta(seconds=9), RetakeRules())
    pictures.take_in(other.sop_instance_uid, SENDER.room, SOURCE, NOON + timedelta(seconds=9))
    assert pictures.next_waiting(NOON).instance_uid == "1.2.3.9"
    case(1, state="open")
    assert pictures.next_waiting(NOON).instance_uid == "1.2.3.2"


def test_an_image_without_a_picture_says_why(db: Path) -> None:
    pictures.take_in("1.2.3.1", "kamer-1", PictureSource(why=TOO_LARGE), NOON)
    found = picture("1.2.3.1")
    assert found is not None and (found.state, found.why, found.data) == (NONE, TOO_LARGE, b"")
    assert picture("1.2.3.4") is None


def test_the_same_image_again_changes_nothing_but_gives_a_second_chance(db: Path) -> None:
    uid = receive(1, 1)
    make(uid)
    pictures.let_go(uid)
    receive(1, 1, NOON + DAY)
    assert (picture(uid).state, held()) == (MADE, set())
    pictures.take_in("1.2.3.2", "kamer-1", PictureSource(why=BUSY), NOON)
    pictures.take_in("1.2.3.2", "kamer-1", SOURCE, NOON)
    assert picture("1.2.3.2").state == WAITING
    pictures.failed("1.2.3.2", UNREADABLE, NOON)
    pictures.take_in("1.2.3.2", "kamer-1", SOURCE, NOON)
    assert picture("1.2.3.2").state == FAILED, "the same bytes would fail again"


def test_a_disk_that_is_full_costs_the_picture_and_not_the_record(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as full:
        full.setattr(objects.shutil, "disk_usage", lambda path: SimpleNamespace(free=1000))
        uid = receive(1, 1)
    assert Instance.select().count() == 1
    assert (picture(uid).state, picture(uid).why, held()) == (FAILED, WRITE, set())
    receive(1, 1)
    assert picture(uid).state == WAITING


def test_a_write_that_fails_half_way_leaves_nothing(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int, data: memoryview) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "write", fail)
        assert pictures.take_in("1.2.3.1", "kamer-1", SOURCE, NOON) == WRITE
    assert objects.found() == {}


def test_the_image_for_presentation_is_shown_before_the_one_for_processing(db: Path) -> None:
    for number in (1, 2, 3):
        make(receive(number, 1, NOON + timedelta(seconds=number)))
    pictures.let_go("1.2.3.1")
    Instance.update(sop_class_uid=min(FOR_PROCESSING)).where(Instance.sop_instance_uid == "1.2.3.3").execute()
    assert of_exposure("1.2.5.1").instance_uid == "1.2.3.2"
    Preview.update(state=FAILED, picture=None).where(Preview.instance_uid == "1.2.3.2").execute()
    Preview.update(state=FAILED, picture=None).where(Preview.instance_uid == "1.2.3.1").execute()
    assert of_exposure("1.2.5.1").instance_uid == "1.2.3.3", "one that is there before one that is not"
    assert of_exposure("1.2.5.9") is None


def test_pictures_of_good_images_go_first(db: Path) -> None:
    rejected, good, after, other = (
        receive(1, 1),
        receive(2, 2, view="LL"),
        receive(3, 3, minutes=30),
        receive(4, 4, minutes=60, laterality="L"),
    )
    case(1)
    shot = followed_by("case-1")
    assert shot is not None and shot.exposure_uid == "1.2.5.3", "what the blauwe ton shows beside it"
    assert pictures.forget(NOON + 89 * DAY, NOWHERE)["pictures"] == 0
    assert pictures.forget(NOON + 91 * DAY, NOWHERE)["pictures"] == 2
    assert there() == {rejected, after}
    assert good not in there() and other not in there()
    assert Audit.select().where(Audit.action == "retention").order_by(Audit.seq.desc()).first().detail["pictures"] == 2
    pictures.forget(NOON + 731 * DAY, NOWHERE)
    assert there() == held() == set()


@pytest.mark.parametrize(
    ("state", "counts_as", "stays"),
    [
        ("answered", "reject", True),
        ("answered", "repeat", True),
        ("answered", "identification", False),
        ("dismissed", "reject", False),
        ("expired", "reject", False),
    ],
)
def test_what_is_kept_longer_is_what_counts(db: Path, state: str, counts_as: str, stays: bool) -> None:
    uid = receive(1, 1)
    case(1, state=state, counts_as=counts_as)
    pictures.forget(NOON + 100 * DAY, KEPT)
    assert (uid in there()) is stays


def test_a_lesson_keeps_its_pictures_and_their_exposures_as_long_as_it_stands(db: Path) -> None:
    taught, after, other = receive(1, 1), receive(2, 2, minutes=30), receive(3, 3, view="LL")
    lesson = lessons.make("Draaiing", "u1", NOON)
    lessons.add(lesson, [case(1)], "u1", NOON)

    def years_later() -> None:
        later = NOON + 2000 * DAY
        pictures.forget(later, KEPT)
        housekeeping.forget(
            later, received_days=730, answered_days=730, log_days=90, audit_days=1830, has_central=False
        )

    Exposure.update(is_told=True).execute()
    years_later()
    assert there() == {taught, after} and other not in there()
    assert of_exposure("1.2.5.1").instance_uid == taught
    assert {row.exposure_uid for row in Exposure.select()} == {"1.2.5.1", "1.2.5.2"}
    assert Case.select().count() == 1
    lessons.remove_case(lesson, "case-1", "u1", NOON)
    years_later()
    assert there() == set() and Case.select().count() == Exposure.select().count() == 0


def test_objects_go_with_their_picture_unless_the_room_keeps_them(db: Path) -> None:
    waiting, done = receive(1, 1), receive(2, 2)
    make(done)
    pictures.forget(NOON, NOWHERE)
    assert held() == {waiting}


def test_a_room_that_keeps_objects_keeps_the_rejected_ones(db: Path) -> None:
    rejected, good, undecided, repeated = (receive(number, number, view=str(number)) for number in (1, 2, 3, 4))
    for uid in (rejected, good, undecided, repeated):
        make(uid)
    case(1)
    case(3, state="open")
    case(4, counts_as="repeat")
    pictures.forget(NOON + timedelta(hours=71), KEPT)
    assert held() == {rejected, good, undecided, repeated}
    pictures.forget(NOON + timedelta(hours=73), KEPT)
    assert held() == {rejected, undecided, repeated}
    Case.update(state="expired").where(Case.case_id == "case-3").execute()
    pictures.forget(NOON + timedelta(hours=74), KEPT)
    assert held() == {rejected, repeated}
    pictures.forget(NOON + 366 * DAY, KEPT)
    assert held() == set() and rejected in there()


def test_what_a_crash_left_is_cleaned_up_at_the_start(db: Path) -> None:
    lost, whole = receive(1, 1), receive(2, 2)
    objects.place(KeptObject.get_by_id(lost).path).unlink()
    for name in ("stray.dcm", ".half.dcm.1.part"):
        (db.parent / "objects" / name).write_bytes(b"x")
    assert [finding.level for finding in verification.verify(db) if finding.subject == "objects"] == ["warn"]
    assert pictures.clean_up(NOON) == {"stray_objects": 2, "lost_objects": 1}
    assert held() == {whole}
    assert (picture(lost).state, picture(lost).why) == (FAILED, LOST)
    assert pictures.clean_up(NOON) == {"stray_objects": 0, "lost_objects": 0}
    assert [finding.level for finding in verification.verify(db) if finding.subject == "objects"] == ["ok"]


def test_an_object_that_vanished_meanwhile_is_lost_and_the_next_is_made(db: Path) -> None:
    older, newer = receive(1, 1), receive(2, 2, NOON + DAY)
    objects.place(KeptObject.get_by_id(newer).path).unlink()
    waiting = pictures.next_waiting(NOON)
    assert waiting is not None and waiting.instance_uid == older
    assert picture(newer).why == LOST


def test_figures_count_what_is_there(db: Path) -> None:
    make(receive(1, 1))
    receive(2, 2, NOON + DAY)
    pictures.take_in("1.2.3.3", "kamer-1", PictureSource(why=TOO_LARGE), NOON)
    found = picture_figures()
    assert (found.n_made, found.made_bytes, found.oldest_at) == (1, 7, NOON)
    assert (found.n_waiting, found.n_failed, found.n_objects, found.object_bytes) == (1, 0, 2, 2008)


def test_a_backup_holds_the_pictures_and_not_the_objects(db: Path, tmp_path: Path) -> None:
    make(receive(1, 1))
    copy = tmp_path / "elsewhere" / "copy.db"
    back_up(db, copy)
    assert b"\xff\xd8 jpeg" in copy.read_bytes()
    assert [file.name for file in copy.parent.iterdir()] == ["copy.db"]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.sampled_from(["receive", "make", "fail", "lose", "forget", "clean"]), max_size=12))
def test_files_and_rows_agree_whatever_happens(db: Path, deeds: list[str]) -> None:
    """Whatever was received, made, lost and forgotten: after a start, each row has its file and each file its row."""
    for number, deed in enumerate(deeds):
        waiting = pictures.next_waiting(NOON)
        if deed == "receive":
            receive(number, number)
        elif deed == "make" and waiting:
            make(waiting.instance_uid)
        elif deed == "fail" and waiting:
            pictures.failed(waiting.instance_uid, UNREADABLE, NOON)
            pictures.let_go(waiting.instance_uid)
        elif deed == "lose" and waiting:
            objects.place(waiting.path).unlink()
        elif deed == "forget":
            pictures.forget(NOON + 400 * DAY, KEPT)
        pictures.clean_up(NOON)
        waits = {row.instance_uid for row in Preview.select().where(Preview.state == WAITING)}
        assert waits <= held()


def test_status_and_doctor_say_how_it_stands(db: Path) -> None:
    make(receive(1, 1))
    pictures.failed(receive(2, 2), UNREADABLE, NOON)
    told = gather(db, ZoneInfo("Europe/Amsterdam"), NOON, is_clock_synchronised=None)["pictures"]
    assert told == {
        "made": 1,
        "bytes": 7,
        "oldest": "2026-11-21T12:00:00.000+01:00",
        "waiting": 0,
        "failed": 1,
        "objects": 2,
        "object_bytes": 2008,
    }
    config = Config(rooms=(Room(id="kamer-1", name="Bucky", retakes=RoomRetakes(keep_objects=True)),))
    shown, whole = doctor._pictures(config)
    assert (shown.level, whole.level) == ("warn", "ok")
    assert "1, 0 MB, since 2026-11-21; kept 90 days, 730 where rejected" in shown.what and "1 failed" in shown.what
    assert whole.what == "2, 0 MB; kept 365 days where rejected, in Bucky"


@pytest.mark.parametrize(
    ("kept", "said"),
    [
        (Retention(), []),
        (Retention(received_days=365, answered_days=365, reject_preview_days=90), []),
        (Retention(received_days=365, answered_days=365), ["pictures of rejects go after 365 days"]),
        (Retention(answered_days=1000), ["exposures are kept 730 days, the answers on them 1000"]),
        (Retention(answered_days=90), ["exposures are kept 730 days, the answers on them 90"]),
    ],
)
def test_doctor_says_which_terms_do_not_fit_together(kept: Retention, said: list[str]) -> None:
    found = list(doctor._retention(kept))
    assert [each.level for each in found] == ["warn"] * len(said)
    assert all(each.what.startswith(words) for each, words in zip(found, said, strict=True))
