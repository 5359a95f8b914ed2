"""Before and after in words: what differs and how sure that is, never why it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from iqs_tui.domain.comparison import Change, RateChange
from iqs_tui.domain.scope import Scope
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.analysis_change import ChangeMoment, ChangeView, DoseChange, TimeChange
from iqs_tui.ui import analysis_words as words
from iqs_tui.ui import dose_words, reject_words


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table: dose, time or quality."""

    name: str
    before: str
    after: str
    unit: str
    difference: str
    test: str
    rests_on: str


def lines(view: ChangeView) -> tuple[Line, ...]:
    """Return the table: every dose quantity, the time, the rejects."""
    return (*(_dose(one) for one in view.doses), _time(view.duration), _rejects(view))


def sentence(view: ChangeView) -> str:
    """Answer in one sentence what is different after the change."""
    parts = [_said_of_dose(one) for one in view.doses[:1]]
    parts.append(_said_of_time(view.duration.change))
    if view.rejects.is_told:
        parts.append(_said_of_rejects(view.rejects.change))
    return t("change.sentence", parts="; ".join(parts))


def notes(view: ChangeView) -> str:
    """Return what stands in the way of reading it simply; empty where nothing does."""
    found = [t("change.note_kinds", n=view.n_kinds)] if view.n_kinds > 1 else []
    implausible = sum(one.n_implausible for one in view.doses)
    if implausible:
        found.append(t("change.note_implausible", n=implausible))
    if view.n_unplaced_before or view.n_unplaced_after:
        found.append(t("change.note_unplaced", before=view.n_unplaced_before, after=view.n_unplaced_after))
    return " ".join(found)


def what(one: ChangeMoment) -> str:
    """Return "software VB10A → VB20A"."""
    return t("change.what", what=t(f"change.kind_{one.kind}"), old=one.old, new=one.new)


def moment(one: ChangeMoment) -> str:
    """Return the same with the machine: "software VB10A → VB20A, Acme DX One"."""
    return f"{what(one)}, {one.device}"


def period(scope: Scope, zone: ZoneInfo) -> str:
    """Return the first and the last day of a period."""
    first = scope.first.astimezone(zone).date()
    last = (scope.until - timedelta(microseconds=1)).astimezone(zone).date()
    return f"{numbers.short_date(first)} – {numbers.short_date(last)}"


def _dose(one: DoseChange) -> Line:
    name, unit = t("change.row_dose", quantity=one.quantity), dose_words.unit(one.quantity)
    coverage = t(
        f"change.coverage_{one.per}",
        before=_share(one.n_before, one.of_before),
        after=_share(one.n_after, one.of_after),
    )
    found = one.change
    if found is None:
        return Line(name, "–", "–", unit, "", t("change.no_dose"), coverage)
    factor, _ = words.shown_unit(one.quantity)
    before = dose_words.amount(one.quantity, found.median_before)
    digits = _digits(found, factor, before)
    return Line(
        name,
        before,
        dose_words.amount(one.quantity, found.median_after),
        unit,
        _difference(found, factor, digits),
        _test(found),
        f"{_counted(found)} · {coverage}",
    )


def _time(one: TimeChange) -> Line:
    coverage = t(
        "change.coverage_time", before=_share(one.n_before, one.of_before), after=_share(one.n_after, one.of_after)
    )
    found = one.change
    if found is None:
        return Line(t("change.row_time"), "–", "–", t("change.minutes"), "", t("change.no_time"), coverage)
    return Line(
        t("change.row_time"),
        numbers.decimal(found.median_before),
        numbers.decimal(found.median_after),
        t("change.minutes"),
        _difference(found, 1.0, 1),
        _test(found),
        f"{_counted(found)} · {coverage}",
    )


def _rejects(view: ChangeView) -> Line:
    name, found, basis = t("change.row_rejects"), view.rejects.change, view.rejects.basis
    if found is None or basis is None:
        why = "no_exposures_either" if view.rejects.is_told else "rejects_by_role"
        return Line(name, "–", "–", "", "", t(f"change.{why}"), "")
    counted = {"k": found.k_before, "n": found.n_before, "k2": found.k_after, "n2": found.n_after}
    counts = t("change.rests_rejects", basis=reject_words.basis(basis), **counted)
    if found.before is None or found.after is None or found.difference is None:
        few = t("change.too_few_for_rate")
        return Line(name, _of(found.k_before, found.n_before), _of(found.k_after, found.n_after), "", "", few, counts)
    low, high, low2, high2 = (numbers.decimal(100 * end, 0) for end in (*found.before, *found.after))
    intervals = t("change.rate_intervals", low=low, high=high, low2=low2, high2=high2)
    return Line(
        name,
        words.percent(found.k_before / found.n_before, 1),
        words.percent(found.k_after / found.n_after, 1),
        "",
        _rate_difference(found),
        words.verdict(found.p_value) if found.p_value is not None else "",
        f"{counts} · {intervals}",
    )


def _rate_difference(found: RateChange) -> str:
    if found.difference is None or found.low is None or found.high is None:
        return ""
    low, high = (words.signed(numbers.decimal(100 * end)) for end in (found.low, found.high))
    return t("change.points", by=words.signed(numbers.decimal(100 * found.difference)), low=low, high=high)


def _difference(found: Change, factor: float, digits: int) -> str:
    by = words.signed(numbers.decimal(found.difference * factor + 0.0, digits))
    if found.low is None or found.high is None:
        return by
    low, high = (words.signed(numbers.decimal(end * factor + 0.0, digits)) for end in (found.low, found.high))
    return t("change.interval", by=by, low=low, high=high)


def _digits(found: Change, factor: float, median: str) -> int:
    """As many decimals as the medians have, or more where the interval is narrower than that."""
    shown = len(median.replace(".", ",").partition(",")[2])
    width = abs((found.high or 0.0) - (found.low or 0.0)) or abs(found.difference)
    exponent = int(f"{width * factor:e}".split("e")[1]) if width else 0
    return max(shown, min(4, -exponent))


def _test(found: Change) -> str:
    return t("change.not_yet", needed=found.needed) if found.p_value is None else words.verdict(found.p_value)


def _counted(found: Change) -> str:
    return t(
        "change.counted",
        n=found.n_before,
        patients=found.n_patients_before,
        n2=found.n_after,
        patients2=found.n_patients_after,
    )


def _share(part: int, whole: int) -> str:
    return words.percent(part / whole) if whole else "–"


def _of(part: int, whole: int) -> str:
    return t("change.k_of_n", k=part, n=whole)


def _said_of_dose(one: DoseChange) -> str:
    found = one.change
    if found is None:
        return t("change.said_no_dose", quantity=one.quantity)
    if found.p_value is None:
        return t("change.said_not_yet", what=one.quantity, needed=found.needed)
    if not found.is_shown or found.ratio is None:
        return t("change.said_none", what=one.quantity)
    by = words.percent(abs(found.ratio - 1.0))
    return t("change.said_lower" if found.difference < 0 else "change.said_higher", what=one.quantity, by=by)


def _said_of_time(found: Change | None) -> str:
    if found is None:
        return t("change.said_no_time")
    what = t("change.row_time")
    if found.p_value is None:
        return t("change.said_not_yet", what=what, needed=found.needed)
    if not found.is_shown:
        return t("change.said_none", what=what)
    by = numbers.decimal(abs(found.difference))
    return t("change.said_shorter" if found.difference < 0 else "change.said_longer", by=by)


def _said_of_rejects(found: RateChange | None) -> str:
    if found is None or found.difference is None or found.p_value is None:
        return t("change.said_few_rejects")
    if not found.is_shown:
        return t("change.said_none", what=t("change.rejects"))
    by = numbers.decimal(abs(100 * found.difference))
    return t("change.said_fewer" if found.difference < 0 else "change.said_more", by=by)
