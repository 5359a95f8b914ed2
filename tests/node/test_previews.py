"""The decoding process meets files that are made to break it: the node goes on, and says why there is no picture."""

import os
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset
from pydicom.uid import JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless, RLELossless

from iqs_tui.config import Config
from iqs_tui.domain.pictures import CRASH, LOST, TIME, UNREADABLE
from iqs_tui.node import previews
from iqs_tui.node.previews import PreviewLoop, Rendered
from tests.dicom.radiographs import as_file, encapsulated, radiograph, wedge


@pytest.fixture
def decode(tmp_path: Path) -> Callable[[bytes], object]:
    def decode(content: bytes) -> object:
        file = tmp_path / "object.dcm"
        file.write_bytes(content)
        return PreviewLoop(Config())._decode(file)

    return decode


def changed(**attributes: object) -> Dataset:
    made = radiograph()
    for name, value in attributes.items():
        setattr(made, name, value)
    return made


def huge_codestream(name: str) -> Dataset:
    """A tiny frame that says it is 60,000 pixels wide and high."""
    import imagecodecs

    sides = struct.pack(">HH", 48, 64)
    if name == "JPEG":
        frame = imagecodecs.jpeg_encode(wedge(most=255).astype("u1"))
        syntax, large = JPEGLosslessSV1, struct.pack(">HH", 60000, 60000)
    elif name == "JPEG-LS":
        frame, syntax, large = imagecodecs.jpegls_encode(wedge()), JPEGLSLossless, struct.pack(">HH", 60000, 60000)
    else:
        frame, syntax = imagecodecs.jpeg2k_encode(wedge(), reversible=True, codecformat="j2k"), JPEG2000Lossless
        sides, large = struct.pack(">II", 64, 48), struct.pack(">II", 60000, 60000)
    assert sides in frame
    return encapsulated(frame.replace(sides, large), syntax)


def test_a_picture_comes_out_of_a_process_of_its_own(decode):
    outcome = decode(as_file(radiograph()).getvalue())
    assert isinstance(outcome, Rendered)
    assert (outcome.width, outcome.height, outcome.data[:2]) == (64, 48, b"\xff\xd8")


@pytest.mark.parametrize(
    "made",
    [
        lambda: changed(Rows=60000, Columns=60000),
        lambda: changed(Rows=19000, Columns=4000),
        lambda: changed(BitsStored=17),
        lambda: changed(BitsStored=0),
        lambda: changed(HighBit=3),
        lambda: changed(SamplesPerPixel=3),
        lambda: changed(PixelData=bytes(10)),
        lambda: encapsulated(b"\xff\xd8\xff" + bytes(50), JPEGLosslessSV1),
        lambda: encapsulated(struct.pack("<16I", 15, *[64] * 15), RLELossless),
        lambda: encapsulated(struct.pack("<16I", 2, 64, 66, *[0] * 13) + b"\x81\x00\x81\x00" * 10, RLELossless),
        lambda: huge_codestream("JPEG"),
        lambda: huge_codestream("JPEG-LS"),
        lambda: huge_codestream("J2K"),
    ],
)
def test_what_does_not_fit_is_no_picture_and_no_end(decode, made: Callable[[], Dataset]):
    assert decode(as_file(made()).getvalue()) in (UNREADABLE, CRASH)


def test_bytes_that_are_no_dicom_file_are_no_picture(decode):
    whole = as_file(radiograph()).getvalue()
    garbage = np.random.default_rng(4).bytes(5000)
    for content in (b"", garbage, whole[:-100]):
        assert decode(content) in (UNREADABLE, CRASH)


def test_a_decoder_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(previews, "_PATIENCE_S", 0.05)
    endless = tmp_path / "endless.dcm"
    os.mkfifo(endless)
    with os.fdopen(os.open(endless, os.O_RDWR), "rb"):
        assert PreviewLoop(Config())._decode(endless) == TIME


def test_a_file_that_is_gone_is_lost(tmp_path: Path):
    assert PreviewLoop(Config())._decode(tmp_path / "none.dcm") == LOST


@pytest.mark.parametrize("said", [b"", b"1 2", b"0 5\n", b"2000 10\nx", b"-1 3\nx", b"1 2 3\nx", b"\xff \xff\nx"])
def test_a_decoder_that_was_taken_over_can_say_nothing_strange(said: bytes):
    assert previews._rendered(said) == CRASH
