"""One node per database."""

import fcntl
import threading
import time
from pathlib import Path

from iqs_tui.store import node_lock


def test_a_glance_at_the_lock_does_not_stop_a_node_from_starting(tmp_path: Path) -> None:
    database = tmp_path / "iqs.db"
    path = node_lock.lock_path(database)
    path.touch()
    with path.open() as glance:
        fcntl.flock(glance, fcntl.LOCK_SH)
        threading.Thread(target=lambda: (time.sleep(0.1), fcntl.flock(glance, fcntl.LOCK_UN))).start()
        with node_lock.acquire(database):
            assert node_lock.is_running(database)
