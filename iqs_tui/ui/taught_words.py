"""What the last weeks taught in words, for the reject panel: each figure with what it rests on, then the reasons."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui import locale
from iqs_tui.domain.disclosure import MIN_PEOPLE
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.reject_analysis.taught import Taught
from iqs_tui.ui import reject_words
from iqs_tui.ui.glyphs import bar

BAR_WIDTHS = (4, 12)
N_REASONS = 4


def lines(found: Taught, zone: ZoneInfo, theme: str, width: int) -> list[Content]:
    """Return the figures and the most frequent reasons, a line each."""
    if not found.figure.rates:
        return Content.styled(t("home.figures_later", needed=MIN_PEOPLE), "$muted").wrap(width)
    return [*(Content.styled(words, "$muted") for words in _figures(found, zone)), *_reasons(found, theme, width)]


def _figures(found: Taught, zone: ZoneInfo) -> list[str]:
    """The weeks, each count with its ground and its interval where there is enough, and how many questions count."""
    first, last = (day.astimezone(zone) for day in (found.scope.first, found.scope.until - timedelta(days=1)))
    words = [t("home.weeks", first=numbers.short_date(first), last=numbers.short_date(last))]
    rates = found.figure.rates
    for rate in rates:
        of_what = f"{reject_words.family(rate.basis.family)}: " if len(rates) > 1 else ""
        words.append(of_what + t("home.rejected_of", n=rate.k, of=rate.n))
        if rate.share is not None:
            share = numbers.decimal(100 * rate.share)
            words.append(t("home.share", share=share, interval=reject_words.interval(rate.low, rate.high)))
    asked = found.figure.counts.asked
    words.append(t("home.coverage", n=asked.n_answered, of=asked.n_raised))
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
