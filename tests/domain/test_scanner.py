"""The scanner's ledger: states from evidence, the same whatever the order, corrected by what comes late."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from iqs_tui.domain.power import PowerProfile, Range, energy, energy_of, whole_kwh
from iqs_tui.domain.scanner import build_ledger
from iqs_tui.domain.scanner_evidence import (
    THRESHOLDS,
    Acquisition,
    Association,
    Evidence,
    StateInterval,
    Step,
    thresholds,
)
from iqs_tui.domain.scanner_view import busy_shares, cells, current_state, time_in, unknown_share

DAY = datetime(2026, 11, 21, tzinfo=UTC)


def at(hour: int, minute: float = 0) -> datetime:
    return DAY + timedelta(hours=hour, minutes=minute)


def acquired(*moments: datetime, patient: str = "p1", late: float = 1) -> tuple[Acquisition, ...]:
    return tuple(
        Acquisition(
            uid=f"{patient}-{m.isoformat()}",
            at=m,
            received_at=m + timedelta(minutes=late),
            group=patient,
            study_uid=f"study-{patient}",
        )
        for m in moments
    )


def ledger(evidence: Evidence, now: datetime, kind: str = "CT", start: datetime = DAY) -> tuple[StateInterval, ...]:
    return build_ledger(evidence, thresholds(kind), start, DAY + timedelta(days=1), now)


def state_at(intervals: tuple[StateInterval, ...], moment: datetime) -> StateInterval:
    return next(i for i in intervals if i.start <= moment < i.end)


def test_without_evidence_all_is_unknown():
    (only,) = ledger(Evidence(), at(9))
    assert (only.state, only.start, only.end, only.evidence) == ("unknown", DAY, at(9), ("silence",))
    state = current_state([only], Evidence(), at(9))
    assert state.since is None
    assert state.because[0].why == "nothing"


def test_an_empty_range_has_no_states():
    assert build_ledger(Evidence(), thresholds("CT"), at(9), at(10), at(8)) == ()


def test_an_examination_is_scan_and_patient_time_around_it():
    found = ledger(Evidence(acquisitions=acquired(at(8), at(8, 10))), at(8, 12))
    assert state_at(found, at(7, 54)).state == "unknown"
    assert state_at(found, at(7, 56)).state == "in_exam"
    assert state_at(found, at(7, 56)).confidence == "medium"
    assert state_at(found, at(8)).state == "scanning"
    assert state_at(found, at(8, 5)).confidence == "high"
    assert state_at(found, at(8, 11)).state == "in_exam"
    assert sum(i.n_acquisitions for i in found if i.state == "scanning") == 2


def test_a_gap_longer_than_one_visit_is_not_examination():
    found = ledger(Evidence(acquisitions=acquired(at(8), at(8, 21))), at(8, 22))
    assert state_at(found, at(8, 10)).state == "idle"
    found = ledger(Evidence(acquisitions=acquired(at(8), at(8, 19))), at(8, 22))
    assert state_at(found, at(8, 10)).state == "in_exam"


@pytest.mark.parametrize(("gap", "state"), [(17, "turnover"), (19, "idle")])
def test_a_short_gap_between_patients_is_turnover_a_longer_one_idle(gap: float, state: str):
    images = acquired(at(8)) + acquired(at(8, gap), patient="p2")
    assert state_at(ledger(Evidence(acquisitions=images), at(12)), at(8, 7)).state == state


def test_silence_after_the_last_image_is_idle_only_for_so_long_and_then_unknown():
    found = ledger(Evidence(acquisitions=acquired(at(8))), at(10))
    assert [(i.state, i.confidence) for i in found[-2:]] == [("idle", "low"), ("unknown", "low")]
    assert found[-1].start == at(8, 30)


def test_idle_on_silence_alone_is_less_sure_than_idle_with_the_machine_heard():
    images = acquired(at(8))
    silent = ledger(Evidence(acquisitions=images), at(8, 20))[-1]
    assert (silent.state, silent.confidence) == ("idle", "low")
    heard = Evidence(acquisitions=images, associations=(Association(opened_at=at(8, 15)),))
    last = ledger(heard, at(8, 20))[-1]
    assert (last.state, last.confidence) == ("idle", "medium")
    assert "association" in last.evidence


def test_late_images_correct_the_ledger():
    early = acquired(at(8))
    before = ledger(Evidence(acquisitions=early), at(9, 50))
    assert state_at(before, at(9)).state == "unknown"
    late = acquired(at(9), patient="p2", late=50)
    after = ledger(Evidence(acquisitions=early + late), at(9, 51))
    assert state_at(after, at(9)).state == "scanning"
    assert state_at(after, at(8, 40)).state == "idle"
    assert state_at(after, at(8, 40)).confidence == "medium"


def test_a_night_without_evidence_is_unknown_not_idle():
    images = acquired(at(0)) + acquired(at(7), patient="p2")
    found = ledger(Evidence(acquisitions=images), at(8))
    assert state_at(found, at(3)).state == "unknown"
    assert state_at(found, at(6)).state == "unknown"


def test_a_step_in_progress_is_an_examination_until_it_expires():
    step = Step(uid="s", started_at=at(9), study_uid="study-p1")
    assert ledger(Evidence(steps=(step,)), at(9, 44))[-1].state == "in_exam"
    found = ledger(Evidence(steps=(step,)), at(11))
    assert state_at(found, at(9, 44)).state == "in_exam"
    assert state_at(found, at(9, 50)).state == "unknown"


def test_a_completed_step_bounds_the_examination_and_makes_idle_surer():
    step = Step(uid="s", started_at=at(9), ended_at=at(9, 20), study_uid="study-p1")
    found = ledger(Evidence(acquisitions=acquired(at(9, 5)), steps=(step,)), at(9, 30))
    assert state_at(found, at(9, 15)).confidence == "high"
    assert (found[-1].state, found[-1].start, found[-1].confidence) == ("idle", at(9, 20), "medium")


def test_the_next_patients_images_win_over_a_step_left_open():
    step = Step(uid="s", started_at=at(9), study_uid="study-p1")
    images = acquired(at(9, 5)) + acquired(at(9, 12), patient="p2")
    found = ledger(Evidence(acquisitions=images, steps=(step,)), at(9, 40))
    assert found[-1].state == "idle"
    assert found[-1].start == at(9, 15)


def test_a_step_that_starts_long_before_its_first_image_is_clipped():
    step = Step(uid="s", started_at=at(8), study_uid="study-p1", ended_at=at(10, 10))
    found = ledger(Evidence(acquisitions=acquired(at(10)), steps=(step,)), at(11))
    assert state_at(found, at(9)).state != "in_exam"
    assert state_at(found, at(9, 45)).state == "in_exam"


def test_a_clock_that_runs_ahead_is_brought_back_and_marked():
    image = Acquisition(uid="1", at=at(10), received_at=at(9), group="p1")
    found = ledger(Evidence(acquisitions=(image,)), at(9, 10))
    scan = next(i for i in found if i.state == "scanning")
    assert scan.start <= at(9) <= scan.end
    assert "clock" in scan.evidence
    assert scan.confidence == "low"
    assert found[-1].end == at(9, 10)


def test_an_mr_sequence_lasts_until_the_next():
    found = ledger(Evidence(acquisitions=acquired(at(9), at(9, 6), at(9, 12))), at(9, 30), kind="MR")
    assert state_at(found, at(9, 3)).state == "scanning"
    assert time_in(found, "scanning") == timedelta(minutes=14)


def test_since_counts_the_whole_examination_and_why_is_said():
    evidence = Evidence(acquisitions=acquired(at(8), at(8, 2)))
    state = current_state(ledger(evidence, at(8, 4)), evidence, at(8, 4))
    assert (state.state, state.since) == ("in_exam", at(7, 55))
    assert [(b.why, b.at) for b in state.because] == [("last_acquisition", at(8, 2))]


def test_why_names_a_running_step_and_a_later_association():
    evidence = Evidence(
        acquisitions=acquired(at(8)),
        associations=(Association(opened_at=at(8, 30), closed_at=at(8, 31)),),
        steps=(Step(uid="s", started_at=at(8, 29)),),
    )
    state = current_state(ledger(evidence, at(8, 35)), evidence, at(8, 35))
    assert [(b.why, b.at) for b in state.because] == [
        ("step_started", at(8, 29)),
        ("last_acquisition", at(8)),
        ("last_association", at(8, 31)),
    ]


def test_a_short_examination_is_seen_in_its_cell():
    evidence = Evidence(acquisitions=acquired(at(8, 5)), associations=(Association(opened_at=at(8)),))
    found = ledger(evidence, at(8, 30), kind="DX", start=at(8))
    assert cells(found, at(8), at(8, 20), 2) == ("in_exam", "idle")
    assert cells(found, at(8), at(8, 20), 1) == ("idle",)


def test_the_day_in_cells_and_shares():
    evidence = Evidence(acquisitions=acquired(*(at(8, m) for m in range(0, 60, 10))))
    found = ledger(evidence, at(10, 30), start=at(7))
    assert cells(found, at(7), at(11), 4) == ("unknown", "in_exam", "unknown", "unknown")
    assert cells(found, at(12), at(13), 1) == (None,)
    shares = busy_shares(found, at(7), at(11), 4)
    assert shares[1] == pytest.approx(53 / 60)
    assert shares[3] is None
    assert unknown_share(found) == pytest.approx((55 + 70) / 210)


moments = st.integers(min_value=0, max_value=14 * 60).map(lambda m: DAY + timedelta(minutes=m))
acquisition_lists = st.lists(
    st.builds(
        Acquisition,
        uid=st.sampled_from("abcdefgh"),
        at=moments,
        received_at=moments,
        group=st.sampled_from(["p1", "p2", "p3"]),
        study_uid=st.none() | st.sampled_from(["s1", "s2"]),
    ),
    max_size=12,
)
association_lists = st.lists(st.builds(Association, opened_at=moments, closed_at=st.none() | moments), max_size=6)
step_lists = st.lists(
    st.builds(
        Step,
        uid=st.sampled_from("xyz"),
        started_at=moments,
        ended_at=st.none() | moments,
        study_uid=st.none() | st.sampled_from(["s1", "s2"]),
    ),
    max_size=5,
)


@settings(max_examples=120)
@given(acquisition_lists, association_lists, step_lists, moments, st.sampled_from(sorted(THRESHOLDS)), st.randoms())
def test_order_and_repetition_change_nothing_and_the_ledger_covers_the_range(
    acquisitions: list, associations: list, steps: list, now: datetime, kind: str, chance: random.Random
):
    one = ledger(
        Evidence(acquisitions=tuple(acquisitions), associations=tuple(associations), steps=tuple(steps)), now, kind
    )
    again = [[*items, *chance.sample(items, len(items) // 2)] for items in (acquisitions, associations, steps)]
    for items in again:
        chance.shuffle(items)
    other = ledger(
        Evidence(acquisitions=tuple(again[0]), associations=tuple(again[1]), steps=tuple(again[2])), now, kind
    )
    assert one == other
    if now > DAY:
        assert (one[0].start, one[-1].end) == (DAY, now)
    for before, after in pairwise(one):
        assert before.start < before.end == after.start
    assert not {i.state for i in one} & {"off", "standby"}


@settings(max_examples=60)
@given(acquisition_lists, association_lists, step_lists, moments)
def test_a_part_of_the_day_says_what_the_whole_day_says(
    acquisitions: list, associations: list, steps: list, middle: datetime
):
    evidence = Evidence(acquisitions=tuple(acquisitions), associations=tuple(associations), steps=tuple(steps))
    limits, end = thresholds("CT"), at(15)
    whole = build_ledger(evidence, limits, DAY, end, end)
    for part in (*build_ledger(evidence, limits, DAY, middle, end), *build_ledger(evidence, limits, middle, end, end)):
        within = state_at(whole, part.start + part.length / 2)
        assert (within.state, within.confidence) == (part.state, part.confidence)


CT = PowerProfile(
    modality=("CT",),
    tier="literature",
    source="test",
    kw={
        "standby": Range(low=0.5, central=0.89, high=1.5),
        "idle": Range(low=1.3, central=2.6, high=3.9),
        "in_exam": Range(low=2.0, central=3.0, high=4.0),
        "scanning": Range(low=2.0, central=3.0, high=4.0),
    },
    kwh_per_acquisition=Range(low=0.04, central=0.1, high=0.3),
)


def stretch(state: str, hours: float, n: int = 0) -> StateInterval:
    return StateInterval(
        state=state,
        start=DAY,
        end=DAY + timedelta(hours=hours),
        evidence=(),
        confidence="high",
        n_acquisitions=n,
    )


def test_the_worked_ct_day_comes_to_48_kwh():
    day = [stretch("in_exam", 5, n=40), stretch("idle", 7), stretch("standby", 12)]
    found = energy(day, CT)
    assert found is not None
    assert whole_kwh(found.kwh.central) == 48
    assert found.kwh.low < 48 < found.kwh.high
    assert found.covered == timedelta(hours=24)


def test_unknown_time_has_no_energy_and_is_not_counted_as_covered():
    assert energy_of(stretch("unknown", 3), CT) is None
    assert energy([stretch("unknown", 3)], CT) is None
    assert energy([stretch("idle", 3)], None) is None
    found = energy([stretch("unknown", 3), stretch("idle", 1)], CT)
    assert found is not None
    assert found.covered == timedelta(hours=1)


@pytest.mark.parametrize(("value", "shown"), [(0.3, 0), (2.8, 3), (9.6, 10), (48.4, 48), (137.0, 140), (1234.0, 1200)])
def test_an_estimate_has_two_digits_and_no_decimals(value: float, shown: int):
    assert whole_kwh(value) == shown
