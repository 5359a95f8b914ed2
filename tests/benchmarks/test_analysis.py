"""How long the screens of doses and of rejects wait for their data, on a local database of a million exposures.

Prints figures and asserts nothing on time: `pytest -s tests/benchmarks/test_analysis.py -o addopts=""`. Beside each
comparison the yardstick of the same run: a bare cursor over the same columns of the same rows. Each turn opens its own
connection, so that only the system's cache is warm; `newest` also with the file thrown out of that cache.
IQS_BENCH_EXPOSURES and IQS_BENCH_ROUNDS change the defaults of a million and 5; IQS_BENCH_DB keeps the database.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.scope import Scope
from iqs_tui.store import database as store
from iqs_tui.store.fields import utc_text
from iqs_tui.store.reading import dose
from iqs_tui.store.reading.analysis.choices import choices
from iqs_tui.store.reading.analysis.group_view import view
from iqs_tui.store.reading.analysis.groups import groups
from iqs_tui.store.reading.analysis.listing import rows
from iqs_tui.store.reading.analysis.rejects import reject_share
from iqs_tui.store.reading.reject_analysis import burden, funnels
from iqs_tui.store.reading.reject_analysis.analysis import analyse
from iqs_tui.store.reading.reject_analysis.figures import By, Viewer
from tests.benchmarks import million

EXPOSURES = int(os.environ.get("IQS_BENCH_EXPOSURES", "1000000"))
ROUNDS = int(os.environ.get("IQS_BENCH_ROUNDS", "5"))
KEPT = os.environ.get("IQS_BENCH_DB")
"""Read before the tests take our settings out of the environment."""
ZONE = ZoneInfo("Europe/Amsterdam")
QUARTER = Scope(first=million.UNTIL - timedelta(days=90), until=million.UNTIL + timedelta(days=1))
SCOPES = {
    "own room, 90 days": replace(QUARTER, rooms=("kamer-1",)),
    "all rooms, 90 days": QUARTER,
    "all rooms, two years": replace(QUARTER, first=million.UNTIL - timedelta(days=million.DAYS + 1)),
}
VIEWERS = {
    "who sees everyone": Viewer(sees_everyone=True),
    "a radiographer": Viewer(names=frozenset({million.OPERATORS[0].casefold()})),
}
BY: tuple[By, ...] = ("projection", "operator")
_BARE = """
    SELECT study_uid, device_id, procedure, protocol, view, dap_gym2, agd_mgy, ctdivol_mgy, implausible, exposure_uid
    FROM exposure WHERE room = ? AND modality = ? AND acquired_at >= ? AND acquired_at < ?
    AND is_derived = 0 AND is_counted = 1 AND is_quality_control = 0
"""


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A million exposures, made once."""
    path = Path(KEPT) if KEPT else tmp_path_factory.mktemp("million") / "iqs.db"
    is_new = not path.exists()
    store.open_database(path)
    if is_new:
        million.fill(EXPOSURES)
    counted = {
        table: store.database.execute_sql(f"SELECT COUNT(*) FROM {table}").fetchone()[0]
        for table in ("exposure", "examination", "retake_case")
    }
    print(f"\n{counted}, {path.stat().st_size / 1e9:.2f} GB")
    return path


def test_time_to_the_groups(department: Path) -> None:
    for name, scope in SCOPES.items():
        bare, ours = [], []
        for _ in range(ROUNDS):
            bare.append(_timed(department, lambda scope=scope: _bare(scope)))
            ours.append(_timed(department, lambda scope=scope: groups(scope)))
        _print(f"{name}: bare cursor over the same columns", bare, "s")
        _print(f"{name}: groups", ours, "s")
        _print(f"{name}: groups / bare, pairwise", [o / b for o, b in zip(ours, bare, strict=True)], "x")


def test_time_to_what_lies_behind(department: Path) -> None:
    quarter = SCOPES["own room, 90 days"]
    largest = {name: groups(scope)[0] for name, scope in SCOPES.items()}
    for name, scope in SCOPES.items():
        group = largest[name]
        said = f"{name}, its largest group (n = {group.statistics.n})"
        _measure(department, f"{said}: view", lambda scope=scope, group=group: view(scope, group, ZONE))
        _measure(department, f"{said}: first page of the list", lambda scope=scope, group=group: rows(scope, group))
        _measure(department, f"{name}: share of rejects", lambda scope=scope: reject_share(scope))
    _measure(department, "own room, 90 days: choices of the filter", lambda: choices(quarter))


def test_time_to_the_reject_analysis(department: Path) -> None:
    now = million.UNTIL + timedelta(hours=1)
    for name, scope in SCOPES.items():
        for who, viewer in VIEWERS.items():
            said = f"{name}, {who}"
            _measure(
                department, f"{said}: rates, weeks and reasons", lambda s=scope, v=viewer: analyse(s, v, now, ZONE)
            )
            found = analyse(scope, viewer, now, ZONE)
            _measure(department, f"{said}: dose and time lost", lambda found=found: burden.burden_of(found))
            _measure(
                department,
                f"{said}: the department's rates, and the first funnel",
                lambda found=found: funnels.funnels_of(found, "room", funnels.standards_of(found, now, ZONE)),
            )
            standards = funnels.standards_of(found, now, ZONE)
            for by in BY:
                _measure(
                    department,
                    f"{said}: another funnel, by {by}",
                    lambda found=found, by=by, standards=standards: funnels.funnels_of(found, by, standards),
                )


def test_time_to_the_home_panel(department: Path) -> None:
    for room, kind in (("kamer-1", "DX"), ("kamer-5", "CT")):
        found = dose.newest(room, million.UNTIL)
        n = found.groups[0].statistics.n if found and found.groups[0] else 0
        said = f"newest of a {kind} room (group of {n})"
        _measure(department, said, lambda room=room: dose.newest(room, million.UNTIL))
        cold = [
            _timed(department, lambda room=room: dose.newest(room, million.UNTIL), is_cold=True) for _ in range(ROUNDS)
        ]
        _print(f"{said}, nothing of the database in memory", [one * 1000 for one in cold], "ms")


def _measure(path: Path, name: str, read: Callable[[], object]) -> None:
    _print(name, [_timed(path, read) * 1000 for _ in range(ROUNDS)], "ms")


def _timed(path: Path, read: Callable[[], Any], *, is_cold: bool = False) -> float:
    store.close_connection()
    if is_cold:
        _throw_out(path)
    store.database.connect()
    started = time.perf_counter()
    read()
    return time.perf_counter() - started


def _throw_out(path: Path) -> None:
    """Have the system forget what it holds of the file."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def _bare(scope: Scope) -> None:
    for room in million.ROOMS:
        if not scope.rooms or room.name in scope.rooms:
            period = (utc_text(scope.first), utc_text(scope.until))
            for _ in store.database.execute_sql(_BARE, (room.name, room.modality, *period)):
                pass


def _print(name: str, values: list[float], unit: str) -> None:
    low, high = min(values), max(values)
    digits = 0 if unit == "ms" else 2
    median = statistics.median(values)
    print(f"{name}: median {median:.{digits}f} {unit} ({low:.{digits}f}–{high:.{digits}f}), n = {len(values)}")
