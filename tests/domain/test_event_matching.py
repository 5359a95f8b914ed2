"""Images that name no irradiation event find theirs by time and technique; where there is another way, none is said."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.event_matching import FARTHEST_S, JITTER_S, Clock, Matching, Shown, clock_of, match
from iqs_tui.domain.records import ExposureFacts

AT = datetime(2026, 3, 10, 9, 15, 7, 250_000, tzinfo=UTC)


def facts(second: float | None, **said: object) -> ExposureFacts:
    moment = None if second is None else AT + timedelta(seconds=second)
    return ExposureFacts(acquired_at=moment, **said)  # type: ignore[arg-type]


def events(*seconds: float | None, **said: object) -> dict[str, ExposureFacts]:
    return {f"e{number}": facts(second, **said) for number, second in enumerate(seconds)}


def images(*seconds: float | None, **said: object) -> dict[str, Shown]:
    return {f"i{number}": Shown(facts(second, **said)) for number, second in enumerate(seconds)}


def pairs(found: Matching) -> str:
    return " ".join(f"{image}-{event}" for image, event in sorted(found.sure.items()))


def test_as_many_images_as_events_are_matched_in_their_order() -> None:
    assert pairs(match(images(0, 60, 180), events(1, 61, 180))) == "i0-e0 i1-e1 i2-e2"


@pytest.mark.parametrize("ahead", [0.0, 47.0, -13.5, 3600.0, -7200.0])
def test_the_exposure_without_an_image_is_found_whatever_the_clocks(ahead: float) -> None:
    told = events(*(ahead + second for second in (0, 50, 180, 400)))
    found = match(images(0, 180, 400), told)
    assert pairs(found) == "i0-e0 i1-e2 i2-e3"
    assert found.offset_s == pytest.approx(ahead)


def test_an_even_rhythm_does_not_tell_which_is_missing_but_a_known_clock_does() -> None:
    shown, told = images(0, 60), events(47, 107, 167)
    assert pairs(match(shown, told)) == ""
    found = match(shown, told, Clock(47.0))
    assert pairs(found) == "i0-e0 i1-e1"
    assert found.offset_s is None, "only the clock says so: nothing is learned from that"
    assert match(images(0, 60, 200), events(50, 110, 250), Clock(47.0, 1.0)).offset_s == 50.0, "a drift is followed"


def test_one_image_of_two_events_needs_a_clock_or_another_technique() -> None:
    shown = images(0, kvp=125.0)
    assert pairs(match(shown, events(0, 300))) == ""
    assert pairs(match(shown, events(0, 300), Clock(0.4, 0.2))) == "i0-e0"
    told = {"e0": facts(0, kvp=60.0), "e1": facts(300, kvp=124.0)}
    assert pairs(match(shown, told)) == "i0-e1"


def test_one_image_and_one_event_belong_together() -> None:
    assert pairs(match(images(0), events(59))) == "i0-e0"
    assert pairs(match(images(0), events(FARTHEST_S + 1))) == ""
    assert pairs(match(images(0, kvp=60.0), events(59, kvp=80.0))) == ""


def test_two_exposures_within_two_seconds_are_told_apart_only_by_technique_or_number() -> None:
    told = events(0, 2, 90)
    assert pairs(match(images(1, 90), told, Clock(0.0))) == "i1-e2"
    assert pairs(match(images(0, 2, 90), told, Clock(0.0))) == "i0-e0 i1-e1 i2-e2"
    apart = {"e0": facts(0, mas=2.0), "e1": facts(2, mas=20.0), "e2": facts(90, mas=2.0)}
    assert pairs(match(images(1, 90, mas=2.1), apart, Clock(0.0))) == "i0-e0 i1-e2"


def test_two_images_of_one_event_are_both_unsure() -> None:
    assert pairs(match(images(0, 2), events(1), Clock(0.0))) == ""
    assert pairs(match(images(0, 2, 60), events(1, 60), Clock(0.0))) == "i2-e1"


def test_view_side_and_protocol_break_a_tie() -> None:
    told = {"e0": facts(0, laterality="L", view="antero-posterior"), "e1": facts(2, laterality="R")}
    assert pairs(match(images(1, laterality="L"), told, Clock(0.0))) == "i0-e0"
    assert pairs(match(images(1), told, Clock(0.0))) == ""


def test_whole_minutes_are_no_seconds() -> None:
    def whole(said: ExposureFacts) -> datetime:
        assert said.acquired_at is not None
        return said.acquired_at.replace(second=0, microsecond=0)

    def minute(shown: dict[str, Shown]) -> dict[str, Shown]:
        return {
            uid: Shown(replace(each.facts, acquired_at=whole(each.facts)), each.n_objects)
            for uid, each in shown.items()
        }

    assert pairs(match(minute(images(0, 300)), events(0, 130, 300), Clock(0.0))) == "i0-e0 i1-e2"
    assert pairs(match(minute(images(0, 300)), events(0, 40, 300), Clock(0.0))) == "i1-e2", "two in one minute"
    twice = {"i0": Shown(facts(0), 2), "i1": Shown(facts(300))}
    assert pairs(match(minute(twice), events(0, 130, 300), Clock(0.0))) == "i1-e2", "perhaps two in one minute"


def test_an_image_without_a_time_is_never_sure_and_leaves_the_others_to_a_clock() -> None:
    assert pairs(match(images(None), events(0))) == ""
    assert pairs(match(images(0, None, 180), events(0, 50, 180))) == ""
    assert pairs(match(images(0, None, 180), events(0, 50, 180), Clock(0.0))) == "i0-e0 i2-e2"


def test_an_image_that_may_be_a_second_one_of_another_event_is_not_sure() -> None:
    assert pairs(match(images(0), events(1), taken=[facts(-1)])) == ""
    assert pairs(match(images(0), events(1), Clock(0.0), taken=[facts(-1)])) == ""
    assert pairs(match(images(0), events(1), Clock(0.0), taken=[facts(-30)])) == "i0-e0"


def test_a_clock_that_was_set_right_is_overruled_by_a_rhythm_never_by_one_image() -> None:
    assert pairs(match(images(0, 60, 200), events(3600, 3660, 3700, 3800), Clock(0.0))) == "i0-e0 i1-e1 i2-e3"
    assert pairs(match(images(0), events(3600), Clock(0.0))) == ""


def test_a_clock_is_what_offsets_agree_on() -> None:
    assert clock_of([47.0, 47.4, 46.9, 3600.0]) == Clock(pytest.approx(47.2), pytest.approx(0.25))
    assert clock_of([0.0, 40.0, 80.0, 120.0]) is None
    assert clock_of([], least=1) is None
    assert clock_of([47.0, 47.0], least=3) is None


seconds = st.integers(0, 1200).map(float)
technique = st.fixed_dictionaries(
    {}, optional={"kvp": st.sampled_from([60.0, 80.0, 125.0]), "mas": st.sampled_from([1.0, 8.0])}
)
shots = st.lists(st.tuples(seconds, technique), max_size=6)
clocks = st.none() | st.builds(Clock, st.sampled_from([0.0, 47.0, 3600.0]), st.sampled_from([0.0, 1.0]))


@given(shots, shots, clocks, st.randoms(use_true_random=False))
def test_what_is_found_is_a_pairing_and_the_order_is_nothing(shown, told, clock, random) -> None:
    pictures = {f"i{n}": Shown(facts(second, **said)) for n, (second, said) in enumerate(shown)}
    reported = {f"e{n}": facts(second, **said) for n, (second, said) in enumerate(told)}
    found = match(pictures, reported, clock)
    assert found.sure.keys() <= pictures.keys()
    assert set(found.sure.values()) <= reported.keys()
    assert len(set(found.sure.values())) == len(found.sure), "no two images of one event"

    def shuffled(mapping):
        return dict(random.sample(sorted(mapping.items()), len(mapping)))

    assert match(shuffled(pictures), shuffled(reported), clock) == found


@given(shots, shots, clocks, st.sampled_from([-1800.0, -61.5, 0.5, 600.0]))
def test_clocks_that_run_apart_change_nothing_once_that_is_known(shown, told, clock, ahead) -> None:
    pictures = {f"i{n}": Shown(facts(second, **said)) for n, (second, said) in enumerate(shown)}
    reported, moved = (
        {f"e{n}": facts(second + shift, **said) for n, (second, said) in enumerate(told)} for shift in (0, ahead)
    )
    known = None if clock is None else Clock(clock.offset_s + ahead, clock.spread_s)
    assert match(pictures, moved, known).sure == match(pictures, reported, clock).sure


@given(
    st.lists(st.integers(4, 400), min_size=3, max_size=6, unique=True),
    st.data(),
    st.floats(-60, 60),
    st.lists(st.floats(-JITTER_S / 2, JITTER_S / 2), min_size=6, max_size=6),
)
def test_with_a_known_clock_a_missing_image_is_never_laid_at_another_exposure(gaps, data, ahead, jitter) -> None:
    moments = [float(sum(gaps[: n + 1])) for n in range(len(gaps))]
    missing = data.draw(st.integers(0, len(moments) - 1))
    told = {f"e{n}": facts(moment + ahead) for n, moment in enumerate(moments)}
    shown = {f"i{n}": Shown(facts(at + jitter[n])) for n, at in enumerate(moments) if n != missing}
    found = match(shown, told, Clock(ahead))
    assert all(image[1:] == event[1:] for image, event in found.sure.items())
    if min(abs(one - other) for one in moments for other in moments if one != other) > 2 * JITTER_S:
        assert len(found.sure) == len(shown)
