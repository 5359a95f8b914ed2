"""Which events of a dose report lack an image, and which never had one of their own."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.no_image import Event, is_stitched, sends_images, unshown
from iqs_tui.domain.records import ExposureFacts

AT = datetime(2026, 3, 10, 9, 15, tzinfo=UTC)


def event(number: int, second: float | None, *, shown: bool = False, modality: str = "DX", **said: object) -> Event:
    moment = None if second is None else AT + timedelta(seconds=second)
    facts = ExposureFacts(acquired_at=moment, **({"event_type": "Stationary Acquisition"} | said))  # type: ignore[arg-type]
    return Event(uid=f"e{number}", machine="M", modality=modality, facts=facts, is_shown=shown)


def uids(events: list[Event]) -> list[str]:
    return [each.uid for each in unshown(events)]


def test_the_deleted_radiograph_is_found() -> None:
    assert uids([event(1, 0, shown=True), event(2, 40), event(3, 90, shown=True)]) == ["e2"]


@pytest.mark.parametrize(
    "said",
    [
        {"event_type": "Fluoroscopy"},
        {"event_type": "Rotational Acquisition"},
        {"event_type": "Stepping Acquisition"},
        {"event_type": "Opname van een maker"},
        {"modality": "XA"},
        {"modality": "CT"},
        {"modality": "RF", "event_type": None},
        {"protocol": "Lange-been AP stitch"},
        {"dap_gym2": 0.0, "mas": 0.0},
    ],
)
def test_what_has_no_image_of_its_own_is_left_out(said: dict[str, object]) -> None:
    assert uids([event(1, 0, shown=True), event(2, 40, **said)]) == []  # type: ignore[arg-type]


def test_a_report_that_names_no_kind_of_event_is_of_radiographs() -> None:
    assert uids([event(1, 0, shown=True), event(2, 40, event_type=None, mas=0.0, dap_gym2=1e-6)]) == ["e2"]


def test_two_planes_are_one_moment() -> None:
    assert uids([event(1, 0, shown=True, modality="RF"), event(2, 0, modality="RF")]) == []


def test_the_two_energies_and_the_sweep_of_one_compression_are_one() -> None:
    mg = {"modality": "MG", "view": "CC", "laterality": "L"}
    assert uids([event(1, 0, shown=True, **mg), event(2, 4, **mg), event(3, 22, **mg)]) == []
    assert uids([event(1, 0, **mg), event(2, 4, **mg)]) == ["e1"], "one compression, one case"
    assert uids([event(1, 0, shown=True, **mg), event(2, 150, **mg)]) == ["e2"], "compressed anew"
    assert uids([event(1, 0, shown=True, **mg), event(2, 40, **mg | {"laterality": "R"})]) == ["e2"]
    assert uids([event(1, 0, shown=True, **mg), event(2, None, **mg)]) == [], "no time: perhaps the same"


def test_stitched_is_read_from_protocols_and_image_types() -> None:
    assert is_stitched(None, "DERIVED\\PRIMARY\\\\COMPOSED")
    assert is_stitched("Wervelkolom totaal")
    assert not is_stitched(None, "Thorax PA", "ORIGINAL\\PRIMARY")


def test_a_machine_sends_images_where_they_came_here_or_nearly_always_before() -> None:
    assert sends_images(True, [])
    assert sends_images(False, [True] * 9 + [False])
    assert not sends_images(False, [True] * 4)
    assert not sends_images(False, [True, False] * 5)


some = st.builds(
    event,
    st.integers(0, 5),
    st.none() | st.integers(0, 200),
    shown=st.booleans(),
    modality=st.sampled_from(["DX", "MG", "RF", "XA"]),
    laterality=st.sampled_from([None, "L", "R"]),
)


@given(st.lists(some, unique_by=lambda each: each.uid), st.randoms(use_true_random=False))
def test_the_order_is_nothing_and_nothing_shown_is_missed(events: list[Event], random) -> None:
    found = unshown(events)
    assert unshown(random.sample(events, len(events))) == found
    assert not any(each.is_shown for each in found)
