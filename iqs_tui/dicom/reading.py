"""Tolerant getters over a pydicom Dataset: a bad value is None, never an exception and never a guess.

pydicom defers decoding to the first access, so any attribute of a data set can raise at any time. Every
reader in `dicom/` goes through these getters, `dicom.moments` and `dicom.identity`. Text leaves through
`domain.text`.
"""

import logging
import math
import re
import struct
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import NamedTuple, TypeVar
from zoneinfo import ZoneInfo

from pydicom import config as pydicom_config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag, Tag
from pydicom.valuerep import STR_VR, PersonName

from iqs_tui.dicom.raw_values import plain_code_value, plain_values
from iqs_tui.domain.no_patient import NOBODY, NoPatient
from iqs_tui.domain.records import Refusal
from iqs_tui.domain.room_rules import RoomRule
from iqs_tui.domain.text import clean_person_name, clean_text
from iqs_tui.domain.uids import is_uid

# Values that break the standard are daily bread here and judged by the getters: a warning for each would only
# fill the log, with patient data in it.
pydicom_config.settings.reading_validation_mode = pydicom_config.IGNORE
logging.getLogger("pydicom").setLevel(logging.ERROR)
warnings.filterwarnings("ignore", module=r"pydicom\b")

CANNOT_UNDERSTAND = 0xC000
"""Status "cannot understand" of a C-STORE (PS3.4 B.2.3)."""

GARBAGE = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    ArithmeticError,
    RuntimeError,
    EOFError,
    OSError,
    AssertionError,
    struct.error,
    BytesLengthException,
    InvalidDicomError,
)
"""What pydicom raises, on bytes that break the standard (RuntimeError covers too deep nesting)."""

_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
_LARGEST_INTEGER = 2**53
_Plain = TypeVar("_Plain")


@dataclass(frozen=True, slots=True)
class ReadingContext:
    """What a reader must know beside the data set: the site's zone, the pseudonyms' key, and who sent it."""

    zone: ZoneInfo
    patient_key: bytes
    ae_title: str | None = None
    called_ae_title: str | None = None
    rules: tuple[RoomRule, ...] = ()
    """How the sender's room marks rejected images."""
    no_patient: NoPatient = NOBODY
    """Who is no patient at this site."""

    @property
    def ae_titles(self) -> frozenset[str]:
        """Of the sender, and as which it called."""
        return frozenset(name for name in (self.ae_title, self.called_ae_title) if name)


class Unreadable(Exception):
    """The object cannot be taken in; `refusal` says why, without patient data."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal


class Code(NamedTuple):
    """A coded concept (PS3.3 8.8): match on value (and scheme), never on meaning."""

    value: str
    scheme: str | None
    meaning: str | None


def text(dataset: Dataset, keyword: str, max_length: int = 256) -> str | None:
    """Return the first value of an attribute as one clean line."""
    return next(iter(texts(dataset, keyword, max_length)), None)


def texts(dataset: Dataset, keyword: str, max_length: int = 256) -> tuple[str, ...]:
    """Return all values of an attribute as clean lines, empty ones left out."""
    lines = (clean_text(words, max_length) for words in _sayings(dataset, keyword))
    return tuple(line for line in lines if line)


def person(dataset: Dataset, keyword: str) -> str | None:
    """Return the first person name of an attribute as people write it."""
    names = (clean_person_name(words) for words in _sayings(dataset, keyword))
    return next((name for name in names if name), None)


def uid(dataset: Dataset, keyword: str) -> str | None:
    """Return a well-formed UID, or None."""
    value = text(dataset, keyword)
    return value if is_uid(value) else None


def uids(dataset: Dataset, keyword: str) -> tuple[str, ...]:
    """Return the well-formed UIDs of an attribute."""
    return tuple(value for value in texts(dataset, keyword) if is_uid(value))


def number(dataset: Dataset, keyword: str) -> float | None:
    """Return the first value as a finite number, also a decimal in an integer field; text gives None."""
    return next((as_number(value) for value in _values(dataset, keyword)), None)


def numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    """Return all values that are finite numbers."""
    found = (as_number(value) for value in _values(dataset, keyword))
    return tuple(value for value in found if value is not None)


def positive(dataset: Dataset, keyword: str) -> float | None:
    """Return a number above zero: for quantities where zero or less only means that nothing was filled in."""
    value = number(dataset, keyword)
    return value if value is not None and value > 0 else None


def integer(dataset: Dataset, keyword: str) -> int | None:
    """Return the first value as a whole number that a database column holds."""
    value = number(dataset, keyword)
    if value is None or not value.is_integer() or abs(value) > _LARGEST_INTEGER:
        return None
    return int(value)


def items(dataset: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Return the items of a sequence; an empty or broken one, or another value representation, has none."""
    value = _value(dataset, keyword)
    if not isinstance(value, Sequence):
        return ()
    try:
        return tuple(item for item in value if isinstance(item, Dataset))
    except GARBAGE:
        return ()


def first_item(dataset: Dataset, keyword: str) -> Dataset | None:
    """Return the first item of a sequence."""
    return next(iter(items(dataset, keyword)), None)


def code(dataset: Dataset, keyword: str) -> Code | None:
    """Return the first coded concept of a code sequence that has a value."""
    return next(iter(codes(dataset, keyword)), None)


def codes(dataset: Dataset, keyword: str) -> tuple[Code, ...]:
    """Return the coded concepts of a code sequence; long and URN code values (PS3.3 8.1) count as values."""
    found = []
    for item in items(dataset, keyword):
        value = _code_value(item)
        if value:
            found.append(Code(value, text(item, "CodingSchemeDesignator"), text(item, "CodeMeaning")))
    return tuple(found)


def code_value(dataset: Dataset, keyword: str) -> str | None:
    """Return the value of the first coded concept that has one: from its bytes where they are plain."""
    plain = _plainly(plain_code_value, dataset, keyword)
    if plain is not None:
        return plain
    values = (_code_value(item) for item in items(dataset, keyword))
    return next((value for value in values if value), None)


def meaning(dataset: Dataset, keyword: str) -> str | None:
    """Return the first code meaning of a code sequence, also where its code value is missing."""
    meanings = (text(item, "CodeMeaning") for item in items(dataset, keyword))
    return next((words for words in meanings if words), None)


def _code_value(item: Dataset) -> str | None:
    return text(item, "CodeValue") or text(item, "LongCodeValue") or text(item, "URNCodeValue")


def is_present(dataset: Dataset, keyword: str) -> bool:
    """Say whether the attribute is in the data set at all, be it empty."""
    tag = _tag(keyword)
    return tag is not None and tag in dataset


def as_number(value: object) -> float | None:
    """Return a value of a numeric attribute as a finite float.

    Judged by how it is written: pydicom makes a number of what Python takes for one, such as `1_0`.
    """
    written = getattr(value, "original_string", None)
    value = written if isinstance(written, str) else value
    if isinstance(value, (str, Decimal)):
        words = str(value).strip(" \0")
        value = float(words) if _DECIMAL.fullmatch(words) else None
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


@cache
def _tag(keyword: str) -> BaseTag | None:
    """Return an attribute's tag, made once: pydicom would make it anew at each of a hundred looks per image."""
    found = tag_for_keyword(keyword)
    return None if found is None else Tag(found)


def _plainly(way: Callable[[Dataset, BaseTag], _Plain | None], dataset: Dataset, keyword: str) -> _Plain | None:
    """Go the short way (`raw_values`); where pydicom cannot even hand over the bytes, there is nothing plain."""
    tag = _tag(keyword)
    try:
        return way(dataset, tag) if tag is not None else None
    except GARBAGE:
        return None


def _values(dataset: Dataset, keyword: str) -> tuple[object, ...]:
    plain = _plainly(plain_values, dataset, keyword)
    if plain is not None:
        return plain
    value = _value(dataset, keyword)
    if value is None or isinstance(value, Sequence):
        return ()
    if isinstance(value, (MultiValue, list, tuple)):
        return tuple(value)
    return (value,)


def _value(dataset: Dataset, keyword: str) -> object:
    """Return an element's decoded value; where pydicom refuses to decode text, the text as it stands."""
    tag = _tag(keyword)
    try:
        if tag is None or tag not in dataset:
            return None
        return dataset[tag].value
    except GARBAGE:
        return _undecoded(dataset, tag)


def _undecoded(dataset: Dataset, tag: int | None) -> object:
    """Return the raw text of an element: decimals in an IS field (DRGEM) are still a number."""
    try:
        raw = dataset.get_item(tag) if tag is not None else None
        if not isinstance(raw, RawDataElement) or not isinstance(raw.value, bytes):
            return None
        if (raw.VR or dictionary_VR(raw.tag)) not in STR_VR:
            return None
        return raw.value.decode("latin-1").rstrip(" \0").split("\\")
    except GARBAGE:
        return None


def _sayings(dataset: Dataset, keyword: str) -> Iterator[str]:
    """Yield the values that are text or number: bytes and nested data sets are never shown as text."""
    for value in _values(dataset, keyword):
        if not isinstance(value, (str, int, float, PersonName)) or isinstance(value, bool):
            continue
        try:
            words = str(value)
        except GARBAGE:
            continue
        yield words
