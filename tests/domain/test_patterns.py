"""Patterns that a person types: refused where they could keep a screen waiting."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain import patterns
from iqs_tui.domain.patterns import is_found, is_whole, problem_of


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "thorax",
        r"\bx?-?thorax\b|\bchest\b",
        "^Knie AP$",
        "thorax.*pa",
        "thorax.*pa.*bed",
        r"[(*+]",
        r"\(x\)\*\+",
        "[]a]",
        "(?:ap|pa)?",
        r"ct.?(hoofd|head|schedel)",
        "a{2,3}",
        "x{",
        "(?i)thorax",
        "(?-x:thorax)",
        "[(?#]",
    ],
)
def test_what_people_write_can_be_used(pattern: str):
    assert problem_of(pattern) == ""


@pytest.mark.parametrize("pattern", ["(", "[a", "*", "a**", r"\1", "(?P<a", "a{5,2}"])
def test_what_is_no_regular_expression_is_said(pattern: str):
    assert problem_of(pattern) == "syntax"


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$",
        "(a|aa)*b",
        "(a|b?)+",
        "(?:x*)*",
        "(.*)*",
        "a?" * 25 + "a" * 25,
        ".*.*.*x",
        "([a-z]+)*=",
        "((a?){9}){9}",
        "(a+){,}$",
        "(?x)(a+) +$",
        "(?ix:(a+) +$)",
        "(a+)(?#x)+$",
        "(?#[)a",
    ],
)
def test_what_could_take_for_ever_is_refused_before_it_is_tried(pattern: str):
    assert problem_of(pattern) == "slow"


def test_a_pattern_has_an_end():
    assert problem_of("a" * (patterns.MAX_LENGTH + 1)) == "too_long"
    assert problem_of("a" * patterns.MAX_LENGTH) == ""


@given(st.text("ab.*+?|()[]{}1,2\\^$#x:-", max_size=30))
def test_no_text_breaks_the_judge(pattern: str):
    problem = problem_of(pattern)
    if problem in {"", "slow"}:
        re.compile(pattern)
    if problem == "":
        is_found(pattern, "ab" * 100)


@given(st.text(max_size=60))
def test_an_escaped_name_is_that_name_only(name: str):
    from iqs_tui.ui.mapping_words import exactly

    whole = exactly(name)
    assert problem_of(whole) == ("too_long" if len(whole) > patterns.MAX_LENGTH else "")
    if "\n" not in name:
        assert is_found(whole, name)
    assert not is_found(whole, f"x{name}")


def test_case_does_not_matter_and_only_the_start_of_a_name_is_looked_at():
    assert is_found("THORAX", "x-thorax")
    assert is_whole("pa|ap", "AP")
    assert not is_whole("pa", "PAx")
    assert not is_found("z", "a" * patterns.NAME_MAX + "z")
