"""A DICOM file of an image without who the patient is, or why none is made (PS3.15 annex E, `dicom.whitelist`).

The header is written anew from the whitelist; the pixel data goes along as it came, not decoded here. Images that may
show words or a face are left out, since pixels cannot be cleaned by a list.
"""

import re
import struct
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise

from pydicom import dcmwrite
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence
from pydicom.uid import UID, ImplicitVRLittleEndian
from pydicom.valuerep import DSfloat

from iqs_tui.dicom import whitelist
from iqs_tui.dicom.pixel_element import pixel_element
from iqs_tui.dicom.reading import GARBAGE, items, number, numbers, text, texts, uid
from iqs_tui.domain.pictures import (
    BURNED_IN,
    COLOUR,
    FRAMES,
    SECONDARY,
    UNREADABLE,
    PictureSource,
    Why,
)

_DATE = r"(19|20)\d\d(0[1-9]|1[0-2])[0-3]\d"
_TIME = r"([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?)?)?"
_FORMS = {
    "DA": re.compile(_DATE, re.ASCII),
    "TM": re.compile(_TIME, re.ASCII),
    "DT": re.compile(rf"{_DATE}({_TIME})?([+-]\d{{4}})?", re.ASCII),
}
_LUT_DESCRIPTOR = 3
_LARGEST_SIDE = 20_000
_PIXEL_BITS = frozenset({8, 16})
_OVERLAYS = range(0x6000, 0x6020, 2)
_OVERLAY_BIT_POSITION = 0x0102


def picture_source(
    dataset: Dataset, data: memoryview, pixels_at: int, transfer_syntax_uid: str, *, is_derived: bool
) -> PictureSource:
    """Return what a picture of this image can be made of.

    `dataset` is what stands before the pixels, `data` all its bytes, `pixels_at` where the Pixel Data element begins.
    """
    try:
        why = _objection(dataset, is_derived=is_derived)
        if why is not None:
            return PictureSource(why=why)
        pixels = pixel_element(data, pixels_at, is_implicit=transfer_syntax_uid == ImplicitVRLittleEndian)
        return PictureSource(pieces=(_header(dataset, transfer_syntax_uid), pixels))
    except GARBAGE:  # of which NoPixels is one
        return PictureSource(why=UNREADABLE)


def _objection(dataset: Dataset, *, is_derived: bool) -> Why | None:
    """Return why no picture is made of an image, whatever its pixels are."""
    said = (text(dataset, name) or "" for name in ("BurnedInAnnotation", "RecognizableVisualFeatures"))
    if any(words.upper() == "YES" for words in said) or _has_overlay_in_pixels(dataset):
        return BURNED_IN
    if is_derived or "SECONDARY" in (value.upper() for value in texts(dataset, "ImageType")[:2]):
        return SECONDARY
    if (number(dataset, "NumberOfFrames") or 1) > 1:
        return FRAMES
    if number(dataset, "SamplesPerPixel") != 1:
        return COLOUR
    if (text(dataset, "PhotometricInterpretation") or "") not in whitelist.TERMS["PhotometricInterpretation"]:
        return COLOUR
    sides = number(dataset, "Rows") or 0, number(dataset, "Columns") or 0
    if not all(1 <= side <= _LARGEST_SIDE for side in sides) or number(dataset, "BitsAllocated") not in _PIXEL_BITS:
        return UNREADABLE
    return None


def _has_overlay_in_pixels(dataset: Dataset) -> bool:
    """Say whether words may stand in bits of the pixels that hold no image (retired, PS3.5 8.1.2 of 2004)."""
    positions = [(group, _OVERLAY_BIT_POSITION) for group in _OVERLAYS]
    return any(dataset[position].value != 0 for position in positions if position in dataset)


def _header(dataset: Dataset, transfer_syntax_uid: str) -> bytes:
    kept = clean(dataset)
    kept.file_meta = FileMetaDataset()
    kept.file_meta.TransferSyntaxUID = UID(transfer_syntax_uid)
    kept.PatientName = kept.PatientID = kept.PatientBirthDate = kept.PatientSex = ""
    kept.PatientIdentityRemoved, kept.DeidentificationMethod = "YES", "iqs-tui: whitelist without free text"
    kept.LongitudinalTemporalInformationModified = "UNMODIFIED"
    written = BytesIO()
    dcmwrite(written, kept, enforce_file_format=True)
    return written.getvalue()


def clean(dataset: Dataset) -> Dataset:
    """Return a new data set with what the whitelist lets through, and nothing else."""
    kept = Dataset()
    for keyword, value in _values(dataset):
        kept.add_new(keyword, dictionary_VR(keyword), value)
    for keyword in whitelist.LUTS:
        tables = [table for item in items(dataset, keyword) if (table := _lut(item, dataset)) is not None]
        if tables:
            setattr(kept, keyword, Sequence(tables[:1]))
    return kept


def _values(dataset: Dataset) -> Iterator[tuple[str, object]]:
    for keyword in whitelist.UIDS:
        if (found := uid(dataset, keyword)) is not None:
            yield keyword, found
    for vr, keywords in whitelist.MOMENTS.items():
        for keyword in keywords:
            if _FORMS[vr].fullmatch(moment := text(dataset, keyword) or ""):
                yield keyword, moment
    for keyword in whitelist.WHOLE_NUMBERS:
        if len(found := _numbers(dataset, keyword)) == 1:  # several binary numbers may be letters
            yield keyword, int(found[0])
    for keyword in whitelist.INTEGERS:
        if found := _numbers(dataset, keyword):
            yield keyword, [int(each) for each in found]
    for keyword in whitelist.DECIMALS:
        if found := _numbers(dataset, keyword):
            yield keyword, [DSfloat(each, auto_format=True) for each in found]
    for keyword, allowed in whitelist.TERMS.items():
        if words := [word for word in texts(dataset, keyword, 32) if word in allowed]:
            yield keyword, words


def _numbers(dataset: Dataset, keyword: str) -> tuple[float, ...]:
    return tuple(each for each in numbers(dataset, keyword) if abs(each) < whitelist.MAGNITUDE)[: whitelist.MOST_VALUES]


def _lut(item: Dataset, dataset: Dataset) -> Dataset | None:
    """Return a look-up table with nothing but its numbers; None where they are no table.

    A table is as long as its descriptor says (PS3.3 C.11.1.1) and rises or falls all the way: words do not.
    """
    descriptor, entries = _numbers(item, "LUTDescriptor"), _lut_entries(item)
    if len(descriptor) != _LUT_DESCRIPTOR or len(entries) != (int(descriptor[0]) or 65536):
        return None
    steps = [later - earlier for earlier, later in pairwise(entries)]
    if any(step < 0 for step in steps) and any(step > 0 for step in steps):
        return None
    kept = Dataset()
    is_signed = descriptor[1] < 0 or number(dataset, "PixelRepresentation") == 1
    kept.add_new("LUTDescriptor", "SS" if is_signed else "US", [int(each) for each in descriptor])
    kept.add_new("LUTData", "OW", struct.pack(f"<{len(entries)}H", *entries))
    words = text(item, "ModalityLUTType")
    if words in whitelist.TERMS["ModalityLUTType"]:
        kept.ModalityLUTType = words
    return kept


def _lut_entries(item: Dataset) -> tuple[int, ...]:
    data = item.get("LUTData")
    if isinstance(data, bytes):
        return struct.unpack(f"<{len(data) // 2}H", data[: len(data) // 2 * 2])
    found = numbers(item, "LUTData")
    return tuple(int(each) for each in found if each.is_integer() and 0 <= each < 65536)
