"""The panel that the kiosk exists for: what waits for a reason. The only one with a number that shouts."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content

from iqs_tui import locale
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.home import RejectView, reject_view
from iqs_tui.store.reading.prompt import OpenCase
from iqs_tui.ui.glyphs import bar, glyphs
from iqs_tui.ui.widgets.big import big
from iqs_tui.ui.widgets.panel import Panel
from iqs_tui.ui.words import case_evidence, exposure_time, exposure_words

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

BAR_WIDTHS = (4, 12)
TALL = 14
"""Lines from which there is room for what was learned."""
FIGURES = 4
"""Lines of it that stay however many cases wait; the reasons under them make place."""


class RejectPanel(Panel):
    """How many cases wait, which, and what the last thirty days taught."""

    title_key = "home.reject_title"
    opens = "prompt"
    _view: RejectView | None = None
    _zone: ZoneInfo
    _now: datetime

    def load(self, app: IqsApp) -> None:
        """Read the cases of the room."""
        self._zone, self._now = app.config.site.zone, app.clock()
        self._view = reject_view(app.room.id, self._now)
        self.set_class(self._view.n_waiting > 0, "-waiting")
        self.refresh()

    def summary(self) -> Content | str:
        """How many wait, and the newest of them."""
        view = self._view
        if view is None or not view.n_waiting:
            return t("home.nothing_waits")
        first = view.cases[0]
        newest = f"{exposure_time(first.subject, self._zone)} {exposure_words(first.subject)}"
        key = "home.one_waits_short" if view.n_waiting == 1 else "home.n_wait_short"
        return Content.assemble((t(key, n=view.n_waiting), "bold $accent"), f"   {newest}")

    def render_body(self) -> Content:
        """The number, the cases, the last thirty days: as many lines as there are."""
        view = self._view
        if view is None:
            return Content("")
        width, height = self.content_size
        learned = self._learned(view, width) if height >= TALL else []
        lines = self._waiting(view, width, height - min(len(learned), FIGURES) - 1 if learned else height)
        learned = learned[: height - len(lines) - 1]
        lines += [Content("")] * (height - len(lines) - len(learned)) + learned
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines[:height])

    def _waiting(self, view: RejectView, width: int, room: int) -> list[Content]:
        if not view.n_waiting:
            return self._nothing(view, width)
        beside = ["", *t("home.wait" if view.n_waiting > 1 else "home.waits").split("|")]
        number = big(str(view.n_waiting)) if room >= 7 else [str(view.n_waiting), "", ""]
        lines = [
            Content.assemble((figure, "bold $accent"), "  ", (words, "bold"))
            for figure, words in zip(number, beside, strict=True)
        ]
        lines.append(Content(""))
        for case in view.cases:
            if len(lines) + 2 > room:
                break
            lines += self._case(case)
        return lines + self._put_off(view)

    def _case(self, case: OpenCase) -> list[Content]:
        pointer = glyphs(self.app.theme).pointer
        time = exposure_time(case.subject, self._zone)
        return [
            Content.assemble((f"{pointer} {time}  ", "$primary"), (exposure_words(case.subject), "bold")),
            Content.styled(f"  {case_evidence(case)}", "$muted"),
        ]

    def _nothing(self, view: RejectView, width: int) -> list[Content]:
        first = Content.styled(t("home.nothing_waits"), "bold")
        hint = Content.styled(t("home.nothing_waits_hint"), "$muted")
        return [*first.wrap(width), Content(""), *hint.wrap(width), *self._put_off(view)]

    def _put_off(self, view: RejectView) -> list[Content]:
        if not view.next_deferred_at:
            return []
        at = numbers.clock_time(view.next_deferred_at, self._zone)
        return [Content(""), Content.styled(t("home.put_off", n=view.n_deferred, at=at), "$muted")]

    def _learned(self, view: RejectView, width: int) -> list[Content]:
        """The reasons given, most frequent first, with what they rest on."""
        if not view.n_questions:
            return []
        lines = [Content.styled(words, "$muted") for words in _figures(view)]
        if not view.top:
            return lines
        reasons = documents.reasons()
        names = {count.code: reasons.label(count.code, locale.language()) or count.code for count in view.top[:4]}
        room = min(max(map(len, names.values())), width - BAR_WIDTHS[0] - 4)
        drawn_width = max(BAR_WIDTHS[0], min(BAR_WIDTHS[1], width - room - 4))
        for count in view.top[:4]:
            drawn = bar(count.n / view.top[0].n, drawn_width, self.app.theme)
            name = Content(names[count.code]).truncate(room, ellipsis=True, pad=True)
            lines.append(Content.assemble(name, " ", (drawn, "$primary"), f"{count.n:>3}"))
        return lines


def _figures(view: RejectView) -> list[str]:
    """The count with its ground, its share with the interval where there is enough, and how many questions count."""
    words = [t("home.last_days"), t("home.rejected_of", n=view.n_rejects, exposures=view.n_exposures)]
    if view.n_exposures >= max(MIN_FOR_RATE, view.n_rejects):
        low, high = (numbers.decimal(100 * bound) for bound in wilson(view.n_rejects, view.n_exposures))
        share = numbers.decimal(100 * view.n_rejects / view.n_exposures)
        words.append(t("home.share", share=share, low=low, high=high))
    words.append(t("home.coverage", n=view.n_answered, questions=view.n_questions))
    return words
