"""Pieces of a week: nobody's figures can be had from them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.disclosure import MIN_PEOPLE, POOLED, Kind, pieces, whole_weeks

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
PA, LL = Kind("DX", "X-thorax", "PA"), Kind("DX", "X-thorax", "LL")
HAND, HIP, SCAN = Kind("DX", "X-hand", "PA"), Kind("DX", "X-heup", None), Kind("CT", "CT abdomen", None)
kinds = st.builds(Kind, st.sampled_from(["DX", "CT", None]), st.sampled_from("AB"), st.sampled_from(["PA", "LL", None]))
weeks = st.dictionaries(kinds, st.sets(st.sampled_from("abcdefg"), max_size=6), max_size=8)


def test_what_enough_people_made_stands_by_itself():
    assert pieces({PA: set("abcd"), LL: set("abcde")}) == {PA: PA, LL: LL}


def test_views_that_few_made_are_put_together_by_procedure():
    whole = Kind("DX", "X-thorax", POOLED)
    assert pieces({PA: set("abc"), LL: set("bcd"), HAND: set("abcd")}) == {PA: whole, LL: whole, HAND: HAND}


def test_what_few_made_hides_among_another_of_its_modality():
    whole = Kind("DX", POOLED, POOLED)
    found = pieces({PA: set("abcdef"), HAND: set("abcd"), HIP: {"z"}})
    assert found == {PA: PA, HAND: whole, HIP: whole}


def test_a_modality_of_few_is_not_shown_and_never_put_with_another():
    assert pieces({PA: set("abcd"), SCAN: set("abc")}) == {PA: PA}
    assert pieces({PA: set("abc"), HIP: set()}) == {}
    assert pieces({}) == {}


@given(weeks)
def test_every_piece_is_of_enough_people_and_no_modality_of_enough_is_left_out(people):
    found = pieces(people)
    for modality in {kind.modality for kind in people}:
        made = {kind for kind in people if kind.modality == modality}
        is_enough = len(set().union(*(people[kind] for kind in made))) >= MIN_PEOPLE
        assert made & found.keys() == (made if is_enough else set())
    for piece in set(found.values()):
        assert len(set().union(*(people[kind] for kind, of in found.items() if of == piece))) >= MIN_PEOPLE
    for kind, piece in found.items():
        assert all(part in {own, POOLED} for own, part in zip(kind, piece, strict=True))
        assert piece.modality == kind.modality


@given(st.integers(0, 480_000), st.integers(0, 90), st.integers(0, 90))
def test_a_period_becomes_whole_finished_weeks(minutes, days, now_days):
    first = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    until, now = first + timedelta(days=days), first + timedelta(days=now_days)
    begin, end = whole_weeks(first, until, now, AMSTERDAM)
    for moment in (begin, end):
        local = moment.astimezone(AMSTERDAM)
        assert (local.weekday(), local.hour, local.minute) == (0, 0, 0)
    assert first <= begin <= end
    assert begin - first < timedelta(days=7, hours=2)
    if end > begin:
        assert end <= min(until, now) < end + timedelta(days=7, hours=2)


def test_the_week_that_runs_is_not_in_it():
    monday = datetime(2026, 11, 16, tzinfo=AMSTERDAM)
    wednesday = datetime(2026, 11, 18, 12, tzinfo=UTC)
    assert whole_weeks(monday - timedelta(weeks=2), wednesday + timedelta(days=9), wednesday, AMSTERDAM) == (
        (monday - timedelta(weeks=2)).astimezone(UTC),
        monday.astimezone(UTC),
    )
