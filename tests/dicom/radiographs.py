"""Small radiographs with pixels, as files in memory."""

from io import BytesIO

import numpy as np
from pydicom import dcmwrite
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.uid import DigitalXRayImageStorageForPresentation, ExplicitVRLittleEndian

from tests.dicom.listening import object_of


def wedge(rows: int = 48, columns: int = 64, most: int = 4095) -> np.ndarray:
    """Stored values from dark at the left to light at the right, each row a little further."""
    return (np.add.outer(np.arange(rows), np.arange(columns)) * most // (rows + columns - 2)).astype("<u2")


def radiograph(stored: np.ndarray | None = None, **attributes: object) -> Dataset:
    """A DX image of these 16-bit values, 12 bits of which are used."""
    stored = wedge() if stored is None else stored
    usual = {
        "Modality": "DX",
        "ImageType": ["ORIGINAL", "PRIMARY"],
        "Rows": stored.shape[0],
        "Columns": stored.shape[1],
        "BitsAllocated": 8 * stored.dtype.itemsize,
        "BitsStored": 12,
        "HighBit": 11,
        "SamplesPerPixel": 1,
        "PixelRepresentation": 0,
        "PhotometricInterpretation": "MONOCHROME2",
        "PixelData": stored.tobytes(),
    }
    made = object_of(DigitalXRayImageStorageForPresentation, **(usual | attributes))
    made["PixelData"].VR = "OW" if made.BitsAllocated > 8 else "OB"
    return made


def encapsulated(frame: bytes, syntax: str, **attributes: object) -> Dataset:
    """The same with a compressed frame."""
    made = radiograph(**attributes)
    made.file_meta.TransferSyntaxUID = syntax
    made.PixelData = encapsulate([frame])
    made["PixelData"].VR = "OB"
    made["PixelData"].is_undefined_length = True
    return made


def as_file(made: Dataset) -> BytesIO:
    """A DICOM file of it."""
    if "TransferSyntaxUID" not in made.file_meta:
        made.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    written = BytesIO()
    dcmwrite(written, made, enforce_file_format=True)
    return BytesIO(written.getvalue())
