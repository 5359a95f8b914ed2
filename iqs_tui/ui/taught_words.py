"""What the last weeks taught in words, for the reject panel: each figure with what it rests on, then the reasons."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui import locale
from iqs_tui.domain.disclosure import MIN_PEOPLE
from iqs_tui.domain.reject_rate import Rate
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.reject_analysis.taught import Taught
from iqs_tui.ui import reject_words
from iqs_tui.ui.analysis_words import in_lines
from iqs_tui.ui.glyphs import bar

BAR_WIDTHS = (4, 12)
N_REASONS = 4


def blocks(found: Taught, zone: ZoneInfo, theme: str, width: int) -> list[list[Content]]:
    """Return lines that belong together: the weeks with the coverage, each rate, then each of the first reasons."""
    if not found.figure.rates:
        return [_folded([t("home.figures_later", needed=MIN_PEOPLE)], width)]
    asked = found.figure.counts.asked
    coverage = t("home.coverage", n=numbers.whole(asked.n_answered), of=numbers.whole(asked.n_raised))
    said = [[_weeks(found, zone), coverage]]
    said += [_rate(rate, is_of_several=len(found.figure.rates) > 1) for rate in found.figure.rates]
    return [*(_folded(parts, width) for parts in said), *([reason] for reason in _reasons(found, theme, width))]


def _folded(parts: list[str], width: int) -> list[Content]:
    return Content.styled(in_lines(parts, width), "$muted").wrap(width)


def _weeks(found: Taught, zone: ZoneInfo) -> str:
    first, last = (day.astimezone(zone) for day in (found.scope.first, found.scope.until - timedelta(days=1)))
    return t("home.weeks", first=numbers.short_date(first), last=numbers.short_date(last))


def _rate(rate: Rate, *, is_of_several: bool) -> list[str]:
    """Say of how many, and of several what they are; and the share with its interval where there is enough."""
    words = [f"{reject_words.basis(rate.basis)}:"] if is_of_several else []
    words.append(t("home.rejected_of", n=numbers.whole(rate.k), of=numbers.whole(rate.n)))
    if rate.share is not None:
        share = numbers.decimal(100 * rate.share)
        words.append(t("home.share", share=share, interval=reject_words.interval(rate.low, rate.high)))
    return words


def _reasons(found: Taught, theme: str, width: int) -> list[Content]:
    top = sorted((reason for pareto in found.reasons for reason in pareto.reasons), key=lambda one: -one.n)[:N_REASONS]
    if not top:
        return []
    reasons = documents.reasons()
    names = {count.code: reasons.label(count.code, locale.language()) or count.code for count in top}
    room = min(max(map(len, names.values())), width - BAR_WIDTHS[0] - 4)
    drawn_width = max(BAR_WIDTHS[0], min(BAR_WIDTHS[1], width - room - 4))
    return [
        Content.assemble(
            Content(names[count.code]).truncate(room, ellipsis=True, pad=True),
            " ",
            (bar(count.n / top[0].n, drawn_width, theme), "$primary"),
            f"{count.n:>3}",
        )
        for count in top
    ]
