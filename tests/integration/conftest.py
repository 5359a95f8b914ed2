"""Real peers that every integration test may use: a PostgreSQL cluster of its own."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.conftest import find_peer
from tests.waiting import PATIENCE_S


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """A PostgreSQL cluster in a temporary folder, reached through its Unix socket only; gives that folder."""
    initdb = find_peer("initdb")
    postgres = str(Path(initdb).resolve().with_name("postgres"))
    folder = Path(tempfile.mkdtemp(prefix="iqs-pg-"))
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    _run(initdb, "-D", str(folder / "data"), "-U", "iqs", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
    server = subprocess.Popen(
        [
            *_as_postgres(),
            postgres,
            "-D",
            str(folder / "data"),
            "-k",
            str(folder),
            "-c",
            "listen_addresses=",
            "-c",
            "fsync=off",
        ],
        cwd="/",
        stdout=subprocess.DEVNULL,
        stderr=(folder / "log").open("w"),
    )
    try:
        _wait_until_ready(folder, server)
        yield str(folder)
    finally:
        server.terminate()
        server.wait(PATIENCE_S)
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of this test."""
    name = f"t_{uuid4().hex[:12]}"
    with psycopg.connect(host=postgres_cluster, user="iqs", dbname="postgres", autocommit=True) as admin:
        admin.execute(f"CREATE DATABASE {name}")
        yield f"postgresql:///{name}?user=iqs&host={postgres_cluster}"
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


def _as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


def _run(*command: str) -> None:
    done = subprocess.run([*_as_postgres(), *command], cwd="/", capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def _wait_until_ready(folder: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            psycopg.connect(host=str(folder), user="iqs", dbname="postgres").close()
            return
        except psycopg.OperationalError:
            assert server.poll() is None and time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.05)
