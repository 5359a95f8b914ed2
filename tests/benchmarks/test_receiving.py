"""How fast CT slices come in over one association, beside dcmtk's storescp on the same files in the same run.

Prints figures and asserts nothing on time: `pytest -s tests/benchmarks/test_receiving.py`. Receivers take turns, a
fresh process each time, loopback only. IQS_BENCH_SLICES and IQS_BENCH_ROUNDS change the defaults of 1000 and 5.
"""

import os
import re
import secrets
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from tests.dicom.listening import ct_slice, write_part10
from tests.waiting import wait_for

SLICES = int(os.environ.get("IQS_BENCH_SLICES", "1000"))
ROUNDS = int(os.environ.get("IQS_BENCH_ROUNDS", "5"))
SLICE_BYTES = 512 * 512 * 2

_MARK = f"2.25.{'1' * 35}"

Receiver = Callable[[Path], AbstractContextManager[int]]


def make_ct_files(folder: Path, n: int) -> list[Path]:
    """Write `n` CT slices of 0.5 MB of one series, each with an instance UID of its own."""
    folder.mkdir(parents=True, exist_ok=True)
    model = write_part10(ct_slice(SLICE_BYTES, SOPInstanceUID=_MARK), folder / "model")
    content = model.read_bytes()
    model.unlink()
    first = 10**34 + secrets.randbelow(10**34)
    paths = [folder / f"{number:05d}.dcm" for number in range(n)]
    for number, path in enumerate(paths):
        path.write_bytes(content.replace(_MARK.encode(), f"2.25.{first + number}".encode()))
    return paths


def send(storescu: str, folder: Path, port: int, *, nagle: bool = False) -> float:
    """Send all files of a folder over one association; return the seconds it took."""
    environment = dict(os.environ) if nagle else {**os.environ, "TCP_NODELAY": "1"}
    started = time.perf_counter()
    subprocess.run([storescu, "+sd", "127.0.0.1", str(port), folder], check=True, env=environment)
    return time.perf_counter() - started


@contextmanager
def storescp(program: str, options: tuple[str, ...], scratch: Path) -> Iterator[int]:
    """dcmtk's receiver, Nagle off; writes into `scratch` unless told to ignore."""
    scratch.mkdir()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, *options, "-od", str(scratch), str(port)]
    server = subprocess.Popen(command, env={**os.environ, "TCP_NODELAY": "1"})
    try:
        wait_for(lambda: is_bound(port))
        yield port
    finally:
        server.terminate()
        server.wait(10)


def is_bound(port: int) -> bool:
    """Say whether somebody listens there, without connecting."""
    needle = f":{port:04X} "
    return any(needle in line and " 0A " in line for line in Path("/proc/net/tcp").read_text().splitlines())


@contextmanager
def python_receiver(arguments: tuple[str, ...], scratch: Path) -> Iterator[int]:
    """A process of ours that says on which port it listens, in a folder of its own."""
    scratch.mkdir()
    command = [sys.executable, *(argument.format(scratch=scratch) for argument in arguments)]
    server = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        said = re.search(r"port=(\d+)", server.stdout.readline() if server.stdout else "")
        if said is None:
            pytest.skip(f"does not start: {' '.join(command)}")
        yield int(said[1])
    finally:
        server.terminate()
        server.communicate(timeout=30)


def receivers(peer: Callable[[str], str]) -> dict[str, Receiver]:
    """Return what is compared, by name."""
    program = peer("storescp")
    return {
        "node, SQLite": lambda scratch: python_receiver(
            ("-m", "iqs_tui", "--db", "{scratch}/iqs.db", "node", "--port", "0"), scratch
        ),
        "listener alone": lambda scratch: python_receiver(("-m", "tests.benchmarks.memory_listener"), scratch),
        "storescp, writes files": lambda scratch: storescp(program, (), scratch),
        "storescp --ignore, PDU 128k": lambda scratch: storescp(program, ("--ignore", "--max-pdu", "131072"), scratch),
    }


@pytest.mark.parametrize("nagle", [False, True], ids=["nodelay", "nagle"])
def test_slices_per_second(peer, tmp_path: Path, nagle: bool):
    n = SLICES if not nagle else max(SLICES // 10, 10)
    files = tmp_path / "ct"
    make_ct_files(files, n)
    storescu, compared = peer("storescu"), receivers(peer)
    seconds: dict[str, list[float]] = {name: [] for name in compared}
    for turn in range(ROUNDS):
        for number, (name, start) in enumerate(compared.items()):
            try:
                with start(tmp_path / f"{turn}-{number}") as port:
                    seconds[name].append(send(storescu, files, port, nagle=nagle))
            except pytest.skip.Exception as missing:
                print(missing)
    print(f"\n{n} CT slices of {SLICE_BYTES // 1024} KiB, one association, sender with Nagle: {nagle}")
    for name, measured in seconds.items():
        if measured:
            median = statistics.median(measured)
            span = f"{min(measured):.2f}-{max(measured):.2f}"
            print(f"{name:30} {n / median:7.0f} slices/s  median {median:6.2f} s ({span}), n={len(measured)}")
