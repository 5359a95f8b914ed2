"""A real central server in a process of its own, for the tests of both ends."""

import select
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from iqs_tui.central import enrolment
from iqs_tui.clock import utc_now
from iqs_tui.store import database as store
from iqs_tui.store import outbox
from iqs_tui.store.fields import utc_text
from iqs_tui.sync.client import SyncClient
from iqs_tui.sync.transport import Transport
from tests.waiting import PATIENCE_S

_SERVE = """
import sys
from iqs_tui import central, config
sys.exit(central.run(config.load(environ={"IQS_SERVER__DATABASE": sys.argv[1]}), int(sys.argv[2])))
"""


@dataclass
class Central:
    """The server process and its database (a path, or a URL)."""

    database: str
    script: str = _SERVE
    port: int = 0
    process: subprocess.Popen[str] | None = None
    url: str = ""

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", self.script, self.database, str(self.port)],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert select.select([self.process.stdout], [], [], PATIENCE_S)[0], "the server did not say that it is ready"
        line = self.process.stdout.readline()
        assert line.startswith("ready url=http://"), line
        self.url = line.removeprefix("ready url=").strip()
        self.port = int(self.url.rpartition(":")[2])

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(PATIENCE_S)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """What stands in the server's database, read past the program."""
        if "://" in self.database:
            with psycopg.connect(self.database) as connection:
                return connection.execute(query).fetchall()
        with sqlite3.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def event_ids(self) -> set[str]:
        return {event_id for (event_id,) in self.rows("SELECT event_id FROM received_event")}


@contextmanager
def inside(central: Central, back_to: Path) -> Iterator[None]:
    """Have this process work on the server's database, then on the kiosk's again."""
    store.close_connection()
    store.open_database(central.database)
    try:
        yield
    finally:
        store.close_connection()
        store.open_database(back_to)


def enrolled(central: Central, db: Path, room: str = "kamer-1") -> SyncClient:
    """A client of this process's database `db`, enrolled at the server, and as patient as the tests are."""
    with inside(central, db):
        code = enrolment.new_code(room)
    client = SyncClient(central.url, transport=Transport(central.url, deadline_s=PATIENCE_S))
    client.enrol(code, "Kiosk van de test", room)
    return client


def case_payload(case_id: str, **changes: Any) -> dict[str, Any]:
    """A row of the table of cases, as the outbox holds it."""
    now = utc_text(utc_now())
    return {
        "case_id": case_id,
        "room": "kamer-1",
        "device_id": "dx",
        "study_uid": "1.2.3",
        "exposure_uid": f"1.2.3.{case_id}",
        "instance_uids": [],
        "signals": ["key"],
        "is_question": False,
        "state": "answered",
        "reason_code": "rotation",
        "reason_label": "Rotatie / kanteling",
        "cid7011_code": "111209",
        "detected_at": now,
        "answered_at": now,
        "keys": 1,
        "updated_at": now,
    } | changes


def put_cases(*case_ids: str, **changes: Any) -> None:
    """Put cases into the kiosk's outbox."""
    for case_id in case_ids:
        outbox.put("case", case_payload(case_id, **changes), utc_now())
