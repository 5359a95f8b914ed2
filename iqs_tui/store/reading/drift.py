"""Series of deviation index and dose per room, device and protocol, rebuilt from the records at each reading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple, cast
from zoneinfo import ZoneInfo

from iqs_tui.domain.drift import (
    MIN_RANK,
    MIN_RANK_CT,
    RECENT_DAYS,
    RENAME_GAP,
    Baseline,
    DayPoint,
    Finding,
    Reset,
    Span,
    Step,
    chains,
    ewma_finding,
    follow,
    level_shift,
    resets_of,
)
from iqs_tui.store.reading.change_moments import device_names
from iqs_tui.store.reading.drift_records import WHOLE, Followed, Kind, Records, first_moment, read

WEEKS = 26
DriftQuantity = Literal["DI", "DAP", "CTDIvol", "AGD", "DLP"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftSeries:
    """One level followed over the window."""

    room: str | None
    device_id: str
    device: str
    """Maker, model and station as people know them."""
    name: str | None
    """The protocol, else the procedure."""
    view: str | None
    modality: str
    detector_id: str | None
    """Where the same protocol is made on several detectors by turns: which one."""
    quantity: DriftQuantity
    step: Step
    """Points are per day (DI) or per week (doses)."""
    points: tuple[DayPoint, ...]
    """Values in the inside unit (DI: 1; DAP Gy.m2; DLP mGy.cm; CTDIvol, AGD mGy); doses are weighed on a log scale."""
    baselines: tuple[Baseline, ...]
    """Oldest first; the last one is in force."""
    finding: Finding | None
    n: int
    """Exposures (DLP: examinations) in the window."""


class _Line(NamedTuple):
    """One level as it will be shown: what it is of, on which detector, and where its baseline starts anew."""

    kind: Kind
    detector_id: str | None
    followed: Followed
    resets: tuple[Reset, ...]


def series(room: str | None, now: datetime, zone: ZoneInfo) -> tuple[DriftSeries, ...]:
    """Return every series of a room (None: all rooms), those with a finding first, then the largest."""
    found = _all((room,) if room else (), now, zone)
    return tuple(sorted(found, key=lambda one: (one.finding is None, -one.n, *_name(one))))


def maintenance(now: datetime, zone: ZoneInfo, rooms: Sequence[str] = ()) -> tuple[DriftSeries, ...]:
    """Return the series with a finding: the maintenance list, the newest first. No rooms: all of them."""
    found = sorted(_all(tuple(rooms), now, zone), key=_name)
    dated = [(one.finding.since, one) for one in found if one.finding]
    return tuple(one for _, one in sorted(dated, key=lambda pair: pair[0], reverse=True))


def _name(one: DriftSeries) -> tuple[str, ...]:
    said = (one.room, one.device_id, one.name, one.view, one.detector_id, one.quantity)
    return tuple(part or "" for part in said)


def _all(rooms: tuple[str, ...], now: datetime, zone: ZoneInfo) -> list[DriftSeries]:
    records = read(rooms, first_moment(now, zone, WEEKS), now, zone)
    today = now.astimezone(zone).date()
    names = device_names()
    resets = {device: _software_resets(versions) for device, versions in records.versions.items()}
    return [
        one
        for line in _lines(records)
        for quantity in line.followed.days
        if (one := _series(line, quantity, resets.get(line.kind.device_id, ()), today, names))
    ]


def _series(
    line: _Line, quantity: str, software: Sequence[Reset], today: date, names: dict[str, str]
) -> DriftSeries | None:
    days = line.followed.days[quantity]
    is_di = quantity == "DI"
    step: Step = "day" if is_di else "week"
    course = follow(days, _one_per_day([*line.resets, *software]), step=step, is_log=not is_di)
    if not course.points:
        return None
    kind = line.kind
    minimum = MIN_RANK_CT if kind.modality == "CT" else MIN_RANK
    is_current = course.points[-1].day >= today - timedelta(days=RECENT_DAYS)
    found = ewma_finding(course) if is_di else level_shift(days, course, today, minimum=minimum)
    return DriftSeries(
        room=kind.room,
        device_id=kind.device_id,
        device=names.get(kind.device_id, kind.device_id),
        name=kind.name,
        view=kind.view,
        modality=kind.modality,
        detector_id=line.detector_id,
        quantity=cast(DriftQuantity, quantity),
        step=step,
        points=course.points,
        baselines=course.baselines,
        finding=found if is_current else None,
        n=sum(len(values) for values in days.values()),
    )


def _lines(records: Records) -> Iterator[_Line]:
    """Put together what succeeded each other, and keep apart what was in use side by side."""
    for kinds in _alike(records):
        spans = {kind.name or "": _span(records.kinds[kind].values()) for kind in kinds}
        # Without a procedure nothing tells that two protocols are the same under another name.
        is_known = _procedure(records.kinds[kinds[0]].values()) is not None
        named = chains(spans, RENAME_GAP) if is_known else tuple((name,) for name in spans)
        by_name = {kind.name or "": kind for kind in kinds}
        for chain in named:
            members = [by_name[name] for name in chain]
            yield from _per_detector(records, members, resets_of(chain, spans, "protocol"))


def _per_detector(records: Records, kinds: Sequence[Kind], renamed: tuple[Reset, ...]) -> Iterator[_Line]:
    detectors: dict[str, Followed] = {}
    for kind in kinds:
        for detector, followed in records.kinds[kind].items():
            detectors.setdefault(detector, Followed()).add(followed)
    whole = detectors.pop(WHOLE, None)
    if whole:
        yield _Line(kinds[-1], None, whole, renamed)
    spans = {detector: _span([followed]) for detector, followed in detectors.items()}
    found = chains(spans)
    for chain in found:
        together = _joined(detectors[detector] for detector in chain)
        shown = (chain[-1] or None) if len(found) > 1 else None
        yield _Line(kinds[-1], shown, together, (*renamed, *resets_of(chain, spans, "detector")))


def _alike(records: Records) -> list[list[Kind]]:
    """Kinds that differ in their protocol alone, and are mostly made for the same procedure."""
    together: dict[tuple[str | None, ...], list[Kind]] = {}
    for kind in sorted(records.kinds, key=lambda kind: tuple(part or "" for part in kind)):
        procedure = _procedure(records.kinds[kind].values())
        together.setdefault((kind.room, kind.device_id, kind.modality, kind.view, procedure), []).append(kind)
    return list(together.values())


def _procedure(parts: Iterable[Followed]) -> str | None:
    """What it is mostly made for; None where nothing says so."""
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.procedures)
    return min(counts, key=lambda name: (-counts[name], name)) if counts else None


def _span(parts: Iterable[Followed]) -> Span:
    spans = [part.span() for part in parts]
    return Span(min(one.first for one in spans), max(one.last for one in spans), sum(one.n for one in spans))


def _joined(parts: Iterable[Followed]) -> Followed:
    whole = Followed()
    for part in parts:
        whole.add(part)
    return whole


def _software_resets(versions: dict[str, Counter[date]]) -> tuple[Reset, ...]:
    """Return where a version took over; versions that are told side by side, by image and report, are no change."""
    spans = {name: Span(min(days), max(days), days.total()) for name, days in versions.items()}
    return tuple(reset for chain in chains(spans) for reset in resets_of(chain, spans, "software"))


def _one_per_day(resets: Iterable[Reset]) -> list[Reset]:
    """Of several reasons on one day the first of software, detector and protocol is logged."""
    found: dict[date, Reset] = {}
    for reset in sorted(resets, key=lambda one: ("software", "detector", "protocol").index(one.reason)):
        found.setdefault(reset.day, reset)
    return list(found.values())
