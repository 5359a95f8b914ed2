"""The forms, the random draw, who may score and see what, and the overview."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain import scoring
from iqs_tui.domain.forms import Criterion, Form, FormList, Scale, Step
from iqs_tui.domain.scoring import Viewer

FOUR = Scale(
    code="four",
    step=tuple(Step(key=str(n), value=n, nl=str(n), en=str(n), sufficient=n > 2) for n in range(1, 5)),
)
YES_NO = Scale(
    code="yes_no",
    step=(
        Step(key="1", value=0, nl="nee", en="no"),
        Step(key="2", value=1, nl="ja", en="yes", sufficient=True),
    ),
)


def criterion(code: str, scale: str) -> Criterion:
    return Criterion(code=code, scale=scale, nl=code, en=code, ask_nl=code, ask_en=code)


FORM = Form(
    code="test",
    version=1,
    nl="Proef",
    en="Test",
    source="the tests",
    scale=(FOUR, YES_NO),
    criterion=(criterion("centring", "four"), criterion("marking", "yes_no")),
)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"criterion": ()}, "form test: has no criterion"),
        ({"version": 0}, "version 0"),
        ({"criterion": (criterion("a", "four"), criterion("a", "four"))}, "criterion code a stands twice"),
        ({"criterion": (criterion("a", "five"),)}, "criterion a: no scale 'five'; there are: four, yes_no"),
        ({"scale": (FOUR, FOUR)}, "scale code four stands twice"),
    ],
)
def test_a_form_that_cannot_be_filled_in_is_refused(changes, says):
    with pytest.raises(ValueError, match=says):
        replace(FORM, **changes)


@pytest.mark.parametrize(
    ("steps", "says"),
    [
        ((("1", 1, True), ("1", 2, False)), "key 1 stands twice"),
        ((("1", 1, True), ("2", 1, False)), "value 1 stands twice"),
        ((("0", 1, True),), "key '0' is not allowed"),
        ((("x", 1, True),), "key 'x' is not allowed"),
        ((("1", 1, False),), "no step is marked"),
        ((("1", 2, False), ("2", 1, True)), "from the lowest"),
    ],
)
def test_a_scale_that_cannot_be_answered_is_refused(steps, says):
    with pytest.raises(ValueError, match=says):
        Scale(code="s", step=tuple(Step(key=k, value=v, nl="", en="", sufficient=s) for k, v, s in steps))


@pytest.mark.parametrize(
    "answers", [{"centring": 3}, {"centring": 3, "marking": 1, "x": 1}, {"centring": 5, "marking": 1}]
)
def test_answers_must_fill_in_the_whole_form(answers):
    with pytest.raises(ValueError, match="form test"):
        FORM.check(answers)


def test_answers_that_fill_in_the_form_pass():
    FORM.check({"centring": None, "marking": 0})


def test_a_list_with_a_form_twice_is_refused():
    with pytest.raises(ValueError, match="form code test stands twice"):
        FormList(version=1, form=(FORM, FORM))


uids = st.sets(st.from_regex(r"1\.2(\.[1-9][0-9]{0,4}){1,4}", fullmatch=True), max_size=30)


@given(uids, st.text(max_size=20), st.integers(0, 40), st.randoms(use_true_random=False))
def test_a_draw_is_repeatable_whatever_the_order_of_its_candidates(candidates, seed, n, random):
    first = scoring.draw(sorted(candidates), seed, n)
    shuffled = [*candidates, *candidates]
    random.shuffle(shuffled)
    assert scoring.draw(shuffled, seed, n) == first
    assert len(first) == len(set(first)) == min(n, len(candidates))
    assert set(first) <= candidates


@given(uids, st.text(max_size=20))
def test_a_smaller_draw_is_the_beginning_of_a_larger_one(candidates, seed):
    whole = scoring.draw(candidates, seed, len(candidates))
    assert all(scoring.draw(candidates, seed, n) == whole[:n] for n in range(len(candidates)))


@given(uids.filter(lambda found: len(found) > 1), st.text(max_size=20))
def test_a_candidate_that_goes_moves_no_other(candidates, seed):
    whole = scoring.draw(candidates, seed, len(candidates))
    assert scoring.draw(candidates - {whole[0]}, seed, len(candidates)) == whole[1:]


def test_every_candidate_is_drawn_about_as_often():
    candidates = [f"1.2.{number}" for number in range(20)]
    rounds = 2000
    drawn = Counter(uid for seed in range(rounds) for uid in scoring.draw(candidates, str(seed), 5))
    expected = rounds * 5 / 20
    chi_square = sum((drawn[uid] - expected) ** 2 / expected for uid in candidates)
    assert chi_square < 43.8, "19 degrees of freedom, p = 0.001"


MINE = Viewer(user_id="u1", operators_names=frozenset({"j. de vries"}))
REVIEWER = Viewer(user_id="u2", operators_names=frozenset({"k. bakker"}), role="reviewer")


@pytest.mark.parametrize(
    ("kind", "operator", "viewer", "may"),
    [
        ("self_evaluation", "J. de Vries", MINE, True),
        ("self_evaluation", "K. Bakker", MINE, False),
        ("self_evaluation", None, MINE, False),
        ("self_evaluation", "J. de Vries", REVIEWER, False),
        ("self_evaluation", "J. de Vries", None, False),
        ("peer_review", "J. de Vries", MINE, False),
        ("peer_review", "K. Bakker", MINE, True),
        ("peer_review", "K. Bakker", REVIEWER, False),
        ("peer_review", "J. de Vries", None, False),
        ("quality_analysis", "K. Bakker", MINE, False),
        ("quality_analysis", "J. de Vries", REVIEWER, True),
    ],
)
def test_who_may_score(kind, operator, viewer, may):
    assert scoring.may_score(kind, operator, viewer) is may


@pytest.mark.parametrize("kind", scoring.KINDS)
def test_a_radiographer_sees_the_scores_of_own_images_only(kind):
    assert scoring.may_see_scores(kind, "J. de Vries", MINE)
    assert not scoring.may_see_scores(kind, "K. Bakker", MINE)
    assert not scoring.may_see_scores(kind, None, MINE)
    assert not scoring.may_see_scores(kind, "J. de Vries", None)


def test_overseers_see_reviews_but_not_the_self_evaluation_of_another():
    assert scoring.may_see_scores("peer_review", "J. de Vries", REVIEWER)
    assert scoring.may_see_scores("quality_analysis", None, REVIEWER)
    assert not scoring.may_see_scores("self_evaluation", "J. de Vries", REVIEWER)


def test_the_overview_counts_each_criterion_apart_and_leaves_out_what_is_not_applicable():
    answers = [{"centring": 4, "marking": 1}, {"centring": 2, "marking": None}, {"centring": 3, "marking": 1}]
    centring, marking = scoring.overview(FORM, answers)
    assert (centring.n, centring.n_sufficient, centring.mean, centring.max) == (3, 2, 3.0, 4)
    assert (marking.n, marking.n_sufficient, marking.n_not_applicable, marking.share_sufficient) == (
        2,
        2,
        1,
        1.0,
    )


def test_without_scores_there_is_no_figure():
    centring, marking = scoring.overview(FORM, [{"centring": None, "marking": None}])
    assert centring.mean is None and centring.share_sufficient is None and centring.n_not_applicable == 1
    assert scoring.most_to_gain((centring, marking)) == ()


def test_most_to_gain_is_the_criterion_least_often_sufficient():
    results = scoring.overview(FORM, [{"centring": 4, "marking": 0}, {"centring": 2, "marking": 0}])
    assert [one.code for one in scoring.most_to_gain(results)] == ["marking"]


def test_criteria_with_equally_much_to_gain_are_all_named():
    results = scoring.overview(FORM, [{"centring": 4, "marking": 0}, {"centring": 2, "marking": 1}])
    assert [one.code for one in scoring.most_to_gain(results)] == ["centring", "marking"]


def test_nothing_to_gain_where_everything_is_sufficient():
    assert scoring.most_to_gain(scoring.overview(FORM, [{"centring": 3, "marking": 1}])) == ()


answered = st.lists(
    st.fixed_dictionaries({"centring": st.none() | st.integers(1, 4), "marking": st.none() | st.integers(0, 1)}),
    max_size=20,
)


@given(answered, st.randoms(use_true_random=False))
def test_the_order_of_the_images_does_not_change_the_overview(answers, random):
    before = scoring.overview(FORM, answers)
    random.shuffle(answers)
    assert scoring.overview(FORM, answers) == before
    assert all(result.n + result.n_not_applicable == len(answers) for result in before)
