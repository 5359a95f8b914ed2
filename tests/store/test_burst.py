"""The short way of slices: it ends where the long way does, and takes nothing that has something to say."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from iqs_tui.domain.room_rules import Mark
from iqs_tui.store import attributing, burst, case_writing, exposures
from iqs_tui.store.models import Case, Examination, Exposure, Signal
from iqs_tui.store.models import Instance as ImageRow
from tests.store.records import note
from tests.store.studies import AT_CT, Message, ct_report, slices
from tests.store.telling import own_node, take

NAMED = 3
"""As `case_writing.INSTANCES_NAMED`, of which there are more in life."""
OF_THE_MOMENT = {"received_at", "updated_at", "detected_at", "at", "case_id"}

Rows = dict[str, list[dict[str, object]]]


def scan(n: int, exposure: int = 1, **changes: object) -> list[Message]:
    """Return slices of one exposure that all say the same but for their place and moment."""
    return [
        (replace(record, facts=replace(record.facts, ctdivol_mgy=6.0), series_uid="1.2.8", **changes), sender)
        for record, sender in slices(1000 * exposure, exposure, n)
    ]


def note_of(number: int, *messages: Message) -> Message:
    """Return a rejection note of these slices."""
    names = tuple(record.sop_instance_uid for record, _ in messages)
    return replace(note(number), instance_uids=names, series_of_slices=dict.fromkeys(names, "1.2.8")), AT_CT


def rows() -> Rows:
    """Return all that follows from images, but for names and moments of our own."""
    tables = (Examination, Exposure, ImageRow, Signal, Case)
    found = {table.__name__: [dict(row) for row in table.select().dicts()] for table in tables}
    for its in found.values():
        for row in its:
            for name in OF_THE_MOMENT & row.keys():
                del row[name]
        its.sort(key=str)
    return found


def told(messages: list[Message]) -> Rows:
    with own_node():
        take_all(*messages)
        return rows()


def take_all(*messages: Message) -> None:
    for message in messages:
        take(*message)


def n_short(messages: list[Message]) -> int:
    """Tell the node these slices; return how many of them it took the short way."""
    with patch.object(exposures, "join_image", wraps=exposures.join_image) as long_way:
        take_all(*messages)
    return len(messages) - long_way.call_count


def mixed_scan() -> list[Message]:
    """Return two scans with a derived slice, some that say more and one that is marked, and notes of some of them."""
    first, second = scan(8), scan(3, exposure=2)
    first[2] = replace(first[2][0], rejected_by=(Mark(rule="sloop"),)), AT_CT
    first[3] = replace(first[3][0], is_derived=True), AT_CT
    first[6] = replace(first[6][0], weight_kg=81.0), AT_CT
    first[5] = replace(first[5][0], facts=replace(first[5][0].facts, ctdivol_mgy=7.5)), AT_CT
    return [*first, *second, note_of(1, *first[4:7]), note_of(2, second[0]), (ct_report(1, 1, 2, dlp=300.3), AT_CT)]


@settings(max_examples=8, phases=[Phase.explicit, Phase.generate])
@given(messages=st.permutations(mixed_scan()))
def test_the_short_way_ends_where_the_long_way_does(messages: list[Message]) -> None:
    with patch.object(case_writing, "INSTANCES_NAMED", NAMED):
        quickly = told(messages)
        with (
            patch.object(burst, "count_if_known", lambda *_: False),
            patch.object(burst, "is_asked_about", lambda _: True),
        ):
            assert told(messages) == quickly


def test_of_a_scan_all_but_the_first_take_the_short_way(db: Path) -> None:
    messages = scan(60)
    assert n_short(messages) == 59
    row, exposure = Examination.get(), Exposure.get()
    assert (row.n_images, row.n_exposures, ImageRow.select().count()) == (60, 1, 60)
    first, last = (messages[number][0].facts.acquired_at for number in (0, -1))
    assert (row.started_at, row.ended_at, exposure.acquired_at) == (first, last, first)


def test_derived_slices_are_counted_and_stretch_no_examination(db: Path) -> None:
    assert n_short([*scan(1), *scan(5, is_derived=True)[1:]]) == 3
    row = Examination.get()
    assert (row.n_images, row.started_at) == (5, row.ended_at)


def test_slices_behind_those_that_their_case_names_take_the_short_way(db: Path) -> None:
    messages = scan(60)
    assert n_short(messages[:55]) == 54
    take_all(note_of(1, *messages[:5]))
    assert len(Case.get().instance_uids) == case_writing.INSTANCES_NAMED
    assert n_short(messages[55:]) == 5
    take_all(note_of(2, messages[54]))
    assert messages[54][0].sop_instance_uid in Case.get().instance_uids


@pytest.mark.parametrize(
    "changes",
    [
        {"weight_kg": 81.0},
        {"patient_key": "k1:other"},
        {"is_quality_control": True},
        {"is_derived": True},
        {"modality": "PT"},
        {"study_uid": "1.2.99"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_slice_that_says_something_new_goes_the_long_way(db: Path, changes: dict[str, object]) -> None:
    record, sender = scan(3)[2]
    assert n_short([*scan(2), (replace(record, **changes), sender)]) == 1


def test_a_marked_slice_among_many_is_a_case(db: Path) -> None:
    record, sender = scan(3)[2]
    take_all(*scan(2), (replace(record, rejected_by=(Mark(rule="sloop"),)), sender))
    assert [case.signals for case in Case.select()] == [["rule"]]


def test_a_slice_with_news_that_a_note_named_before_is_its_case(db: Path) -> None:
    record, sender = scan(3)[2]
    take_all((note(1, 1002), AT_CT), *scan(2), (replace(record, weight_kg=81.0), sender))
    assert [case.exposure_uid for case in Case.select()] == [record.exposure_uid]


def test_what_another_room_sends_goes_the_long_way(db: Path) -> None:
    record, sender = scan(3)[2]
    assert n_short([*scan(2), (record, replace(sender, room="kamer-9"))]) == 1


def test_a_wider_dose_goes_the_long_way_and_is_known_from_then_on(db: Path) -> None:
    messages = scan(4)
    more = [(replace(record, facts=replace(record.facts, ctdivol_mgy=9.0)), sender) for record, sender in messages[2:]]
    assert n_short([*messages[:2], *more]) == 2
    assert Exposure.get().ctdivol_mgy == 9.0


def test_what_was_not_committed_is_not_remembered(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    messages = scan(2)
    monkeypatch.setattr(attributing, "add_image", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        take_all(messages[0])
    monkeypatch.undo()
    assert n_short(messages) == 1
    assert Examination.get().n_images == 2


def test_it_remembers_a_few_scans_only(db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(burst, "_REMEMBERED", 2)
    take_all(*scan(1), *scan(1, exposure=2), *scan(1, exposure=3))
    assert [n_short(scan(2, exposure)[1:]) for exposure in (3, 2, 1)] == [1, 1, 0]


def test_no_radiograph_takes_it(db: Path) -> None:
    assert n_short(scan(3, modality="DX")) == 0
