"""The bytes of the Pixel Data element, found but not decoded (PS3.5 7.1, A.4)."""

import struct

_PIXEL_DATA = struct.pack("<HH", 0x7FE0, 0x0010)
_ITEM = struct.pack("<HH", 0xFFFE, 0xE000)
_DELIMITER = struct.pack("<HH", 0xFFFE, 0xE0DD)
_UNDEFINED = 0xFFFFFFFF
_ITEM_HEADER = 8


class NoPixels(ValueError):
    """There is no whole Pixel Data element where it should be."""


def pixel_element(data: memoryview, at: int, *, is_implicit: bool) -> memoryview:
    """Return the Pixel Data element that begins at `at`, header and all, and nothing of what follows it.

    Raises:
        NoPixels: another element stands there, or it is cut off.
    """
    length_at = at + (4 if is_implicit else 8)
    begin = length_at + 4
    if bytes(data[at : at + 4]) != _PIXEL_DATA or begin > len(data):
        raise NoPixels
    if not is_implicit and bytes(data[at + 4 : at + 6]) not in (b"OB", b"OW"):
        raise NoPixels
    (length,) = struct.unpack_from("<I", data, length_at)
    end = _end_of_fragments(data, begin) if length == _UNDEFINED else begin + length
    if end > len(data) or end == begin:
        raise NoPixels
    return data[at:end]


def _end_of_fragments(data: memoryview, at: int) -> int:
    """Return where the fragments of encapsulated pixels end, their delimiter included."""
    while at + _ITEM_HEADER <= len(data):
        tag, (length,) = bytes(data[at : at + 4]), struct.unpack_from("<I", data, at + 4)
        at += _ITEM_HEADER
        if tag == _DELIMITER:
            return at
        if tag != _ITEM or length == _UNDEFINED:
            break
        at += length
    raise NoPixels
