"""The same view again: asked about where it may be a repeat, left alone where it is lawful."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.expected_views import Expected, ViewTableError, expected_of, problems, read_views
from iqs_tui.domain.same_view import LARGER_THAN_DETECTOR, SameViewRules, SeenView, repeats, view_key, why_silent
from iqs_tui.store.views import view_table

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
FIRST = SeenView(
    exposure_uid="1.1",
    acquired_at=NOON,
    modality="DX",
    body_part="SKULL",
    view="PA",
    protocol="Schedel PA",
    kvp=75.0,
    mas=10.0,
)
AGAIN = replace(FIRST, exposure_uid="1.2", acquired_at=NOON + timedelta(minutes=2))
RULES = SameViewRules(serial_protocols=("flexie", "inspiratie", "slik", "repositie", "belast", "contrast"))
VIEWS = view_table()
DES = "DERIVED\\PRIMARY\\DUAL_ENERGY"
TOMO = "1.2.840.10008.5.1.4.1.1.13.1.3"


def pairs(*exposures: SeenView, rules: SameViewRules = RULES) -> list[tuple[str, str]]:
    return [(repeat.earlier, repeat.later) for repeat in repeats(exposures, rules, VIEWS)]


def at(exposure: SeenView, number: int, **gap: float) -> SeenView:
    """Return an exposure made again, so long after noon."""
    return replace(exposure, exposure_uid=f"1.{number}", acquired_at=NOON + timedelta(**gap))


def test_the_same_view_two_minutes_later_is_a_repeat_of_the_first() -> None:
    (repeat,) = repeats([FIRST, AGAIN], RULES, VIEWS)
    assert (repeat.earlier, repeat.later, repeat.gap) == ("1.1", "1.2", timedelta(minutes=2))
    assert repeat.likely is None


@pytest.mark.parametrize(
    "change",
    [
        {"view": "LL"},
        {"view_code": "399067008"},
        {"view_modifier": "R-10244"},
        {"laterality": "L"},
        {"region_code": "T-11100"},
        {"body_part": "CSPINE"},
        {"protocol": "Schedel bed"},
        {"protocol_code": "P5-1"},
        {"processing": "schedel zacht"},
    ],
)
def test_another_view_is_no_repeat(change: dict[str, str]) -> None:
    assert pairs(FIRST, replace(AGAIN, **change)) == []  # type: ignore[arg-type]


def test_codes_go_before_words() -> None:
    """A console that calls the view otherwise the second time means the same by its code."""
    coded = replace(FIRST, view_code="399348003", region_code="T-D1100")
    assert pairs(coded, replace(coded, exposure_uid="1.2", acquired_at=AGAIN.acquired_at, view="pa", body_part="HEAD"))


def test_the_series_description_only_counts_where_no_protocol_is_named() -> None:
    numbered = [replace(each, series=f"Schedel {n}") for n, each in enumerate((FIRST, AGAIN))]
    assert pairs(*numbered) == [("1.1", "1.2")]
    assert pairs(*(replace(each, protocol=None) for each in numbered)) == []
    bare = [replace(each, protocol=None, view=None, series="Schedel") for each in (FIRST, AGAIN)]
    assert pairs(*bare) == [("1.1", "1.2")]


@pytest.mark.parametrize(
    ("reason", "change"),
    [
        ("modality", {"modality": "CT"}),
        ("no_time", {"acquired_at": None}),
        ("derived", {"is_derived": True}),
        ("quality_control", {"is_quality_control": True}),
        ("moved", {"is_moved": True}),
        ("stitched", {"is_stitched": True}),
        ("stitched", {"protocol": "Lange been opname"}),
        ("stitched", {"procedure": "Scoliose wervelkolom"}),
        ("composite", {"image_type": "ORIGINAL\\PRIMARY\\COMPOSED"}),
        ("composite", {"image_type": "ORIGINAL\\PRIMARY\\TOMOSYNTHESIS"}),
        ("composite", {"image_type": DES}),
        ("composite", {"image_type": "ORIGINAL\\PRIMARY\\\\LOW_ENERGY"}),
        ("composite", {"image_type": "ORIGINAL\\PRIMARY\\GRID_SWEEP"}),
        ("composite", {"sop_classes": frozenset({TOMO})}),
        ("serial", {"protocol": "Nek flexie"}),
        ("serial", {"procedure": "Slikvideo"}),
        ("serial", {"processing": "na repositie"}),
        ("serial", {"series": "belaste opname"}),
        ("no_side", {"body_part": "HAND", "protocol": None, "view": "AP"}),
        ("no_side", {"body_part": "Knie", "laterality": "U"}),
        ("unnamed", {"view": None, "protocol": None}),
        ("unnamed", {"body_part": None, "protocol": None}),
    ],
)
def test_an_exposure_that_is_never_asked_about(reason: str, change: dict[str, object]) -> None:
    both = [replace(each, **change) for each in (FIRST, AGAIN)]  # type: ignore[arg-type]
    assert why_silent(both[0], RULES, VIEWS) == reason
    assert pairs(*both) == []
    assert pairs(FIRST, both[1]) == pairs(both[0], AGAIN) == []


@pytest.mark.parametrize(
    ("what", "again"),
    [
        ("sent twice, seconds apart", at(FIRST, 2, seconds=3)),
        ("follow-up hours later", at(FIRST, 2, hours=3)),
        ("just beyond the window", at(FIRST, 2, minutes=15, seconds=1)),
        ("a copy of the same moment and technique", at(FIRST, 2, seconds=0)),
    ],
)
def test_a_pair_that_is_lawful(what: str, again: SeenView) -> None:
    assert pairs(FIRST, again) == [], what


def test_a_copy_without_technique_is_a_copy_even_where_the_window_starts_at_zero() -> None:
    rules = replace(RULES, min_gap=timedelta(0))
    copy = replace(FIRST, exposure_uid="1.2", kvp=None)
    assert pairs(FIRST, copy, rules=rules) == []
    assert pairs(FIRST, replace(copy, kvp=90.0), rules=rules) == [("1.1", "1.2")]


def test_a_copy_does_not_stand_between_an_exposure_and_its_repeat() -> None:
    assert pairs(FIRST, at(FIRST, 5, seconds=4), AGAIN) == [("1.1", "1.2")]


def test_a_rapid_series_is_one() -> None:
    assert pairs(*(at(FIRST, n, seconds=4 * n) for n in range(9))) == []


@pytest.mark.parametrize("body_part", ["HAND", "Knie", "SHOULDER", "enkel", "BREAST", "TMJ", "UP_EXM"])
def test_paired_parts_need_a_side(body_part: str) -> None:
    both = [replace(each, body_part=body_part, protocol=None, view="LAT") for each in (FIRST, AGAIN)]
    assert pairs(*both) == []
    assert pairs(*(replace(each, laterality="R") for each in both)) == [("1.1", "1.2")]
    right, left = (replace(each, laterality=side) for each, side in zip(both, "RL", strict=True))
    assert pairs(right, left) == []


def test_an_unpaired_part_needs_none() -> None:
    assert pairs(replace(FIRST, laterality="U"), AGAIN) == [("1.1", "1.2")]


@pytest.mark.parametrize("body_part", ["CHEST", "Buik", "PELVIS", "Bekken"])
def test_what_may_be_larger_than_the_detector_gets_that_answer_first(body_part: str) -> None:
    both = [replace(each, body_part=body_part, protocol="x", view="LL") for each in (FIRST, AGAIN)]
    assert [repeat.likely for repeat in repeats(both, RULES, VIEWS)] == [LARGER_THAN_DETECTOR]


@pytest.mark.parametrize(
    ("what", "n"),
    [
        ({"protocol": "Ribben", "laterality": "R"}, 2),
        ({"protocol": "Femur", "laterality": "L", "view": "AP"}, 2),
        ({"protocol": "Schouder", "laterality": "L", "view": "AP"}, 2),
        ({"protocol": "Buikoverzicht", "view": "AP"}, 2),
        ({"protocol": "LWK", "view": "3/4"}, 2),
        ({"protocol": "Patella axiaal", "laterality": "R", "view": "AX"}, 3),
        ({"protocol": "Os scaphoideum scaphoid", "laterality": "R"}, 4),
        ({"protocol": "Vingers", "laterality": "R"}, 5),
        ({"procedure": "Skeletstatus"}, 20),
    ],
)
def test_only_one_more_than_is_expected_is_asked_about(what: dict[str, str], n: int) -> None:
    made = [at(replace(FIRST, **what), number, minutes=number) for number in range(n + 1)]  # type: ignore[arg-type]
    assert pairs(*made[:n]) == []
    assert pairs(*made) == [(f"1.{n - 1}", f"1.{n}")]


def test_the_sites_own_count_goes_first() -> None:
    rules = replace(RULES, expected=(Expected(about="schedel", view="pa", n=2), Expected(about="femur", n=1)))
    assert pairs(FIRST, AGAIN, rules=rules) == []
    assert pairs(FIRST, AGAIN, at(FIRST, 3, minutes=4), rules=rules) == [("1.2", "1.3")]
    femur = [replace(each, protocol="Femur", laterality="L") for each in (FIRST, AGAIN)]
    assert pairs(*femur, rules=rules) == [("1.1", "1.2")]


def test_the_count_starts_anew_on_the_next_occasion() -> None:
    belly = replace(FIRST, protocol="Buikoverzicht", view="AP")
    ward = [at(belly, n, hours=4 * (n // 2), minutes=n) for n in range(4)]
    assert pairs(*ward) == []


def test_three_of_one_view_are_two_repeats() -> None:
    assert pairs(at(FIRST, 3, minutes=4), FIRST, AGAIN) == [("1.1", "1.2"), ("1.2", "1.3")]


MOMENTS = st.lists(st.integers(0, 1500), max_size=7)


@given(MOMENTS, st.randoms(use_true_random=False), st.integers(0, 6))
def test_order_and_copies_are_nothing(seconds: list[int], chance: object, n_copies: int) -> None:
    made = [at(FIRST, number, seconds=moment) for number, moment in enumerate(seconds)]
    found = pairs(*made)
    copies = [replace(each, exposure_uid=f"1.9{n}") for n, each in enumerate(made[:n_copies])]
    shuffled = [*made, *copies]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pairs(*sorted(made, key=lambda each: each.exposure_uid, reverse=True)) == found
    moment_of = {each.exposure_uid: each.acquired_at for each in shuffled}
    moments = [[(moment_of[a], moment_of[b]) for a, b in each] for each in (pairs(*shuffled), found)]
    assert moments[0] == moments[1]


def test_the_key_does_not_depend_on_capitals() -> None:
    assert view_key(FIRST) == view_key(replace(FIRST, protocol="SCHEDEL pa", view="pa"))


def test_a_name_is_only_looked_at_as_far_as_a_pattern_may_look() -> None:
    assert expected_of([Expected(about="rib", n=2)], ["x" * 200 + "rib"], "") == 1


def test_a_table_that_cannot_be_used_says_so() -> None:
    with pytest.raises(ViewTableError, match="paired"):
        read_views({})
    words = dict.fromkeys(("paired", "larger_than_detector", "stitched", "composite_image_type"), "x")
    with pytest.raises(ViewTableError, match=r"expected 1: about: slow"):
        read_views({**words, "expected": [{"about": "(a+)+", "n": 2}]})
    with pytest.raises(ViewTableError, match="wrong"):
        read_views({**words, "expected": [{"about": "a", "n": 2, "wrong": 1}]})
    assert problems(Expected(about="", view="(", n=0)) == [("about", "empty"), ("view", "syntax"), ("n", "number")]
