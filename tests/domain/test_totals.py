"""Totals of cumulative, continued and overlapping reports."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from iqs_tui.domain.totals import ReportedTotal, counted, joint_source, may_be_summed, summed_over, total


def said(uid: str, events: str, value: float | None) -> ReportedTotal:
    return ReportedTotal(report_uid=uid, exposure_uids=frozenset(events), value=value)


@given(st.permutations([said("1", "a", 7.46), said("2", "ab", 77.27), said("3", "abc", 236.09)]))
def test_the_last_cumulative_report_counts(reports: list[ReportedTotal]) -> None:
    assert total(reports, 1.0) == (236.09, "reported")


def test_continued_reports_add_up() -> None:
    value, source = total([said("1", "ab", 1.5), said("2", "c", 2.0)], None)
    assert (value, source) == (pytest.approx(3.5), "reported")


def test_reports_that_overlap_in_part_are_summed_from_their_events() -> None:
    assert total([said("1", "ab", 1.5), said("2", "bc", 2.0)], 2.7) == (2.7, "summed")
    assert total([said("1", "ab", 1.5), said("2", "bc", 2.0)], None) == (2.0, "reported")


def test_without_a_reported_total_the_sum_counts_and_says_so() -> None:
    assert total([said("1", "ab", None)], 2.7) == (2.7, "summed")
    assert total([], None) == (None, None)


def test_what_a_procedure_step_tells_counts_where_no_report_is() -> None:
    assert total([], 2.7, 3.1) == (3.1, "reported")
    assert total([], None, 3.1) == (3.1, "reported")
    assert total([said("1", "ab", 2.5)], 2.7, 3.1) == (2.5, "reported")
    assert total([said("1", "ab", None)], 2.7, 3.1) == (2.7, "summed"), "a report without a total has its events"


@given(st.permutations([0.1, 0.2, 0.3, 1e-17, 7.0]))
def test_a_sum_is_the_same_in_any_order(values: list[float]) -> None:
    assert summed_over(values) == summed_over(sorted(values))


def test_absent_values_are_not_zero() -> None:
    assert summed_over([None, None]) is None
    assert summed_over([None, 0.0]) == 0.0
    assert summed_over([1.0, None, 2.0]) == 3.0


@dataclass
class Made:
    """An exposure, made or only derived, of which a report tells or not."""

    is_derived: bool = False
    report_facts: object | None = None


def test_once_a_report_tells_of_exposures_only_those_count() -> None:
    image, screenshot, event = Made(), Made(is_derived=True), Made(report_facts={})
    assert counted([image, screenshot], has_report=False) == [image]
    assert counted([image, screenshot], has_report=True) == [image], "a report without events counts nothing"
    assert counted([image, screenshot, event], has_report=True) == [event]


def test_headers_of_angiography_are_not_added_up() -> None:
    assert may_be_summed("DX", [Made()])
    assert not may_be_summed("XA", [Made()])
    assert may_be_summed("XA", [Made(), Made(report_facts={})])


@pytest.mark.parametrize(
    ("sources", "joint"),
    [(set(), None), ({None}, None), ({None, "summed"}, "summed"), ({"summed", "reported"}, "reported")],
)
def test_one_source_for_all_totals(sources: set[str | None], joint: str | None) -> None:
    assert joint_source(sources) == joint
