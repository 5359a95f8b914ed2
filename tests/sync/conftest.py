"""A server for the tests of sync."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.sync.serving import Central


@pytest.fixture
def central_database(tmp_path: Path) -> str:
    """Where the server keeps its data; the integration tests put PostgreSQL here."""
    return str(tmp_path / "central.db")


@pytest.fixture
def central(central_database: str, free_port: int) -> Iterator[Central]:
    """A running central server, on a port that stays its own when it is started again."""
    server = Central(central_database, port=free_port)
    server.start()
    yield server
    if server.process.poll() is None:
        server.kill()
