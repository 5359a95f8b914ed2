"""Technique in words: parameters as radiographers call them, and how strongly they go with the dose."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iqs_tui.domain.technique import UNITS, Outlier, Parameter, ParameterName, Setting
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.technique import Projection, Technique
from iqs_tui.ui import analysis_words as words
from iqs_tui.ui import choosing, dose_words

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

_WEAK, _CLEAR, _STRONG = 0.1, 0.3, 0.7
"""|rho| from which a relation is called weak, clear and strong."""
_OUTLIER = 3
"""Figures of an outlier and of what is usual."""
_WHOLE = frozenset({"kvp", "tube_current_ma", "exposure_time_ms", "exposure_index", "source_detector_mm"})
"""Shown without decimals from 100 on."""


def parameter(name: ParameterName) -> str:
    """Return a parameter's name."""
    return t(f"technique.name_{name}")


def with_unit(name: ParameterName) -> str:
    """Return a parameter's name with its unit: "buisspanning (kV)"."""
    unit = UNITS[name]
    return f"{parameter(name)} ({unit})" if unit else parameter(name)


def value(name: ParameterName, amount: float, digits: int = 2) -> str:
    """Return a value without its unit, in so many figures, or whole where its decimals mean nothing."""
    if name == "deviation_index":
        return words.minus(numbers.decimal(amount + 0.0))
    if name in _WHOLE and abs(amount) >= 10:
        return numbers.decimal(amount, 0)
    return words.minus(numbers.significant(amount, digits if abs(amount) < 10 else 3))


def spread(one: Parameter) -> str:
    """Return the middle half: "122–125"."""
    return _between(one.name, one.p25, one.p75)


def coverage(one: Parameter) -> str:
    """Return how many state it, of how many: "834 (98 %)"."""
    return t("technique.coverage", n=one.n, share=numbers.decimal(100 * one.coverage, 0))


def relation(one: Parameter) -> str:
    """Return how a parameter goes with the dose: "sterk (rho +0,82)"."""
    if one.rho is None:
        return t("technique.relation_unknown")
    strength = abs(one.rho)
    names = ((_WEAK, "none"), (_CLEAR, "weak"), (_STRONG, "clear"))
    word = next((name for below, name in names if strength < below), "strong")
    return t(f"technique.relation_{word}", rho=words.signed(numbers.decimal(one.rho, 2)))


def rejects(one: Parameter) -> str:
    """Return the medians of rejected and good: "125 / 124"."""
    both = (one.median_rejected, one.median_accepted)
    return " / ".join("–" if median is None else value(one.name, median) for median in both)


def told(one: Parameter) -> str:
    """Say in full what the row of a parameter rests on."""
    parts = [
        t("technique.told_range", low=value(one.name, one.low), high=value(one.name, one.high), n=one.n, of=one.of)
    ]
    parts.append(t("technique.told_relation", relation=relation(one), n=one.n_rho))
    if one.median_rejected is None or one.median_accepted is None:
        parts.append(t("technique.told_no_rejects"))
    else:
        found = t(
            "technique.told_rejects",
            rejected=value(one.name, one.median_rejected),
            k=one.n_rejected,
            accepted=value(one.name, one.median_accepted),
            n=one.n_accepted,
        )
        test = words.verdict(one.p_value) if one.p_value is not None else t("technique.told_no_test")
        parts.append(f"{found}, {test}")
    return f"{with_unit(one.name)}: {'. '.join(parts)}."


def setting(one: Setting) -> str:
    """Return the name of a setting: "rooster: Focused", "AEC: niet vermeld", "120 kV"."""
    if one.name == "kvp":
        return f"{one.value} kV"
    if one.name == "deviation_index":
        return f"DI {one.value.replace('-', words.MINUS)}"
    said = t(f"technique.control_{one.value.casefold()}") if one.value.casefold() in _CONTROLS else one.value
    return f"{t(f'technique.setting_{one.name}')}: {said or t('technique.not_said')}"


_CONTROLS = frozenset({"automatic", "manual", "none"})
"""Exposure Control Mode (0018,7060): MANUAL, AUTOMATIC; NONE is met for a grid."""


def median_dose(found: Technique, one: Setting) -> str:
    """Return the median dose with what it rests on."""
    if one.median_dose is None:
        return "–"
    dose = f"{dose_words.amount(found.quantity, one.median_dose)} {dose_words.unit(found.quantity)}"
    return f"{dose} (n = {one.n_dose})"


def rejected(one: Setting) -> str:
    """Return "61 van 895: 6,8 % (5–9 %)"; of few, the counts only."""
    counts = t("technique.rejected_of", k=one.n_rejected, n=one.n_all)
    if one.reject_rate is None:
        return counts
    low, high = (numbers.decimal(100 * end, 0) for end in one.reject_rate)
    rate = one.n_rejected / one.n_all
    return f"{counts}: {words.percent(rate, 1 if rate < 0.1 else 0)} ({low}–{high} %)"


def usual(one: Outlier) -> str:
    """Return what is usual here: a range, or the one value that is set in steps."""
    if one.low == one.high:
        return value(one.parameter, one.low, _OUTLIER)
    return _between(one.parameter, one.low, one.high, _OUTLIER)


def outlying(one: Outlier) -> str:
    """Return the value of an outlier, in enough figures to tell it from what is usual."""
    return value(one.parameter, one.value, _OUTLIER)


def projection(iqs: IqsApp, one: Projection, *, is_with_room: bool) -> str:
    """Return "X-thorax PA", with the room where there are several."""
    name = dose_words.titled(one.name, one.view)
    return f"{choosing.room_name(iqs.config, one.room or '')} · {name}" if is_with_room else name


def head(iqs: IqsApp, found: Technique) -> str:
    """Return of what a technique is, and on how many it rests."""
    name = words.of_what(iqs, found.scope)
    counts = t("technique.counts", n=found.n, k=found.n_rejected, all=found.n_all)
    return " · ".join((name, counts, ", ".join(device.replace("|", " ") for device in found.devices)))


def _between(name: ParameterName, low: float, high: float, digits: int = 2) -> str:
    first, last = value(name, low, digits), value(name, high, digits)
    if first == last:
        return first
    is_negative = first.startswith(words.MINUS) or last.startswith(words.MINUS)
    return t("technique.between", low=first, high=last) if is_negative else f"{first}–{last}"
