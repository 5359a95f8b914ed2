"""What the manager asks is done by a real node: C-ECHO to a real peer, enrolment with a real central server."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.processes import Kiosk, running
from tests.waiting import PATIENCE_S, wait_for

CONFIG = """
[database]
path = "{folder}/iqs.db"
[listener]
host = "127.0.0.1"
port = {port}
[central]
url = "http://127.0.0.1:{central}"
interval_seconds = 1
[server]
port = {central}
database = "{folder}/central.db"
[[rooms]]
id = "kamer-1"
name = "Kamer 1"
[[modalities]]
ae_title = "BUCKY"
host = "127.0.0.1"
port = {modality}
room = "kamer-1"
kind = "DX"
"""


@pytest.fixture
def ports(unused_ports: Callable[[], int]) -> dict[str, int]:
    return {name: unused_ports() for name in ("port", "central", "modality")}


@pytest.fixture
def config(tmp_path: Path, ports: dict[str, int]) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG.format(folder=tmp_path, **ports))
    return path


@pytest.fixture
def node(config: Path) -> Iterator[None]:
    with running("--config", str(config), "node", ready=r"ready aet=IQS"):
        yield


def test_an_echo_goes_to_a_real_modality(config, node, peer, ports):
    storescp = peer("storescp")
    with Kiosk("--config", str(config), "admin") as face:
        face.wait_for("luistert als IQS")
        face.press("k")
        face.wait_for("BUCKY")
        face.press("e")
        face.wait_for("BUCKY antwoordt niet:")
        modality = subprocess.Popen([storescp, "--ignore", "-aet", "BUCKY", str(ports["modality"])])
        try:
            wait_for(lambda: _echoes(peer("echoscu"), ports["modality"]), what="the modality")
            face.press("e")
            face.wait_for("BUCKY antwoordt in")
        finally:
            modality.terminate()
            modality.wait(PATIENCE_S)


def test_a_draw_without_images_says_so(config, node):
    with Kiosk("--config", str(config), "admin") as face:
        face.wait_for("luistert als IQS")
        face.press("r")
        face.wait_for("Nog geen rondes.")
        face.press("+")
        face.wait_for("Aantal opnamen")
        face.press("\r")
        face.wait_for("Niet gelukt: no good image fits")


def test_a_code_enrols_the_kiosk(config, node):
    with running("--config", str(config), "central", ready=r"ready url=http://"):
        command = [sys.executable, "-m", "iqs_tui", "--config", str(config)]
        told = subprocess.run(
            [*command, "central", "--enrol", "kamer-1"], capture_output=True, text=True, timeout=PATIENCE_S, check=True
        )
        with Kiosk("--config", str(config), "admin") as face:
            face.wait_for("nog niet aangesloten")
            face.press("s")
            face.wait_for("Niets wacht.")
            face.press("k")
            face.wait_for("Eenmalige code")
            face.press(told.stdout.split()[-1] + "\r")
            face.wait_for("Aangesloten.")
            face.press("\x1b")
            face.wait_for("Nu bijwerken")
            face.press("y")
            face.wait_for("De node werkt nu bij.")
        wait_for(lambda: _sync_state(command) == "ok", what="the first sync")


def _sync_state(command: list[str]) -> str:
    done = subprocess.run(
        [*command, "status", "--json"], capture_output=True, text=True, timeout=PATIENCE_S, check=True
    )
    return str(json.loads(done.stdout)["sync"]["state"])


def _echoes(echoscu: str, port: int) -> bool:
    return subprocess.run([echoscu, "-aec", "BUCKY", "127.0.0.1", str(port)], capture_output=True).returncode == 0
