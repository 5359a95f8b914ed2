"""How often drift is found where nothing moves, how soon where it does, and how long the maintenance list takes.

Prints figures and asserts nothing on time: `pytest -s tests/benchmarks/test_drift.py`. Chance is seeded.
"""

import math
import random
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.drift import Course, Finding, Reset, ewma_finding, follow, level_shift
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading import drift
from tests.benchmarks import million

Days = dict[date, list[float]]
Look = Callable[[Days, date], Finding | None]
FIRST = date(2025, 1, 6)
N_SERIES = 20
PER_DAY = 10


def series(seed: int, days: int, sd: float, day_sd: float, step_at: int | None = None, step: float = 0.0) -> Days:
    """Normal values around 0 on working days, each day with an error of its own; from a day on shifted."""
    chance = random.Random(seed)
    found: Days = {}
    for number in range(days):
        day = FIRST + timedelta(days=number)
        if day.weekday() < 5:
            level = chance.gauss(0, day_sd) + (step if step_at is not None and number >= step_at else 0.0)
            found[day] = [level + chance.gauss(0, sd) for _ in range(PER_DAY)]
    return found


def deviation(days: Days, _: date) -> Finding | None:
    return ewma_finding(follow(days, ()))


def dose(days: Days, today: date) -> Finding | None:
    """The same on doses: the values are logs; the baseline in force is the only thing asked of a chart."""
    values = {day: [math.exp(value) for value in found] for day, found in days.items()}
    course = follow(values, (), step="week", is_log=True)
    return level_shift(values, Course((), course.baselines), today)


def seen(days: Days, first: date, until: date, look: Look) -> list[date]:
    """On which working days a finding is there that was not there the working day before; 26 weeks are looked at."""
    found, was_there = [], False
    for number in range((until - first).days):
        today = first + timedelta(days=number)
        if today.weekday() < 5:
            start = today - timedelta(days=181)
            is_there = look({day: values for day, values in days.items() if start <= day <= today}, today) is not None
            if is_there and not was_there:
                found.append(today)
            was_there = is_there
    return found


@pytest.mark.parametrize(
    ("name", "look", "sd", "day_sd", "step"),
    [
        ("DI, EWMA, SD 2.75", deviation, 2.75, 0.3, 10 * math.log10(1.3)),
        ("dose, rank test, SD of the log 0.4", dose, 0.4, 0.05, math.log(1.3)),
    ],
)
def test_false_findings_and_delay(name: str, look: Look, sd: float, day_sd: float, step: float) -> None:
    start, end = FIRST + timedelta(days=182), FIRST + timedelta(days=182 + 364)
    quiet = [len(seen(series(seed, 546, sd, day_sd), start, end, look)) for seed in range(N_SERIES)]
    per_month = sum(quiet) / N_SERIES / 12
    print(f"\n{name}, {PER_DAY} a day, nothing moves: {sum(quiet)} findings in {N_SERIES} series x 1 year", end="")
    print(f" = {per_month:.3f} per series and month; 20 series a room: {20 * per_month:.2f} per room and month")
    moved = FIRST + timedelta(days=182)
    delays = []
    for seed in range(N_SERIES):
        found = seen(series(100 + seed, 260, sd, day_sd, 182, step), moved, moved + timedelta(days=70), look)
        delays += [(found[0] - moved).days / 7] if found else []
    print(f"30 % more: found in {len(delays)} of {N_SERIES} within 10 weeks", end="")
    print(f", after {statistics.median(delays):.1f} weeks (median; {min(delays):.1f} to {max(delays):.1f})")


def test_the_maintenance_list_of_a_million_exposures(db: Path) -> None:
    million.fill()
    zone = ZoneInfo("Europe/Amsterdam")
    times = []
    for _ in range(5):
        begin = time.perf_counter()
        drift.maintenance(million.UNTIL, zone)
        times.append(time.perf_counter() - begin)
    n_window = sum(one.n for one in drift.series(None, million.UNTIL, zone))
    print(f"\n{Exposure.select().count()} exposures, {n_window} values in 26 weeks of all rooms", end="")
    print(f": {statistics.median(times):.2f} s (median of 5; {min(times):.2f} to {max(times):.2f})")


def test_resets_do_not_slow_it_down() -> None:
    days = series(1, 182, 2.75, 0.3)
    resets = [Reset(FIRST + timedelta(days=30 * number), "software", "a", "b") for number in range(1, 6)]
    begin = time.perf_counter()
    for _ in range(100):
        follow(days, resets)
    print(f"\n{(time.perf_counter() - begin) * 10:.2f} ms per series of 26 weeks")
