"""What a mapping must be before it can be used."""

from collections.abc import Iterable, Iterator

from iqs_tui.domain import patterns
from iqs_tui.domain.drl import MODALITIES, PATTERNS, DrlRow, RowMapping, names_row

LARGEST = {"age": 150.0, "weight": 400.0, "thickness": 300.0}
"""Years, kilograms, millimetres: beyond them a bound is a slip of the finger."""


def pattern_problems(item: RowMapping) -> Iterator[tuple[str, str]]:
    """Yield the patterns that cannot be used: field, and too_long, syntax or slow."""
    for name in PATTERNS:
        problem = patterns.problem_of(getattr(item, name))
        if problem:
            yield name, problem


def problems(item: RowMapping, rows: Iterable[DrlRow]) -> tuple[tuple[str, str], ...]:
    """Return what is wrong with a mapping: field and problem, in the order of a form.

    A row must be one of the table; modalities and `matches` must be there; a class must hold something.
    """
    found: list[tuple[str, str]] = []
    if not item.is_none and not any(names_row(item, row) for row in rows):
        found.append(("row", "unknown"))
    if not item.modalities:
        found.append(("modalities", "empty"))
    elif any(name not in MODALITIES for name in item.modalities):
        found.append(("modalities", "unknown"))
    found += [] if item.matches else [("matches", "empty")]
    found += pattern_problems(item)
    for name, low, below in (
        ("age", item.age_from, item.age_below),
        ("weight", item.weight_from, item.weight_below),
        ("thickness", item.thickness_from_mm, item.thickness_below_mm),
    ):
        given = [bound for bound in (low, below) if bound is not None]
        if any(not 0 <= bound <= LARGEST[name] for bound in given):
            found.append((name, "number"))
        elif len(given) == 2 and given[0] >= given[1]:
            found.append((name, "order"))
    return tuple(found)
