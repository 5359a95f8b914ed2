"""The short way to plain values: from the bytes of an element, without pydicom building objects of them.

A CT slice brings sixty values and a dose report hundreds of codes; making pydicom's objects of them costs more than all
the rest of the reading. Only plain ASCII goes this way, which is the same in every character set of DICOM; whatever
else stands there is left to the long way (`dicom.reading`), which is the one that decides.
"""

from functools import cache

from pydicom.datadict import dictionary_VR
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.tag import BaseTag

_PARTED = frozenset({"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "SH", "TM", "UI"})
"""Value representations of text in which a backslash parts the values (PS3.5 6.2)."""
_ESCAPE = b"\x1b"

_ITEM = b"\xfe\xff\x00\xe0"
_CODE_VALUE = b"\x08\x00\x00\x01"
_CODE_VALUE_TAG = BaseTag(0x00080100)
_ITEM_HEADER = 8
_ELEMENT_HEADER = 8
_MOST_BYTES = 64


def plain_values(dataset: Dataset, tag: BaseTag) -> tuple[str, ...] | None:
    """Return the values of an element as they are written; None where the long way has to be gone."""
    element = dataset.get_item(tag) if tag in dataset else None
    if not isinstance(element, RawDataElement) or not isinstance(element.value, bytes):
        return None
    if (element.VR or _vr_of(tag)) not in _PARTED or not element.value.isascii() or _ESCAPE in element.value:
        return None
    return tuple(value.strip(" \0") for value in element.value.decode("ascii").split("\\"))


def plain_code_value(dataset: Dataset, tag: BaseTag) -> str | None:
    """Return Code Value (0008,0100) of the first item of a code sequence; None where the long way has to be gone."""
    element = dataset.get_item(tag) if tag in dataset else None
    if isinstance(element, RawDataElement):
        return _from_sequence(element)
    items = element.value if element is not None else None
    if not isinstance(items, Sequence) or not items:
        return None
    values = plain_values(items[0], _CODE_VALUE_TAG)
    return _code(values[0]) if values is not None and len(values) == 1 else None


@cache
def _vr_of(tag: BaseTag) -> str | None:
    try:
        return dictionary_VR(tag)
    except KeyError:
        return None


def _from_sequence(raw: RawDataElement) -> str | None:
    """Return the value of the element that a code's item begins with, where that is its Code Value."""
    data = raw.value
    if not raw.is_little_endian or not isinstance(data, bytes) or not data.startswith(_ITEM):
        return None
    start = _ITEM_HEADER + _ELEMENT_HEADER
    head = data[_ITEM_HEADER:start]
    if head[:4] != _CODE_VALUE:
        return None
    if raw.is_implicit_VR:
        size = int.from_bytes(head[4:], "little")
    elif head[4:6] == b"SH":
        size = int.from_bytes(head[6:], "little")
    else:
        return None
    item_size = int.from_bytes(data[4:_ITEM_HEADER], "little")
    is_whole = size <= _MOST_BYTES and start + size <= len(data) and _ELEMENT_HEADER + size <= item_size
    value = data[start : start + size]
    return _code(value.decode("ascii").strip(" \0")) if is_whole and value.isascii() else None


def _code(words: str) -> str | None:
    """Return what is one printable word."""
    return words if words and words.isprintable() and not {" ", "\\"} & set(words) else None
