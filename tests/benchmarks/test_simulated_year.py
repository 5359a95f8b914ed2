"""A year of one department, simulated: which retakes the kiosks find, by what the machines send, and what they ask.

`pytest -s -o addopts="" tests/benchmarks/test_simulated_year.py`; about ten minutes on four cores. What is measured is
said in `tests/benchmarks/year/measuring.py`.
"""

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from datetime import date
from itertools import pairwise
from time import perf_counter

from iqs_tui.domain.rates import wilson
from tests.benchmarks.year.department import ROOMS
from tests.benchmarks.year.measuring import SETS, Tally, tallies

SEED = os.environ.get("IQS_YEAR_SEED", "1")
YEAR = [date(2025, 1, 1), date(2025, 5, 1), date(2025, 9, 1), date(2026, 1, 1)]
_NOBODY_KNOWS = "not found for want of anything sent"


def simulate() -> dict[str, Tally]:
    """Simulate every room in a process of its own, a third of a year at a time."""
    total = {name: Tally() for name in SETS}
    with ProcessPoolExecutor(max_workers=4) as pool:
        parts = {
            pool.submit(tallies, room.id, SEED, *span): f"{room.id} from {span[0]}"
            for room in sorted(ROOMS, key=lambda room: -room.studies)
            for span in pairwise(YEAR)
        }
        for part in as_completed(parts):
            print(parts[part], flush=True)
            for name, tally in part.result().items():
                total[name] += tally
    return total


def share(k: int, n: int) -> str:
    """Return a share with its Wilson 95 % interval and what it rests on."""
    if n == 0:
        return "-"
    low, high = wilson(k, n)
    return f"{100 * k / n:5.1f} % ({100 * low:.1f}-{100 * high:.1f}; {k}/{n})"


def table(total: dict[str, Tally]) -> Iterator[str]:
    """Yield the lines of the report."""
    n = total["all"].n
    yield f"{n['exposures']} exposures, {n['rejects']} rejected ({share(n['rejects'], n['exposures'])}),"
    yield f"{n['retakes'] - n['rejects']} made again with both images sent on, {n['untold']} rejects {_NOBODY_KNOWS}"
    rows = (
        ("recall of rejects", "rejects_found", "rejects"),
        ("precision of reject cases", "reject_cases_right", "reject_cases"),
        ("recall of retakes", "retakes_found", "retakes"),
        ("precision of prompts", "prompts_right", "prompts"),
        ("prompts per exposure", "prompts", "exposures"),
        ("of them questions", "questions", "prompts"),
    )
    for name, tally in total.items():
        yield f"{name}:"
        for words, k, of in rows:
            yield f"  {words:<26} {share(tally.n[k], tally.n[of])}"
    yield "prompts about lawful exposures, all signals:"
    for kind, asked in total["all"].prompts_by_kind.most_common():
        yield f"  {kind:<36} {asked:>5} of {total['all'].kinds[kind]}"
    for kind in sorted(total["all"].kinds.keys() - total["all"].prompts_by_kind.keys()):
        yield f"  {kind:<36}     0 of {total['all'].kinds[kind]}"


def test_a_simulated_year() -> None:
    began = perf_counter()
    total = simulate()
    print(f"\nseed {SEED}, {perf_counter() - began:.0f} s")
    print("\n".join(table(total)))
    assert 55_000 < total["all"].n["exposures"] < 65_000
    assert 0.07 < total["all"].n["rejects"] / total["all"].n["exposures"] < 0.09
