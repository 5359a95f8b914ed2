"""The short way to plain values never says another than the long way."""

from collections.abc import Iterable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pydicom.dataelem import RawDataElement
from pydicom.dataset import Dataset
from pydicom.multival import MultiValue
from pydicom.sequence import Sequence
from pydicom.tag import Tag
from pydicom.uid import UID, ExplicitVRBigEndian, ExplicitVRLittleEndian, ImplicitVRLittleEndian

from iqs_tui.dicom import reading
from iqs_tui.dicom.parsing import parse_header
from iqs_tui.dicom.raw_values import plain_code_value, plain_values
from iqs_tui.domain.text import clean_text
from tests.dicom import builders

NAME = "ConceptNameCodeSequence"
TAG = Tag(NAME)
SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]


def sent(value: str, syntax: UID, *, undefined_length: bool = False) -> Dataset:
    """Return a concept name as it comes over the network, not decoded yet."""
    made = builders.dataset(**{NAME: Sequence([builders.code_item(value)])})
    made[NAME].is_undefined_length = undefined_length
    return parse_header(builders.as_bytes(made, syntax), syntax)


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("undefined_length", [False, True])
@pytest.mark.parametrize("value", ["113701", "T-D0005", "1"])
def test_a_plain_code(value: str, syntax: UID, undefined_length: bool) -> None:
    assert plain_code_value(sent(value, syntax, undefined_length=undefined_length), TAG) == value


@pytest.mark.parametrize("value", ["", "A\\B", "Ü12", "two words"])
def test_what_is_not_plain_is_left_to_the_long_way(value: str) -> None:
    dataset = sent(value, ExplicitVRLittleEndian)
    assert plain_code_value(dataset, TAG) is None


def test_other_byte_orders_and_other_elements_too() -> None:
    assert plain_code_value(Dataset(), TAG) is None
    assert plain_code_value(sent("113701", ExplicitVRBigEndian), TAG) is None
    assert plain_code_value(builders.dataset(PatientID="7"), Tag("PatientID")) is None
    late = builders.dataset(LongCodeValue="1" * 20, CodingSchemeDesignator="DCM", CodeMeaning="m")
    data = builders.as_bytes(builders.dataset(**{NAME: Sequence([late])}))
    assert plain_code_value(parse_header(data, ExplicitVRLittleEndian), TAG) is None


_BYTES = builders.as_bytes(builders.dataset(**{NAME: Sequence([builders.code_item("113701")])}))[12:]


@settings(max_examples=400)
@given(
    st.binary(max_size=60) | st.tuples(st.integers(0, 39), st.integers(0, 255)),
    st.booleans(),
    st.booleans(),
)
@example((8, 0xFF), False, True)
def test_the_long_way_never_says_another(change: bytes | tuple[int, int], is_implicit: bool, is_little: bool) -> None:
    data = bytearray(_BYTES) if isinstance(change, tuple) else change
    if isinstance(change, tuple):
        data[change[0] % len(data)] = change[1]
    raw = RawDataElement(TAG, None if is_implicit else "SQ", len(data), bytes(data), 0, is_implicit, is_little)
    dataset = Dataset()
    dataset[TAG] = raw
    plain = plain_code_value(dataset, TAG)
    if plain is not None:
        code = reading.code(dataset, NAME)
        assert code is None or code.value == plain


_WRITTEN = ("AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "SH", "TM", "UI")


@settings(max_examples=500)
@example("IS", b".1", False)
@given(
    st.sampled_from(_WRITTEN),
    st.binary(max_size=20) | st.text("0123456789.eE+- \\\0ABZ", max_size=20).map(str.encode),
    st.booleans(),
)
def test_getters_say_what_pydicom_decodes(vr: str, value: bytes, is_implicit: bool) -> None:
    """The same words and numbers as from the decoded element, of every representation of text."""
    keyword = _KEYWORDS[vr]
    tag = Tag(keyword)
    raw = RawDataElement(tag, None if is_implicit else vr, len(value), value, 0, is_implicit, True)
    short, long = Dataset(), Dataset()
    short[tag] = long[tag] = raw
    plain = plain_values(short, tag)
    if plain is None:
        assert not value.isascii() or b"\x1b" in value
        return
    try:
        decoded = long[tag].value
    except (ValueError, OverflowError, ArithmeticError):
        return
    said = [] if decoded is None else list(decoded) if isinstance(decoded, MultiValue) else [decoded]
    if vr == "IS":  # pydicom writes a decimal in it anew: ".1" as "0.1"
        assert numbers(plain) == numbers(said)
        return
    words = list(filter(None, map(clean_text, said)))
    assert list(filter(None, map(clean_text, plain))) == words
    assert list(reading.texts(short, keyword)) == words


def numbers(values: Iterable[object]) -> list[float]:
    return [number for value in values if (number := reading.as_number(value)) is not None]


_KEYWORDS = {
    "AE": "StationAETitle",
    "AS": "PatientAge",
    "CS": "Modality",
    "DA": "StudyDate",
    "DS": "KVP",
    "DT": "AcquisitionDateTime",
    "IS": "ExposureTime",
    "LO": "ProtocolName",
    "SH": "StationName",
    "TM": "StudyTime",
    "UI": "StudyInstanceUID",
}


@pytest.mark.parametrize("keyword", ["OperatorsName", "ImageComments", "CTDIvol", "ProcedureCodeSequence"])
def test_names_free_text_and_binary_go_the_long_way(keyword: str) -> None:
    dataset = Dataset()
    dataset[Tag(keyword)] = RawDataElement(Tag(keyword), None, 8, b"12345678", 0, True, True)
    assert plain_values(dataset, Tag(keyword)) is None


@pytest.mark.parametrize("value", ["Thorax PA voorâ".encode(), b"\x1b$B test", "Röntgen".encode("latin-1")])
def test_what_a_character_set_decides_goes_the_long_way(value: bytes) -> None:
    dataset = Dataset()
    dataset[Tag("ProtocolName")] = RawDataElement(Tag("ProtocolName"), "LO", len(value), value, 0, False, True)
    assert plain_values(dataset, Tag("ProtocolName")) is None


@pytest.mark.parametrize("vr", ["S\0", "ZZ", None])
def test_an_element_without_bytes_is_nothing(vr: str | None) -> None:
    """pydicom decodes an element without a value when it is only asked for, and fails on a representation like that."""
    dataset = Dataset()
    for keyword in (NAME, "KVP"):
        dataset[Tag(keyword)] = RawDataElement(Tag(keyword), vr, 0, None, 0, False, True)
    assert reading.code_value(dataset, NAME) is None
    assert reading.number(dataset, "KVP") is None
    assert reading.texts(dataset, "KVP") == ()
