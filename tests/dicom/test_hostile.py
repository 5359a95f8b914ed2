"""Callers that break the protocol, by accident or on purpose: they are cut off, and lock nobody out."""

import resource
import socket
import struct
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, XRayRadiationDoseSRStorage
from pynetdicom.dsutils import encode

from tests.dicom.listening import MemoryInbox, associated, ct_slice, listening, object_of
from tests.waiting import PATIENCE_S, wait_for

MEBIBYTE = 1024**2


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody who speaks is let go because the machine is busy; who does not is not waited for at the end."""
    monkeypatch.setattr("iqs_tui.dicom.transport.GREETING_S", PATIENCE_S)
    monkeypatch.setattr("iqs_tui.dicom.listener._LEAVE_S", 0.0)


@pytest.fixture
def _impatience(monkeypatch: pytest.MonkeyPatch, _patience: None) -> None:
    """Wait as the listener does for who says nothing, but not as long."""
    monkeypatch.setattr("iqs_tui.dicom.transport.GREETING_S", 0.5)


CT, IMPLICIT, EXPLICIT = CTImageStorage, "1.2.840.10008.1.2", "1.2.840.10008.1.2.1"


def item(kind: int, body: bytes) -> bytes:
    return struct.pack(">BBH", kind, 0, len(body)) + body


def associate_request(sop_class: str = CT, syntax: str = EXPLICIT) -> bytes:
    context = item(0x20, bytes([1, 0, 0, 0]) + item(0x30, sop_class.encode()) + item(0x40, syntax.encode()))
    user = item(0x50, item(0x51, struct.pack(">I", 16384)) + item(0x52, b"1.2.3"))
    body = struct.pack(">HH", 1, 0) + b"IQS".ljust(16) + b"HOSTILE".ljust(16) + bytes(32)
    body += item(0x10, b"1.2.840.10008.3.1.1.1") + context + user
    return struct.pack(">BBI", 1, 0, len(body)) + body


def p_data(fragment: bytes, control: int, context_id: int = 1) -> bytes:
    value = struct.pack(">IBB", len(fragment) + 2, context_id, control) + fragment
    return struct.pack(">BBI", 4, 0, len(value)) + value


def store_command(sop_class: str = CT, sop_instance: str = "1.2.3.4") -> bytes:
    command = Dataset()
    command.AffectedSOPClassUID, command.CommandField, command.MessageID = sop_class, 1, 1
    command.Priority, command.CommandDataSetType, command.AffectedSOPInstanceUID = 2, 1, sop_instance
    encoded = encode(command, True, True)
    return p_data(bytes([0, 0, 0, 0, 4, 0, 0, 0]) + struct.pack("<I", len(encoded)) + encoded, 3)


@contextmanager
def caller(port: int, sends: bytes = b"") -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.settimeout(PATIENCE_S)
        connection.sendall(sends)
        yield connection


@contextmanager
def raw_association(port: int, sop_class: str = CT) -> Iterator[socket.socket]:
    with caller(port, associate_request(sop_class)) as connection:
        assert read_pdu(connection)[0] == 2, "not accepted"
        yield connection


def read_pdu(connection: socket.socket) -> bytes:
    header = connection.recv(6, socket.MSG_WAITALL)
    if len(header) < 6:
        return b""
    return header + connection.recv(struct.unpack(">I", header[2:])[0], socket.MSG_WAITALL)


def is_hung_up(connection: socket.socket) -> bool:
    """Read until the other side closes."""
    try:
        while connection.recv(65536):
            pass
    except ConnectionError:
        pass
    except TimeoutError:
        return False
    return True


def sends_until_cut(connection: socket.socket, piece: bytes, at_most: int) -> int:
    """Send the same piece again and again; return how many bytes were taken before the connection was cut."""
    sent = 0
    try:
        while sent < at_most:
            connection.sendall(piece)
            sent += len(piece)
    except OSError:
        return sent
    return sent


def echoes(peer, port: int) -> bool:
    command = [peer("echoscu"), "127.0.0.1", str(port)]
    return subprocess.run(command, capture_output=True, timeout=PATIENCE_S).returncode == 0


def test_half_headers_lock_nobody_out(peer):
    with listening(MemoryInbox(), max_associations=4) as port, ExitStack() as stack:
        for _ in range(12):
            stack.enter_context(caller(port, b"\x01\x00\x00"))
        assert echoes(peer, port)


@pytest.mark.usefixtures("_impatience")
def test_half_headers_are_let_go():
    with listening(MemoryInbox(), max_associations=4) as port, ExitStack() as stack:
        before = threading.active_count()
        slow = [stack.enter_context(caller(port, b"\x01\x00\x00")) for _ in range(12)]
        assert all(is_hung_up(connection) for connection in slow)
        wait_for(lambda: threading.active_count() <= before)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\x01",
        b"GET / HTTP/1.1\r\nHost: kiosk\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        b"\x01\x00\xff\xff\xff\xf0" + bytes(1000),
        b"\x04\x00\x00\x00\x00\x04\x00\x00\x00\x00",
        b"\x05\x00\x00\x00\x00\x04\x00\x00\x00\x00",
        b"\x07\x00\x00\x00\x00\x04\x00\x00\x00\x00",
        associate_request()[:50],
        b"\x01\x00\x00\x00\x00\x44" + bytes(68),
        b"\xff" * 4000,
    ],
    ids=["nothing", "one byte", "http", "tls", "4 GiB", "data", "release", "abort", "half", "zeros", "ones"],
)
@pytest.mark.usefixtures("_impatience")
def test_who_does_not_ask_for_an_association_is_let_go(peer, said: bytes):
    with listening(MemoryInbox()) as port:
        with caller(port, said) as connection:
            assert is_hung_up(connection)
        wait_for(lambda: echoes(peer, port))


def test_a_pdu_of_4_gib_is_not_read(peer):
    inbox = MemoryInbox()
    with listening(inbox) as port:
        with raw_association(port) as connection:
            connection.sendall(store_command() + b"\x04\x00\xff\xff\xff\xf0")
            assert sends_until_cut(connection, bytes(MEBIBYTE), 200 * MEBIBYTE) < 50 * MEBIBYTE
        assert echoes(peer, port)
        wait_for(lambda: len(inbox.closed) == len(inbox.opened))


@pytest.mark.parametrize("sop_class", [CT, XRayRadiationDoseSRStorage], ids=["image", "report"])
def test_an_endless_data_set_is_cut(peer, sop_class: str):
    inbox = MemoryInbox()
    with listening(inbox, max_object_bytes=40 * MEBIBYTE) as port:
        with raw_association(port, sop_class) as connection:
            connection.sendall(store_command(sop_class))
            piece = p_data(bytes(131000), 0)
            assert sends_until_cut(connection, piece, 500 * MEBIBYTE) < 80 * MEBIBYTE
        wait_for(lambda: inbox.refusals)
        wait_for(lambda: len(inbox.closed) == 1)
        assert echoes(peer, port)
    [refusal] = inbox.refusals
    assert refusal.status == 0xA700
    assert refusal.reason == "object is larger than 40 MB"
    assert (refusal.sop_class_uid, refusal.sop_instance_uid) == (sop_class, "1.2.3.4")
    assert not inbox.records


def test_an_endless_command_is_cut(peer):
    with listening(MemoryInbox()) as port:
        with raw_association(port) as connection:
            assert sends_until_cut(connection, p_data(bytes(1000), 1), 50 * MEBIBYTE) < 20 * MEBIBYTE
        assert echoes(peer, port)


def test_a_caller_that_does_not_wait_for_answers_is_cut(peer):
    inbox = MemoryInbox(waits_s=0.5)
    dataset = object_of(CT, SOPInstanceUID="1.2.3.4")
    message = store_command() + p_data(encode(dataset, False, True), 2)
    with listening(inbox) as port:
        with raw_association(port) as connection:
            assert sends_until_cut(connection, message, 50 * MEBIBYTE) < 20 * MEBIBYTE
        assert echoes(peer, port)


def test_memory_does_not_grow_with_the_object():
    """A 400 MB run: only what can hold the header is kept."""
    with listening(MemoryInbox(), max_object_bytes=1024 * MEBIBYTE) as port, raw_association(port) as connection:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        dataset = encode(object_of(CT, SOPInstanceUID="1.2.3.4"), False, True)
        pixels = struct.pack("<HH2sHI", 0x7FE0, 0x0010, b"OW", 0, 400 * MEBIBYTE)
        connection.sendall(store_command() + p_data(dataset + pixels, 0))
        piece = p_data(bytes(100 * 1024), 0)
        assert sends_until_cut(connection, piece, 400 * MEBIBYTE) >= 400 * MEBIBYTE
        connection.sendall(p_data(b"", 2))
        assert read_pdu(connection)[0] == 4
        grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown_kib < 100 * 1024


def test_a_sender_that_stalls_in_a_data_set_is_let_go(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("iqs_tui.dicom.transport.PDU_DEADLINE_S", 0.5)
    inbox = MemoryInbox()
    with listening(inbox) as port, raw_association(port) as connection:
        connection.sendall(store_command() + p_data(bytes(1000), 0)[:500])
        assert is_hung_up(connection)
        wait_for(lambda: len(inbox.closed) == 1)


def test_an_association_that_says_nothing_is_aborted():
    inbox = MemoryInbox()
    with listening(inbox, network_timeout_s=1) as port, raw_association(port) as connection:
        assert is_hung_up(connection)
        wait_for(lambda: len(inbox.closed) == 1)


def store_raw(port: int, data: bytes, sop_class: str = CT, sop_instance: str = "1.2.3.4") -> int:
    """Send bytes as the data set of a C-STORE; return the status of the answer."""
    with raw_association(port, sop_class) as connection:
        connection.sendall(store_command(sop_class, sop_instance))
        pieces = [data[at : at + 16000] for at in range(0, len(data), 16000)] or [b""]
        for number, piece in enumerate(pieces, 1):
            connection.sendall(p_data(piece, 2 if number == len(pieces) else 0))
        reply = read_pdu(connection)
        if reply[:1] != b"\x04":
            raise ConnectionAbortedError
        at = reply.index(b"\x00\x00\x00\x09\x02\x00\x00\x00")
        return struct.unpack("<H", reply[at + 8 : at + 10])[0]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        bytes(4000),
        b"\xff" * 4000,
        b"\x1f\x8b\x08" + bytes(range(256)) * 8,
        b"no dicom at all, just words" * 50,
        encode(object_of(CT), True, True),
        encode(ct_slice(), False, True)[:120],
    ],
    ids=["empty", "zeros", "ones", "gzip", "words", "wrong syntax", "half"],
)
def test_rubbish_is_never_success(data: bytes):
    inbox = MemoryInbox()
    with listening(inbox) as port:
        assert store_raw(port, data) in {0xC000, 0xA900}
        assert store_raw(port, encode(object_of(CT, SOPInstanceUID="1.2.3.4"), False, True)) == 0x0000
    assert len(inbox.records) == 1
    assert len(inbox.refusals) == 1
    assert inbox.refusals[0].size_bytes == len(data)


@pytest.mark.parametrize("depth", [150, 300, 20_000])
def test_deep_nesting_does_no_harm(depth: int):
    """Sequences within sequences, of undefined length, in a report: read, or refused."""
    opened = struct.pack("<HH2sHI", 0x0040, 0xA730, b"SQ", 0, 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    shut = b"\xfe\xff\x0d\xe0\x00\x00\x00\x00\xfe\xff\xdd\xe0\x00\x00\x00\x00"
    report = XRayRadiationDoseSRStorage
    data = encode(object_of(report, SOPInstanceUID="1.2.3.4"), False, True) + opened * depth + shut * depth
    inbox = MemoryInbox()
    with listening(inbox) as port:
        assert store_raw(port, data, report) in {0x0000, 0xC000}
        assert store_raw(port, encode(object_of(CT, SOPInstanceUID="1.2.3.5"), False, True), CT, "1.2.3.5") == 0


@pytest.mark.parametrize("uid", ["../../../../tmp/iqs-was-here", "/etc/passwd", "1." * 40 + "1", "1.2.\x1b[31m"])
def test_uids_never_become_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, uid: str):
    monkeypatch.chdir(tmp_path)
    inbox = MemoryInbox()
    data = encode(object_of(CT, SOPInstanceUID=uid), False, True)
    # A UID of more than 64 characters ends the association instead.
    with listening(inbox) as port, suppress(ConnectionError):
        assert store_raw(port, data, CT, uid) == 0xC000
    assert not list(tmp_path.rglob("*was-here*"))
    assert not Path("/tmp/iqs-was-here").exists()
    assert not inbox.records
    assert "\x1b" not in repr(inbox.refusals).encode().decode("unicode_escape")


def test_a_malformed_command_ends_its_own_association_only(peer):
    inbox = MemoryInbox()
    with listening(inbox) as port:
        with raw_association(port) as connection:
            connection.sendall(p_data(b"\x00\x00\x00\x01" + b"\xff" * 60, 3))
            assert is_hung_up(connection)
        assert echoes(peer, port)
        wait_for(lambda: len(inbox.closed) == len(inbox.opened) == 2)


def test_a_data_set_on_a_context_that_was_not_accepted(peer):
    with listening(MemoryInbox()) as port:
        with raw_association(port) as connection:
            connection.sendall(p_data(store_command()[12:], 3, context_id=99) + p_data(bytes(8), 2, context_id=99))
            assert is_hung_up(connection)
        assert echoes(peer, port)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(said=st.binary(max_size=300), is_associated=st.booleans())
def test_no_bytes_bring_it_down(hardy: tuple[int, MemoryInbox], said: bytes, is_associated: bool):
    port, inbox = hardy
    with raw_association(port) if is_associated else caller(port) as connection, suppress(OSError):
        connection.sendall(said)
        connection.shutdown(socket.SHUT_WR)
        assert is_hung_up(connection)
    assert not inbox.records


@pytest.fixture
def hardy(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[int, MemoryInbox]]:
    """One listener for all examples; it must still take in a slice when they are over, and be rid of its callers."""
    monkeypatch.setattr("iqs_tui.dicom.transport.GREETING_S", 5.0)
    inbox = MemoryInbox()
    before = threading.active_count()
    with listening(inbox, max_associations=1000) as port:
        yield port, inbox
        with associated(port, CT) as association:
            assert association.send_c_store(ct_slice()).Status == 0x0000
        wait_for(lambda: len(inbox.closed) == len(inbox.opened))
        wait_for(lambda: threading.active_count() <= before + 1)


def test_good_objects_come_in_while_others_misbehave():
    inbox = MemoryInbox()
    with listening(inbox, max_associations=4) as port, ExitStack() as stack:
        for said in (b"\x01\x00\x00", b"", b"GET / HTTP/1.1\r\n\r\n", b"\xff"):
            for _ in range(3):
                stack.enter_context(caller(port, said))
        with associated(port, CT) as association:
            assert association.send_c_store(ct_slice()).Status == 0x0000
    assert len(inbox.records) == 1
