"""Pictures of projection images: which images get one, in what states it can be, and why there is none."""

from dataclasses import dataclass
from typing import Literal

State = Literal["waiting", "made", "failed", "none"]
WAITING: State = "waiting"
MADE: State = "made"
FAILED: State = "failed"
NONE: State = "none"
"""There will never be one; `why` says so."""

Why = Literal[
    "too_large", "busy", "burned_in", "secondary", "frames", "colour", "unreadable", "write", "lost", "time", "crash"
]
TOO_LARGE: Why = "too_large"
"""More bytes than `[listener] max_preview_mb`."""
BUSY: Why = "busy"
"""So many came at once that its pixels were let go, to spare memory."""
BURNED_IN: Why = "burned_in"
"""Words or a face may stand in the image (PS3.3 C.7.6.1.1: Burned In Annotation, Recognizable Visual Features)."""
SECONDARY: Why = "secondary"
"""Made from other images, or a screenshot."""
FRAMES: Why = "frames"
"""A series in one object."""
COLOUR: Why = "colour"
UNREADABLE: Why = "unreadable"
"""The pixels do not fit their header, or cannot be decoded."""
WRITE: Why = "write"
"""It could not be written to disk."""
LOST: Why = "lost"
"""It was on disk, and is no more, or no longer whole."""
TIME: Why = "time"
CRASH: Why = "crash"
"""Decoding took too much memory, or ended the decoder."""

_STORAGE = "1.2.840.10008.5.1.4.1.1."
FOR_PROCESSING = frozenset({f"{_STORAGE}1.1.1", f"{_STORAGE}1.2.1", f"{_STORAGE}1.3.1"})
"""DX, MG and IO as they come from the detector (PS3.4 B.5): the picture of last choice."""
PROJECTION_CLASSES = FOR_PROCESSING | {
    f"{_STORAGE}1",  # CR
    f"{_STORAGE}1.1",  # DX
    f"{_STORAGE}1.2",  # MG
    f"{_STORAGE}1.3",  # IO, PX
    f"{_STORAGE}12.1",  # XA
    f"{_STORAGE}12.2",  # RF
}
"""The SOP classes of which a picture is made."""


@dataclass(frozen=True, slots=True)
class PictureSource:
    """What a picture can be made of: a DICOM file without who the patient is; or why there will be none."""

    why: Why | None = None
    pieces: tuple[bytes | memoryview, ...] = ()
    """The file, in pieces to be written one after the other, as the pixels are not copied for it."""
