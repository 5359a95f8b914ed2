"""How fast the prompt is answered, and what was answered before a shift: of the deeds themselves."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.reason_order import WINDOW, by_use, shift_began
from iqs_tui.store import answering, documents
from iqs_tui.store.database import close_connection, open_database
from iqs_tui.store.models import Case
from iqs_tui.store.reading.admin import answering_speed
from iqs_tui.store.reading.reason_use import reasons_used
from tests.store.records import NOON

ZONE = ZoneInfo("Europe/Amsterdam")


def after(seconds: float) -> object:
    return NOON + timedelta(seconds=seconds)


def case(name: str, room: str = "kamer-1", **more: object) -> str:
    values = {"state": "open", "signals": [], "instance_uids": [], "detected_at": NOON, "updated_at": NOON}
    Case.create(case_id=name, room=room, **values | more)
    return name


def asked(name: str, *, shown: float = 0, keys: tuple[float, ...] = (), **more: object) -> str:
    case(name, **more)
    answering.note_shown(name, after(shown))
    for at in keys:
        answering.note_key(name, after(at))
    return name


def speed(*rooms: str) -> answering_speed.Speed:
    return answering_speed.speed(rooms or ("kamer-1",), NOON + timedelta(hours=1))


def test_medians_with_what_they_rest_on(db: Path) -> None:
    for name, first, answered in (("a", 2, 3), ("b", 4, 5), ("c", 6, 60)):
        asked(name, keys=(first,))
        answering.answer(name, "motion", "room", after(answered), at_prompt=True)
    found = speed()
    assert (found.n_answered, found.n_timed, found.n_deferred) == (3, 3, 0)
    assert (found.first_key_s, found.answer_s, found.keys) == (4, 5, 1)


def test_put_off_counts_as_such_and_not_in_the_times(db: Path) -> None:
    asked("a", keys=(1,))
    answering.defer("a", after(1), 15)
    answering.note_shown("a", after(900))
    assert Case.get().shown_at == NOON
    answering.answer("a", "motion", "room", after(903), at_prompt=True)
    assert speed() == answering_speed.Speed(
        room=None, n_answered=1, n_deferred=1, n_timed=0, answer_s=None, first_key_s=None, keys=None
    )


def test_refining_moves_neither_the_moment_nor_the_keys(db: Path) -> None:
    asked("a", keys=(2,))
    answering.answer("a", "motion", "room", after(2), at_prompt=True)
    answering.note_key("a", after(8))
    answering.answer("a", "motion.child", "u1", after(8), at_prompt=True)
    row = Case.get()
    assert (row.reason_code, row.answered_at, row.first_key_at, row.keys) == ("motion.child", after(2), after(2), 1)


def test_undone_and_answered_again_is_until_the_answer_that_stands(db: Path) -> None:
    asked("a", keys=(2,))
    answering.answer("a", "motion", "room", after(2), at_prompt=True)
    answering.undo("a", "room", after(5))
    assert not Case.get().at_prompt
    assert speed().n_answered == 0
    answering.note_key("a", after(9))
    answering.answer("a", "rotation", "room", after(9), at_prompt=True)
    found = speed()
    assert (found.answer_s, found.first_key_s, found.keys) == (9, 2, 2)


def test_what_no_prompt_answered_does_not_count(db: Path) -> None:
    asked("shown, then answered on another screen", keys=(2,))
    answering.answer("shown, then answered on another screen", "motion", "u1", after(3000))
    asked("a note answered", answered_by="note", state="answered", answered_at=after(1), reason_code="motion")
    answering.answer("a note answered", "motion.child", "u1", after(4), at_prompt=True)
    asked("expired", state="expired")
    asked("long ago", detected_at=NOON - timedelta(days=40), keys=(1,))
    answering.answer("long ago", "motion", "room", after(1), at_prompt=True)
    assert speed().n_answered == 0


def test_what_is_put_right_later_stays_an_answer_of_the_prompt(db: Path) -> None:
    asked("a", keys=(2,))
    answering.answer("a", "motion", "room", after(2), at_prompt=True)
    answering.answer("a", "rotation", "u1", after(86_400))
    assert (speed().n_answered, speed().answer_s) == (1, 2)


def test_room_by_room_in_the_order_asked_for(db: Path) -> None:
    for name, room in (("a", "kamer-2"), ("b", "kamer-1"), ("c", "kamer-9")):
        asked(name, room=room, keys=(1,))
        answering.dismiss(name, "qc", "room", after(1), at_prompt=True)
    found = answering_speed.speeds(("kamer-1", "kamer-2", "kamer-3"), NOON)
    assert [one.room for one in found] == ["kamer-1", "kamer-2"]
    assert speed("kamer-1", "kamer-2").n_answered == 2


class TestUse:
    def test_the_last_answer_by_hand_of_each_case(self, db: Path) -> None:
        for name, room in (("a", "kamer-1"), ("b", "kamer-1"), ("c", "kamer-1"), ("d", "kamer-2"), ("e", "kamer-1")):
            case(name, room)
            answering.answer(name, "motion", "room", after(0))
        answering.answer("a", "rotation.tilt", "u1", after(60))
        answering.undo("b", "room", after(60))
        answering.dismiss("c", "qc", "room", after(60))
        assert reasons_used("kamer-1", after(-60), after(61)) == {"rotation.tilt": 1, "motion": 1}
        assert reasons_used("kamer-1", after(-60), after(60)) == {"motion": 4}
        assert reasons_used("kamer-1", after(30), after(61)) == {"rotation.tilt": 1}

    @settings(max_examples=12, phases=[Phase.generate])
    @given(st.data())
    def test_nothing_done_during_a_shift_moves_a_key(self, tmp_path_factory: pytest.TempPathFactory, data) -> None:
        """Answered, refined, undone, dismissed, put right, gone: the order stays until the next shift."""
        open_database(tmp_path_factory.mktemp("order") / "iqs.db")
        try:
            shown = documents.reasons().reasons_of("DX")
            began = shift_began(NOON, ("07:30", "15:30", "23:00"), ZONE)
            codes = st.sampled_from([reason.code for reason in shown])
            cases = [case(f"c{number}") for number in range(6)]
            self._work(cases, data, codes, began - timedelta(days=30), began - timedelta(seconds=1))
            before = by_use(shown, reasons_used("kamer-1", began - WINDOW, began))
            for _ in range(3):
                self._work(cases, data, codes, began, began + timedelta(hours=7))
                assert by_use(shown, reasons_used("kamer-1", began - WINDOW, began)) == before
        finally:
            close_connection()

    def _work(self, cases: list[str], data, codes, first, last) -> None:
        moments = sorted(
            data.draw(st.lists(st.datetimes(first.replace(tzinfo=None), last.replace(tzinfo=None)), max_size=6))
        )
        for moment in moments:
            at = moment.replace(tzinfo=NOON.tzinfo)
            which = data.draw(st.sampled_from(cases))
            if Case.get_or_none(Case.case_id == which) is None:
                continue
            deed = data.draw(st.sampled_from(["answer", "dismiss", "undo", "gone"]))
            if deed == "answer":
                answering.answer(which, data.draw(codes), "room", at, at_prompt=True)
            elif deed == "dismiss":
                answering.dismiss(which, "qc", "room", at)
            elif deed == "undo":
                answering.undo(which, "room", at)
            else:
                Case.delete().where(Case.case_id == which).execute()
