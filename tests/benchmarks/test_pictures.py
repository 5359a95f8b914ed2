"""What pictures cost: receiving of large radiographs with and without them, and making one.

Prints figures and asserts nothing on time: `pytest -s tests/benchmarks/test_pictures.py`. Receivers take turns, a fresh
process each time, loopback only. IQS_BENCH_IMAGES and IQS_BENCH_ROUNDS change the defaults of 10 and 5.
"""

import os
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from pydicom.uid import DigitalXRayImageStorageForPresentation, generate_uid

from iqs_tui.dicom import preview
from tests.benchmarks.test_receiving import Receiver, python_receiver, send, storescp
from tests.dicom.listening import object_of, write_part10

IMAGES = int(os.environ.get("IQS_BENCH_IMAGES", "10"))
ROUNDS = int(os.environ.get("IQS_BENCH_ROUNDS", "5"))
ROWS, COLUMNS = 3500, 2900


def radiograph(folder: Path, name: str) -> Path:
    """Write a radiograph of 20 MB: a body of soft edges, and the noise of a detector."""
    down, across = np.mgrid[0:ROWS, 0:COLUMNS].astype(np.float32)
    body = 2600 * np.exp(-(((across - COLUMNS / 2) / 900) ** 2 + ((down - ROWS / 2) / 1400) ** 2))
    body += 250 * np.sin(down / 60) * np.sin(across / 90) + np.random.default_rng(1).normal(0, 40, body.shape)
    dataset = object_of(
        DigitalXRayImageStorageForPresentation,
        Modality="DX",
        ImageType=["ORIGINAL", "PRIMARY"],
        SOPInstanceUID=generate_uid(),
    )
    dataset.Rows, dataset.Columns = ROWS, COLUMNS
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.SamplesPerPixel, dataset.PixelRepresentation, dataset.PhotometricInterpretation = 1, 0, "MONOCHROME1"
    dataset.WindowCenter, dataset.WindowWidth, dataset.PresentationLUTShape = "1400", "2600", "INVERSE"
    dataset.PixelData = np.clip(body + 300, 0, 4095).astype("<u2").tobytes()
    return write_part10(dataset, folder / name)


def receivers(program: str) -> dict[str, Receiver]:
    """Return what is compared, by name."""

    def node(megabytes: int) -> Receiver:
        def start(scratch: Path):
            os.environ["IQS_LISTENER__MAX_PREVIEW_MB"] = str(megabytes)
            return python_receiver(("-m", "iqs_tui", "--db", "{scratch}/iqs.db", "node", "--port", "0"), scratch)

        return start

    return {
        "node, with pictures": node(64),
        "node, without pictures": node(0),
        "storescp, writes files": lambda scratch: storescp(program, ("--max-pdu", "131072"), scratch),
    }


def test_receiving_radiographs(peer, tmp_path: Path):
    files = tmp_path / "dx"
    files.mkdir()
    for number in range(IMAGES):
        radiograph(files, f"{number}.dcm")
    storescu, compared = peer("storescu"), receivers(peer("storescp"))
    seconds: dict[str, list[float]] = {name: [] for name in compared}
    for turn in range(ROUNDS):
        for number, (name, start) in enumerate(compared.items()):
            with start(tmp_path / f"{turn}-{number}") as port:
                seconds[name].append(send(storescu, files, port))
    megabytes = ROWS * COLUMNS * 2 / 1e6
    print(f"\n{IMAGES} radiographs of {megabytes:.0f} MB, one association")
    for name, measured in seconds.items():
        ratios = [mine / bare for mine, bare in zip(measured, seconds["node, without pictures"], strict=True)]
        span = f"{min(measured):.2f}-{max(measured):.2f}"
        median = statistics.median(measured)
        print(f"{name:26} median {median:5.2f} s ({span}), x{statistics.median(ratios):.2f}, n={len(measured)}")


def test_making_a_picture(tmp_path: Path):
    file = radiograph(tmp_path, "1.dcm")
    seconds = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        with file.open("rb") as source:
            done = subprocess.run(
                [sys.executable, "-I", "-m", preview.__name__], stdin=source, capture_output=True, check=True
            )
        seconds.append(time.perf_counter() - started)
    head, _, data = done.stdout.partition(b"\n")
    took, size = statistics.median(seconds), len(data) / 1000
    print(f"\na picture of {head.decode()} in {took:.2f} s, {size:.0f} kB, n={ROUNDS}")
