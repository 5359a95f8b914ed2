"""Some days of the simulated year of `tests/benchmarks`, as a test: what the signals find, and what they ask."""

from datetime import date

import pytest

from tests.benchmarks.year.measuring import Tally, tallies

DAYS = date(2025, 3, 3), date(2025, 3, 6)


@pytest.mark.parametrize("room", ["bucky-1", "bucky-2"])
def test_most_retakes_are_found_and_little_is_asked_in_vain(room: str) -> None:
    found = tallies(room, "test", *DAYS, sets=["all"])["all"]
    assert found.n["rejects"] > 5
    assert rate(found, "rejects_found", "rejects") >= 0.9
    assert rate(found, "reject_cases_right", "reject_cases") >= 0.9
    assert rate(found, "retakes_found", "retakes") >= 0.85
    assert rate(found, "prompts_right", "prompts") >= 0.6
    assert (found.n["prompts"] - found.n["prompts_right"]) / found.n["exposures"] <= 0.06
    assert found.n["cases_twice"] == 0


def rate(tally: Tally, part: str, whole: str) -> float:
    return tally.n[part] / tally.n[whole]
