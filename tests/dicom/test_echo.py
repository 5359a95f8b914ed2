"""C-ECHO as SCU, to real and to silent peers."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

from iqs_tui.dicom.echo import echo
from tests.dicom.listening import MemoryInbox, listening
from tests.waiting import wait_for


@contextmanager
def storescp(program: str, port: int, *options: str) -> Iterator[None]:
    server = subprocess.Popen([program, "--ignore", *options, str(port)], stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: _answers(port))
        yield
    finally:
        server.terminate()
        server.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_peer_that_answers(peer, free_port: int):
    with storescp(peer("storescp"), free_port):
        result = echo("127.0.0.1", free_port, "ANY", "IQS", 5)
    assert (result.ok, result.outcome) == (True, "ok")
    assert 0 < result.ms < 5000


def test_a_peer_that_refuses(peer, free_port: int):
    # storescp closes right after its refusal, which pynetdicom takes for a connection that never stood, one in three.
    with storescp(peer("storescp"), free_port, "--refuse"):
        results = [echo("127.0.0.1", free_port, "ANY", "IQS", 5) for _ in range(20)]
    assert {(result.ok, result.outcome) for result in results} == {(False, "rejected")}


def test_a_peer_that_does_not_know_us():
    with listening(MemoryInbox(known=lambda ae_title, host: False)) as port:
        result = echo("127.0.0.1", port, "IQS", "STRANGER", 5)
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
    assert result.ms < 3000
