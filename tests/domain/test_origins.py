"""Who says what of an exposure: joining does not depend on order, and one exposure under two names is found."""

from datetime import UTC, datetime
from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain import origins
from iqs_tui.domain.exposures import moment_uid

AT = datetime(2026, 3, 10, 9, 15, tzinfo=UTC)
MOMENT = moment_uid("1.2.1", "ACME|Ray|S1", AT)

some = st.fixed_dictionaries(
    {},
    optional={
        "study": st.sampled_from(["1", "2"]),
        "original": st.sampled_from([["A", "room 1"], ["A", "room 2"], ["B", "room 1"]]),
        "derived": st.sampled_from([["C", "room 9"]]),
        "modality": st.sampled_from(["CR", "DX"]),
        "quality_control": st.just(True),
        "moments": st.lists(st.sampled_from("xyz"), max_size=3).map(lambda each: sorted(set(each))),
        "unnamed": st.lists(st.sampled_from("pq"), min_size=1).map(lambda each: sorted(set(each))),
        "acquired": st.lists(st.sampled_from("pq"), min_size=1).map(lambda each: sorted(set(each))),
        "told_study": st.sampled_from(["0", "3"]),
        "told_modality": st.sampled_from(["CT", "RF"]),
    },
)


@given(st.lists(some, max_size=5), st.randoms(use_true_random=False))
def test_order_and_repetition_change_nothing(parts: list[origins.Origin], random) -> None:
    shuffled = parts + parts
    random.shuffle(shuffled)
    assert reduce(origins.join, shuffled, {}) == origins.join(*parts)


def test_images_go_before_reports_and_reports_before_derived_images() -> None:
    told = {"told_study": "1", "told_modality": "RF"}
    assert origins.study_of(told | {"study": "2"}) == "2"
    assert origins.study_of(told) == "1"
    assert origins.modality_of(told | {"modality": "XA", "derived_modality": "CT"}) == "XA"
    assert origins.modality_of(told | {"derived_modality": "CT"}) == "RF"
    assert origins.modality_of({"derived_modality": "CT"}) == "CT"


def test_the_unnamed_image_of_a_pair_is_the_named_exposure_of_its_moment() -> None:
    named = {"moments": [MOMENT]}
    unnamed = {"moments": [MOMENT], "unnamed": ["img"]}
    other = {"moments": ["elsewhere"]}
    assert origins.same_exposures({"1.5": named, MOMENT: unnamed, "1.6": other}, {}) == {MOMENT: "1.5"}
    assert origins.same_exposures({MOMENT: unnamed, "1.6": other}, {}) == {}


def test_two_events_of_one_moment_stay_two() -> None:
    assert origins.same_exposures({"1.5": {"moments": [MOMENT]}, "1.6": {"moments": [MOMENT]}}, {}) == {}


def test_an_image_that_a_report_names_is_that_event() -> None:
    rows = {"own": {"unnamed": ["img"]}, "1.5": {"told_study": "1"}, "1.6": {"unnamed": ["other"]}}
    assert origins.same_exposures(rows, {"img": "1.5"}) == {"own": "1.5"}
    assert origins.same_exposures(rows, {"img": "not here"}) == {}
