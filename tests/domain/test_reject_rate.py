"""What is in a reject rate, and of how many."""

import pytest

from iqs_tui.domain.rates import wilson
from iqs_tui.domain.reject_rate import (
    FAMILIES,
    Answers,
    Basis,
    Exposed,
    Figure,
    Tally,
    added,
    rate_of,
    source_of,
    tally_of,
)


@pytest.mark.parametrize(
    ("changes", "events", "images"),
    [
        ({}, True, True),
        ({"has_image": False}, True, False),
        ({"is_counted": False}, False, True),
        ({"is_derived": True}, False, False),
        ({"is_quality_control": True}, False, False),
        ({"event_type": "Fluoroscopy"}, False, False),
        ({"event_type": "Stationary Acquisition"}, True, True),
    ],
)
def test_what_is_in_a_denominator(changes, events, images):
    plain = {"is_derived": False, "is_quality_control": False, "is_counted": True, "has_image": True}
    found = Exposed(**({"event_type": None} | plain | changes))
    assert (found.is_of("events"), found.is_of("images")) == (events, images)


@pytest.mark.parametrize(
    ("machines", "source"),
    [
        ([(100, 100)], "events"),
        ([(95, 100), (10, 10)], "events"),
        ([(94, 100)], "images"),
        ([(100, 100), (0, 3)], "images"),
        ([(100, 100), (0, 0)], "events"),
        ([], "images"),
    ],
)
def test_a_room_counts_events_where_all_its_machines_report_them(machines, source):
    assert source_of(machines) == source


def test_what_a_case_adds():
    def told(state: str, counts_as: str = "reject", **more: bool) -> Tally:
        return tally_of(state, counts_as=counts_as, **({"is_question": False} | more))

    answered = Answers(n_answered=1)
    assert told("answered") == Tally(n_rejects=1, asked=answered)
    assert told("answered", is_among=False) == Tally(n_rejects=1, n_exposures=1, asked=answered)
    unseen = told("answered", is_among=False, is_received=False)
    assert unseen == Tally(n_rejects=1, n_exposures=1, n_unseen=1, asked=answered)
    assert told("answered", "repeat", is_question=True) == Tally(n_repeats=1, questions=answered)
    assert told("answered", "identification") == Tally(n_identifications=1, asked=answered)
    assert told("dismissed", is_among=False) == Tally(asked=answered)
    assert told("expired") == Tally(asked=Answers(n_expired=1))
    assert told("open", is_question=True) == Tally(questions=Answers(n_open=1))


def test_coverage_counts_what_expired_as_not_answered():
    found = added({tally_of("answered", counts_as="reject", is_question=False): 6,
                   tally_of("dismissed", counts_as="reject", is_question=False): 2,
                   tally_of("expired", counts_as="reject", is_question=False): 1,
                   tally_of("open", counts_as="reject", is_question=False): 1}).asked  # fmt: skip
    assert (found.n_raised, found.share) == (10, 0.8)
    assert Answers().share is None


def test_how_much_is_said_of_a_rate():
    def rate(k: int, n: int):
        return rate_of(Basis("DX", "images"), Tally(n_rejects=k, n_exposures=n))

    assert [rate(4, n).shown for n in (49, 50, 249, 250)] == ["count", "interval", "interval", "position"]
    assert (rate(4, 49).share, rate(4, 49).low) == (None, None)
    assert ((rate(4, 50).low, rate(4, 50).high), rate(4, 50).share) == (wilson(4, 50), 0.08)


def test_what_does_not_count_the_same_has_counts_together_and_no_rate_together():
    one, other, scans = (Tally(n_rejects=k, n_exposures=n) for k, n in ((8, 100), (2, 60), (1, 40)))
    events, images, ct = Basis("DX", "events"), Basis("DX", "images"), Basis("CT", "events")
    found = Figure(by_basis={ct: scans, images: other, events: one})
    assert (found.counts.n_rejects, found.counts.n_exposures) == (11, 200)
    assert [(rate.basis, rate.k, rate.n) for rate in found.rates] == [(events, 8, 100), (images, 2, 60), (ct, 1, 40)]
    assert Figure(by_basis={}).rates == ()


def test_kinds_of_machines_stand_in_one_order_and_what_has_no_word_last():
    shuffled = [Basis(name, "events") for name in (None, "RF", "NM", "CT", "DX", "MG")]
    assert [basis.family for basis in sorted(shuffled, key=lambda one: one.order)] == [*FAMILIES, "NM", None]
