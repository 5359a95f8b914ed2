"""The scoring queue on the home screen: each round with how far it is and how long there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content

from iqs_tui.locale import language, t
from iqs_tui.store.reading.scoring import Queue, RoundLine, queue
from iqs_tui.ui import scoring_words as words
from iqs_tui.ui.glyphs import bar
from iqs_tui.ui.widgets.panel import Panel

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

_KIND, _COUNT, _LEFT = 22, 12, 18
_BAR = (8, 30)


class ScoringPanel(Panel):
    """The rounds of this room; of who is signed in, their own part."""

    title_key: ClassVar[str] = "scoring.title"
    opens: ClassVar[str] = "scoring"
    _queue: Queue | None = None

    def load(self, app: IqsApp) -> None:
        """Read the rounds."""
        self._queue = queue(app.room.id, words.viewer_of(app), app.clock())
        self._now, self._zone = app.clock(), app.config.site.zone
        self.refresh()

    def render_body(self) -> Content:
        """One line per round, as many as fit; or why there is none."""
        if self._queue is None:
            return Content("")
        if self._queue.empty:
            why = t("scoring.what_appears"), t(f"scoring.empty_{self._queue.empty}")
            return Content.styled("\n".join(why), "$muted")
        room = max(1, self.content_size.height)
        rounds = self._queue.rounds
        shown = rounds if len(rounds) <= room else rounds[: room - 1]
        if 2 * len(rounds) <= room:
            return Content("\n").join(text for line in shown for text in (self._round(line), self._form(line)))
        lines = [self._round(line) for line in shown]
        if len(shown) < len(rounds):
            lines.append(Content.styled(t("scoring.more", n=len(rounds) - len(shown)), "$muted"))
        return Content("\n").join(lines)

    def summary(self) -> Content | str:
        """The first round with work, or why there is none."""
        if self._queue is None:
            return ""
        if self._queue.empty:
            return Content.styled(t(f"scoring.short_{self._queue.empty}"), "$muted")
        line = self._queue.rounds[0]
        parts = [words.kind(line), words.procedure(line), words.count(line), self._time_left(line)]
        return " · ".join(part for part in parts if part)

    def _round(self, line: RoundLine) -> Content:
        width = self.content_size.width
        procedure = max(12, min(26, width - _KIND - _COUNT - _LEFT - _BAR[0] - 2))
        cells = min(_BAR[1], max(_BAR[0], width - _KIND - procedure - _COUNT - _LEFT - 2))
        text = Content.assemble(
            _cell(words.kind(line), _KIND).stylize("bold" if line.is_open else "$muted"),
            _cell(words.procedure(line), procedure),
            (bar(words.fraction(line), cells, self.app.theme), "$primary"),
            "  ",
            _cell(words.count(line), _COUNT),
            (self._time_left(line), "$muted"),
        )
        return text.truncate(width, ellipsis=True)

    def _form(self, line: RoundLine) -> Content:
        """Under a round, where there is room: on which form, and from how many it was drawn."""
        words_ = t("scoring.on_form", form=line.form.label(language()), n=line.n_candidates)
        return Content.styled(" " * _KIND + words_, "$muted").truncate(self.content_size.width, ellipsis=True)

    def _time_left(self, line: RoundLine) -> str:
        return words.time_left(line, self._now, self._zone)


def _cell(text: str, width: int) -> Content:
    return Content(text).truncate(width - 1, ellipsis=True, pad=True).pad_right(1)
