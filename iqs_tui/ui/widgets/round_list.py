"""The rounds as large rows to touch; one is chosen. It pages, so that a long list never freezes."""

from __future__ import annotations

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from iqs_tui.locale import language, t
from iqs_tui.store.reading.scoring import RoundLine
from iqs_tui.ui import scoring_words as words
from iqs_tui.ui.glyphs import bar, glyphs

ROW = 4
"""Lines per round: what, how far, on which form, and a line of air. A finger is four lines high."""


class RoundList(Widget):
    """Rows of rounds. Its screen moves the choice and says what a touch does."""

    ALLOW_SELECT = False

    class Touched(Message):
        """Somebody touched a round, which is now the chosen one."""

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[RoundLine, ...] = ()
        self._index = 0

    @property
    def chosen(self) -> RoundLine | None:
        """The chosen round."""
        return self._lines[self._index] if self._lines else None

    def set_rounds(self, lines: tuple[RoundLine, ...]) -> None:
        """Show these rounds; the one that was chosen stays chosen."""
        before = self.chosen.round_id if self.chosen else None
        self._lines = lines
        places = [index for index, line in enumerate(lines) if line.round_id == before]
        self._index = places[0] if places else 0
        self.refresh()

    def move(self, step: int) -> None:
        """Choose the round above or below."""
        self._index = max(0, min(len(self._lines) - 1, self._index + step))
        self.refresh()

    def render(self) -> RenderResult:
        """Draw the page on which the chosen round stands."""
        first, size = self._page()
        rows = [self._row(line, place) for place, line in enumerate(self._lines[first : first + size], first)]
        if len(self._lines) > size:
            pages = -(-len(self._lines) // size)
            rows.append(Content.styled(f"  {t('common.page', page=first // size + 1, pages=pages)}", "$muted"))
        return Content("\n").join(rows)

    def on_click(self, event: events.Click) -> None:
        """Choose what was touched."""
        place = event.get_content_offset(self)
        first, size = self._page()
        index = first + place.y // ROW if place is not None else -1
        if first <= index < min(first + size, len(self._lines)):
            self._index = index
            self.refresh()
            self.post_message(self.Touched())

    def _page(self) -> tuple[int, int]:
        """The first round of the page, and how many fit on it."""
        size = max(1, (self.content_size.height - 1) // ROW)
        return self._index // size * size, size

    def _row(self, line: RoundLine, place: int) -> Content:
        width, is_chosen = self.content_size.width, place == self._index
        now, zone = self.app.clock(), self.app.config.site.zone  # type: ignore[attr-defined]
        mark = glyphs(self.app.theme).pointer if is_chosen else " "
        left = words.time_left(line, now, zone)
        title = f"{mark} {words.kind(line)} · {words.procedure(line)}"[: max(1, width - len(left) - 2)]
        form = t("scoring.on_form", form=line.form.label(language()), n=line.n_candidates)
        cells = max(10, width // 3)
        rows = [
            Content.assemble((title.ljust(width - len(left) - 1), "bold"), left, " "),
            Content.assemble(
                "  ", (bar(words.fraction(line), cells, self.app.theme), "$primary"), f"  {words.count(line)}"
            ),
            Content.styled(f"  {form}", "$foreground" if is_chosen else "$muted"),
        ]
        fitted = [row.truncate(width, ellipsis=True, pad=True) for row in rows]
        if is_chosen:
            fitted = [row.stylize_before("on $cell-hover") for row in fitted]
        return Content("\n").join([*fitted, Content("")])
