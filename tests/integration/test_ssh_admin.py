"""What an application manager gets over SSH, with a real `ssh` and a real `sshd`."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from iqs_tui.store import log
from iqs_tui.store.models import LogEntry, Peer, User
from tests.integration.ssh import Server, admin_server
from tests.waiting import PATIENCE_S, wait_for

NOW = datetime.now(UTC)
CTRL_Q = "\x11"
HOSTILE = "EVIL\x1b]52;c;aGFjaw==\x07\x9b31m\x1b[2J[@click=app.quit]x[/]\u202eSRI"


@pytest.fixture
def server(db: Path, tmp_path: Path, free_port: int) -> Iterator[Server]:
    config = tmp_path / "config.toml"
    config.write_text(f'[database]\npath = "{db}"\n\n[[rooms]]\nid = "kamer-1"\nname = "Kamer 1"\n')
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    with admin_server(folder, config, free_port) as running:
        yield running


def faces(db: Path) -> list[int]:
    """The processes that have this database open, but for this one."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            opened = {str(link.readlink()) for link in (entry / "fd").iterdir()}
        except OSError:
            continue
        if str(db) in opened:
            found.append(int(entry.name))
    return found


def test_the_face_works_over_ssh_and_quitting_ends_the_session(server, db):
    with server.session() as session:
        session.wait_for("Laatst ontvangen")
        assert "\x1b[38;2;" in session.raw.decode("utf-8", "replace"), "no true colour: COLORTERM was not set"
        session.press("g")
        session.wait_for("Nog geen gebruikers.")
        session.press("+")
        session.wait_for("Initialen")
        session.press("J. Bos\tJB\r")
        session.wait_for("J. Bos is toegevoegd.")
        wait_for(lambda: User.get_or_none(User.initials == "JB"), what="the user in the database")
        session.press(CTRL_Q)
        session.wait_until_closed()
        assert not session.child.isalive()
        assert session.child.exitstatus == 0
        for mode in (b"?1000l", b"?1003l", b"?1006l", b"?2004l", b"?1049l", b"?25h"):
            assert mode in session.raw, f"the terminal was left with {mode.decode()} undone"
    assert not faces(db)


def test_news_of_the_node_appears(server, db):
    with server.session() as session:
        session.wait_for("Laatst ontvangen")
        session.press("l")
        session.wait_for("Nog geen regels.")
        log.write("node", "warning", "test", "er is nieuws")
        session.wait_for("er is nieuws")


def test_what_the_client_asks_for_is_never_run(server, db, tmp_path):
    proof = tmp_path / "proof"
    without_terminal = server.run(remote=("sh", "-c", f"touch {proof}"))
    assert without_terminal.returncode == 1
    assert "needs a terminal" in without_terminal.stderr
    with server.session(remote=(f"touch {proof}; exec sh",)) as session:
        session.wait_for("Laatst ontvangen")
        session.press(CTRL_Q)
        session.wait_until_closed()
    assert not proof.exists()


def test_no_keys_lead_to_a_shell(server, db):
    with server.session() as session:
        session.wait_for("Laatst ontvangen")
        session.press("\x03\x1a\x1c\x10!:")
        session.press("l")
        session.wait_for("Nog geen regels.")
        assert session.child.isalive()


def test_sftp_and_scp_get_no_files(server, db, tmp_path):
    listed = server.run(program="sftp", typed="ls /\nget /etc/passwd\n")
    assert listed.returncode != 0
    assert "etc" not in listed.stdout
    as_subsystem = server.run("-s", remote=("sftp",))
    assert as_subsystem.returncode == 1


def test_a_tunnel_opens_nothing(server, db):
    with socket.socket() as inner, socket.socket() as probe:
        inner.bind(("127.0.0.1", 0))
        inner.listen()
        inner.settimeout(1)
        probe.bind(("127.0.0.1", 0))
        local = probe.getsockname()[1]
        probe.close()
        target = f"{local}:127.0.0.1:{inner.getsockname()[1]}"
        client = subprocess.Popen(server.command("-N", "-L", target), stderr=subprocess.DEVNULL)
        try:
            outside = wait_for(lambda: _connected(local), what="the local end of the tunnel")
            assert isinstance(outside, socket.socket)
            with outside:
                outside.settimeout(PATIENCE_S)
                assert outside.recv(1) == b"", "the tunnel stayed open"
            with pytest.raises(TimeoutError):
                inner.accept()
        finally:
            client.terminate()
            client.wait(PATIENCE_S)
    through = server.run("-W", f"127.0.0.1:{server.port}")
    assert "SSH-2.0" not in through.stdout


def test_a_dropped_connection_ends_the_face(server, db):
    with server.session() as session:
        session.wait_for("Laatst ontvangen")
        assert faces(db)
        session.child.kill(signal.SIGKILL)
        wait_for(lambda: not faces(db), what="the end of the face")


def test_a_face_that_is_killed_leaves_a_terminal_that_can_be_used(server, db):
    with server.session() as session:
        session.wait_for("Laatst ontvangen")
        drawn = len(session.raw)
        for process in faces(db):
            os.kill(process, signal.SIGKILL)
        session.wait_until_closed()
        assert not session.child.isalive()
        for mode in (b"?1000l", b"?1003l", b"?1006l", b"?2004l", b"?1049l", b"?25h"):
            assert mode in session.raw[drawn:]


def test_text_from_outside_reaches_the_terminal_as_text_only(server, db):
    Peer.create(ae_title=HOSTILE, host=HOSTILE, is_known=False, first_seen=NOW, last_seen=NOW)
    LogEntry.create(at=NOW, process="node", level="error", source=HOSTILE, message=HOSTILE)
    with server.session() as session:
        session.wait_for("EVIL")
        for key, words in (("k", "staat niet in"), ("l", "Ander niveau")):
            session.press(key)
            session.wait_for(words)
            session.wait_for("[@click=app.quit]")
            session.press("\x1b")
            session.wait_for("Laatst ontvangen")
        raw = session.raw.decode("utf-8", "replace")
        assert "\x1b]52" not in raw
        assert "\x9b" not in raw
        assert "\u202e" not in raw
        assert "\x1b[2J[@click" not in raw
        assert session.child.isalive()


def _connected(port: int) -> socket.socket | None:
    try:
        return socket.create_connection(("127.0.0.1", port), timeout=1)
    except OSError:
        return None
