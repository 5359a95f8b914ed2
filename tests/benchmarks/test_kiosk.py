"""What the MBB'er feels: the time to the prompt, the first frame, and the screen during a CT burst.

Prints figures and asserts nothing on time: `make bench`, or `pytest -s tests/benchmarks/test_kiosk.py`.
"""

import itertools
import json
import os
import shutil
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pexpect
import pydicom
from pydicom.uid import generate_uid
from pynetdicom import AE

from tests.benchmarks.test_receiving import make_ct_files, send, storescp
from tests.conftest import find_peer
from tests.integration.modality import dx_image, rejection_note
from tests.integration.processes import Kiosk, running

PROMPTS = int(os.environ.get("IQS_BENCH_PROMPTS", "60"))
STARTS = int(os.environ.get("IQS_BENCH_STARTS", "15"))
SLICES = int(os.environ.get("IQS_BENCH_SLICES", "1000"))
BURSTS = int(os.environ.get("IQS_BENCH_ROUNDS", "5"))


def test_from_the_answer_to_the_modality_to_the_prompt(tmp_path: Path) -> None:
    """C-STORE response at the sender to the question on the pty, the sender and the screen on one clock."""
    config = _config(tmp_path)
    spans = []
    with _node(config) as port, Kiosk("--config", str(config)) as kiosk:
        kiosk.wait_for("Kamer 1")
        for number in range(PROMPTS):
            spans.append(_one_prompt(kiosk, port, tmp_path, number))
    _print("C-STORE response to prompt", [span * 1000 for span in spans], "ms")


def _one_prompt(kiosk: Kiosk, port: int, folder: Path, number: int) -> float:
    study_uid, at = generate_uid(), datetime.now() - timedelta(minutes=1)  # noqa: DTZ005 (a modality's own clock)
    image = dx_image(folder / "dicom", study_uid=study_uid, at=at)
    note = rejection_note(folder / "dicom", study_uid=study_uid, images=[image], at=at)
    answered_at = _store(port, image, note)
    kiosk.wait_for("Waarom")
    span = time.perf_counter() - answered_at
    kiosk.press("0")
    kiosk.wait_for("Samengesteld")
    kiosk.press("4")
    kiosk.wait_for("Geen opname wacht")
    return span


def _store(port: int, *files: Path) -> float:
    """Send files over one association; return when the last answer came."""
    entity = AE("BUCKY")
    datasets = [pydicom.dcmread(path) for path in files]
    for dataset in datasets:
        entity.add_requested_context(dataset.SOPClassUID, dataset.file_meta.TransferSyntaxUID)
    association = entity.associate("127.0.0.1", port, ae_title="IQS")
    assert association.is_established
    for dataset in datasets:
        assert association.send_c_store(dataset).Status == 0
    answered_at = time.perf_counter()
    association.release()
    return answered_at


def test_first_frame_beside_a_minimal_app(tmp_path: Path) -> None:
    """From exec to the room's name on the pty, in turns with a Textual app of one label; the first is left out."""
    config = _config(tmp_path)
    with _node(config):
        kiosk, minimal = [], []
        for _ in range(STARTS + 1):
            kiosk.append(_first_frame(["-m", "iqs_tui", "--config", str(config)]))
            minimal.append(_first_frame(["-m", "tests.benchmarks.minimal_app"]))
    _print("first frame, minimal Textual app", [s * 1000 for s in minimal[1:]], "ms")
    _print("first frame, kiosk", [s * 1000 for s in kiosk[1:]], "ms")
    ratios = [k / m for k, m in zip(kiosk[1:], minimal[1:], strict=True)]
    _print("first frame, kiosk / minimal, pairwise", ratios, "x")


def test_the_demo_to_its_prompt() -> None:
    """From `iqs-tui demo` to the first prompt: node, simulator and kiosk started, a study and a reject received."""
    spans = []
    for _ in range(3):
        started = time.perf_counter()
        with Kiosk("demo") as kiosk:
            kiosk.wait_for("Waarom")
            spans.append(time.perf_counter() - started)
    _print("demo to the prompt", spans, "s")


def _first_frame(arguments: list[str]) -> float:
    env = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    started = time.perf_counter()
    child = pexpect.spawn(sys.executable, arguments, dimensions=(36, 120), env=env, timeout=20)
    child.expect("Kamer 1")
    span = time.perf_counter() - started
    child.kill(15)
    child.expect(pexpect.EOF)
    child.close(force=True)
    return span


def test_a_ct_burst_with_the_kiosk_open(tmp_path: Path) -> None:
    """Slices per second into the node, and the kiosk's worst gap between two 50 ms ticks, quiet and in the burst."""
    storescu = find_peer("storescu")
    make_ct_files(tmp_path / "ct", SLICES)
    rates, theirs, quiet, worst = [], [], [], []
    for turn in range(BURSTS):
        home = tmp_path / f"turn{turn}"
        home.mkdir()
        with storescp(find_peer("storescp"), (), home / "storescp") as port:
            theirs.append(SLICES / send(storescu, tmp_path / "ct", port))
        shutil.rmtree(home / "storescp")
        config = _config(home)
        gaps = home / "gaps.json"
        with _node(config) as port, _ticking(config, gaps):
            time.sleep(3)
            begun = time.perf_counter()
            seconds = send(storescu, tmp_path / "ct", port)
            ended = time.perf_counter()
            time.sleep(1)
        ticks = json.loads(gaps.read_text())
        rates.append(SLICES / seconds)
        quiet.append(_worst_gap(ticks, begun - 2, begun))
        worst.append(_worst_gap(ticks, begun, ended))
    _print(f"{SLICES} CT slices into dcmtk storescp, which writes files", theirs, "slices/s")
    _print(f"{SLICES} CT slices into the node, kiosk open", rates, "slices/s")
    _print("node / storescp, pairwise", [ours / other for ours, other in zip(rates, theirs, strict=True)], "x")
    _print("worst gap between two 50 ms ticks, quiet", quiet, "ms")
    _print("worst gap between two 50 ms ticks, in the burst", worst, "ms")


def _worst_gap(ticks: list[float], begin: float, end: float) -> float:
    within = [tick for tick in ticks if begin <= tick <= end]
    return max((later - earlier for earlier, later in itertools.pairwise(within)), default=0.0) * 1000


@contextmanager
def _ticking(config: Path, gaps: Path) -> Iterator[None]:
    env = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    child = pexpect.spawn(
        sys.executable,
        ["-m", "tests.benchmarks.ticking_kiosk", str(config), str(gaps)],
        dimensions=(36, 120),
        env=env,
        timeout=20,
    )
    child.expect("Kamer 1")
    reader = threading.Thread(target=lambda: child.expect(pexpect.EOF, timeout=None), daemon=True)
    reader.start()
    try:
        yield
    finally:
        child.kill(15)
        reader.join(10)
        child.close(force=True)


@contextmanager
def _node(config: Path) -> Iterator[int]:
    with running("--config", str(config), "node", "--port", "0", ready=r"port=(\d+)") as match:
        yield int(match[1])


def _config(folder: Path) -> Path:
    path = folder / "config.toml"
    path.write_text(f'[database]\npath = "{folder}/iqs.db"\n[listener]\nhost = "127.0.0.1"\nport = 0\n')
    return path


def _print(what: str, values: list[float], unit: str) -> None:
    ordered = sorted(values)
    p95 = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1)))]
    print(
        f"\n{what}: median {statistics.median(ordered):.3g} {unit}, p95 {p95:.3g}, "
        f"min {ordered[0]:.3g}, max {ordered[-1]:.3g} (n = {len(ordered)})"
    )
