"""From the pixels of a projection image to an 8-bit grey picture, as a viewer would first show it (PS3.4 N.2).

Only the decoding process imports this: what stands in a file may make a decoder do anything.
"""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from pydicom import Dataset, dcmread
from pydicom.pixels import apply_modality_lut, apply_voi_lut

from iqs_tui.dicom.decoding import DoesNotFit, stored_values
from iqs_tui.dicom.preview import LONGEST_SIDE
from iqs_tui.dicom.reading import first_item, number, numbers, text, texts

MOST_PIXELS = 80_000_000
"""The largest detectors have 27 million."""
QUALITY = 85
"""Of JPEG: a tenth of the size of PNG, which keeps the detector's noise."""
_PERCENTILES = (0.5, 99.5)
_SQUARE = 0.01

Array = NDArray[np.generic]


def render(file: BytesIO) -> tuple[int, int, bytes]:
    """Return width, height and the JPEG of a DICOM file's first frame.

    Raises:
        DoesNotFit: the header asks for what cannot be.
        Exception: whatever a decoder raises.
    """
    dataset = dcmread(file)
    if not 0 < dataset.Rows * dataset.Columns <= MOST_PIXELS:
        raise DoesNotFit(f"{dataset.Rows} x {dataset.Columns}")
    stored = stored_values(dataset)
    is_padding, opening = _padding(stored, dataset), _opening(dataset)
    grey = _windowed(stored, dataset, _looked_at(is_padding, opening))
    shown_as = text(dataset, "PhotometricInterpretation"), text(dataset, "PresentationLUTShape")
    if shown_as[0] == "MONOCHROME1" or shown_as[1] == "INVERSE":
        grey = 255 - grey
    if is_padding is not None:
        grey[is_padding] = 0
    picture = Image.fromarray(grey)
    if opening is not None and (box := opening.getbbox()) is not None:
        picture = Image.composite(picture, Image.new("L", picture.size), opening).crop(box)
    picture = picture.resize(_size(picture.size, dataset), Image.Resampling.LANCZOS)
    written = BytesIO()
    picture.save(written, "JPEG", quality=QUALITY, optimize=True)
    return *picture.size, written.getvalue()


def _padding(stored: Array, dataset: Dataset) -> Array | None:
    value, limit = number(dataset, "PixelPaddingValue"), number(dataset, "PixelPaddingRangeLimit")
    if value is None:
        return None
    ends = sorted((value, value if limit is None else limit))
    return (stored >= ends[0]) & (stored <= ends[1])


def _looked_at(is_padding: Array | None, opening: Image.Image | None) -> Array | slice:
    """Return which pixels show something; all where that would be none."""
    shown = None if opening is None else np.asarray(opening) > 0
    if is_padding is not None:
        shown = ~is_padding if shown is None else shown & ~is_padding
    return slice(None) if shown is None or not shown.any() else shown


def _windowed(stored: Array, dataset: Dataset, shown: Array | slice) -> Array:
    """Return 8-bit values: by the look-up table or window of the image, else from dark to light what it holds."""
    values = apply_modality_lut(stored, dataset)
    table = first_item(dataset, "VOILUTSequence")
    width = number(dataset, "WindowWidth")
    if table is not None:
        first, length = table.LUTDescriptor[1], table.LUTDescriptor[0] or 65536
        given = apply_voi_lut(np.arange(first, first + length), dataset)
        low, high = float(given.min()), float(given.max())
        values = apply_voi_lut(values.astype(np.int64), dataset)
    elif number(dataset, "WindowCenter") is not None and width is not None and width >= 1:
        low, high = (float(end) for end in apply_voi_lut(np.array([-1e9, 1e9]), dataset))
        values = apply_voi_lut(values, dataset)
    else:
        low, high = (float(end) for end in np.percentile(values[shown], _PERCENTILES))
    spread = np.float32(255 / (high - low if high > low else 1))
    return np.clip((values.astype(np.float32) - np.float32(low)) * spread, 0, 255).astype(np.uint8)


def _opening(dataset: Dataset) -> Image.Image | None:
    """Return the display shutter (PS3.3 C.7.6.11): white where the image is to be seen; None where it has none."""
    shapes = texts(dataset, "ShutterShape")
    if not shapes:
        return None
    opening = Image.new("L", (dataset.Columns, dataset.Rows), 255)
    for shape in shapes:
        hole = _hole(shape, dataset, opening.size)
        if hole is not None and hole.getbbox() is not None:
            opening = Image.composite(opening, Image.new("L", opening.size), hole)
    return opening if opening.getbbox() is not None else None


def _hole(shape: str, dataset: Dataset, size: tuple[int, int]) -> Image.Image | None:
    hole = Image.new("L", size)
    draw = ImageDraw.Draw(hole)
    if shape == "RECTANGULAR":
        sides = [number(dataset, f"Shutter{side}Edge") for side in ("LeftVertical", "UpperHorizontal")]
        sides += [number(dataset, f"Shutter{side}Edge") for side in ("RightVertical", "LowerHorizontal")]
        if None in sides or sides[0] >= sides[2] or sides[1] >= sides[3]:
            return None
        # The edges themselves are shut; rows and columns count from 1.
        draw.rectangle((sides[0], sides[1], sides[2] - 2, sides[3] - 2), fill=255)
    elif shape == "CIRCULAR":
        centre, radius = numbers(dataset, "CenterOfCircularShutter"), number(dataset, "RadiusOfCircularShutter")
        if len(centre) != 2 or radius is None or radius <= 0:
            return None
        row, column = centre[0] - 1, centre[1] - 1
        draw.ellipse((column - radius, row - radius, column + radius, row + radius), fill=255)
    else:
        corners = numbers(dataset, "VerticesOfThePolygonalShutter")
        if len(corners) < 6 or len(corners) % 2:
            return None
        draw.polygon([(column - 1, row - 1) for row, column in zip(corners[::2], corners[1::2], strict=True)], fill=255)
    return hole


def _size(size: tuple[int, int], dataset: Dataset) -> tuple[int, int]:
    """Return the size with square pixels and no side above `LONGEST_SIDE`; never larger than the image."""
    names = ("PixelAspectRatio", "PixelSpacing", "ImagerPixelSpacing")
    pairs = (numbers(dataset, name) for name in names)
    down, across = next((pair for pair in pairs if len(pair) == 2 and min(pair) > 0), (1.0, 1.0))
    ratio = down / across
    if abs(ratio - 1) < _SQUARE or not 1 / 8 < ratio < 8:
        ratio = 1.0
    width, height = size[0] * min(1.0, 1 / ratio), size[1] * min(1.0, ratio)
    scale = min(1.0, LONGEST_SIDE / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
