"""Messages of one examination, in any order and more than once: what is kept, exported and told is the same."""

import json
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from peewee import Model

from iqs_tui.store import attributing, export, housekeeping, outbox
from iqs_tui.store.models import Examination, Exposure, Instance, Signal
from tests.store.records import NOON
from tests.store.studies import STUDIES, Message
from tests.store.telling import own_node, take, told

WINDOW = export.Window(None, None, ZoneInfo("Europe/Amsterdam"))
OF_THE_MOMENT = {"received_at", "updated_at", "case_id", "detected_at", "answered_at", "is_told"}
TOLD_LATER = NOON.replace(year=NOON.year + 1)

Kept = dict[str, bytes]


def kept(messages: list[Message]) -> Kept:
    """Return what is kept, exported and told after these messages, by a node of its own."""
    with told(messages):
        housekeeping.tell_settled(TOLD_LATER)
        exports = {what: as_bytes(export.rows(what, WINDOW)) for what in ("exposures", "studies", "cases")}
        return exports | rows_as_they_stand() | {"told": as_bytes(events())}


def rows_as_they_stand() -> Kept:
    """Return the rows that the export leaves columns of out: room, machine, weight, flags, what is counted."""
    tables: tuple[type[Model], ...] = (Examination, Exposure, Instance)
    return {f"{table.__name__}": as_bytes(table.select().order_by(*_keys(table)).dicts()) for table in tables} | {
        "signals": as_bytes(Signal.select().order_by(Signal.signal_id).dicts())
    }


def _keys(table: type[Model]) -> tuple[object, ...]:
    return (table.study_uid, table.device_id) if table is Examination else (table._meta.primary_key,)


def events() -> list[dict[str, object]]:
    """Return what the central server has after taking in the events, the newest of each row: nothing withdrawn."""
    newest: dict[tuple[object, ...], dict[str, object]] = {}
    for event in outbox.pending(10_000):
        row = json.loads(event.payload)
        if event.type in ("examination", "exposure"):
            key = (event.type, row.get("exposure_uid"), row["study_uid"], row["device_id"])
            key = key[:2] if event.type == "exposure" else key
            newest[tuple(map(str, key))] = row
    return [row for _, row in sorted(newest.items()) if not row.get("is_withdrawn")]


def as_bytes(rows: object) -> bytes:
    """Return rows as JSON lines, times of receipt left out."""
    plain = [{name: value for name, value in row.items() if name not in OF_THE_MOMENT} for row in rows]
    return "\n".join(json.dumps(row, default=str, sort_keys=True) for row in plain).encode()


@cache
def in_order(name: str, which: tuple[int, ...]) -> Kept:
    return kept([STUDIES[name][index] for index in which])


def assert_same(found: Kept, expected: Kept) -> None:
    for what, rows in expected.items():
        assert found[what].decode().splitlines() == rows.decode().splitlines(), what


@pytest.mark.parametrize("name", STUDIES)
@settings(max_examples=20, phases=[Phase.explicit, Phase.generate])
@given(data=st.data())
def test_order_and_repetition_change_nothing(name: str, data: st.DataObject) -> None:
    messages = STUDIES[name]
    order = data.draw(st.permutations(range(len(messages))), label="order")
    part = order[: data.draw(st.integers(1, len(messages)), label="how many come")]
    again = data.draw(st.lists(st.sampled_from(part), max_size=4), label="again")
    sent = [*part, *again]
    assert_same(kept([messages[index] for index in sent]), in_order(name, tuple(sorted(part))))


@pytest.mark.parametrize("name", STUDIES)
def test_backwards_and_twice_change_nothing(name: str) -> None:
    messages = STUDIES[name]
    forwards = in_order(name, tuple(range(len(messages))))
    assert_same(kept([*reversed(messages), *messages]), forwards)
    assert_same(kept([each for message in reversed(messages) for each in (message, message)]), forwards)


@pytest.mark.parametrize("name", STUDIES)
def test_a_message_leaves_nothing_to_a_look_at_its_whole_study(name: str) -> None:
    for messages in (STUDIES[name], STUDIES[name][::-1]):
        with own_node():
            for message in messages:
                take(*message)
                before = rows_as_they_stand()
                attributing.refresh({row.study_uid for row in Exposure.select(Exposure.study_uid)}, TOLD_LATER)
                assert_same(rows_as_they_stand(), before)
