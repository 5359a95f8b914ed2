"""C-ECHO as SCU, to real and to silent peers."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pynetdicom import AE

from iqs_tui.dicom.echo import echo
from tests.dicom.listening import MemoryInbox, listening
from tests.waiting import PATIENCE_S, wait_for


@contextmanager
def storescp(program: str, port: int, *options: str) -> Iterator[None]:
    server = subprocess.Popen([program, "--ignore", *options, str(port)], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(port))
        yield
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_peer_that_answers(peer, free_port: int):
    with storescp(peer("storescp"), free_port):
        result = echo("127.0.0.1", free_port, "ANY", "IQS", PATIENCE_S)
    assert (result.ok, result.outcome) == (True, "ok")
    assert result.ms > 0


def test_a_peer_that_refuses(peer, free_port: int):
    # storescp closes right after its refusal, which pynetdicom takes for a connection that never stood, one in three.
    with storescp(peer("storescp"), free_port, "--refuse"):
        results = [echo("127.0.0.1", free_port, "ANY", "IQS", PATIENCE_S) for _ in range(20)]
    assert {(result.ok, result.outcome) for result in results} == {(False, "rejected")}


def test_a_peer_that_does_not_know_us():
    with listening(MemoryInbox(known=lambda ae_title, host: False)) as port:
        result = echo("127.0.0.1", port, "IQS", "STRANGER", PATIENCE_S)
    assert (result.ok, result.outcome) == (False, "rejected")
    assert result.message == "association rejected: our AE title is not known there"


def test_nobody_there(free_port: int):
    result = echo("127.0.0.1", free_port, "ANY", "IQS", 2)
    assert (result.ok, result.outcome) == (False, "unreachable")


def test_a_name_that_does_not_exist():
    result = echo("no-such-host.invalid", 104, "ANY", "IQS", 2)
    assert (result.ok, result.outcome) == (False, "unreachable")


def test_somebody_who_says_nothing():
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        result = echo("127.0.0.1", silent.getsockname()[1], "ANY", "IQS", 0.5)
    assert (result.ok, result.outcome) == (False, "unreachable")
    assert result.ms >= 500


def test_no_step_takes_longer_than_it_may(monkeypatch: pytest.MonkeyPatch):
    given = []

    def associate(entity: AE, *_: object, **__: object) -> None:
        given.append({entity.connection_timeout, entity.acse_timeout, entity.dimse_timeout, entity.network_timeout})
        raise OSError

    monkeypatch.setattr(AE, "associate", associate)
    echo("127.0.0.1", 104, "ANY", "IQS", 0.5)
    assert given == [{0.5}]
