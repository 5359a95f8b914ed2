"""A structured report as a tree of content items (PS3.3 C.17.3), matched on the value of their concept's code."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from pydicom.dataset import Dataset

from iqs_tui.dicom import reading
from iqs_tui.dicom.reading import Code

_DEEPEST = 32
"""Real dose reports are five deep; what is deeper is not read."""

Unit = Callable[[float, str], float | None]
"""Turns a value and its unit into the unit we keep; None where the unit is not one of that quantity."""


@dataclass(frozen=True, slots=True)
class Item:
    """A content item: the code value of its concept name, its attributes, and the items below it."""

    concept: str | None
    dataset: Dataset
    children: tuple["Item", ...] = field(default=(), repr=False)
    below: tuple["Item", ...] = field(default=(), repr=False)
    """All items below this one, in document order."""

    def all(self, *concepts: str) -> tuple["Item", ...]:
        """Return the items of these concepts, however deep they stand."""
        return tuple(item for item in self.below if item.concept in concepts)

    def first(self, *concepts: str) -> "Item | None":
        """Return the first item of these concepts, however deep it stands."""
        return next((item for item in self.below if item.concept in concepts), None)


def tree_of(dataset: Dataset, depth: int = 0) -> Item:
    """Return the content tree of a report; broken items are empty ones."""
    content = reading.items(dataset, "ContentSequence") if depth < _DEEPEST else ()
    children = tuple(tree_of(item, depth + 1) for item in content)
    return Item(
        concept=reading.code_value(dataset, "ConceptNameCodeSequence"),
        dataset=dataset,
        children=children,
        below=tuple(item for child in children for item in (child, *child.below)),
    )


def measured(item: Item, unit: Unit) -> float | None:
    """Return the number of a NUM item; without a value or without a known unit there is none.

    Of a multi-valued number (Toshiba variable pitch) the first value counts.
    """
    for measurement in reading.items(item.dataset, "MeasuredValueSequence"):
        value = reading.number(measurement, "NumericValue")
        if value is None:
            value = reading.number(measurement, "FloatingPointValue")
        stated = reading.code_value(measurement, "MeasurementUnitsCodeSequence")
        if value is not None and stated is not None:
            return unit(value, stated)
    return None


def measures(item: Item, concept: str, unit: Unit) -> tuple[float, ...]:
    """Return all numbers of one concept below an item."""
    found = (measured(child, unit) for child in item.all(concept))
    return tuple(value for value in found if value is not None)


def measure(item: Item, concept: str, unit: Unit) -> float | None:
    """Return the first number of one concept below an item."""
    return next(iter(measures(item, concept, unit)), None)


def series(item: Item, concept: str, unit: Unit) -> tuple[float, ...]:
    """Return the values above zero of one concept below an item, also those that share one NUM item.

    For what differs per pulse or per source: Philips writes the pulses as the values of one number, others as
    numbers of their own. Zero only means that nothing was filled in.
    """
    found: list[float] = []
    for child in item.all(concept):
        for measurement in reading.items(child.dataset, "MeasuredValueSequence"):
            stated = reading.code_value(measurement, "MeasurementUnitsCodeSequence")
            values = reading.numbers(measurement, "NumericValue") or reading.numbers(measurement, "FloatingPointValue")
            kept = (unit(value, stated) for value in values if stated is not None)
            found.extend(value for value in kept if value)
    return tuple(found)


def coded(item: Item, *concepts: str) -> Code | None:
    """Return the value of the first CODE item of these concepts that has one."""
    found = (reading.code(child.dataset, "ConceptCodeSequence") for child in item.all(*concepts))
    return next((value for value in found if value), None)


def value_text(item: Item, concept: str) -> str | None:
    """Return the value of the first TEXT item of a concept that has one."""
    found = (reading.text(child.dataset, "TextValue") for child in item.all(concept))
    return next((value for value in found if value), None)


def named(item: Item, concept: str) -> str | None:
    """Return what a concept is called: its code's meaning, else the text of an item that should have been a code."""
    code = coded(item, concept)
    return code.meaning if code and code.meaning else value_text(item, concept)


def without_unit(value: float, _unit: str) -> float:
    """Return a number whose unit says nothing: an index, a count."""
    return value


def of_side(item: Item, laterality_concepts: Collection[str], sides: dict[str, str]) -> str | None:
    """Return the side that modifies an item: L, R or B."""
    side = coded(item, *laterality_concepts)
    return sides.get(side.value) if side else None
