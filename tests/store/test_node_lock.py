"""One node per database."""

import fcntl
from pathlib import Path

import pytest

from iqs_tui.store import node_lock


def test_a_glance_at_the_lock_does_not_stop_a_node_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = tmp_path / "iqs.db"
    path = node_lock.lock_path(database)
    path.touch()
    with path.open() as glance:
        fcntl.flock(glance, fcntl.LOCK_SH)
        monkeypatch.setattr(node_lock.time, "sleep", lambda _: fcntl.flock(glance, fcntl.LOCK_UN))
        with node_lock.acquire(database):
            assert node_lock.is_running(database)
