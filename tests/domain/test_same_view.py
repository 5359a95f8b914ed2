"""The same view again: asked about where it may be a repeat, left alone where it is lawful."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.same_view import Repeat, SameViewRules, SeenView, repeats, view_key

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
FIRST = SeenView(
    exposure_uid="1.1", acquired_at=NOON, modality="DX", body_part="CHEST", view="PA", protocol="Thorax PA"
)
AGAIN = replace(FIRST, exposure_uid="1.2", acquired_at=NOON + timedelta(minutes=2))
RULES = SameViewRules(serial_protocols=("flexie", "inspiratie"))


def test_the_same_view_two_minutes_later_is_a_repeat_of_the_first() -> None:
    assert repeats([FIRST, AGAIN], RULES) == [Repeat("1.1", "1.2", NOON + timedelta(minutes=2))]


@pytest.mark.parametrize(
    ("what", "change"),
    [
        ("another view", {"view": "LL"}),
        ("another side", {"laterality": "L"}),
        ("another protocol", {"protocol": "Thorax AP bed"}),
        ("sent twice, seconds apart", {"acquired_at": NOON + timedelta(seconds=3)}),
        ("hours later (ICU)", {"acquired_at": NOON + timedelta(hours=3)}),
        ("a reprocessed copy", {"is_derived": True}),
        ("quality control", {"is_quality_control": True}),
        ("a stitched image", {"image_type": "ORIGINAL\\PRIMARY\\COMPOSED"}),
        ("tomosynthesis", {"image_type": "ORIGINAL\\PRIMARY\\TOMOSYNTHESIS"}),
        ("CT", {"modality": "CT"}),
        ("no time", {"acquired_at": None}),
    ],
)
def test_lawful_seconds_are_left_alone(what: str, change: dict[str, object]) -> None:
    assert repeats([FIRST, replace(AGAIN, **change)], RULES) == [], what  # type: ignore[arg-type]


def test_a_functional_series_is_left_alone() -> None:
    pair = [replace(each, protocol="CWK flexie") for each in (FIRST, AGAIN)]
    assert repeats(pair, RULES) == []


@pytest.mark.parametrize("body_part", ["HAND", "Knie", "SHOULDER", "enkel"])
def test_paired_parts_without_a_side_are_not_asked_about(body_part: str) -> None:
    both = [replace(each, body_part=body_part, protocol=None, view="AP") for each in (FIRST, AGAIN)]
    assert repeats(both, RULES) == []
    sided = [replace(each, laterality="R") for each in both]
    assert len(repeats(sided, RULES)) == 1


def test_too_little_is_no_view() -> None:
    assert view_key(replace(FIRST, view=None, protocol=None)) is None
    assert view_key(replace(FIRST, body_part=None, protocol=None)) is None


def test_three_of_one_view_are_two_repeats() -> None:
    third = replace(FIRST, exposure_uid="1.3", acquired_at=NOON + timedelta(minutes=4))
    assert [(r.earlier, r.later) for r in repeats([third, FIRST, AGAIN], RULES)] == [("1.1", "1.2"), ("1.2", "1.3")]


@given(
    st.permutations([replace(FIRST, exposure_uid=f"1.{n}", acquired_at=NOON + timedelta(minutes=n)) for n in range(6)])
)
def test_order_is_nothing(exposures: list[SeenView]) -> None:
    assert [r.earlier for r in repeats(exposures, RULES)] == ["1.0", "1.1", "1.2", "1.3", "1.4"]
