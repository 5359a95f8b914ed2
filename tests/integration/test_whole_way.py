"""The whole way, every part of it real: storescu, node, kiosk in a pty, central, PostgreSQL."""

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import psycopg
from pydicom.uid import generate_uid

from tests.integration.modality import dx_image, rejection_note
from tests.integration.processes import Kiosk, running, store
from tests.waiting import PATIENCE_S, wait_for

CONFIG = """
[site]
name = "Test"
[database]
path = "{folder}/iqs.db"
[listener]
host = "127.0.0.1"
port = {port}
[kiosk]
undo_seconds = 3600
[central]
url = "http://127.0.0.1:{central}"
enrol_code = "{code}"
interval_seconds = 1
[server]
port = {central}
database = "{url}"
"""


def test_a_retake_is_heard_asked_about_kept_and_synced(
    tmp_path: Path, peer: Callable[[str], str], postgres_url: str, unused_ports: Callable[[], int]
) -> None:
    storescu, port, central = peer("storescu"), unused_ports(), unused_ports()
    config = tmp_path / "config.toml"
    text = CONFIG.replace("{folder}", str(tmp_path)).replace("{port}", str(port)).replace("{central}", str(central))
    config.write_text(text.replace("{url}", postgres_url).replace("{code}", ""))
    server = ("--config", str(config), "central")
    code = _enrol_code(config)
    config.write_text(text.replace("{url}", postgres_url).replace("{code}", code))
    study_uid, now = generate_uid(), datetime.now()  # noqa: DTZ005 (a modality's own clock)
    image = dx_image(tmp_path / "dicom", study_uid=study_uid, at=now)
    note = rejection_note(tmp_path / "dicom", study_uid=study_uid, images=[image], at=now)

    with Kiosk("--config", str(config)) as kiosk:
        kiosk.wait_for("Kamer 1")
        wait_for(lambda: _listens(port), what="the child node listening")
        with running(*server, ready=r"ready url=http://"):
            store(port, image, note, sender=storescu)
            kiosk.wait_for("Waarom is deze opname afgekeurd")
            kiosk.press("5")
            kiosk.wait_for("ongedaan")
            answered = wait_for(lambda: _cases(postgres_url), what="the answer at central")
            assert answered == [("answered", "exposure", 1)]
        kiosk.press("\r")
        # Central is away: the next answer waits, and arrives when it is back.
        later = generate_uid()
        second = dx_image(tmp_path / "dicom", study_uid=later, at=now)
        store(
            port, second, rejection_note(tmp_path / "dicom", study_uid=later, images=[second], at=now), sender=storescu
        )
        wait_for(lambda: _ask(kiosk), what="the second prompt")
        kiosk.press("8")
        kiosk.wait_for("ongedaan")
        with running(*server, ready=r"ready url=http://"):
            both = wait_for(
                lambda: len(rows := _cases(postgres_url)) == 2 and rows, what="the second answer at central"
            )
            assert both == [("answered", "cut_off", 1), ("answered", "exposure", 1)]
    assert b"\x1b[?1049l" in kiosk.raw, "the terminal was given back"
    wait_for(lambda: not _listens(port), what="the child node ending with its kiosk")


def _ask(kiosk: Kiosk) -> bool:
    return "Waarom is deze opname afgekeurd" in kiosk.text


def _enrol_code(config: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "iqs_tui", "--config", str(config), "central", "--enrol", "kamer-1"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def _listens(port: int) -> bool:
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _cases(url: str) -> list[tuple[str, str, int]]:
    query = "SELECT state, reason_code, count(*) FROM retake_case WHERE state = 'answered' GROUP BY 1, 2 ORDER BY 1, 2"
    with psycopg.connect(url) as database:
        return [tuple(row) for row in database.execute(query).fetchall()]
