"""Electricity of a scanner's states: an estimate with its range, never a number without its tier.

The profiles are data (`db/reference/power.toml`). A profile's error is systematic for one scanner: it does
not average out over intervals, so low and high add up as they are.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from iqs_tui.domain.scanner_evidence import StateInterval


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """A quantity that is not known better than this: kW of a state, or kWh."""

    low: float
    central: float
    high: float

    def __add__(self, other: "Range") -> "Range":
        return Range(low=self.low + other.low, central=self.central + other.central, high=self.high + other.high)

    def times(self, factor: float) -> "Range":
        """Return the range, each of its values multiplied."""
        return Range(low=self.low * factor, central=self.central * factor, high=self.high * factor)


NOTHING = Range(low=0.0, central=0.0, high=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class PowerProfile:
    """What a kind of scanner takes from the mains per state, without its cooling plant."""

    modality: tuple[str, ...]
    tier: str
    """How well it is known: literature, or later measured."""
    source: str
    kw: dict[str, Range] = field(default_factory=dict)
    kwh_per_acquisition: Range = NOTHING
    """On top of the power of its state, for scanners whose scans last seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Energy:
    """An estimate in kWh, and the time it covers: what is unknown is not in it."""

    kwh: Range
    tier: str
    covered: timedelta


def energy_of(interval: StateInterval, profile: PowerProfile | None) -> Range | None:
    """Return the kWh of one interval; None where the state is unknown or the profile has no power for it."""
    if profile is None or interval.state not in profile.kw:
        return None
    hours = interval.length / timedelta(hours=1)
    return profile.kw[interval.state].times(hours) + profile.kwh_per_acquisition.times(interval.n_acquisitions)


def energy(intervals: Iterable[StateInterval], profile: PowerProfile | None) -> Energy | None:
    """Return the kWh of all intervals whose power is known; None where there is none, or no profile."""
    if profile is None:
        return None
    known = [(interval, spent) for interval in intervals if (spent := energy_of(interval, profile)) is not None]
    if not known:
        return None
    return Energy(
        kwh=sum((spent for _, spent in known), NOTHING),
        tier=profile.tier,
        covered=sum((interval.length for interval, _ in known), timedelta()),
    )


def whole_kwh(value: float) -> int:
    """Round to two significant digits and never to a decimal: an estimate is no finer."""
    if value < 10:
        return round(value)
    places = len(str(int(value))) - 2
    return int(round(value, -places))
