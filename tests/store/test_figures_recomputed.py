"""The figures of the dose screens, made again from the bare rows of a department with SQL and plain Python."""

import math
import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from iqs_tui.domain.reject_rate import Basis
from iqs_tui.domain.scope import Scope
from iqs_tui.store import database
from iqs_tui.store.reading import analysis_change, drift
from iqs_tui.store.reading.analysis.group_view import view
from iqs_tui.store.reading.analysis.groups import Group, groups, scope_of
from iqs_tui.store.reading.analysis.rejects import reject_share
from iqs_tui.store.reading.reject_analysis.analysis import analyse
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from tests.dose_department import NOW, fill

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
CHANGE = datetime(2026, 9, 21, tzinfo=UTC)
DAYS = 90
SCOPE = Scope(first=NOW - timedelta(days=DAYS), until=NOW + timedelta(days=1), rooms=("kamer-1",))
ADULT_PA = """
    select e.acquired_at, e.dap_gym2, s.patient_key from exposure e
    join examination s on s.study_uid = e.study_uid and s.device_id = e.device_id
    where e.room = 'kamer-1' and e.procedure = 'X-thorax' and e.view = 'PA' and s.age_years >= 18
    and e.dap_gym2 is not null and e.implausible is null
    and e.exposure_uid not in (select exposure_uid from retake_case where state = 'answered')
    and e.acquired_at >= ? and e.acquired_at < ?
"""


@pytest.fixture(autouse=True)
def department(db: Path) -> None:
    fill(weeks=26, rooms=("kamer-1", "kamer-2"), change_at=CHANGE, drift_from=NOW - timedelta(weeks=3), reject_rate=0.1)


def sql(statement: str, *values: Any) -> list[tuple[Any, ...]]:
    return database.database.execute_sql(statement, values).fetchall()


def stored(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def pa(first: datetime, until: datetime) -> list[tuple[datetime, float, str]]:
    found = sql(ADULT_PA, stored(first), stored(until))
    return [(datetime.fromisoformat(at), dose, patient) for at, dose, patient in found]


def group(quantity: str, name: str, of_view: str | None = None) -> Group:
    found = [one for one in groups(SCOPE) if (one.quantity, one.name, one.view) == (quantity, name, of_view)]
    return next(one for one in found if one.band == "adult")


def quantile(values: Sequence[float], share: float) -> float:
    """Linear between the two nearest: the seventh of Hyndman and Fan (1996)."""
    ordered, place = sorted(values), share * (len(values) - 1)
    low = math.floor(place)
    return ordered[low] + (place - low) * (ordered[min(low + 1, len(values) - 1)] - ordered[low])


def same(found: Sequence[float], made: Sequence[float]) -> None:
    assert list(found) == pytest.approx(list(made), rel=1e-9)


def test_a_group_of_projections():
    rows = pa(SCOPE.first, SCOPE.until)
    doses = [dose for _, dose, _ in rows]
    found = group("DAP", "X-thorax", "PA")
    kept = found.statistics
    assert (kept.n, found.n_patients) == (len(doses), len({patient for _, _, patient in rows}))
    same((kept.median, kept.mean), (statistics.median(doses), statistics.mean(doses)))
    same((kept.p25, kept.p75, kept.low, kept.high), (quantile(doses, 0.25), quantile(doses, 0.75), *span(doses)))


def span(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


def test_the_weeks_of_a_group():
    weeks: dict[date, list[float]] = defaultdict(list)
    for at, dose, _ in pa(SCOPE.first, SCOPE.until):
        day = at.astimezone(AMSTERDAM).date()
        weeks[day - timedelta(days=day.weekday())].append(dose)
    found = view(SCOPE, group("DAP", "X-thorax", "PA"), AMSTERDAM)
    assert found is not None
    assert [(week.monday, week.n) for week in found.weeks] == [(day, len(weeks[day])) for day in sorted(weeks)]
    same([week.median for week in found.weeks], [statistics.median(weeks[day]) for day in sorted(weeks)])


def test_a_ct_is_told_by_acquisition_and_by_examination():
    where = "room = 'kamer-1' and {} >= ? and {} < ?"
    period = (stored(SCOPE.first), stored(SCOPE.until))
    at = where.format("acquired_at", "acquired_at")
    spirals = sql(f"select ctdivol_mgy from exposure where event_type = 'Spiral Acquisition' and {at}", *period)
    at = where.format("started_at", "started_at")
    totals = sql(f"select dlp_total_mgycm from examination where modality = 'CT' and {at}", *period)
    for quantity, rows in (("CTDIvol", spirals), ("DLP", totals)):
        values = [value for (value,) in rows]
        found = group(quantity, "CT abdomen").statistics
        assert found.n == len(values) > 30
        same((found.median, found.mean), (statistics.median(values), statistics.mean(values)))


def test_the_dose_of_rejects():
    rows = sql(
        """select e.dap_gym2, e.implausible, c.case_id from exposure e
        left join retake_case c on c.exposure_uid = e.exposure_uid and c.state = 'answered'
        where e.room = 'kamer-1' and e.modality = 'DX' and e.acquired_at >= ? and e.acquired_at < ?""",
        stored(SCOPE.first),
        stored(SCOPE.until),
    )
    found = next(one for one in reject_share(SCOPE) if one.modality == "DX")
    counted = [(dose, case) for dose, implausible, case in rows if dose is not None and implausible is None]
    assert (found.n_total, found.n_rejects) == (len(rows), sum(case is not None for _, _, case in rows))
    assert found.n_rejects_with_dose == sum(case is not None for _, case in counted)
    share = sum(dose for dose, case in counted if case) / sum(dose for dose, _ in counted)
    assert found.share == pytest.approx(share, rel=1e-9)


def test_the_rate_of_rejects():
    """Of a room of which one report in so many is missing, so that its images are counted."""
    of_room = "e.room = 'kamer-1' and e.modality = 'DX' and e.acquired_at >= ? and e.acquired_at < ?"
    period = (stored(SCOPE.first), stored(SCOPE.until))
    is_reject = "exists (select 1 from retake_case c where c.exposure_uid = e.exposure_uid and c.state = 'answered')"
    [(k,)] = sql(f"select count(*) from exposure e where {of_room} and {is_reject}", *period)
    counted = f"(e.image_facts is not null or {is_reject})"
    [(n,)] = sql(f"select count(*) from exposure e where {of_room} and {counted}", *period)
    found = analyse(SCOPE, Viewer(sees_everyone=True), NOW, AMSTERDAM)
    rate, *others = found.figure.rates
    assert (rate.basis, rate.k, rate.n) == (Basis("DX", "images"), k, n)
    assert [other.basis.family for other in others] == ["MG", "CT"]
    p, z = k / n, 1.959964
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    same((rate.low or 0, rate.high or 0), [(middle + sign * half) / (1 + z * z / n) for sign in (-1, 1)])
    assert (rate.coverage.n_answered, rate.coverage.n_raised) == (k, k)


def test_the_medians_before_and_after_a_change():
    eight = timedelta(weeks=8)
    narrow = replace(scope_of(SCOPE, group("DAP", "X-thorax", "PA")), first=CHANGE - eight, until=CHANGE)
    after_it = replace(narrow, first=CHANGE, until=CHANGE + eight)
    found = analysis_change.change(narrow, after_it, Viewer(), AMSTERDAM)
    before, after = pa(CHANGE - eight, CHANGE), pa(CHANGE, CHANGE + eight)
    told = found.doses[0].change
    assert told is not None
    assert (told.n_before, told.n_after) == (len(before), len(after))
    patients = [len({patient for _, _, patient in rows}) for rows in (before, after)]
    assert [told.n_patients_before, told.n_patients_after] == patients
    medians = [statistics.median(dose for _, dose, _ in rows) for rows in (before, after)]
    same((told.median_before, told.median_after), medians)
    assert told.difference == pytest.approx(medians[1] - medians[0], rel=1e-9)
    assert told.low is not None
    assert told.high is not None
    assert told.low <= told.difference <= told.high < 0


def test_the_points_of_an_ewma_chart():
    found = next(
        one
        for one in drift.series("kamer-1", NOW, AMSTERDAM)
        if (one.name, one.view, one.quantity) == ("Thorax PA", "PA", "DAP")
    )
    charted = ewma(found.points, found.baselines[0].from_day, until=CHANGE.date())
    same([point.ewma or 0.0 for point in charted], _plain(charted_weeks(found), len(charted)))


def charted_weeks(found: drift.DriftSeries) -> list[float]:
    """The weekly medians of the log dose until the change, from the rows."""
    rows = sql(
        """select e.acquired_at, e.dap_gym2 from exposure e where e.room = 'kamer-1' and e.protocol = 'Thorax PA'
        and e.dap_gym2 is not null and e.implausible is null
        and e.exposure_uid not in (select exposure_uid from retake_case where state = 'answered')
        and e.acquired_at < ? order by 1""",
        stored(CHANGE),
    )
    first, weeks = found.baselines[0].from_day, defaultdict(list)
    for at, dose in rows:
        day = datetime.fromisoformat(at).astimezone(AMSTERDAM).date()
        if day >= first:
            weeks[max(day - timedelta(days=day.weekday()), first)].append(math.log(dose))
    return [statistics.median(values) for _, values in sorted(weeks.items()) if len(values) >= 5]


def ewma(points: Sequence[Any], first: date, *, until: date) -> list[Any]:
    return [point for point in points if first <= point.day < until and point.ewma is not None]


def _plain(weeks: Sequence[float], n: int) -> list[float]:
    """Eight weeks of baseline, then a fifth of the way to each new week."""
    level = statistics.median(weeks[:8])
    made = []
    for week in weeks[8:]:
        level += 0.2 * (week - level)
        made.append(math.exp(level))
    assert len(made) == n > 3
    return made
