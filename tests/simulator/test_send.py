"""The simulator speaks to a real listener, of others: dcmtk's storescp."""

import socket
import subprocess
import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pydicom
import pytest

from iqs_tui.simulator import send
from iqs_tui.simulator.actions import Pause
from iqs_tui.simulator.scenarios import SCENARIOS
from iqs_tui.simulator.study import Stage
from tests.waiting import PATIENCE_S, must_end, wait_for

ZONE = ZoneInfo("Europe/Amsterdam")


@pytest.fixture
def storescp(peer, tmp_path, free_port):
    folder = tmp_path / "received"
    folder.mkdir()
    process = subprocess.Popen([peer("storescp"), "-od", str(folder), str(free_port)], stderr=subprocess.DEVNULL)
    wait_for(lambda: is_listening(free_port), what="storescp")
    yield free_port, folder
    process.terminate()
    process.wait(PATIENCE_S)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def a_target(port: int, **said: str) -> send.Target:
    return send.Target(host="127.0.0.1", port=port, called_ae="ANY", **said)


def actions(name: str):
    return SCENARIOS[name].play(Stage("1", lambda: datetime.now(UTC), ZONE))


def test_a_scenario_arrives(storescp) -> None:
    port, folder = storescp
    told = []
    sent = send.play(actions("reject_note"), a_target(port), on_sent=lambda s: told.append(s.accepted))
    assert (sent.accepted, sent.refused) == (5, 0)
    assert told == [1, 2, 3, 4, 5]
    received = [pydicom.dcmread(path, stop_before_pixels=True) for path in folder.iterdir()]
    assert sorted(ds.Modality for ds in received) == ["DX", "DX", "DX", "KO", "SR"]
    assert len({ds.StudyInstanceUID for ds in received}) == 1


def test_what_the_receiver_does_not_take_is_said(storescp) -> None:
    """storescp knows no MPPS."""
    port, _ = storescp
    with pytest.raises(send.SendFailed, match="could not be sent"):
        send.play(actions("mpps_exam"), a_target(port))


def test_nobody_there(free_port) -> None:
    with pytest.raises(send.SendFailed, match="cannot be reached"):
        send.play(actions("quiet"), a_target(free_port))


def test_stopping_ends_a_pause(free_port) -> None:
    stop = threading.Event()
    threading.Timer(0.1, stop.set).start()
    an_hour = [Pause(seconds=3600), *actions("quiet")]
    sent = must_end(lambda: send.play(an_hour, a_target(free_port), stop))
    assert (sent.accepted, sent.refused) == (0, 0)
