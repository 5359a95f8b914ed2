"""What the analysis screens are drawn of, made by hand: their pictures do not hang on how it was read."""

import math
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from iqs_tui.domain import technique as domain
from iqs_tui.domain.comparison import Change, RateChange
from iqs_tui.domain.dose import GroupStatistics
from iqs_tui.domain.drift import Baseline, DayPoint, Finding
from iqs_tui.domain.drl import Choice
from iqs_tui.domain.drl_table import DrlRow
from iqs_tui.domain.reject_rate import Basis
from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.analysis.groups import Group
from iqs_tui.store.reading.analysis_change import ChangeMoment, ChangeView, DoseChange, RejectChange, TimeChange
from iqs_tui.store.reading.drift import DriftSeries
from iqs_tui.store.reading.technique import Projection, Technique
from iqs_tui.ui.change_reading import Found, Pair

DAY = date(2026, 10, 1)
THORAX = Scope(
    first=datetime(2026, 8, 6, tzinfo=UTC),
    until=datetime(2026, 10, 1, tzinfo=UTC),
    rooms=("kamer-1",),
    modality="DX",
    procedure="X-thorax",
    view="PA",
)
MOMENT = ChangeMoment(
    day=DAY,
    kind="software",
    room="kamer-1",
    device_id="Acme|DX One|SN-1",
    device="Acme DX One",
    old="VB10A",
    new="VB20A",
)
THORAX_DRL = DrlRow(
    population="NL adult",
    modality="DX",
    procedure_nl="X-thorax PA",
    procedure_en="Chest PA",
    quantity="DAP",
    drl=12e-6,
    achievable=6e-6,
    phantom_cm=None,
    age_or_weight="",
    source="test",
    verified=True,
)
PROJECTIONS = tuple(
    Projection(room="kamer-1", modality=modality, name=name, view=view, n=n)
    for modality, name, view, n in (
        ("DX", "X-thorax", "PA", 558),
        ("DX", "X-thorax", "LL", 540),
        ("DX", "X-knie", "AP", 190),
        ("CT", "CT abdomen", None, 90),
    )
)


def changed(before: float, after: float, low: float | None, high: float | None, p: float | None, n: int) -> Change:
    return Change(
        n_before=n,
        n_after=n - 14,
        n_patients_before=n - 11,
        n_patients_after=n - 22,
        median_before=before,
        median_after=after,
        difference=after - before,
        ratio=after / before,
        needed=20,
        low=low,
        high=high,
        p_value=p,
    )


def dose_change(change: Change | None) -> DoseChange:
    n = (change.n_before, change.n_after) if change else (0, 0)
    return DoseChange(
        modality="DX",
        quantity="DAP",
        per="exposure",
        change=change,
        n_before=n[0],
        n_after=n[1],
        of_before=215,
        of_after=200,
        n_implausible=2,
    )


def change_view(**more: Any) -> ChangeView:
    duration = TimeChange(
        change=changed(4.3, 3.1, -1.4, -0.9, 1e-5, 150), n_before=150, n_after=136, of_before=220, of_after=210
    )
    rejects = RateChange(
        k_before=18,
        n_before=233,
        k_after=14,
        n_after=214,
        before=(0.05, 0.12),
        after=(0.04, 0.107),
        difference=14 / 214 - 18 / 233,
        low=-0.06,
        high=0.037,
        p_value=0.58,
    )
    values = {
        "before": THORAX,
        "after": replace(
            THORAX, first=datetime(2026, 10, 1, 22, tzinfo=UTC), until=datetime(2026, 11, 20, 23, tzinfo=UTC)
        ),
        "doses": (dose_change(changed(7.6e-6, 6.1e-6, -1.72e-6, -1.31e-6, 1e-9, 212)),),
        "duration": duration,
        "rejects": RejectChange(is_told=True, basis=Basis("DX", "events"), change=rejects),
        "n_unplaced_before": 1,
        "n_unplaced_after": 0,
        "n_kinds": 1,
    }
    return ChangeView(**values | more)


def _group(factor: float) -> Group:
    median = 7.6e-6 * factor
    statistics = GroupStatistics(
        n=round(200 * factor),
        median=median,
        mean=1.05 * median,
        p25=0.8 * median,
        p75=1.25 * median,
        low=0.4 * median,
        high=4 * median,
    )
    made = {
        "room": "kamer-1",
        "device": None,
        "name": "X-thorax",
        "protocol": None,
        "view": "PA",
        "modality": "DX",
        "band": "adult",
        "quantity": "DAP",
        "statistics": statistics,
        "n_patients": 180,
        "needed": 20,
        "drl": Choice(row=THORAX_DRL),
        "standing": "not_above",
    }
    counts = {name: 0 for name in Group.__dataclass_fields__ if name not in made}
    return Group(**made | counts)


def found(**more: Any) -> Found:
    values = {
        "moments": (MOMENT,),
        "choices": PROJECTIONS,
        "scope": THORAX,
        "moment": MOMENT,
        "day": DAY,
        "view": change_view(),
        "pairs": (Pair(before=_group(1), after=_group(0.8)),),
    }
    return Found(**values | more)


def made(n: int = 600) -> tuple[domain.Made, ...]:
    """Chests whose dose goes with the tube load, and whose rejects are mostly overexposed."""
    chance = random.Random(1)
    exposures = []
    for number in range(n):
        is_rejected = chance.random() < 0.07
        load = 2.4 * math.exp(chance.gauss(0, 0.3))
        exposures.append(
            domain.Made(
                exposure_uid=f"1.2.{number}",
                study_uid="1.2",
                at=datetime(2026, 11, 20, 9, tzinfo=UTC) - timedelta(hours=number),
                is_rejected=is_rejected,
                is_counted=not is_rejected,
                values={
                    "kvp": 125.0 + chance.choice((-2, 0, 0, 0, 2)),
                    "mas": load,
                    "exposure_index": 250 * math.exp(chance.gauss(0, 0.2)),
                    "deviation_index": chance.gauss(0, 0.8) + (3 if is_rejected else 0),
                    "source_detector_mm": 1800.0 if number % 50 else 1150.0,
                },
                dose=3.1e-6 * load * math.exp(chance.gauss(0, 0.1)),
                grid="Focused" if number % 9 else None,
                exposure_control="AUTOMATIC" if number % 13 else "MANUAL",
            )
        )
    return tuple(exposures)


def technique(scope: Scope, exposures: tuple[domain.Made, ...]) -> Technique:
    return Technique(
        scope=scope,
        room="kamer-1",
        modality="DX",
        protocols=("Thorax PA",),
        view="PA",
        quantity="DAP",
        n=sum(one.is_counted for one in exposures),
        n_rejected=sum(one.is_rejected for one in exposures),
        n_all=len(exposures),
        devices=("Acme|DX One|SN-1",),
        parameters=domain.parameters(exposures),
        left_out=(),
        grids=domain.settings(exposures, "grid"),
        controls=domain.settings(exposures, "exposure_control"),
        by_kvp=domain.by_kvp(exposures),
        by_deviation=domain.by_deviation(exposures),
        outliers=domain.outliers(exposures),
        points=domain.newest(exposures),
    )


def drift(room: str = "kamer-1") -> tuple[DriftSeries, ...]:
    """Two that moved, one whose baseline started anew, one stable, one with too little."""
    first = date(2026, 6, 1)
    start = _baseline(first, "start", None, None, 20)
    anew = _baseline(date(2026, 10, 3), "software", "VB10A", "VB20A", 9)
    by_ewma = Finding(kind="ewma", since=date(2026, 11, 3), shift=0.83, p_value=None, n=212, n_before=640)
    by_rank = Finding(kind="level_shift", since=date(2026, 10, 24), shift=0.18, p_value=2e-4, n=140, n_before=400)
    days, weeks = _days(first), _weeks(first)
    return (
        _series(room, "Thorax PA", "PA", points=days, baselines=(start,), finding=by_ewma, n=912),
        _series(room, "Bekken AP", "AP", quantity="DAP", step="week", points=weeks, finding=by_rank, n=540),
        _series(room, "Knie AP", "AP", points=days[:90], baselines=(start, anew), n=310),
        _series(room, "Knie lateraal", "LL", points=days[:80], baselines=(start,), n=300),
        _series(room, "Voet", "AP", n=14),
    )


def _series(room: str, name: str, view: str, **more: Any) -> DriftSeries:
    values = {
        "room": room,
        "device_id": "Acme|DX One|SN-1",
        "device": "Acme DX One",
        "name": name,
        "view": view,
        "modality": "DX",
        "detector_id": None,
        "quantity": "DI",
        "step": "day",
        "points": (),
        "baselines": (),
        "finding": None,
    }
    return DriftSeries(**values | more)


def _baseline(day: date, reason: Any, old: str | None, new: str | None, n: int) -> Baseline:
    centre = 0.1 if n >= 20 else None
    return Baseline(from_day=day, reason=reason, old=old, new=new, n=n, n_exposures=6 * n, needed=20, centre=centre)


def _days(first: date) -> tuple[DayPoint, ...]:
    chance, ewma, points = random.Random(3), 0.0, []
    for number in range(120):
        value = chance.gauss(0.1, 0.3) + (0.8 if number > 95 else 0)
        ewma = 0.8 * ewma + 0.2 * value
        is_ready = number >= 20
        points.append(
            DayPoint(
                day=first + timedelta(days=number + number // 3),
                n=6 + number % 5,
                value=value,
                ewma=ewma if is_ready else None,
                low=-0.35 if is_ready else None,
                high=0.5 if is_ready else None,
                is_out=is_ready and ewma > 0.5,
            )
        )
    return tuple(points)


def _weeks(first: date) -> tuple[DayPoint, ...]:
    chance = random.Random(4)
    return tuple(
        DayPoint(
            day=first + timedelta(weeks=number),
            n=31 + number % 4,
            value=165e-6 * math.exp(chance.gauss(0, 0.05)) * (1.2 if number > 18 else 1),
            ewma=None,
            low=None,
            high=None,
            is_out=False,
        )
        for number in range(25)
    )
