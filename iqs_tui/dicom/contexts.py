"""What the listener offers to take: SOP classes (PS3.4 B.5, F.7) and transfer syntaxes (PS3.5 chapter 10).

Deflated data sets are not offered: 1 MB on the wire can become gigabytes in memory.
"""

from typing import Self

from pydicom.uid import (
    HTJ2K,
    JPEG2000,
    MPEG2MPHL,
    MPEG2MPML,
    MPEG4HP41,
    MPEG4HP41BD,
    UID,
    ExplicitVRLittleEndian,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGLSNearLossless,
    RLELossless,
)
from pynetdicom import AllStoragePresentationContexts, build_context
from pynetdicom.presentation import PresentationContext
from pynetdicom.sop_class import ModalityPerformedProcedureStep, Verification  # type: ignore[attr-defined]

KEY_OBJECT_SELECTION = UID("1.2.840.10008.5.1.4.1.1.88.59")
MPPS = UID(ModalityPerformedProcedureStep)

UNCOMPRESSED = (ExplicitVRLittleEndian, ImplicitVRLittleEndian)
ENCAPSULATED = (
    JPEGLosslessSV1,
    JPEGLossless,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLSLossless,
    JPEGLSNearLossless,
    JPEG2000Lossless,
    JPEG2000,
    HTJ2KLossless,
    HTJ2KLosslessRPCL,
    HTJ2K,
    RLELossless,
    MPEG2MPML,
    MPEG2MPHL,
    MPEG4HP41,
    MPEG4HP41BD,
)

_STRUCTURED_REPORTS = "1.2.840.10008.5.1.4.1.1.88."
_PRESENTATION_STATES = "1.2.840.10008.5.1.4.1.1.11."
_ULTRASOUND_VOLUME = UID("1.2.840.10008.5.1.4.1.1.6.2")

MEBIBYTE = 1024 * 1024
PLAIN_HEADER_BYTES = 8 * MEBIBYTE
"""No header of a single-frame image comes near it, private data included."""
LONG_HEADER_BYTES = 64 * MEBIBYTE
"""For a header with functional groups per frame (PS3.3 C.7.6.16), and for a whole structured report."""


class OfferedContexts(list[PresentationContext]):
    """The presentation contexts of the listener, shared by all associations.

    pynetdicom deep-copies them for every connection, which costs up to 50 ms; negotiation only reads them.
    """

    def __deepcopy__(self, memo: dict[int, object]) -> Self:
        return self


def is_structured_report(sop_class_uid: str) -> bool:
    """Say whether the class is a structured report, dose reports included (PS3.3 A.35)."""
    return sop_class_uid.startswith(_STRUCTURED_REPORTS) and sop_class_uid != KEY_OBJECT_SELECTION


def is_image(sop_class_uid: str) -> bool:
    """Say whether the class is an image: reports, key objects and presentation states have no pixels."""
    return "Image Storage" in UID(sop_class_uid).name or sop_class_uid == _ULTRASOUND_VOLUME


def has_plain_header(sop_class_uid: str) -> bool:
    """Say whether the class is an image without functional groups per frame: its header is small."""
    name = UID(sop_class_uid).name
    return is_image(sop_class_uid) and not any(
        word in name for word in ("Enhanced", "3D", "Breast", "Multi-frame", "Microscop", "Tomography Image")
    )


def header_bytes(sop_class_uid: str) -> int:
    """Return how many bytes of an object may be needed to read all that stands before its pixels."""
    return PLAIN_HEADER_BYTES if has_plain_header(sop_class_uid) else LONG_HEADER_BYTES


def offered_contexts() -> OfferedContexts:
    """Return what the listener accepts: C-ECHO, images, reports, key objects, presentation states, MPPS."""
    offered = OfferedContexts()
    for known in AllStoragePresentationContexts:
        uid = str(known.abstract_syntax)
        if is_image(uid):
            offered.append(build_context(uid, [*UNCOMPRESSED, *ENCAPSULATED]))
        elif uid.startswith((_STRUCTURED_REPORTS, _PRESENTATION_STATES)):
            offered.append(build_context(uid, list(UNCOMPRESSED)))
    offered.append(build_context(Verification, list(UNCOMPRESSED)))
    offered.append(build_context(MPPS, list(UNCOMPRESSED)))
    return offered
