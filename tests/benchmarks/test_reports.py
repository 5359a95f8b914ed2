"""How fast dose reports are read, beside pydicom's own `dcmread` of the same sample files in the same process.

Prints figures and asserts nothing on time: `pytest -s tests/benchmarks/test_reports.py`. The three take turns, one
round each. `dcmread` leaves values undecoded until they are asked for, so a walk over all elements is the fairer
reference: it decodes everything, as a reader must that wants the content. IQS_BENCH_ROUNDS changes the default of 25.
"""

import gc
import os
import statistics
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.filereader import read_partial

from iqs_tui.dicom.parsing import parse_header
from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import ReadingContext

SAMPLES = Path(os.environ.get("IQS_SAMPLES") or Path(__file__).resolve().parents[3] / "shared" / "samples") / "dose"
ROUNDS = int(os.environ.get("IQS_BENCH_ROUNDS", "25"))
CONTEXT = ReadingContext(ZoneInfo("Europe/Amsterdam"), b"key of the benchmark", "SENDER")

Report = tuple[bytes, bytes, str]
"""A whole file, its data set as it comes over the network, and the transfer syntax of that."""


def reports() -> list[Report]:
    """Return the sample files that are dose reports."""
    found = []
    for path in sorted(SAMPLES.glob("*/*.dcm")):
        whole = path.read_bytes()
        if read_dose_report(pydicom.dcmread(BytesIO(whole)), CONTEXT) is None:
            continue
        source = BytesIO(whole)
        meta = read_partial(source, stop_when=lambda tag, _vr, _length: tag.group > 2).file_meta
        found.append((whole, whole[source.tell() :], str(meta.TransferSyntaxUID)))
    return found


def ours(report: Report) -> None:
    assert read_dose_report(parse_header(report[1], report[2]), CONTEXT) is not None


def dcmread(report: Report) -> None:
    pydicom.dcmread(BytesIO(report[0]))


def dcmread_and_walk(report: Report) -> None:
    pydicom.dcmread(BytesIO(report[0])).walk(_nothing)


def _nothing(_dataset: Dataset, _element: object) -> None:
    """Do nothing: the walk itself has decoded the element."""


def seconds(read: Callable[[Report], None], files: list[Report]) -> float:
    started = time.perf_counter()
    for report in files:
        read(report)
    return time.perf_counter() - started


def test_reports_per_second() -> None:
    files = reports() if SAMPLES.is_dir() else []
    if not files:
        pytest.skip(f"no samples in {SAMPLES}: set IQS_SAMPLES to their folder")
    compared = {"ours, to a DoseReport": ours, "dcmread": dcmread, "dcmread, all decoded": dcmread_and_walk}
    taken: dict[str, list[float]] = {name: [] for name in compared}
    for read in compared.values():
        seconds(read, files)
    gc.collect()
    for turn in range(ROUNDS):
        names = list(compared)
        for name in names[turn % 3 :] + names[: turn % 3]:
            taken[name].append(seconds(compared[name], files))
    size = sum(len(whole) for whole, _, _ in files)
    print(f"\n{len(files)} dose reports of {size / 1024:.0f} KiB together, {ROUNDS} rounds in turns")
    for name, values in taken.items():
        median = statistics.median(values)
        span = f"{min(values) * 1000:.1f}-{max(values) * 1000:.1f}"
        print(
            f"{name:24} {len(files) / median:7.1f} reports/s  median {median * 1000:7.1f} ms ({span}), n={len(values)}"
        )
    for name in list(compared)[1:]:
        ratios = [mine / theirs for mine, theirs in zip(taken["ours, to a DoseReport"], taken[name], strict=True)]
        low, _, high = statistics.quantiles(ratios, n=4)
        print(f"ours against {name:22} {statistics.median(ratios):5.2f} times the time (P25-P75 {low:.2f}-{high:.2f})")
