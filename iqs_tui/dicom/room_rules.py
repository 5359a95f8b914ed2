"""Reads the tags that a room's rules name, and says which rules find a mark on an image (`domain.room_rules` decides).

A private tag is found by its creator, in whatever block that reserved (PS3.5 7.8.1), and read whatever its value
representation: sent on by an archive it is often UN, and in implicit VR always unknown.
"""

from collections.abc import Iterator
from functools import partial

from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag

from iqs_tui.dicom.reading import GARBAGE, ReadingContext
from iqs_tui.domain.room_rules import Mark, RuleTag, marks
from iqs_tui.domain.text import clean_text

_BLOCKS = range(0x10, 0x100)
_MAX_BYTES = 1024
_MAX_VALUES = 32
_MAX_LENGTH = 64
_NUMBER_BYTES = frozenset({1, 2, 4})


def marks_of(dataset: Dataset, context: ReadingContext) -> tuple[Mark, ...]:
    """Return the marks of an image; where its sender's room has no rules, nothing is looked at."""
    return marks(context.rules, context.ae_titles, partial(read, dataset)) if context.rules else ()


def read(dataset: Dataset, creator: str, tag: RuleTag) -> tuple[str, ...]:
    """Return the values of a tag as clean text, empty ones left out; a sequence has none."""
    places = _private_places(dataset, creator, tag) if tag.is_private else [Tag(tag.group, tag.element)]
    found = [words for place in places for words in _texts(dataset, place)]
    return tuple(words for words in found if words)


def _private_places(dataset: Dataset, creator: str, tag: RuleTag) -> Iterator[BaseTag]:
    wanted = creator.strip().casefold()
    for block in _BLOCKS:
        place = Tag(tag.group, block)
        if place in dataset and wanted in (name.casefold() for name in _texts(dataset, place) if name):
            yield Tag(tag.group, block << 8 | tag.element)


def _texts(dataset: Dataset, tag: BaseTag) -> tuple[str | None, ...]:
    try:
        value = dataset[tag].value if tag in dataset else None
    except GARBAGE:
        return ()
    if isinstance(value, bytes):
        return tuple(clean_text(words, _MAX_LENGTH) for words in _of_bytes(value))
    if value is None or isinstance(value, Sequence | Dataset):
        return ()
    values = list(value)[:_MAX_VALUES] if isinstance(value, MultiValue | list | tuple) else [value]
    return tuple(clean_text(_written(each), _MAX_LENGTH) for each in values if not isinstance(each, bytes | Dataset))


def _of_bytes(value: bytes) -> list[str]:
    """Return the text of a value of unknown representation; what is no text and as short as a number is one."""
    words = value[:_MAX_BYTES].rstrip(b" \0")
    if words and all(0x20 <= byte < 0x7F for byte in words):
        return words.decode("ascii").split("\\")[:_MAX_VALUES]
    return [str(int.from_bytes(value, "little"))] if len(value) in _NUMBER_BYTES else []


def _written(value: object) -> str:
    try:
        return str(value)
    except GARBAGE:
        return ""
