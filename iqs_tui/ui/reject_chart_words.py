"""The weeks and the funnel of the reject analysis in words: what they find, what their signs mean, and their tables."""

from __future__ import annotations

from datetime import date

from iqs_tui.config import Config
from iqs_tui.domain.control_chart import MIN_WEEKS, Chart, Shift, Week
from iqs_tui.domain.funnel import Limits, limits
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson
from iqs_tui.domain.reject_rate import Answers, Rate
from iqs_tui.domain.standardised import Adjusted
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.reject_analysis.figures import By, Funnel, Unit
from iqs_tui.ui import choosing
from iqs_tui.ui.analysis_words import percent
from iqs_tui.ui.reject_words import answered, basis, interval, part_name

LINES = (("low_95", "·"), ("high_95", "·"), ("low_998", "┅"), ("high_998", "┅"))
"""The limits, by their name in `funnel.Limits`, and what they are drawn with."""
CENTRE, DOT, OUT = "─", "●", "X"
"""The average; a rate within 99.8 %, and one outside: another shape, since colour never stands alone."""
OUTSIDE = frozenset({"high_998", "low_998"})
"""Positions that are a reason to look."""


def weeks_caption(chart: Chart) -> str:
    """Say of what the weeks are: what they count, average and its counts."""
    return t("reject.weeks_centre", basis=basis(chart.basis), **_centre(chart.centre, chart.weeks))


def _centre(centre: float | None, parts: tuple[Week, ...] | tuple[Rate, ...]) -> dict[str, str]:
    k, n = sum(part.k for part in parts), sum(part.n for part in parts)
    shown = "–" if centre is None or n < MIN_FOR_RATE else percent(centre, 1)
    return {"share": shown, "k": numbers.whole(k), "n": numbers.whole(n)}


def finding(chart: Chart) -> str:
    """Say whether the level moved, and which weeks lie outside: a finding, never a cause."""
    found = [_level(chart)]
    out = [_week(week.monday) for week in chart.weeks if week.position in OUTSIDE]
    if out:
        weeks = ", ".join(out)
        found.append(
            t("reject.outside_one", weeks=weeks) if len(out) == 1 else t("reject.outside", n=len(out), weeks=weeks)
        )
    return " ".join(found)


def _level(chart: Chart) -> str:
    if chart.shift is not None:
        return _shift(chart, chart.shift)
    if chart.has_few_crossings:
        return t("reject.few_crossings", n=chart.n_crossings, needed=chart.needed_crossings)
    if chart.n_useful < MIN_WEEKS:
        return t("reject.too_few_weeks", n=chart.n_useful, needed=MIN_WEEKS)
    return t("reject.no_shift", n=chart.n_useful)


def _shift(chart: Chart, shift: Shift) -> str:
    rated = [week.monday for week in chart.weeks if week.share is not None]
    until = "" if shift.last == rated[-1] else "_until"
    side = "above" if shift.is_above else "below"
    return t(
        f"reject.shift_{side}{until}",
        first=t("reject.week_of", n=shift.first.isocalendar().week, day=numbers.short_date(shift.first)),
        last=_week(shift.last),
        n=shift.n_weeks,
        middle="–" if chart.middle is None else percent(chart.middle, 1),
    )


def _week(monday: date) -> str:
    return t("reject.week", n=monday.isocalendar().week)


def weeks_legend(chart: Chart) -> list[str]:
    """Return what the signs of the weeks mean, and how many weeks have no dot."""
    n_small = sum(week.share is None for week in chart.weeks)
    parts = [t("reject.legend_dot", sign=DOT)]
    if any(week.position in OUTSIDE for week in chart.weeks):
        parts.append(t("reject.legend_out", sign=OUT))
    parts += legend_of_lines()
    if n_small:
        parts.append(t("reject.weeks_small", n=n_small, needed=MIN_FOR_RATE))
    return parts


def legend_of_lines() -> list[str]:
    """Return what the lines mean."""
    signs = dict(LINES)
    return [
        t("reject.legend_centre", sign=CENTRE),
        t("reject.legend_95", sign=signs["low_95"]),
        t("reject.legend_998", sign=signs["low_998"]),
    ]


def week_line(week: Week, centre: float | None) -> tuple[str, ...]:
    """Return a week as a row of the table."""
    at = limits(week.n, centre) if week.position is not None and centre is not None else None
    return (
        f"{week.monday.isocalendar().week} · {numbers.short_date(week.monday)}",
        numbers.whole(week.n),
        numbers.whole(week.k),
        share(week.share),
        "–" if week.share is None else interval(*wilson(week.k, week.n)),
        _limits(at, "95"),
        _limits(at, "998"),
        coverage(Answers(n_answered=week.n_answered, n_open=week.n_raised - week.n_answered)),
        place(week.position),
    )


def _limits(at: Limits | None, which: str) -> str:
    """Return the rates at which and beyond which it lies outside; "–" for a side on which nothing is so rare."""
    if at is None:
        return "–"
    low, high = (at.low_95, at.high_95) if which == "95" else (at.low_998, at.high_998)
    return " / ".join(share(None if count is None else count / at.n) for count in (low, high))


def share(of: float | None) -> str:
    """Return a share in percent, under a heading that says so."""
    return "–" if of is None else numbers.decimal(100 * of)


def coverage(answers: Answers) -> str:
    """Return "96/105": answered of asked."""
    return f"{answers.n_answered}/{answers.n_raised}" if answers.n_raised else "–"


def place(position: str | None) -> str:
    """Say where a count lies."""
    return t("reject.too_few") if position is None else t(f"reject.{position}")


def funnel_caption(funnel: Funnel, whole: Rate, *, is_own_only: bool) -> str:
    """Say of what the funnel is."""
    by = t("reject.per_operator_own") if is_own_only else t(f"reject.per_{funnel.by}")
    return t("reject.funnel_centre", by=by, basis=basis(funnel.basis), **_centre(funnel.centre, (whole,)))


def unit_name(unit: Unit, by: By, config: Config) -> str:
    """Return what a unit is called; of people only "jij"."""
    if by == "operator":
        return t("reject.you") if unit.is_own else t("reject.somebody")
    if by == "room":
        return choosing.room_name(config, unit.name[0] or "")
    return " · ".join(part_name(part) for part in unit.name if part) or part_name(None)


def unit_line(unit: Unit, name: str) -> tuple[str, ...]:
    """Return a unit as a row of the table."""
    rate, adjusted = unit.rate, unit.adjusted
    return (
        name,
        f"{numbers.whole(rate.k)}/{numbers.whole(rate.n)}",
        share(rate.share),
        interval(rate.low, rate.high),
        coverage(rate.coverage),
        numbers.decimal(adjusted.expected),
        ratio(adjusted),
        place(unit.position),
    )


def ratio(adjusted: Adjusted) -> str:
    """Return "1,12 (0,84–1,46)"."""
    if adjusted.ratio is None or adjusted.low is None or adjusted.high is None:
        return "–"
    low, high = numbers.decimal(adjusted.low, 2), numbers.decimal(adjusted.high, 2)
    return f"{numbers.decimal(adjusted.ratio, 2)} ({low}–{high})"


def grounds(unit: Unit) -> str:
    """Say what a unit rests on: its mix, and what to look at where it is low."""
    said = [_expected(unit.adjusted)]
    if unit.remark is not None:
        said.append(t(f"reject.remark_{unit.remark}", answered=answered(unit.rate.coverage)))
    return "\n".join(said)


def _expected(adjusted: Adjusted) -> str:
    counts = {"expected": numbers.decimal(adjusted.expected), "observed": adjusted.observed}
    if adjusted.ratio is not None and adjusted.low is not None and adjusted.high is not None:
        low, high = numbers.decimal(adjusted.low, 2), numbers.decimal(adjusted.high, 2)
        return t("reject.expected", ratio=numbers.decimal(adjusted.ratio, 2), low=low, high=high, **counts)
    if adjusted.needed is None:
        return t("reject.expected_none")
    return t("reject.expected_few", needed=numbers.whole(adjusted.needed), **counts)
