"""The server as a process: starting, not starting, and a database that is not there for a while."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from tests.sync.conftest import central, central_database  # noqa: F401 (fixtures)
from tests.sync.serving import Central, enrolled, put_cases
from tests.waiting import PATIENCE_S

_RUN = """
import sys
from iqs_tui import central, config
sys.exit(central.run(config.load(environ={"IQS_SERVER__DATABASE": sys.argv[1]}), int(sys.argv[2])))
"""


@pytest.mark.parametrize(
    "database", ["/proc/no/such/folder.db", "postgresql://127.0.0.1:1/nothing", "postgresql://", "gopher://x/y"]
)
def test_a_database_that_cannot_be_opened_is_one_line(database: str):
    done = subprocess.run(
        [sys.executable, "-c", _RUN, database, "0"], capture_output=True, text=True, timeout=PATIENCE_S
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("iqs-tui central: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_port_in_use_is_one_line(central: Central, tmp_path: Path):  # noqa: F811
    arguments = [sys.executable, "-c", _RUN, str(tmp_path / "other.db"), str(central.port)]
    done = subprocess.run(arguments, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1


def test_a_locked_database_asks_the_kiosk_to_come_back(central: Central, db: Path):  # noqa: F811
    client = enrolled(central, db)
    put_cases("c1")
    with sqlite3.connect(central.database, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        result = client.drain()
        assert (result.state, result.pending) == ("offline", 1)
        assert result.message == "503: the database is out of reach"
        assert result.wait_s >= 5
        assert httpx.get(f"{central.url}/healthz").status_code == 200
        other.execute("ROLLBACK")
    assert client.drain().state == "ok"


def test_the_api_is_only_for_kiosks(central: Central):  # noqa: F811
    for path in ("/api/v1/documents/reasons", "/api/v1/documents/users"):
        answer = httpx.get(central.url + path)
        assert answer.status_code == 401
        assert answer.json()["message"]
    assert httpx.get(central.url + "/api/v1/events").status_code == 405
    assert httpx.post(central.url + "/api/v1/enrol", content=b'{"code": 1}').status_code == 400
