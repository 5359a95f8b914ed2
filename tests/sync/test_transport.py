"""One HTTP call: every way in which it can go wrong has its own exception, and none lasts longer than its deadline."""

import gzip
import resource
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from iqs_tui.sync.transport import BadAnswer, Busy, NotTaken, Offline, Refused, TooLarge, Transport
from tests.waiting import must_end


def answering(status: int, body: bytes = b"{}", **headers: str) -> Transport:
    return Transport(
        "http://central",
        via=httpx.MockTransport(lambda _: httpx.Response(status, content=body, headers=headers)),
    )


@contextmanager
def raw_server(behave: Callable[[socket.socket], None], tls: ssl.SSLContext | None = None) -> Iterator[str]:
    """A server that does with each connection what it is told."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            with client, suppress(OSError):
                behave(tls.wrap_socket(client, server_side=True) if tls else client)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, Refused),
        (403, Refused),
        (409, Busy),
        (425, Busy),
        (429, Busy),
        (503, Busy),
        (413, TooLarge),
        (400, NotTaken),
        (422, NotTaken),
        (302, BadAnswer),
        (404, BadAnswer),
        (500, BadAnswer),
        (502, BadAnswer),
        (204, BadAnswer),
    ],
)
def test_each_status_has_its_exception(status: int, error: type[Exception]):
    with pytest.raises(error):
        answering(status, Location="http://elsewhere/").post("/x", b"", {})


def test_a_redirect_is_not_followed():
    asked = []

    def redirect(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        return httpx.Response(307, headers={"Location": "http://elsewhere/"})

    with pytest.raises(BadAnswer):
        Transport("http://central", via=httpx.MockTransport(redirect)).post("/x", b"", {"Authorization": "Bearer t"})
    assert len(asked) == 1


@pytest.mark.parametrize(("said", "wait"), [("17", 17.0), ("soon", None), ("-3", None), ("²", None), (None, None)])
def test_retry_after(said: str | None, wait: float | None):
    headers = {} if said is None else {"Retry-After": said.encode()}
    with pytest.raises(Busy) as busy:
        answering(429, **headers).post("/x", b"", {})
    assert busy.value.retry_after_s == wait


def test_an_answer_is_cut_off_and_never_inflated():
    with pytest.raises(BadAnswer, match="larger"):
        answering(200, b"x" * (2 << 20)).post("/x", b"", {})
    bomb = gzip.compress(b"x" * (200 << 20))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with (
        raw_server(
            lambda client: client.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb) + bomb
            )
        ) as url,
        pytest.raises(BadAnswer, match="compressed"),
    ):
        Transport(url).get("/x", {})
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 50 * 1024


def drip(client: socket.socket) -> None:
    client.recv(65536)
    client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    while True:
        client.sendall(b"x")
        time.sleep(0.05)


def drip_headers(client: socket.socket) -> None:
    client.recv(65536)
    client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        client.sendall(b"x")
        time.sleep(0.05)


def silence(client: socket.socket) -> None:
    while client.recv(65536):
        pass


@pytest.mark.parametrize("behave", [drip, drip_headers, silence])
def test_no_call_outlasts_its_deadline(behave: Callable[[socket.socket], None]):
    with raw_server(behave) as url:
        call = Transport(url, deadline_s=0.5)
        with pytest.raises(Offline, match="within"):
            must_end(lambda: call.post("/x", b"{}", {}))


@pytest.mark.parametrize(
    "answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n{", b"\x00\xff\x17 nonsense\r\n\r\n"]
)
def test_half_an_answer_is_no_answer(answer: bytes):
    def behave(client: socket.socket) -> None:
        client.recv(65536)
        client.sendall(answer)

    with raw_server(behave) as url, pytest.raises(Offline):
        Transport(url).post("/x", b"{}", {})


def test_nobody_there(free_port: int):
    with pytest.raises(Offline):
        Transport(f"http://127.0.0.1:{free_port}").get("/x", {})
    with pytest.raises(Offline):
        Transport("http://no-such-host.invalid").get("/x", {})
    with pytest.raises(Offline):
        Transport("no url at all").get("/x", {})


def test_a_certificate_nobody_vouches_for_gets_nothing(tmp_path: Path):
    subprocess.run(
        [
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            "1",
            "-subj",
            "/CN=127.0.0.1",
            "-keyout",
            str(tmp_path / "key"),
            "-out",
            str(tmp_path / "certificate"),
        ],
        check=True,
        capture_output=True,
    )
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    received = []
    with (
        raw_server(lambda client: received.append(client.recv(1000)), tls) as url,
        pytest.raises(Offline, match=r"(?i)certificate"),
    ):
        Transport(url).post("/x", b"secret", {})
    assert received == []
