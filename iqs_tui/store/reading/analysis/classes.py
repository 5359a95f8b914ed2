"""What of a patient or breast decides on a DRN: doses of one class are looked up once, however many they are."""

from bisect import bisect_right
from collections.abc import Iterable
from typing import NamedTuple

from iqs_tui.domain.drl import DrlBook


class Cuts(NamedTuple):
    """The bounds, in ascending order, at which a mapping goes from one class to the next."""

    ages: tuple[float, ...]
    weights_kg: tuple[float, ...]
    thicknesses_mm: tuple[float, ...]


def cuts_of(book: DrlBook) -> Cuts:
    """Return every bound of a book's mappings: between two of them no choice can differ."""
    mappings = book.mappings
    return Cuts(
        _sorted(bound for item in mappings for bound in (item.age_from, item.age_below)),
        _sorted(bound for item in mappings for bound in (item.weight_from, item.weight_below)),
        _sorted(bound for item in mappings for bound in (item.thickness_from_mm, item.thickness_below_mm)),
    )


def class_of(value: float | None, cuts: tuple[float, ...]) -> int | None:
    """Return in which class a value lies; an unknown one is in none."""
    return None if value is None else bisect_right(cuts, value)


def _sorted(bounds: Iterable[float | None]) -> tuple[float, ...]:
    return tuple(sorted({bound for bound in bounds if bound is not None}))
