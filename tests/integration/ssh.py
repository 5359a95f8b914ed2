"""An sshd of the test's own: own keys, loopback, a temporary folder, and the snippets of docs/admin-ssh.md."""

import getpass
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pexpect
import pyte

from tests.conftest import find_peer
from tests.integration.processes import Kiosk
from tests.waiting import PATIENCE_S

DOCS = Path(__file__).parents[2] / "docs" / "admin-ssh.md"


def snippet(language: str) -> str:
    """Return the fenced block of this language from the manager's page."""
    found = re.search(rf"^```{language}\n(.*?)^```$", DOCS.read_text(encoding="utf-8"), re.S | re.M)
    assert found, f"{DOCS} has no ```{language} block"
    return found[1]


class Session(Kiosk):
    """An `ssh` in a pty, and what its terminal shows."""

    def __init__(self, command: list[str], columns: int = 120, rows: int = 36) -> None:
        env = os.environ | {"TERM": "xterm-256color"}
        env.pop("COLORTERM", None)
        self.child = pexpect.spawn(command[0], command[1:], dimensions=(rows, columns), env=env, timeout=PATIENCE_S)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self.raw = b""


@dataclass(frozen=True, slots=True)
class Server:
    """A running sshd, and how to reach it."""

    folder: Path
    port: int

    def command(self, *options: str, remote: tuple[str, ...] = (), program: str = "ssh") -> list[str]:
        """Return the client's command line."""
        port = "-P" if program == "sftp" else "-p"
        common = ["-F", "none", "-i", str(self.folder / "user"), port, str(self.port), "-q"]
        for option in (
            "BatchMode=yes",
            "IdentitiesOnly=yes",
            "StrictHostKeyChecking=no",
            f"UserKnownHostsFile={self.folder / 'known'}",
        ):
            common += ["-o", option]
        return [find_peer(program), *common, *options, f"{getpass.getuser()}@127.0.0.1", *remote]

    def session(self, *options: str, remote: tuple[str, ...] = ()) -> Session:
        """Log in on a terminal."""
        return Session(self.command("-t", *options, remote=remote))

    def run(
        self, *options: str, remote: tuple[str, ...] = (), program: str = "ssh", typed: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """Log in without a terminal."""
        command = self.command(*options, remote=remote, program=program)
        return subprocess.run(command, input=typed, capture_output=True, text=True, timeout=PATIENCE_S)


@contextmanager
def admin_server(folder: Path, config: Path, port: int) -> Iterator[Server]:
    """Run an sshd that gives everybody who logs in the manager's face on `config`."""
    sshd = find_peer("sshd")
    for key in ("host", "user"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / key)], check=True)
    (folder / "authorized").write_bytes((folder / "user.pub").read_bytes())
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    (folder / "sshd_config").write_text(_settings(folder, _wrapper(folder, config), port))
    with (folder / "sshd.log").open("w") as log:
        server = subprocess.Popen([sshd, "-D", "-e", "-f", str(folder / "sshd_config")], stderr=log)
        try:
            _wait_until_listening(server, port, folder)
            yield Server(folder, port)
        finally:
            server.terminate()
            server.wait(PATIENCE_S)


def _wrapper(folder: Path, config: Path) -> Path:
    """The page's own script, with this machine's paths."""
    program = folder / "iqs-tui"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m iqs_tui "$@"\n')
    script = snippet("sh").replace("/opt/iqs-tui/bin/iqs-tui", str(program))
    script = script.replace("/etc/iqs-tui/config.toml", str(config))
    wrapper = folder / "iqs-admin"
    wrapper.write_text(script)
    for made in (program, wrapper):
        made.chmod(0o755)
    return wrapper


def _settings(folder: Path, wrapper: Path, port: int) -> str:
    """The page's own settings, after what an sshd of a test needs."""
    page = snippet("sshd_config").replace("/usr/local/bin/iqs-admin", str(wrapper))
    assert "Match Group iqs-admin\n" in page
    own = f"""
        Port {port}
        ListenAddress 127.0.0.1
        HostKey {folder / "host"}
        PidFile none
        AuthorizedKeysFile {folder / "authorized"}
        StrictModes no
        UsePAM no
        PermitRootLogin yes
        Subsystem sftp internal-sftp
        PrintMotd no
    """
    return own + page.replace("Match Group iqs-admin", f"Match User {getpass.getuser()}")


def _wait_until_listening(server: subprocess.Popen[bytes], port: int, folder: Path) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            assert server.poll() is None and time.monotonic() < deadline, (folder / "sshd.log").read_text()
            time.sleep(0.05)
