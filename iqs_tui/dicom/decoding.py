"""From Pixel Data to stored values, for the transfer syntaxes of modalities (PS3.5 chapters 8 and 10).

pydicom's own decoders need libraries that it imports wherever it finds them, the receiving node included, and of which
the only one with 12-bit JPEG is under the GPL. imagecodecs is imported here alone.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from pydicom import Dataset
from pydicom.encaps import get_frame
from pydicom.pixels import pixel_array
from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    UID,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
)

Array = NDArray[np.generic]


class DoesNotFit(ValueError):
    """The pixels do not fit their header."""


def stored_values(dataset: Dataset) -> Array:
    """Return the stored values of a single-frame grey image: rows by columns, signed where the header says so.

    Raises:
        DoesNotFit: they are other than the header says.
        Exception: whatever a decoder raises.
    """
    if not 0 < dataset.BitsStored == dataset.HighBit + 1 <= dataset.BitsAllocated:
        raise DoesNotFit(f"{dataset.BitsStored} of {dataset.BitsAllocated} bits, the highest {dataset.HighBit}")
    decode = _decoder(UID(dataset.file_meta.TransferSyntaxUID))
    # pydicom takes off the bits that hold no image, and knows the sign; the other decoders know it of JPEG 2000 only
    found = pixel_array(dataset, raw=True) if decode is None else decode(get_frame(dataset.PixelData, 0))
    if found.shape != (dataset.Rows, dataset.Columns) or found.dtype.kind not in "iu":
        raise DoesNotFit(f"{found.shape}")
    return _signed(found, dataset.BitsStored) if dataset.PixelRepresentation and found.dtype.kind == "u" else found


def _signed(found: Array, bits: int) -> Array:
    """Let the highest of so many bits be the sign."""
    spare = 8 * found.dtype.itemsize - bits
    if spare < 0:
        raise DoesNotFit(f"{bits} bits in {found.dtype}")
    return (found.view(f"i{found.dtype.itemsize}") << spare) >> spare


def _decoder(syntax: UID) -> Callable[[bytes], Array] | None:
    """Return what decodes a frame of this transfer syntax; None where pydicom does it by itself."""
    import imagecodecs

    if syntax in (JPEGBaseline8Bit, JPEGExtended12Bit, JPEGLossless, JPEGLosslessSV1):
        return imagecodecs.jpeg_decode
    if syntax in (JPEGLSLossless, JPEGLSNearLossless):
        return imagecodecs.jpegls_decode
    if syntax in (JPEG2000Lossless, JPEG2000, HTJ2KLossless, HTJ2KLosslessRPCL, HTJ2K):
        return imagecodecs.jpeg2k_decode
    return None
