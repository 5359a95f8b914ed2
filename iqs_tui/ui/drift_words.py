"""Drift in words: what moved and since when, never why, and never what will break."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iqs_tui.domain.drift import Baseline, DayPoint
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.drift import DriftSeries
from iqs_tui.ui import analysis_words as words
from iqs_tui.ui import choosing, dose_words

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


def name(iqs: IqsApp, series: DriftSeries, *, is_with_room: bool) -> str:
    """Return "Kamer 1 · Thorax PA", with the detector where several take turns."""
    parts = [choosing.room_name(iqs.config, series.room or "")] if is_with_room else []
    parts.append(dose_words.titled(series.name, series.view))
    if series.detector_id:
        parts.append(t("drift.detector", id=series.detector_id))
    return " · ".join(parts)


def state(series: DriftSeries) -> str:
    """Return how a series stands: what moved, or stable, or why that cannot be said yet."""
    if series.finding is not None:
        return t("drift.state_finding", shift=shift(series), day=numbers.short_date(series.finding.since))
    if not series.points:
        return t("drift.state_few")
    baseline = series.baselines[-1] if series.baselines else None
    if baseline is not None and not baseline.is_ready:
        return t(f"drift.state_building_{series.step}", n=baseline.n, needed=baseline.needed)
    return t("drift.state_stable")


def shift(series: DriftSeries) -> str:
    """Return how far it moved: "+0,8" of a deviation index, "+18 %" of a dose."""
    found = series.finding
    if found is None:
        return ""
    if series.quantity == "DI":
        return words.signed(numbers.decimal(found.shift))
    return words.signed(f"{numbers.decimal(100 * found.shift, 0)} %")


def grounds(series: DriftSeries) -> str:
    """Return what a finding rests on; of a series without one, what is followed."""
    found = series.finding
    if found is None:
        return _quiet(series)
    day = numbers.short_date(found.since)
    rests = t("drift.finding", shift=shift(series), quantity=series.quantity, day=day, n=found.n, before=found.n_before)
    if found.kind == "ewma":
        return f"{rests} {t('drift.by_ewma')}"
    test = "" if found.p_value is None else f" ({words.probability(found.p_value)})"
    return f"{rests} {t('drift.by_rank')}{test}."


def _quiet(series: DriftSeries) -> str:
    if not series.points:
        return t("drift.no_points")
    if series.baselines and not series.baselines[-1].is_ready:
        return t("drift.no_bounds")
    return t(f"drift.followed_{series.step}", n=len(series.points))


def legend(series: DriftSeries, line_sign: str) -> str:
    """Return what the signs of the picture mean: only those that are in it."""
    points = series.points
    if not points:
        return ""
    parts = [t(f"drift.legend_{series.step}")]
    if any(point.is_out for point in points):
        parts.append(t("drift.legend_out"))
    if any(point.ewma is not None for point in points):
        parts.append(f"{line_sign} EWMA")
    if any(point.low is not None for point in points):
        parts.append(t("drift.legend_limits"))
    if any(one.reason != "start" for one in series.baselines):
        parts.append(t("drift.legend_restart"))
    return "   ".join(parts)


def restart(baseline: Baseline) -> str:
    """Return "herstart basislijn 3 okt: software VB10A → VB20A"."""
    day, what = numbers.short_date(baseline.from_day), t(f"drift.reason_{baseline.reason}")
    unknown = t("drift.not_said")
    return t("drift.restart", day=day, what=what, old=baseline.old or unknown, new=baseline.new or unknown)


def value(series: DriftSeries, amount: float | None) -> str:
    """Return a level in the unit of the screens, without it."""
    if amount is None:
        return "–"
    factor, _ = words.shown_unit(series.quantity)
    if series.quantity == "DI":
        return words.minus(numbers.decimal(amount, 2))
    return numbers.significant(amount * factor, 3)


def quantity(series: DriftSeries) -> str:
    """Return the quantity with its unit: "DAP in µGy·m²"."""
    _, unit = words.shown_unit(series.quantity)
    return t("drift.quantity_in", quantity=series.quantity, unit=unit) if unit else series.quantity


def limits(series: DriftSeries, point: DayPoint) -> str:
    """Return the limits of a point, or that there are none yet."""
    if point.low is None or point.high is None:
        return "–"
    return t("drift.limits", low=value(series, point.low), high=value(series, point.high))
