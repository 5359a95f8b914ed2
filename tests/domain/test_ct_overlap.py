"""Two CT scans of one kind over one range are a question; what lawfully covers a range twice is none."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.ct_overlap import CtOverlapRules, Overlap, Scan, overlaps, share_of_shorter
from iqs_tui.store.reference import ct_multiphase

NOON = datetime(2026, 11, 21, 11, 0, tzinfo=UTC)
RULES = CtOverlapRules(multiphase_protocols=ct_multiphase())


def scan(number: int = 1, *, seconds: float = 0, low: float = -300, high: float = 100, **changes: object) -> Scan:
    said = {
        "exposure_uid": f"1.2.5.{number}",
        "device": "CT1",
        "started_at": NOON + timedelta(seconds=seconds),
        "kind": "Spiral Acquisition",
        "low_mm": low,
        "high_mm": high,
        "protocol": "Abdomen PV",
        "body_part": "Abdomen",
    }
    return Scan(**said | changes)  # type: ignore[arg-type]


def asked(*scans: Scan) -> list[tuple[str, str]]:
    return [(found.earlier[-1], found.later[-1]) for found in overlaps(scans, RULES)]


def test_the_earlier_of_two_is_asked_about() -> None:
    found = overlaps([scan(2, seconds=90, low=-310, high=60), scan(1)], RULES)
    assert found == [Overlap("1.2.5.1", "1.2.5.2", pytest.approx(360 / 370), timedelta(seconds=90))]


def test_the_whole_scan_again_after_a_scan_that_was_too_short() -> None:
    assert asked(scan(1, low=-100), scan(2, seconds=60)) == [("1", "2")]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"kind": "Constant Angle Acquisition"}, "a scout"),
        ({"kind": "Stationary Acquisition"}, "a bolus is followed"),
        ({"kind": "Sequenced Acquisition"}, "another way of scanning"),
        ({"protocol": "Abdomen art"}, "another phase"),
        ({"protocol": ""}, "a protocol that nobody knows"),
        ({"procedure": "CT lever 3-fase"}, "phases that are meant"),
        ({"series": frozenset({"art 1.0 br40"})}, "a series of another phase"),
        ({"body_part": "Chest"}, "another part"),
        ({"device": "CT2"}, "another machine"),
        ({"is_by_images": True}, "another zero"),
        ({"started_at": NOON}, "the other source of the same scan"),
        ({"started_at": NOON + timedelta(minutes=16)}, "much later"),
        ({"low_mm": 90.0, "high_mm": 500.0}, "the step that adjoins"),
        ({"low_mm": 0.0, "high_mm": 20.0}, "a needle"),
    ],
)  # fmt: skip
def test_is_left_out(change: dict[str, object], why: str) -> None:
    first = scan(1, series=frozenset({"pv 1.0 br40"}))
    again = scan(2, seconds=90, series=frozenset({"pv 1.0 br40", "pv 3.0 br40"}))
    assert asked(first, again) == [("1", "2")]
    assert asked(first, replace(again, **change)) == [], why  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Thorax 4DCT", "PERFUSIE hersenen", "CTA Coronairen", "AC_CT_Body", "PreMonitoring"])
def test_protocols_that_mean_it(name: str) -> None:
    assert asked(scan(1, protocol=name), scan(2, seconds=60, protocol=name)) == []


def test_three_over_one_range_are_phases() -> None:
    assert asked(scan(1), scan(2, seconds=40), scan(3, seconds=200)) == []


def test_two_pairs_are_two_questions() -> None:
    chest = {"low": 150.0, "high": 500.0, "body_part": "Chest", "protocol": "Thorax"}
    scans = (scan(1), scan(2, seconds=60), scan(3, seconds=100, **chest), scan(4, seconds=160, **chest))
    assert asked(*scans) == [("1", "2"), ("3", "4")]


SCANS = st.builds(
    lambda number, seconds, low, length, protocol, kind: scan(
        number, seconds=seconds, low=low, high=low + length, protocol=protocol, kind=kind
    ),
    st.integers(1, 99),
    st.integers(0, 2000),
    st.integers(-500, 500),
    st.integers(1, 800),
    st.sampled_from(["Abdomen PV", "abdomen  pv", "Thorax", "4D"]),
    st.sampled_from(["Spiral Acquisition", "Sequenced Acquisition", "Constant Angle Acquisition"]),
)


@given(st.lists(SCANS, max_size=7, unique_by=lambda one: one.exposure_uid), st.randoms())
def test_whatever_the_order_and_always_within_the_limits(scans: list[Scan], random: object) -> None:
    found = overlaps(scans, RULES)
    shuffled = list(scans)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert overlaps(shuffled, RULES) == found
    known = {one.exposure_uid: one for one in scans}
    for one in found:
        earlier, later = known[one.earlier], known[one.later]
        assert RULES.min_gap <= later.started_at - earlier.started_at <= RULES.max_gap
        assert share_of_shorter(earlier, later) == one.share > RULES.min_overlap
    assert len({uid for one in found for uid in (one.earlier, one.later)}) == 2 * len(found)
