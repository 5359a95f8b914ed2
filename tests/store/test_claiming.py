"""The key for an image that was deleted at the console, and the dose report that later tells of its exposure."""

from datetime import timedelta
from pathlib import Path

from iqs_tui.store import answering
from iqs_tui.store.models import Case
from tests.store.records import NOON
from tests.store.test_no_image import settle, shown, take, told


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
