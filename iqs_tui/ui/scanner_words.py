"""The scanner in words: state, why, energy, as its panel and its screen both say them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from iqs_tui.domain.power import Energy, whole_kwh
from iqs_tui.domain.scanner_evidence import Confidence, State
from iqs_tui.domain.scanner_view import CurrentState
from iqs_tui.locale import numbers, t


def state(which: State, confidence: Confidence) -> str:
    """Return the word of a state; idle that rests on silence alone is "waarschijnlijk idle"."""
    if which == "idle" and confidence == "low":
        return t("scanner.probably_idle")
    return t(f"scanner.state_{which}")


def is_sure(current: CurrentState) -> bool:
    """Say whether a state rests on more than silence: else it is written lighter."""
    return current.confidence != "low"


def since(current: CurrentState, zone: ZoneInfo) -> str:
    """Return "sinds 14:32", or nothing where it never began."""
    return t("scanner.since", at=numbers.clock_time(current.since, zone)) if current.since else ""


def because(current: CurrentState, zone: ZoneInfo) -> list[str]:
    """Return why we think so, the most telling first: "laatste opname 14:29"."""
    return [
        t(f"scanner.why_{item.why}", at=numbers.clock_time(item.at, zone)) if item.at else t("scanner.why_nothing")
        for item in current.because
    ]


def energy(found: Energy | None) -> str:
    """Return "geschat 3–6 kWh (literatuur)": always with its tier, never with a decimal."""
    if found is None:
        return t("scanner.no_estimate")
    tier = t(f"scanner.tier_{found.tier}")
    low, high = whole_kwh(found.kwh.low), whole_kwh(found.kwh.high)
    if high < 1:
        return t("scanner.estimate_small", tier=tier)
    if low == high:
        return t("scanner.estimate_one", value=low, tier=tier)
    return t("scanner.estimate", low=low, high=high, tier=tier)


def percent(share: float | None) -> str:
    """Return a share as a whole percentage; a dash where there is none."""
    return "–" if share is None else t("scanner.percent", n=round(share * 100))


def evidence(codes: tuple[str, ...]) -> str:
    """Return what a stretch rests on."""
    return ", ".join(t(f"scanner.evidence_{code}") for code in codes)
