"""What taking in a message costs the processor, here and in another checkout (IQS_BENCH_OTHER), in turns.

Prints figures and asserts nothing on time: `pytest -s tests/benchmarks/test_receiving_cost.py`. IQS_BENCH_ROUNDS
changes the default of 5.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

from tests.benchmarks import receiving_cost

ROUNDS = int(os.environ.get("IQS_BENCH_ROUNDS", "5"))
HERE = str(Path(__file__).resolve().parents[2])
OTHER = os.environ.get("IQS_BENCH_OTHER")


def milliseconds(name: str, checkout: str) -> float:
    """Return the processor time per message, measured in a fresh process."""
    command = [sys.executable, receiving_cost.__file__, name]
    environment = {**os.environ, "PYTHONPATH": checkout}
    return float(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)


def said(measured: list[float], unit: str) -> str:
    return f"{statistics.median(measured):6.2f} {unit} ({min(measured):.2f}-{max(measured):.2f})"


def test_processor_time_per_message() -> None:
    print(f"\nprocessor time per message, n={ROUNDS}, median (min-max)")
    for name in receiving_cost.TOLD:
        turns = [[milliseconds(name, checkout) for checkout in filter(None, (HERE, OTHER))] for _ in range(ROUNDS)]
        ours = [turn[0] for turn in turns]
        line = f"{name:26}{said(ours, 'ms')}"
        if OTHER:
            others = [turn[1] for turn in turns]
            ratios = [one / other for one, other in zip(ours, others, strict=True)]
            line += f", there{said(others, 'ms')}, pairwise{said(ratios, 'times')}"
        print(line, flush=True)
