"""One node per database: a lock on a file beside it, which the system releases however the node ends."""

import fcntl
import os
import time
from pathlib import Path
from typing import IO

_LOOKS, _LOOK_S = 5, 0.05
"""Who asks whether a node runs (`is_running`) holds the lock for an instant: one look could take that for a node."""


class NodeIsRunning(Exception):
    """Another node holds the lock; the message says which process."""


def lock_path(database_path: Path) -> Path:
    """Return the lock file of a database."""
    return database_path.with_name(database_path.name + ".node-lock")


def acquire(database_path: Path) -> IO[str]:
    """Take the lock and keep it as long as the returned file is open.

    Raises:
        NodeIsRunning: another node has it.
    """
    path = lock_path(database_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    if not _take(file):
        file.seek(0)
        pid = file.read().strip() or "?"
        file.close()
        raise NodeIsRunning(f"a node already runs for {database_path} (process {pid})")
    file.truncate(0)
    file.write(str(os.getpid()))
    file.flush()
    return file


def _take(file: IO[str]) -> bool:
    for _ in range(_LOOKS):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_LOOK_S)
        else:
            return True
    return False


def is_running(database_path: Path) -> bool:
    """Say whether a node runs for a database."""
    path = lock_path(database_path)
    if not path.exists():
        return False
    with path.open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
