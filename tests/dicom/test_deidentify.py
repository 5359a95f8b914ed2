"""What is written to disk of an image says nothing of who the patient is, whatever came in."""

import struct
from io import BytesIO

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st
from pydicom import dcmread
from pydicom.datadict import DicomDictionary, dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, JPEGLosslessSV1

from iqs_tui.dicom import whitelist
from iqs_tui.dicom.deidentify import picture_source
from iqs_tui.dicom.parsing import parse_header
from iqs_tui.dicom.reading import Unreadable
from iqs_tui.domain.pictures import BURNED_IN, COLOUR, FRAMES, SECONDARY, UNREADABLE, PictureSource
from tests.dicom.builders import as_bytes, dx

PATIENT = ("Jansen^Piet", "JANSEN", "123456782", "Kerkstraat 12", "04021947A")
KEPT = [
    *whitelist.UIDS,
    *(name for names in whitelist.MOMENTS.values() for name in names),
    *whitelist.WHOLE_NUMBERS,
    *whitelist.INTEGERS,
    *whitelist.DECIMALS,
    *whitelist.TERMS,
]
IDENTITY = {"SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID"}
GEOMETRY = {"Rows", "Columns", "BitsAllocated", "SamplesPerPixel", "PhotometricInterpretation", "PixelRepresentation"}


def radiograph(**attributes: object) -> Dataset:
    made = dx(
        Rows=4,
        Columns=6,
        BitsAllocated=16,
        BitsStored=12,
        HighBit=11,
        SamplesPerPixel=1,
        PixelRepresentation=0,
        PhotometricInterpretation="MONOCHROME2",
        PixelData=bytes(range(48)),
        **attributes,
    )
    made["PixelData"].VR = "OW"
    return made


def source_of(made: Dataset, syntax: str = ExplicitVRLittleEndian, *, is_derived: bool = False) -> PictureSource:
    data = BytesIO(as_bytes(made, syntax))
    header = parse_header(data, syntax)
    return picture_source(header, data.getbuffer(), data.tell(), syntax, is_derived=is_derived)


def written(source: PictureSource) -> bytes:
    return b"".join(source.pieces)


def test_technique_geometry_and_uids_stay_and_the_pixels_are_untouched():
    made = radiograph(
        WindowCenter="2048",
        WindowWidth="4096",
        KVP="125",
        ImagerPixelSpacing=["0.148", "0.148"],
        PatientOrientation=["L", "F"],
        ViewPosition="PA",
        AcquisitionTime="101500.123",
        ShutterShape="RECTANGULAR",
        ShutterLeftVerticalEdge="1",
    )
    kept = dcmread(BytesIO(written(source_of(made))))
    for name in ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID", "WindowCenter", "KVP"):
        assert kept[name].value == made[name].value, name
    assert (kept.ImagerPixelSpacing, kept.PatientOrientation) == ([0.148, 0.148], ["L", "F"])
    assert (kept.ViewPosition, kept.AcquisitionTime, kept.ShutterLeftVerticalEdge) == ("PA", "101500.123", 1)
    assert kept.PixelData == made.PixelData
    assert kept.PatientIdentityRemoved == "YES"
    assert (kept.PatientName, kept.PatientID, kept.PatientBirthDate) == ("", "", "")


PUBLIC = sorted(tag for tag in DicomDictionary if 0x00080005 < tag < 0x7FE00000)
LIES = ("LT", "LO", "PN", "SH", "UN", "OB", None)
LONG = frozenset(("OB", "OW", "UN", "SQ"))


def element(tag: int, vr: str, value: bytes, is_implicit: bool) -> bytes:
    """An element as its bytes, whatever the standard thinks of its value."""
    value += b" " * (len(value) % 2)
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if is_implicit:
        return head + struct.pack("<I", len(value)) + value
    if vr in LONG:
        return head + vr.encode() + bytes(2) + struct.pack("<I", len(value)) + value
    return head + vr.encode() + struct.pack("<H", len(value)) + value


@st.composite
def hiding_places(draw: st.DrawFn, is_implicit: bool) -> bytes:
    """An element with words about the patient: any public one, one that is kept, private, in sequences, or binary."""
    words = draw(st.sampled_from(PATIENT)).encode()
    kind = draw(st.sampled_from(("public", "kept", "private", "sequence", "table", "overlay")))
    if kind == "private":
        tag = (2 * draw(st.integers(0x0004, 0x3FE0)) + 1 << 16) + draw(st.integers(0x1000, 0x10FF))
        return element(tag, "LO", words, is_implicit)
    if kind == "sequence":
        inner = draw(hiding_places(is_implicit))
        item = struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner
        keyword = draw(st.sampled_from(("RequestAttributesSequence", "VOILUTSequence", "ModalityLUTSequence")))
        return element(tag_for_keyword(keyword) or 0, "SQ", item, is_implicit)
    if kind == "table":
        n = len(words) // 2
        inner = element(0x00283002, "US", struct.pack("<3H", n, 0, 16), is_implicit)
        inner += element(0x00283003, "LO", words, is_implicit) + element(0x00283006, "OW", words[: 2 * n], is_implicit)
        return element(0x00283010, "SQ", struct.pack("<HHI", 0xFFFE, 0xE000, len(inner)) + inner, is_implicit)
    if kind == "overlay":
        return element(0x60003000, "OW", words, is_implicit)
    kept = tag_for_keyword(draw(st.sampled_from([name for name in KEPT if name not in IDENTITY | GEOMETRY])))
    tag = kept if kind == "kept" else draw(st.sampled_from(PUBLIC))
    vr = draw(st.sampled_from(LIES)) or DicomDictionary[tag][0][:2]
    return element(tag, vr, words, is_implicit)


@settings(max_examples=200)
@given(st.data(), st.booleans())
def test_no_patient_is_found_in_what_is_written(data: st.DataObject, is_implicit: bool):
    syntax = ImplicitVRLittleEndian if is_implicit else ExplicitVRLittleEndian
    hidden = b"".join(data.draw(st.lists(hiding_places(is_implicit), min_size=1, max_size=12)))
    stream = BytesIO(hidden + as_bytes(radiograph(PatientName="Jansen^Piet", PatientID="123456782"), syntax))
    try:
        header = parse_header(stream, syntax)
    except Unreadable:
        assume(False)
    source = picture_source(header, stream.getbuffer(), stream.tell(), syntax, is_derived=False)
    for words in PATIENT:
        assert words.encode() not in written(source), words
    event(source.why or "written")


def test_every_keyword_of_the_whitelist_has_the_form_that_it_stands_under():
    assert {dictionary_VR(name) for name in whitelist.UIDS} == {"UI"}
    assert {vr for vr, names in whitelist.MOMENTS.items() for name in names if dictionary_VR(name) != vr} == set()
    assert {dictionary_VR(name) for name in whitelist.INTEGERS} == {"IS"}
    assert {dictionary_VR(name) for name in whitelist.DECIMALS} <= {"DS", "IS"}
    assert {dictionary_VR(name) for name in whitelist.WHOLE_NUMBERS} <= {"US", "SS", "US or SS"}
    assert {dictionary_VR(name) for name in whitelist.TERMS} == {"CS", "LO"}


@pytest.mark.parametrize(
    ("attributes", "why"),
    [
        ({"BurnedInAnnotation": "YES"}, BURNED_IN),
        ({"RecognizableVisualFeatures": "yes"}, BURNED_IN),
        ({"ImageType": ["DERIVED", "SECONDARY"]}, SECONDARY),
        ({"NumberOfFrames": "2"}, FRAMES),
        ({"SamplesPerPixel": 3}, COLOUR),
        ({"PhotometricInterpretation": "PALETTE COLOR"}, COLOUR),
        ({"Rows": 60000}, UNREADABLE),
        ({"Columns": 0}, UNREADABLE),
        ({"BitsAllocated": 32}, UNREADABLE),
    ],
)
def test_of_some_images_no_picture_is_made(attributes: dict[str, object], why: str):
    assert source_of(radiograph()).why is None
    made = radiograph()
    for name, value in attributes.items():
        setattr(made, name, value)
    source = source_of(made)
    assert (source.why, source.pieces) == (why, ())


def test_words_in_spare_bits_of_the_pixels_are_not_kept():
    made = radiograph()
    made.add_new((0x6000, 0x0102), "US", 12)
    assert source_of(made).why == BURNED_IN
    made.add_new((0x6000, 0x0102), "US", 0)
    assert source_of(made).why is None


def test_what_follows_the_pixels_is_left_out():
    made = radiograph()
    data = as_bytes(made)
    trailing = Dataset()
    trailing.add_new((0xFFFC, 0xFFFC), "OB", b"Jansen^Piet ")
    source = BytesIO(data + as_bytes(trailing))
    header = parse_header(source, ExplicitVRLittleEndian)
    found = picture_source(header, source.getbuffer(), source.tell(), ExplicitVRLittleEndian, is_derived=False)
    assert found.why is None and b"Jansen" not in written(found)


@pytest.mark.parametrize("cut", [1, 20, 47])
def test_pixels_that_are_cut_off_make_no_picture(cut: int):
    data = BytesIO(as_bytes(radiograph())[:-cut])
    header = parse_header(data, ExplicitVRLittleEndian)
    assert picture_source(header, data.getbuffer(), data.tell(), ExplicitVRLittleEndian, is_derived=False).why


@given(st.binary(max_size=60))
@settings(max_examples=100)
def test_fragments_that_are_none_make_no_picture(garbage: bytes):
    made = radiograph()
    del made.PixelData
    header = as_bytes(made)
    begin = b"\xe0\x7f\x10\x00OB\x00\x00\xff\xff\xff\xff"
    data = BytesIO(header + begin + garbage)
    dataset = parse_header(data, JPEGLosslessSV1)
    found = picture_source(dataset, data.getbuffer(), data.tell(), JPEGLosslessSV1, is_derived=False)
    assert found.why == UNREADABLE or b"\xfe\xff\xdd\xe0" in garbage
