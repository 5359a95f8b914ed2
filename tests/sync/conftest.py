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
def central(central_database: str) -> Iterator[Central]:
    """A running central server."""
    server = Central(central_database)
    server.start()
    yield server
    if server.process.poll() is None:
        server.kill()
