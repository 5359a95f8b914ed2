"""What the monthly report rests on: counts, never rates, so that each rate can name its denominator."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import JOIN, fn

from iqs_tui.domain.cases import outcome
from iqs_tui.domain.scope import Scope
from iqs_tui.store import ledger
from iqs_tui.store.models import Case, Device, Exposure, Round, Task
from iqs_tui.store.ranges import happened_within, within
from iqs_tui.store.reading.analysis.groups import Group, groups


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejects:
    """Retake cases of exposures made in the month, and the exposures they are among."""

    n_exposures: int
    """Clinical exposures that were received: images and events of dose reports, one each."""
    n_reported: int
    """Those of them that a dose report tells of."""
    n_quality_control: int
    """QC images, which are in no denominator (AAPM TG-305)."""
    n_unseen: int
    """Rejects of which nothing was received: deleted at the console, reported on the kiosk."""
    n_rejected: int
    n_repeated: int
    """Answered, but resting on the same view alone: both images went on (AAPM TG-305: repeat)."""
    n_dismissed: int
    n_open: int
    n_expired: int
    reasons: tuple[tuple[str, int], ...]
    """Words of the reason and how often, the most frequent first."""

    @property
    def denominator(self) -> int:
        """All clinical exposures: those received, and the rejects that left nothing."""
        return self.n_exposures + self.n_unseen

    @property
    def n_raised(self) -> int:
        """How many questions there were."""
        return self.n_answered + self.n_open + self.n_expired

    @property
    def n_answered(self) -> int:
        """How many of them were answered, "geen afkeur" included."""
        return self.n_rejected + self.n_repeated + self.n_dismissed


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceTime:
    """How long one device was in each state, as far as the ledger knows."""

    name: str
    room: str | None
    in_state: dict[str, timedelta]
    idle_kwh: tuple[float, float] | None
    """From low to high; None where nothing is known of its power."""
    tier: str | None
    """Where the power comes from: measured here, the maker, or literature."""


def rejects(start: datetime, end: datetime) -> Rejects:
    """Count the cases and exposures of a range."""
    made = happened_within(Exposure.acquired_at, Exposure.received_at, start, end)
    in_range = made & (Exposure.is_derived == False)  # noqa: E712 (SQL)
    clinical = Exposure.select().where(in_range & (Exposure.is_quality_control == False))  # noqa: E712 (SQL)
    cases = list(_cases(start, end))
    kinds = Counter(case["outcome"] for case in cases)
    rejected = [case for case in cases if case["outcome"] == "rejected"]
    words = Counter(case["reason_label"] or case["reason_code"] or "?" for case in rejected)
    return Rejects(
        n_exposures=clinical.count(),
        n_reported=clinical.where(Exposure.report_facts.is_null(False)).count(),
        n_quality_control=Exposure.select().where(in_range & (Exposure.is_quality_control == True)).count(),  # noqa: E712 (SQL)
        n_unseen=sum(not case["is_received"] for case in rejected),
        n_rejected=kinds["rejected"],
        n_repeated=kinds["repeated"],
        n_dismissed=kinds["dismissed"],
        n_open=kinds["open"],
        n_expired=kinds["expired"],
        reasons=tuple(sorted(words.items(), key=lambda item: (-item[1], item[0]))),
    )


def doses(start: datetime, end: datetime) -> tuple[Group, ...]:
    """Return the groups of a range as the dose screens have them, room by room, the largest first."""
    found = groups(Scope(first=start, until=end))
    return tuple(sorted(found, key=lambda group: (group.room, -group.statistics.n, group.name or "")))


def scored(start: datetime, end: datetime) -> tuple[tuple[str, int, int, int], ...]:
    """Return per kind of round how many images of the rounds drawn in a range were scored, skipped, and wait."""
    rows: Any = (
        Round.select(Round.kind, Task.state, fn.COUNT(Task.task_id))
        .join(Task, on=(Task.round_id == Round.round_id))
        .where(within(Round.drawn_at, start, end))
        .group_by(Round.kind, Task.state)
        .tuples()
    )
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for kind, state, n in rows:
        counts[kind][state] = n
    return tuple((kind, found["done"], found["skipped"], found["open"]) for kind, found in sorted(counts.items()))


def device_times(start: datetime, end: datetime, now: datetime) -> tuple[DeviceTime, ...]:
    """Add up the states of every device in a range; what lies in the future is in no state."""
    return tuple(
        _device_time(device, start, end, now) for device in Device.select().order_by(Device.room, Device.device_id)
    )


def _device_time(device: Device, start: datetime, end: datetime, now: datetime) -> DeviceTime:
    in_state: dict[str, timedelta] = defaultdict(timedelta)
    low, high, tier, is_known = 0.0, 0.0, None, False
    for interval in ledger.intervals(device.device_id, start, end, now):
        in_state[interval["state"]] += interval["to"] - interval["from"]
        if interval["state"] == "idle" and interval["kwh_low"] is not None:
            low, high = low + interval["kwh_low"], high + interval["kwh_high"]
            tier, is_known = interval["tier"], True
    return DeviceTime(
        name=device.station_name or device.model or device.device_id,
        room=device.room,
        in_state=dict(in_state),
        idle_kwh=(low, high) if is_known else None,
        tier=tier,
    )


def _cases(start: datetime, end: datetime) -> Iterator[dict[str, Any]]:
    columns = (Case.state, Case.is_question, Case.reason_code, Case.reason_label)
    rows = (
        Case.select(*columns, Exposure.exposure_uid.is_null(False).alias("is_received"))
        .join(Exposure, JOIN.LEFT_OUTER, on=(Exposure.exposure_uid == Case.exposure_uid))
        .where(happened_within(Case.acquired_at, Case.detected_at, start, end))
        .dicts()
        .iterator()
    )
    for row in rows:
        yield row | {"outcome": outcome(row["state"], is_question=row["is_question"])}
