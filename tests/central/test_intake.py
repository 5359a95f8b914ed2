"""Taking in events in any order, any number of times: each once, and the newest of a subject stands."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqs_tui.central import enrolment
from iqs_tui.central.intake import take_in
from iqs_tui.central.rows import NotARow, read_row
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Case, ConflictingEvent, Kiosk, ReceivedEvent
from iqs_tui.sync.events import TYPES, Batch, Event
from tests.sync.serving import case_payload

START = datetime(2026, 11, 1, 8, 0, tzinfo=UTC)


def enrolled_kiosk(room: str = "kamer-1") -> Kiosk:
    given = enrolment.enrol(enrolment.new_code(room, START), "Kiosk", room, START)
    return Kiosk.get(Kiosk.kiosk_id == given.kiosk_id)


def event(seq: int, case_id: str = "c", at: datetime = START, **changes: object) -> Event:
    payload = msgspec.json.encode(case_payload(case_id, keys=seq, **changes))
    return Event(event_id=f"e{seq}", seq=seq, type="case", version=1, occurred_at=at, payload=msgspec.Raw(payload))


def batch(kiosk: Kiosk, *events: Event, epoch: str = "epoch-1", **changes: object) -> Batch:
    values = {"kiosk_id": kiosk.kiosk_id, "epoch": epoch, "batch_id": new_id(), "sent_at": START} | changes
    return Batch(events=list(events), **values)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_any_order_and_any_duplication_gives_the_same_tables(db: Path, data: st.DataObject):
    for model in (Case, ReceivedEvent, ConflictingEvent, Kiosk):
        model.delete().execute()
    kiosk = enrolled_kiosk()
    clock = st.integers(-1000, 1000).map(lambda minutes: START + timedelta(minutes=minutes))
    events = [event(seq, f"c{seq % 3}", data.draw(clock)) for seq in range(1, data.draw(st.integers(1, 12)) + 1)]
    seqs = [one.seq for one in events]
    order = data.draw(st.permutations(events + data.draw(st.lists(st.sampled_from(events), max_size=10))))
    accepted = []
    while order:
        size = data.draw(st.integers(1, len(order)))
        answer = take_in(batch(kiosk, *order[:size]), kiosk, START)
        accepted += [one.event_id for one in answer.verdicts if one.verdict == "accepted"]
        assert {one.verdict for one in answer.verdicts} <= {"accepted", "duplicate"}
        order = order[size:]
    assert sorted(accepted) == sorted(one.event_id for one in events), "each is accepted once"
    assert (answer.acked_through, answer.highest, answer.gaps) == (max(seqs), max(seqs), [])
    newest = {f"c{seq % 3}": seq for seq in sorted(seqs)}
    assert {case.case_id: case.keys for case in Case.select()} == newest, "the sequence decides, not the clock"


@given(present=st.sets(st.integers(1, 40), min_size=1), oldest=st.integers(1, 40))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_gaps_are_what_is_missing(db: Path, present: set[int], oldest: int):
    for model in (Case, ReceivedEvent, ConflictingEvent, Kiosk):
        model.delete().execute()
    kiosk = enrolled_kiosk()
    answer = take_in(batch(kiosk, *(event(seq) for seq in sorted(present)), oldest_seq=oldest), kiosk, START)
    missing = {seq for first, last in answer.gaps for seq in range(first, last + 1)}
    assert missing == set(range(oldest, max(present) + 1)) - present
    assert answer.highest == max(present)


def test_the_same_key_with_other_content_is_kept_aside(db: Path):
    kiosk = enrolled_kiosk()
    take_in(batch(kiosk, event(1, state="open")), kiosk, START)
    other = event(1, state="dismissed")
    for _ in range(2):
        answer = take_in(batch(kiosk, other), kiosk, START)
        assert answer.verdicts[0].verdict == "rejected"
    assert Case.get().state == "open"
    assert ConflictingEvent.select().count() == 1
    assert b'"dismissed"' in ConflictingEvent.get().payload.encode()


def test_between_epochs_the_time_decides(db: Path):
    kiosk = enrolled_kiosk()
    take_in(batch(kiosk, event(9, at=START + timedelta(hours=1))), kiosk, START)
    older = Event(event_id="old", seq=1, type="case", version=1, occurred_at=START, payload=event(1).payload)
    answer = take_in(batch(kiosk, older, epoch="epoch-2"), kiosk, START)
    assert answer.verdicts[0].verdict == "accepted"
    assert Case.get().keys == 9


def test_a_payload_keeps_what_this_version_does_not_know(db: Path):
    kiosk = enrolled_kiosk()
    take_in(batch(kiosk, event(1, mood="sunny")), kiosk, START)
    assert '"mood":"sunny"' in ReceivedEvent.get().payload


def test_the_same_event_twice_in_one_batch(db: Path):
    kiosk = enrolled_kiosk()
    bad = Event(event_id="bad", seq=2, type="hologram", version=1, occurred_at=START, payload=msgspec.Raw(b"1"))
    answer = take_in(batch(kiosk, event(1), bad, event(1), bad), kiosk, START)
    verdicts = [(one.event_id, one.verdict) for one in answer.verdicts]
    assert {v for e, v in verdicts if e == "bad"} == {"rejected"}
    assert ReceivedEvent.select().count() == 2


def test_a_case_without_a_room_is_of_the_kiosks_room(db: Path):
    kiosk = enrolled_kiosk("kamer-9")
    take_in(batch(kiosk, event(1, room=None)), kiosk, START)
    assert Case.get().room == "kamer-9"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner, max_size=4),
    max_leaves=12,
)


@given(st.sampled_from(TYPES), JSON, st.sampled_from(list(case_payload("x"))), st.binary(max_size=30))
def test_no_payload_breaks_the_reader(kind: str, junk: object, key: str, raw: bytes):
    for payload in (raw, msgspec.json.encode(junk), msgspec.json.encode(case_payload("x") | {key: junk})):
        try:
            row = read_row(kind, 1, payload, START)
        except NotARow:
            continue
        texts = [value for value in row.values.values() if isinstance(value, str)]
        assert not any(character < " " for text in texts for character in text)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"case_id": None}, "case_id must be filled in"),
        ({"keys": 2**40}, "keys is out of range"),
        ({"keys": True}, "keys is of the wrong type"),
        ({"is_question": 1}, "is_question is of the wrong type"),
        ({"detected_at": "2026-11-21T10:00:00"}, "detected_at is not a moment with its offset"),
        ({"detected_at": 5}, "detected_at is not a moment with its offset"),
        ({"signals": "key"}, "signals is of the wrong type"),
        ({"counts_as": "anything"}, "counts_as is not one of those known"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(changes: dict, reason: str):
    with pytest.raises(NotARow, match=reason):
        read_row("case", 1, msgspec.json.encode(case_payload("c") | changes), START)


@pytest.mark.parametrize(
    ("said", "counts_as"),
    [
        ({}, "reject"),
        ({"is_question": True}, "repeat"),
        ({"is_question": True, "counts_as": "reject"}, "reject"),
        ({"counts_as": "identification"}, "identification"),
    ],
)
def test_a_case_of_an_older_kiosk_counts_as_it_did(said: dict, counts_as: str):
    row = read_row("case", 1, msgspec.json.encode(case_payload("c") | said), START)
    assert row.values["counts_as"] == counts_as
