"""What every test may use: a database of its own, free ports, and the real peers of docs/design.md part 9."""

import gc
import itertools
import os
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from iqs_tui import locale
from iqs_tui.store import burst
from iqs_tui.store import database as store
from tests.store.bulk import empty_database

PACKAGES = {
    "storescu": "dcmtk",
    "dsrdump": "dcmtk",
    "echoscu": "dcmtk",
    "dcmsend": "dcmtk",
    "storescp": "dcmtk",
    "dciodvfy": "dicom3tools",
    "Orthanc": "orthanc",
    "sshd": "openssh-server",
    "tmux": "tmux",
    "chromium": "chromium",
    "initdb": "postgresql",
}
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
_ELSEWHERE = ["/usr/sbin", "/usr/local/sbin", *map(str, Path("/usr/lib/postgresql").glob("*/bin"))]


def pytest_configure() -> None:
    """Look for cycles less often: every app is full of them, and looking took a quarter of the time."""
    gc.set_threshold(50_000, 20, 20)


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end."""
    gc.freeze()


def find_peer(program: str) -> str:
    """Return the path of a real part; skip the test where it is missing, or fail it with IQS_REQUIRE_PEERS=1."""
    found = shutil.which(program) or shutil.which(program, path=os.pathsep.join(_ELSEWHERE))
    if found:
        return found
    missing = f"{program} is missing: install the Debian package {PACKAGES[program]}"
    if os.environ.get("IQS_REQUIRE_PEERS") == "1":
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def peer():
    """Return the path of a real part: `peer("storescu")`."""
    return find_peer


@pytest.fixture
def free_port() -> int:
    """A TCP port that nobody uses."""
    return _unused_port()


@pytest.fixture
def unused_ports():
    """Return a TCP port that nobody uses, another one at each call."""
    return _unused_port


_ports = itertools.count(64 * os.getpid())
"""Of each process its own."""


def _unused_port() -> int:
    """Return a port below those that the system hands out itself: nobody takes it before it is listened on."""
    while True:
        with socket.socket() as probe:
            port = 12_000 + next(_ports) % 20_000
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Path]:
    """A fresh database of this test, opened for this process; gives its path."""
    path = tmp_path / "iqs.db"
    burst.forget()
    shutil.copy(empty_database(), path)
    store.open_database(path)
    yield path
    store.close_connection()


@pytest.fixture(autouse=True)
def _dutch() -> Iterator[None]:
    locale.use("nl")
    yield
    locale.use("nl")


@pytest.fixture(autouse=True)
def _own_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep the developer's own data and settings out of the tests."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    for name in list(os.environ):
        if name.startswith("IQS_") and name not in {"IQS_REQUIRE_PEERS", "IQS_SAMPLES"}:
            monkeypatch.delenv(name)
