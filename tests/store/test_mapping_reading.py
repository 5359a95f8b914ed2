"""What has no mapping and what a draft would catch: counted per name, and each patient once."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.drl import DrlBook, RowMapping, Subject
from iqs_tui.domain.traffic import Caught, Member, Stream, catches, caught, unmapped
from iqs_tui.store import drl
from iqs_tui.store.models import Device, Examination, Exposure
from iqs_tui.store.reading import mapping

NOW = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
KNEE = RowMapping(population="", procedure_nl="", modalities=("DX",), matches="knie")


def device(name: str, **changes: object) -> None:
    Device.create(device_id=name, first_seen=NOW, last_seen=NOW, **changes)


def exposure(number: int, protocol: str = "Knie AP", patient: str = "p1", **changes: object) -> None:
    values = {
        "exposure_uid": f"1.{number}", "study_uid": f"2.{patient}", "device_id": "dx", "room": "kamer-1",
        "modality": "DX", "acquired_at": NOW - timedelta(days=1), "received_at": NOW, "updated_at": NOW,
        "protocol": protocol, "procedure": "X-knie", "view": "AP",
    }  # fmt: skip
    Exposure.create(**values | changes)
    age = {"age_years": 50.0} | {k: v for k, v in changes.items() if k in {"device_id", "study_uid", "room"}}
    Examination.insert(
        **{"study_uid": f"2.{patient}", "device_id": "dx", "patient_key": patient, "modality": "DX"} | age,
        received_at=NOW, updated_at=NOW,
    ).on_conflict_ignore().execute()  # fmt: skip


def ct(number: int, **changes: object) -> None:
    values = {
        "study_uid": f"9.{number}", "device_id": "ct", "room": "kamer-2", "modality": "CT", "procedure": "CT hals",
        "started_at": NOW - timedelta(days=2), "received_at": NOW, "updated_at": NOW, "patient_key": f"c{number}",
        "age_years": 60.0,
    }  # fmt: skip
    Examination.create(**values | changes)


def test_what_has_no_mapping_comes_by_frequency_with_its_rooms_and_patients(db):
    device("dx", station_name="BUCKY1", ae_title="DX1")
    for number in range(5):
        exposure(number, patient=f"p{number % 2}", room=f"kamer-{1 + number % 2}")
    exposure(10, "Pols PA", view="PA")
    for number in range(2):
        ct(number)
    ct(7, procedure="CT abdomen")
    rows = mapping.unmapped(NOW)
    assert [(row.modality, row.protocol or row.procedure, row.n, row.n_patients) for row in rows] == [
        ("DX", "Knie AP", 5, 2),
        ("CT", "CT hals", 2, 2),
        ("DX", "Pols PA", 1, 1),
    ]
    assert (rows[0].rooms, rows[0].stations) == (("kamer-1", "kamer-2"), ("BUCKY1",))
    assert rows[0].newest == NOW - timedelta(days=1)
    assert [row.n for row in mapping.unmapped(NOW, ["kamer-2"])] == [2, 2]
    assert [row.n_patients for row in mapping.unmapped(NOW, with_patients=False)] == [0, 0, 0]


def test_what_is_old_derived_or_quality_control_does_not_count(db):
    exposure(1, acquired_at=NOW - timedelta(days=91))
    exposure(2, is_derived=True)
    exposure(3, is_quality_control=True)
    exposure(4, acquired_at=None, received_at=NOW - timedelta(days=91))
    assert mapping.unmapped(NOW) == ()
    exposure(5, acquired_at=None)
    assert [row.n for row in mapping.unmapped(NOW)] == [1]


def test_a_view_that_is_written_in_two_ways_is_one(db):
    exposure(1, view="AP")
    exposure(2, view="antero-posterior")
    assert [(row.view, row.n) for row in mapping.unmapped(NOW)] == [("AP", 2)]


def test_only_those_whose_age_has_no_mapping_are_open(db):
    for number, age in enumerate((54.0, 7.0, None)):
        exposure(number, "Thorax PA", f"p{number}", view="PA", procedure="X-thorax")
        Examination.update(age_years=age).where(Examination.study_uid == f"2.p{number}").execute()
    book = drl.book()
    adults = tuple(item for item in book.mappings if item.procedure_nl == "X-thorax PA")
    shelf = DrlBook(table_version=1, mapping_version=1, rows=book.rows, mappings=adults)
    assert [row.n for row in unmapped(mapping.traffic(NOW), shelf)] == [1], "the child; the unknown age has a mapping"


def test_a_mapping_to_a_row_that_is_not_in_the_table_maps_nothing(db):
    exposure(1)
    gone = replace(KNEE, population="NL adult", procedure_nl="X-knie")
    none = replace(KNEE)
    for item, n in ((gone, 1), (none, 0)):
        shelf = DrlBook(table_version=1, mapping_version=1, rows=drl.book().rows, mappings=(item,))
        assert len(unmapped(mapping.traffic(NOW), shelf)) == n


def member(patient: int = 0, age: float | None = None, weight: float | None = None, n: int = 1) -> Member:
    return Member(patient, age, weight, None, n)


def stream(protocol: str, *members: Member, modality: str = "DX") -> Stream:
    return Stream(
        room="kamer-1", modality=modality, procedure=None, protocol=protocol, view=None, station=None, ae_title=None,
        newest=NOW, members=members,
    )  # fmt: skip


def shelf(*items: RowMapping) -> DrlBook:
    return DrlBook(table_version=1, mapping_version=1, rows=(), mappings=items)


def test_a_draft_says_what_it_catches_takes_leaves_and_lacks():
    streams = (
        stream("knie ap", member(1, n=3), member(2)),
        stream("knie bed", member(1, n=2), member(3)),
        stream("pols", member(9)),
        stream("ct knie", member(4), modality="CT"),
    )
    bed, knee = replace(KNEE, matches="bed"), KNEE
    both = replace(KNEE, matches="knie", modalities=("DX", "CT"))
    found = catches(streams, shelf(bed, knee), both, None)
    assert (found.caught, found.n_before) == (Caught(n_examinations=1, n_patients=1), 7)
    found = catches(streams, shelf(bed, knee), both, 0)
    assert found.caught == Caught(n_exposures=7, n_examinations=1, n_patients=4)
    assert found.top == (("knie ap", 4), ("knie bed", 3), ("ct knie", 1))
    assert found.taken == ((1, 7),), "its own former catch is not taken from itself"
    aged = replace(both, age_from=18)
    streams = (stream("knie", member(1, 17.9), member(2, 18.0), member(3, None, n=5)),)
    found = catches(streams, shelf(), aged, None)
    assert (found.caught.n, found.n_unknown, found.n_before) == (1, 5, 0)


AGES = st.none() | st.sampled_from([0.0, 17.9, 18.0, 40.0])
PATTERNS = st.sampled_from(["knie", "ap", "knie|pols", "^pols$", "."])
ITEMS = st.builds(
    lambda matches, low, below: replace(KNEE, matches=matches, age_from=low, age_below=below),
    PATTERNS, st.sampled_from([None, 18.0]), st.sampled_from([None, 18.0, 40.0]),
)  # fmt: skip
STREAMS = st.lists(
    st.builds(
        lambda name, people: stream(name, *people),
        st.sampled_from(["knie ap", "pols", "knie bed"]),
        st.lists(st.builds(member, st.integers(0, 5), AGES, st.none(), st.integers(1, 9)), min_size=1, max_size=4),
    ),
    max_size=4,
)


@given(STREAMS, st.lists(ITEMS, max_size=4), ITEMS, st.integers(0, 4))
def test_what_a_draft_promises_is_what_it_does(streams: list, items: list, draft: RowMapping, place: int):
    """The count beside the form is the count in the list once it is kept; nothing is counted twice or lost."""
    before, whole = shelf(*items), tuple(streams)
    if place < len(items):
        after = shelf(*(draft if at == place else item for at, item in enumerate(items)))
        found = catches(whole, before, draft, place)
        assert caught(whole, after)[place] == found.caught
    else:
        after = shelf(*items, draft)
        found = catches(whole, before, draft, None)
        assert caught(whole, after)[-1] == found.caught
        assert caught(whole, after)[:-1] == caught(whole, before), "the last takes nothing away"
    for stream_ in whole:
        for one in stream_.members:
            subject = Subject(modality="DX", protocol=stream_.protocol, age_years=one.age_years)
            assert after.mapping_of(subject)[0] == after.first_of_class(after.fitting(stream_.names), *one[1:4])[0]
    assert sum(one.n for one in caught(whole, after)) <= sum(m.n for s in whole for m in s.members)


def test_reading_can_be_stopped(db):
    exposure(1)

    class Stop(Exception):
        pass

    def stop(done: int, total: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        mapping.traffic(NOW, progress=stop)
    with pytest.raises(Stop):
        catches(mapping.traffic(NOW), shelf(), KNEE, None, stop)
