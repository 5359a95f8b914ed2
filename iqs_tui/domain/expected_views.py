"""What is known beforehand of views: which parts are paired, how many of one view belong to an examination.

Data (`db/reference/expected_views.toml`); a site's own numbers (`[[retakes.expected]]`) go before it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from iqs_tui.domain import patterns

WORDS = ("paired", "larger_than_detector", "stitched", "composite_image_type")


class ViewTableError(Exception):
    """The table cannot be used; the message names the entry and what is wrong."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """So many of one view belong to an examination."""

    about: str
    """A pattern, found in protocol, body part, procedure or description."""
    view: str = ""
    """A pattern, found in the view; empty: any."""
    n: int

    def fits(self, names: Iterable[str], view: str) -> bool:
        """Say whether this is about an exposure of these names."""
        if self.view and not patterns.is_found(self.view, view):
            return False
        return any(patterns.is_found(self.about, name) for name in names)


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewTable:
    """The table as it ships."""

    paired: re.Pattern[str]
    larger_than_detector: re.Pattern[str]
    stitched: re.Pattern[str]
    composite_image_type: re.Pattern[str]
    composite_sop_classes: frozenset[str]
    expected: tuple[Expected, ...]


def expected_of(rows: Iterable[Expected], names: Sequence[str], view: str) -> int:
    """Return how many of one view are expected: as the first row that fits says, else one."""
    return next((row.n for row in rows if row.fits(names, view)), 1)


def problems(row: Expected) -> list[tuple[str, str]]:
    """Return what is wrong with a row: field and problem (`patterns.problem_of`, empty, number)."""
    found = [] if row.about else [("about", "empty")]
    for name, pattern in (("about", row.about), ("view", row.view)):
        problem = patterns.problem_of(pattern)
        found += [(name, problem)] if problem else []
    return found if row.n >= 1 else [*found, ("n", "number")]


def read_views(document: Mapping[str, Any]) -> ViewTable:
    """Return the table of a document.

    Raises:
        ViewTableError: a pattern is missing or no pattern, or a row of `expected` cannot be used.
    """
    try:
        words = {name: re.compile(str(document[name]), re.IGNORECASE) for name in WORDS}
        rows = tuple(Expected(**row) for row in document.get("expected", ()))
    except (KeyError, TypeError, re.error) as error:
        raise ViewTableError(f"expected_views: {error}") from None
    for number, row in enumerate(rows, 1):
        for name, problem in problems(row):
            raise ViewTableError(f"expected_views: expected {number}: {name}: {problem}")
    return ViewTable(**words, composite_sop_classes=frozenset(document.get("composite_sop_classes", ())), expected=rows)
