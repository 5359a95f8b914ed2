"""Exposures that a procedure step counts and no image shows."""

import pytest

from iqs_tui.domain.step_counts import CountedStep, lacking


def step(number: int, n: int | None, *images: str, status: str = "COMPLETED") -> CountedStep:
    return CountedStep(step_uid=f"s{number}", status=status, n_exposures=n, image_uids=images)


PAIRED = {"a": "A", "a2": "A", "b": "B", "c": "C"}


@pytest.mark.parametrize(
    ("steps", "n_imaged", "lacks"),
    [
        ([step(1, 4, "a", "b")], 2, [("s1", 2)]),
        ([step(1, 2, "a", "a2")], 1, [("s1", 1)]),
        ([step(1, 2, "a", "x")], 1, []),
        ([step(1, 2, "a", "b")], 2, []),
        ([step(1, 3, "a"), step(2, 1, "b")], 2, [("s1", 2)]),
        ([step(1, 3, "a"), step(2, 1, "b")], 3, [("s1", 1)]),
        ([step(1, 3, "a")], 3, []),
        ([step(1, 3)], 1, []),
        ([step(1, None, "a"), step(2, 0, "a")], 1, []),
        ([step(1, 9, "a", status="DISCONTINUED"), step(2, 9, "a", status="IN PROGRESS")], 1, []),
        ([], 0, []),
    ],
)
def test_what_is_lacking(steps: list[CountedStep], n_imaged: int, lacks: list[tuple[str, int]]) -> None:
    assert [(lack.step_uid, lack.n) for lack in lacking(steps, PAIRED, n_imaged)] == lacks
    assert lacking(list(reversed(steps)), PAIRED, n_imaged) == lacking(steps, PAIRED, n_imaged)
