"""Pictures of projection images: every transfer syntax of modalities, and what a header says of showing them."""

import subprocess
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom import dcmread
from pydicom.data import get_testdata_file
from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.uid import HTJ2KLossless, JPEG2000Lossless

from iqs_tui.dicom.decoding import stored_values
from iqs_tui.dicom.rendering import render
from tests.dicom.listening import write_part10
from tests.dicom.radiographs import as_file, encapsulated, radiograph, wedge
from tests.waiting import PATIENCE_S


def picture(made: Dataset) -> np.ndarray:
    width, height, data = render(as_file(made))
    image = Image.open(BytesIO(data))
    assert (image.format, image.mode, image.size) == ("JPEG", "L", (width, height))
    return np.asarray(image).astype(int)


@pytest.mark.parametrize(
    "name",
    [
        "MR_small.dcm",
        "MR_small_implicit.dcm",
        "MR_small_RLE.dcm",
        "MR_small_jp2klossless.dcm",
        "MR_small_jpeg_ls_lossless.dcm",
    ],
)
def test_every_lossless_form_of_one_image_makes_the_same_picture(name: str):
    file = Path(str(get_testdata_file(name, download=False)))
    plain = Path(str(get_testdata_file("MR_small.dcm", download=False)))
    assert render(BytesIO(file.read_bytes())) == render(BytesIO(plain.read_bytes()))


@pytest.mark.parametrize("name", ["JPEG-lossy.dcm", "JPGExtended.dcm", "JPEG2000.dcm", "JPEGLSNearLossless_16.dcm"])
def test_lossy_images_of_other_makers_are_decoded(name: str):
    made = dcmread(str(get_testdata_file(name, download=False)))
    assert stored_values(made).shape == (made.Rows, made.Columns)


@pytest.mark.parametrize(
    ("program", "options"),
    [
        ("dcmcjpeg", ["+e1"]),
        ("dcmcjpeg", ["+el"]),
        ("dcmcjpls", ["+el"]),
        ("dcmcrle", []),
    ],
    ids=["JPEG SV1", "JPEG lossless", "JPEG-LS", "RLE"],
)
def test_what_dcmtk_compressed_without_loss_is_what_it_was(peer, tmp_path: Path, program: str, options: list[str]):
    plain, compressed = write_part10(radiograph(), tmp_path / "plain.dcm"), tmp_path / "compressed.dcm"
    subprocess.run([peer(program), *options, plain, compressed], check=True, capture_output=True, timeout=PATIENCE_S)
    assert (stored_values(dcmread(compressed)) == wedge()).all()


@pytest.mark.parametrize("options", [["+eb"], ["+ee"]], ids=["JPEG baseline", "JPEG extended"])
def test_what_dcmtk_compressed_with_loss_is_nearly_what_it_was(peer, tmp_path: Path, options: list[str]):
    plain, compressed = write_part10(radiograph(), tmp_path / "plain.dcm"), tmp_path / "compressed.dcm"
    subprocess.run([peer("dcmcjpeg"), *options, plain, compressed], check=True, capture_output=True, timeout=PATIENCE_S)
    before, after = picture(dcmread(plain)), picture(dcmread(compressed))
    assert abs(before - after).mean() < 3


@pytest.mark.parametrize("syntax", [JPEG2000Lossless, HTJ2KLossless])
def test_jpeg_2000_in_both_its_forms(syntax: str):
    import imagecodecs

    encode = imagecodecs.htj2k_encode if syntax == HTJ2KLossless else imagecodecs.jpeg2k_encode
    made = encapsulated(encode(wedge(), reversible=True), syntax)
    assert (stored_values(dcmread(as_file(made))) == wedge()).all()


def test_signed_values_and_spare_bits(peer, tmp_path: Path):
    signed = wedge().astype("<i2") - 2048
    made = radiograph(((signed & 0x0FFF) | 0x5000).astype("<u2"), PixelRepresentation=1)
    assert (stored_values(dcmread(as_file(made))) == signed).all()
    made = radiograph((signed & 0x0FFF).astype("<u2"), PixelRepresentation=1)
    plain, compressed = write_part10(made, tmp_path / "plain.dcm"), tmp_path / "compressed.dcm"
    subprocess.run([peer("dcmcjpls"), plain, compressed], check=True, capture_output=True, timeout=PATIENCE_S)
    assert (stored_values(dcmread(compressed)) == signed).all()


def test_a_window_and_its_absence():
    shown = picture(radiograph(WindowCenter="2048", WindowWidth="1000"))
    assert shown[wedge() < 1500].max() < 20 and shown[wedge() > 2600].min() > 235
    spread = picture(radiograph())
    assert spread[0, 0] < 12 and spread[-1, -1] > 243 and 100 < spread[24, 31] < 155


def test_rescaled_values_meet_their_window():
    shown = picture(radiograph(RescaleSlope="2", RescaleIntercept="-100", WindowCenter="3996", WindowWidth="2000"))
    assert shown[wedge() < 1400].max() < 20 and shown[wedge() > 2700].min() > 235


def test_a_look_up_table_goes_before_a_window():
    table = Dataset()
    table.add_new("LUTDescriptor", "US", [4096, 0, 12])
    table.add_new("LUTData", "OW", np.where(np.arange(4096) < 1000, 0, 4095).astype("<u2").tobytes())
    shown = picture(radiograph(VOILUTSequence=Sequence([table]), WindowCenter="3000", WindowWidth="10"))
    assert shown[wedge() < 900].max() < 40 and shown[wedge() > 1200].min() > 215


@pytest.mark.parametrize(
    "attributes", [{"PhotometricInterpretation": "MONOCHROME1"}, {"PresentationLUTShape": "INVERSE"}]
)
def test_inverted_images(attributes: dict[str, str]):
    assert abs(picture(radiograph(**attributes)) - (255 - picture(radiograph()))).max() < 6


def test_monochrome1_with_its_inverse_shape_is_inverted_once():
    both = radiograph(PhotometricInterpretation="MONOCHROME1", PresentationLUTShape="INVERSE")
    assert picture(both)[0, 0] > 243


def test_padding_is_black_and_does_not_count():
    stored = wedge() // 4 + 500
    stored[:, :20] = 4095
    shown = picture(radiograph(stored, PixelPaddingValue=4095, PhotometricInterpretation="MONOCHROME1"))
    assert shown[:, :16].max() < 12 and shown[2, 26] > 200


def test_shutters_are_cut_away():
    edges = dict(
        zip(("LeftVertical", "RightVertical", "UpperHorizontal", "LowerHorizontal"), (10, 51, 8, 40), strict=True)
    )
    shown = picture(radiograph(ShutterShape="RECTANGULAR", **{f"Shutter{side}Edge": at for side, at in edges.items()}))
    assert shown.shape == (31, 40)
    round_one = picture(
        radiograph(ShutterShape="CIRCULAR", CenterOfCircularShutter=[24, 32], RadiusOfCircularShutter=15)
    )
    assert round_one.shape == (31, 31) and round_one[0, 0] < 20
    corners = [1, 1, 1, 64, 48, 64]
    assert picture(radiograph(ShutterShape="POLYGONAL", VerticesOfThePolygonalShutter=corners))[40, 5] < 20


@pytest.mark.parametrize(
    ("shape", "attributes", "size"),
    [
        ((48, 64), {}, (64, 48)),
        ((48, 64), {"PixelAspectRatio": [1, 2]}, (64, 24)),
        ((48, 64), {"ImagerPixelSpacing": ["0.2", "0.1"]}, (32, 48)),
        ((3000, 1500), {}, (512, 1024)),
        ((1, 1500), {}, (1024, 1)),
    ],
)
def test_pixels_are_square_and_at_most_1024(
    shape: tuple[int, int], attributes: dict[str, object], size: tuple[int, int]
):
    assert render(as_file(radiograph(wedge(*shape), **attributes)))[:2] == size
