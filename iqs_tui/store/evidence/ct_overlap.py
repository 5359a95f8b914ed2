"""CT scans over the same range again, as signals (`domain.ct_overlap` decides).

The dose report says where was scanned, else the outermost slices do; their series tell phases of contrast apart. So
nothing is asked before the study has been quiet for a while (`store.settling`): half a scan would say something else.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.domain.cases import CT_OVERLAP, Signal, signal_id
from iqs_tui.domain.ct_overlap import SCANS, Overlap, Scan, overlaps
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import settling
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import Exposure, Instance
from iqs_tui.store.models import Signal as SignalRow

_CT = "CT"


@dataclass(slots=True)
class _Slices:
    """What the axial slices of an exposure say."""

    places: list[float] = field(default_factory=list)
    series: set[str] = field(default_factory=set)


def signals(study: StudyRows, rules: RetakeRules, now: datetime) -> list[Signal]:
    """Return a question for every scan whose range was scanned again."""
    rows = [row for row in study.exposures.values() if _is_scan(row)] if _CT in study.modalities else []
    if len(rows) < 2:
        return []
    slices = _slices(study)
    scans = filter(None, (_scan(row, slices.get(row.exposure_uid, _Slices())) for row in rows))
    found = _signals(study, overlaps(scans, rules.ct_overlap), now)
    quiet_at = study.last_news_at + rules.no_image.settle
    if quiet_at <= now:
        return found
    settling.wait_too(study.study_uid, study.room, quiet_at)
    asked = {row.signal_id for row in SignalRow.select().where(SignalRow.study_uid == study.study_uid)}
    return [signal for signal in found if signal.signal_id in asked]


def _signals(study: StudyRows, found: Iterable[Overlap], now: datetime) -> list[Signal]:
    return [
        Signal(
            signal_id=signal_id(CT_OVERLAP, again.later, again.earlier),
            kind=CT_OVERLAP,
            source_uid=again.later,
            study_uid=study.study_uid,
            exposure_uid=again.earlier,
            at=now,
            about={
                "earlier": again.earlier,
                "later": again.later,
                "gap_s": round(again.gap.total_seconds(), 1),
                "overlap_percent": round(100 * again.share),
            },
        )
        for again in found
    ]


def _scan(row: Exposure, own: _Slices) -> Scan | None:
    ends = own.places if row.scan_low_mm is None or row.scan_high_mm is None else (row.scan_low_mm, row.scan_high_mm)
    if not ends:
        return None
    return Scan(
        exposure_uid=row.exposure_uid,
        device=row.device_id,
        started_at=row.acquired_at,
        kind=row.event_type or "",
        low_mm=min(ends),
        high_mm=max(ends),
        protocol=row.protocol or "",
        procedure=row.procedure,
        body_part=row.body_part,
        series=frozenset(own.series),
        is_by_images=ends is own.places,
    )


def _is_scan(row: Exposure) -> bool:
    return (
        row.modality == _CT
        and row.event_type in SCANS
        and row.acquired_at is not None
        and not row.is_derived
        and not row.is_quality_control
    )


def _slices(study: StudyRows) -> dict[str, _Slices]:
    """Return what the slices of the study say, by exposure: of thousands only where the outermost lie."""
    rows: Any = (
        Instance.select(
            Instance.exposure_uid,
            Instance.series_description,
            fn.MIN(Instance.slice_mm),
            fn.MAX(Instance.slice_mm),
        )
        .where(Instance.study_uid == study.study_uid, Instance.slice_mm.is_null(False))
        .group_by(Instance.exposure_uid, Instance.series_description)
        .tuples()
    )
    found: dict[str, _Slices] = {}
    for exposure_uid, description, low, high in rows:
        own = found.setdefault(exposure_uid, _Slices())
        own.places += [low, high]
        own.series |= {description.casefold()} if description else set()
    return found
