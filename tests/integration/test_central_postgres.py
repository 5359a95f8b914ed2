"""The tests of client and server once more, with the server on PostgreSQL."""

import pytest

from tests.sync.conftest import central  # noqa: F401 (a fixture)
from tests.sync.test_client_and_server import *  # noqa: F403 (the tests themselves)
from tests.sync.test_client_faults import (  # noqa: F401
    test_whatever_the_network_does_the_server_has_exactly_what_was_put,
)
from tests.sync.test_documents import *  # noqa: F403 (those of edits)


@pytest.fixture
def central_database(postgres_url: str) -> str:
    """Where the server keeps its data."""
    return postgres_url
