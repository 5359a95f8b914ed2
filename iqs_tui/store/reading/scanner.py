"""What the scanner panel and its screen show: the state now, why, and the day so far."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.domain.power import Energy, energy
from iqs_tui.domain.scanner_evidence import BUSY, Confidence, State, StateInterval
from iqs_tui.domain.scanner_view import CurrentState, busy_shares, cells, current_state, time_in, unknown_share
from iqs_tui.store import ledger, power

FIRST_HOUR = 7
LAST_HOUR = 19


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """One line of the day: a stay of a patient as a whole, or what lay between two."""

    state: State
    start: datetime
    end: datetime
    evidence: tuple[str, ...]
    confidence: Confidence
    n_acquisitions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScannerView:
    """The scanner of a room today."""

    device: str
    modality: str | None
    now: datetime
    current: CurrentState
    day_start: datetime
    """The first and last moment of the timeline; wider than opening hours where something happened outside them."""
    day_end: datetime
    intervals: tuple[StateInterval, ...]
    """From local midnight until now."""
    idle: timedelta
    idle_energy: Energy | None
    day_energy: Energy | None
    unknown: float | None
    """Part of the timeline until now that is unknown, 0 to 1."""
    n_acquisitions: int
    n_devices: int
    """Devices that were heard in the room; the last heard is shown."""

    def shares(self, count: int) -> tuple[float | None, ...]:
        """Return per part of the timeline which share of it had a patient; None where nothing is known."""
        return busy_shares(self.intervals, self.day_start, self.day_end, count)

    def cells(self, count: int) -> tuple[State | None, ...]:
        """Return per part of the timeline the state that fills most of it; None for what is still to come."""
        return cells(self.intervals, self.day_start, self.day_end, count)

    def stretches(self) -> tuple[Stretch, ...]:
        """Return the day's lines, the newest first."""
        return tuple(reversed(list(_stretches(self.intervals))))


def today(room: str, zone: ZoneInfo, now: datetime) -> ScannerView | None:
    """Return the scanner of a room today; None where no device was heard there yet."""
    device = ledger.newest_device(room)
    if device is None:
        return None
    midnight = datetime.combine(now.astimezone(zone).date(), time(), zone)
    intervals, evidence = ledger.ledger_of(device, midnight.astimezone(now.tzinfo), now, now)
    day_start, day_end = _timeline(intervals, zone, now)
    shown = [part for part in (_within(interval, day_start, now) for interval in intervals) if part]
    profile = power.profile(device.modality)
    return ScannerView(
        device=" ".join(part for part in (device.manufacturer, device.model, device.station_name) if part)
        or device.device_id,
        modality=device.modality,
        now=now,
        current=current_state(intervals, evidence, now),
        day_start=day_start,
        day_end=day_end,
        intervals=intervals,
        idle=time_in(intervals, "idle"),
        idle_energy=energy((i for i in intervals if i.state == "idle"), profile),
        day_energy=energy(intervals, profile),
        unknown=unknown_share(shown),
        n_acquisitions=sum(interval.n_acquisitions for interval in intervals),
        n_devices=ledger.n_devices(room),
    )


def _timeline(intervals: Iterable[StateInterval], zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime]:
    heard = [i for i in intervals if i.state != "unknown"]
    local = now.astimezone(zone)
    first = min([FIRST_HOUR, *(i.start.astimezone(zone).hour for i in heard)])
    last = max([LAST_HOUR, *(i.end.astimezone(zone).hour + 1 for i in heard)])
    start = datetime.combine(local.date(), time(first), zone)
    end = datetime.combine(local.date(), time(), zone) + timedelta(hours=last)
    return start.astimezone(now.tzinfo), end.astimezone(now.tzinfo)


def _within(interval: StateInterval, start: datetime, end: datetime) -> StateInterval | None:
    first, last = max(interval.start, start), min(interval.end, end)
    if first >= last:
        return None
    return StateInterval(
        state=interval.state,
        start=first,
        end=last,
        evidence=interval.evidence,
        confidence=interval.confidence,
        n_acquisitions=interval.n_acquisitions,
    )


def _stretches(intervals: Iterable[StateInterval]) -> Iterable[Stretch]:
    held: list[StateInterval] = []
    for interval in intervals:
        if held and (interval.state not in BUSY or held[-1].state not in BUSY):
            yield _joined(held)
            held = []
        held.append(interval)
    if held:
        yield _joined(held)


def _joined(parts: list[StateInterval]) -> Stretch:
    surest = min(parts, key=lambda part: ("high", "medium", "low").index(part.confidence))
    return Stretch(
        state=parts[0].state if len(parts) == 1 else "in_exam",
        start=parts[0].start,
        end=parts[-1].end,
        evidence=tuple(sorted({code for part in parts for code in part.evidence})),
        confidence=surest.confidence,
        n_acquisitions=sum(part.n_acquisitions for part in parts),
    )
