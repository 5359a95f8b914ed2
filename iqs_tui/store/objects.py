"""The folder beside the database with DICOM objects that do not say who the patient is, readable by its owner only."""

import errno
import hashlib
import os
import shutil
import threading
from collections.abc import Iterable
from pathlib import Path

from iqs_tui.store.database import database

FOLDER = "objects"
_LEAST_FREE_BYTES = 500_000_000
"""So much of the disk is left to the database: a picture is never worth a record."""


def place(path: str) -> Path:
    """Return where the object with this path, relative to the folder of the database, is."""
    return Path(str(database.obj.database)).parent / path


def write(instance_uid: str, pieces: Iterable[bytes | memoryview]) -> tuple[str, int]:
    """Write an object under a name made of its UID; return its relative path and its size in bytes.

    It is there whole or not at all, unless the power fails within seconds: then it may be cut off, and no picture is
    made of it. Waiting for the disk (`settle`) at each image would slow down the modality.

    Raises:
        OSError: it cannot be written, or the disk is nearly full.
    """
    path = f"{FOLDER}/{hashlib.sha256(instance_uid.encode()).hexdigest()[:32]}.dcm"
    target = place(path)
    target.parent.mkdir(mode=0o700, exist_ok=True)
    if shutil.disk_usage(target.parent).free < _LEAST_FREE_BYTES:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    part = target.with_name(f".{target.name}.{threading.get_ident()}.part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb", buffering=0) as file:
            for piece in pieces:
                _write_all(file.fileno(), memoryview(piece))
            size = file.tell()
        part.replace(target)
    except OSError:
        part.unlink(missing_ok=True)
        raise
    return path, size


def settle(path: str) -> None:
    """Return once an object is safe on the disk.

    Raises:
        OSError: it is not.
    """
    for each in (place(path), place(FOLDER)):
        handle = os.open(each, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def remove(paths: Iterable[str]) -> None:
    """Delete objects; what is gone already is well."""
    for path in paths:
        place(path).unlink(missing_ok=True)


def found() -> dict[str, int]:
    """Return path and size in bytes of every file in the folder, half ones too."""
    folder = place(FOLDER)
    if not folder.is_dir():
        return {}
    return {f"{FOLDER}/{file.name}": file.stat().st_size for file in folder.iterdir() if file.is_file()}


def _write_all(handle: int, rest: memoryview) -> None:
    while rest:
        rest = rest[os.write(handle, rest) :]
