"""The hospital's key that turns Patient ID into a pseudonym: a file that only its owner can read."""

import os
import secrets
from pathlib import Path


def patient_key(path: Path) -> bytes:
    """Return the key in a file; where there is none, make one first.

    Raises:
        OSError: the file can be neither read nor made.
        ValueError: the file is there but holds fewer than 16 bytes.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_bytes(32))
    except FileExistsError:
        pass
    key = path.read_bytes()
    if len(key) < 16:
        raise ValueError(f"{path}: holds {len(key)} bytes; the patient key needs at least 16")
    return key
