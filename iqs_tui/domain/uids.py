"""DICOM unique identifiers (PS3.5 chapter 9)."""

import hashlib
import re

_UID = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+")


def is_uid(text: object) -> bool:
    """Say whether `text` is a well-formed UID: digits and dots, no leading zeros, at most 64 characters."""
    return isinstance(text, str) and len(text) <= 64 and _UID.fullmatch(text) is not None


def derived_uid(*parts: object) -> str:
    """Return a UID under 2.25 (PS3.5 B.2) that is the same whenever the parts are the same.

    It names an exposure whose images carry no Irradiation Event UID (0008,3010).
    """
    digest = hashlib.sha256("\x1f".join(str(part) for part in parts).encode()).digest()
    return f"2.25.{int.from_bytes(digest[:16], 'big')}"
