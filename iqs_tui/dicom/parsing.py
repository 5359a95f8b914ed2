"""From the bytes of a data set to a pydicom Dataset, up to the pixels, which are never decoded in this process."""

from io import BytesIO

from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.filereader import read_dataset
from pydicom.tag import BaseTag
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian, ImplicitVRLittleEndian

from iqs_tui.dicom.reading import CANNOT_UNDERSTAND, GARBAGE, Unreadable
from iqs_tui.domain.records import Refusal

_PIXEL_GROUP = 0x7FE0
_UNDEFINED_LENGTH = 0xFFFFFFFF
_ELEMENT_HEADER = 8


def parse_header(data: bytes | BytesIO, transfer_syntax_uid: str) -> Dataset:
    """Return the data set before the pixel data; `data` has no file meta information.

    Values are decoded at first access, by the getters of `dicom.reading`.

    Raises:
        Unreadable: 0xC000 where it is cut off before the pixels, nested too deep, deflated or no data set at all.
    """
    if transfer_syntax_uid == DeflatedExplicitVRLittleEndian:
        raise _unreadable("a deflated data set is not taken in")
    source = BytesIO(data) if isinstance(data, bytes) else data
    source.seek(0)
    is_at_pixels = False

    def _stop(tag: BaseTag, _vr: str | None, _length: int) -> bool:
        nonlocal is_at_pixels
        is_at_pixels = tag.group >= _PIXEL_GROUP
        return is_at_pixels

    try:
        dataset = read_dataset(
            source,
            is_implicit_VR=transfer_syntax_uid == ImplicitVRLittleEndian,
            is_little_endian=transfer_syntax_uid != ExplicitVRBigEndian,
            stop_when=_stop,
        )
    except RecursionError:
        raise _unreadable("sequences are nested too deep") from None
    except GARBAGE:
        raise _unreadable("data set cannot be parsed") from None
    if not is_at_pixels and _is_cut_off(dataset, source):
        raise _unreadable("data set is cut off")
    return dataset


def _is_cut_off(dataset: Dataset, source: BytesIO) -> bool:
    """Say whether the last element, or the head of a next one, ends before it should; zeros after it are padding."""
    data = source.getbuffer()
    if len(dataset) == 0:
        return len(data) > 0
    last = dataset.get_item(next(reversed(dataset.keys())))
    if not isinstance(last, RawDataElement) or last.length == _UNDEFINED_LENGTH:
        return len(data) - source.tell() >= _ELEMENT_HEADER
    rest = data[last.value_tell + last.length :]
    return last.value_tell + last.length > len(data) or any(rest)


def _unreadable(reason: str) -> Unreadable:
    return Unreadable(Refusal(status=CANNOT_UNDERSTAND, reason=reason))
