"""The figures of the reject analysis in words. Each stands with its n, source and coverage, and none is judged."""

from __future__ import annotations

from datetime import timedelta

from textual.content import Content

from iqs_tui import locale
from iqs_tui.domain.coded import words as coded
from iqs_tui.domain.disclosure import MIN_PEOPLE, POOLED
from iqs_tui.domain.rates import MIN_FOR_RATE
from iqs_tui.domain.reject_rate import FAMILIES, LOW_COVERAGE, Answers, Basis, Figure, Rate
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.reject_analysis.figures import Analysis, Burden, Multiples, Pareto, ReasonShare, TimeLost
from iqs_tui.ui import bin_choice, dose_words
from iqs_tui.ui.analysis_words import percent
from iqs_tui.ui.glyphs import bar, glyphs

_CELLS = 24
_NAME, _BAR = 25, 12
_STEP = 0.05
"""The scale of the rates ends at a whole number of these."""


def interval(low: float | None, high: float | None) -> str:
    """Return "6,5–9,8 %", or a dash where only the counts are shown."""
    if low is None or high is None:
        return "–"
    return f"{numbers.decimal(100 * low)}–{percent(high, 1)}"


def answered(answers: Answers) -> str:
    """Say how many of the questions were answered: the coverage, as a share where that says something."""
    if not answers.n_raised or answers.share is None:
        return t("reject.no_questions")
    counts = {"n": numbers.whole(answers.n_answered), "of": numbers.whole(answers.n_raised)}
    if answers.n_raised < MIN_FOR_RATE:
        return t("reject.answered", **counts)
    return t("reject.answered_share", share=numbers.decimal(100 * answers.share, 0), **counts)


def rates(found: Analysis, theme: str, *, is_airy: bool) -> Content:
    """Say the rate of each basis, and under them the own ones; all on one scale."""
    own = found.own.rates if found.own is not None else ()
    top = scale(*found.figure.rates, *own)
    is_of_several = len({rate.basis.family for rate in found.figure.rates}) > 1
    blocks = [
        _rate(rate, f"{family(rate.basis.family)}\n" if is_of_several else "", top, theme)
        for rate in found.figure.rates
    ]
    if len(found.figure.rates) > 1:
        blocks.append(Content.styled(t("reject.mixed"), "$muted"))
    if found.own is not None and not found.scope.operators:
        blocks += [_rate(rate, _yours(rate.basis, is_named=is_of_several), top, theme) for rate in own]
        if not own:
            blocks.append(Content.styled(t("reject.you_none"), "$muted"))
    return Content("\n\n" if is_airy else "\n").join(blocks)


def _yours(basis: Basis, *, is_named: bool) -> str:
    """Return what stands before an own rate; on a line of its own with the kind of machine."""
    return f"{t('reject.you')}, {family(basis.family)}\n" if is_named else f"{t('reject.you')}  "


def family(name: str | None) -> str:
    """Say which kind of machine; one without a word of its own keeps its code."""
    if name is None:
        return t("reject.family_unknown")
    return t(f"reject.family_{name}") if name in FAMILIES else name


def basis(of: Basis) -> str:
    """Return "röntgen, dosisrapport": what a denominator counts."""
    return f"{family(of.family)}, {t(f'reject.source_{of.source}')}"


def scale(*shown: Rate) -> float:
    """Return where the scale of these rates ends."""
    highest = max((rate.high for rate in shown if rate.high is not None), default=0.0)
    return max(2, -(-highest // _STEP)) * _STEP


def _rate(rate: Rate, whose: str, top: float, theme: str) -> Content:
    source = t(f"reject.source_{rate.basis.source}")
    counts = {"k": numbers.whole(rate.k), "n": numbers.whole(rate.n), "source": source}
    said = t("reject.rejected", **counts)
    share = "" if rate.share is None else f"{percent(rate.share, 1)}  "
    lines = [Content.assemble((whose, "bold"), (share, "bold $primary"), (said, "bold"))]
    if rate.share is None:
        lines.append(Content.styled(t("reject.count_only", needed=MIN_FOR_RATE), "$muted"))
    else:
        lines.append(_scaled(rate, top, theme))
    lines.append(Content.styled(answered(rate.coverage), "$muted"))
    if rate.coverage.share is not None and rate.coverage.share < LOW_COVERAGE:
        lines.append(Content(t("reject.low_coverage")))
    return Content("\n").join(lines)


def _scaled(rate: Rate, top: float, theme: str) -> Content:
    """Draw the interval on a line from nothing to the end of the scale, with its figures."""
    marks = glyphs(theme)
    low, middle, high = ((_CELLS - 1) * (value or 0.0) / top for value in (rate.low, rate.share, rate.high))
    drawn = [marks.line] * _CELLS
    drawn[round(low)], drawn[round(high)] = "├", "┤"
    drawn[round(middle)] = marks.here
    return Content.assemble(
        (f"0 {marks.line_start}", "$muted"),
        ("".join(drawn), "$primary"),
        (f"{marks.line_end} {percent(top)}", "$muted"),
        f"  {t('reject.interval', interval=interval(rate.low, rate.high))}",
    )


def notes(found: Analysis, burden: Burden | None) -> Content:
    """Say what is counted apart, what rejects cost (None: that is still being read), and what is not shown."""
    lines = [_beside(found.figure), *(_burden(burden) if burden else [t("reject.burden_unread")])]
    said = Content("\n").join([Content(line) for line in lines if line])
    missing = [line for line in (_unplaced(found), withheld(found)) if line]
    return Content("\n").join([said, *(Content.styled(line, "$muted") for line in missing)])


def _beside(figure: Figure) -> str:
    counts = figure.counts
    if not (counts.n_repeats or counts.n_identifications or counts.n_unseen):
        return ""
    said = t("reject.beside", repeats=counts.n_repeats, identifications=counts.n_identifications)
    return f"{said} · {t('reject.unseen', n=counts.n_unseen)}" if counts.n_unseen else said


def _burden(burden: Burden) -> list[str]:
    multiples = burden.multiples
    lines = [t("reject.burden_withheld")] if multiples is None else [_multiples(one, multiples) for one in multiples]
    lines += dose_words.reject_shares([one for one in burden.doses or () if one.n_rejects]).splitlines()
    return [*lines, _time(burden.time) if burden.time and burden.time.n_rejects else ""]


def _multiples(found: Multiples, among: tuple[Multiples, ...]) -> str:
    counts = {"n": numbers.whole(found.n_with_more), "of": numbers.whole(found.n_examinations)}
    of_family = f" ({family(found.family)})" if len(among) > 1 else ""
    said = t("reject.multiples", family=of_family, **counts)
    if found.low is None or found.high is None:
        return said
    share = percent(found.n_with_more / found.n_examinations, 1)
    return f"{said} ({share}; {interval(found.low, found.high)})"


def _time(found: TimeLost) -> str:
    if found.median_s is None:
        return t("reject.no_time", of=found.n_rejects)
    median, total = _span(found.median_s), _span(found.total_s)
    return t("reject.time", median=median, total=total, n=found.n, of=found.n_rejects)


def _span(seconds: float) -> str:
    """Return "1 min 24 s", or hours and minutes of a long one."""
    if seconds >= 3600:
        return numbers.duration(timedelta(seconds=seconds))
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def _unplaced(found: Analysis) -> str:
    return t("reject.unplaced", n=found.n_unplaced) if found.n_unplaced else ""


def withheld(found: Analysis) -> str:
    """Say what is left out for this viewer, and why."""
    n = found.withheld.n_room_weeks
    if not n:
        return ""
    return t("reject.withheld_one", needed=MIN_PEOPLE) if n == 1 else t("reject.withheld", n=n, needed=MIN_PEOPLE)


def reasons(lists: tuple[Pareto, ...], theme: str, *, is_detailed: bool) -> Content:
    """Return the reasons as bars, the most frequent first, of CT apart; with their second level where asked."""
    if not lists:
        return Content.styled(t("reject.no_reasons"), "$muted")
    return Content("\n\n").join([_pareto(one, theme, is_detailed) for one in lists])


def _pareto(found: Pareto, theme: str, is_detailed: bool) -> Content:
    name = t("reject.reasons_ct" if found.is_ct else "reject.reasons")
    counts = [t("reject.reasons_n", n=found.n)]
    counts += [t("reject.reasons_without", n=found.n_without)] if found.n_without else []
    lines = [Content.assemble((name, "bold $primary"), (f"  {', '.join(counts)}", "$muted"))]
    most = max((reason.n for reason in found.reasons), default=1)
    for reason in found.reasons:
        lines.append(_bar(reason, _named(reason.code), most, found.n, theme))
        details = reason.details if is_detailed else ()
        lines += [_bar(one, f"  {_named_detail(one.code)}", most, found.n, theme, style="$muted") for one in details]
    return Content("\n").join(lines)


def _bar(reason: ReasonShare, name: str, most: int, n: int, theme: str, style: str = "$primary") -> Content:
    share = f"{percent(reason.n / n):>6}" if n >= MIN_FOR_RATE else ""
    fitting = f"{name[: _NAME - 1]}…" if len(name) > _NAME else name
    return Content.assemble(
        f"{fitting:<{_NAME}} ", (bar(reason.n / most, _BAR, theme), style), f" {reason.n:>4}", (share, "$muted")
    )


def _named(code: str) -> str:
    return bin_choice.reason_in_words(code)


def _named_detail(code: str) -> str:
    """Return a detail without its first level, which stands above it."""
    reason = documents.reasons().by_code(code)
    if reason is None or reason.code == code:
        return t("reject.only_first")
    return next((coded(item, locale.language()) for item in reason.detail if item.code == code), code)


def empty(found: Analysis) -> Content:
    """Say why there is nothing, and what would stand here."""
    if found.withheld.n_room_weeks:
        head, hint = t("reject.empty_withheld"), t("reject.empty_withheld_hint", needed=MIN_PEOPLE)
    elif found.withheld.is_narrowed and found.scope.first >= found.scope.until:
        head, hint = t("reject.empty_no_week"), t("reject.empty_hint")
    else:
        head, hint = t("reject.empty"), t("reject.empty_hint")
    return Content.assemble((head, "bold"), "\n\n", (hint, "$muted"))


def part_name(part: str | None) -> str:
    """Return a procedure or a view, also where it is not stated or is several taken together."""
    return t("reject.pooled") if part == POOLED else part or t("reject.unknown")
