"""What the monthly report rests on: counts, never rates, so that each rate can name its denominator."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from peewee import fn

from iqs_tui.domain.reject_rate import Figure
from iqs_tui.domain.scope import Scope
from iqs_tui.store import ledger
from iqs_tui.store.models import Device, Exposure, Round, Task
from iqs_tui.store.ranges import happened_within, within
from iqs_tui.store.reading.analysis.groups import Group, groups
from iqs_tui.store.reading.reject_analysis.reading import read
from iqs_tui.store.reading.reject_analysis.tallied import total


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejects:
    """The rejects of exposures made in the month, counted as the reject analysis does."""

    figure: Figure
    n_quality_control: int
    """QC images, which are in no denominator (AAPM TG-305)."""
    reasons: tuple[tuple[str, int], ...]
    """Words of the reason and how often, the most frequent first."""

    @property
    def n_dismissed(self) -> int:
        """Answers that were "geen afkeur"."""
        found = self.figure.counts
        n_answered = found.asked.n_answered + found.questions.n_answered
        return n_answered - found.n_rejects - found.n_repeats - found.n_identifications


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
    is_quality_control = Exposure.is_quality_control & ~Exposure.is_derived
    tallied = read(Scope(first=start, until=end), ZoneInfo("UTC"))
    words = Counter(case.reason_label or case.reason_code or "?" for case in tallied.cases if case.is_reject)
    return Rejects(
        figure=total(tallied),
        n_quality_control=Exposure.select().where(made & is_quality_control).count(),
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
