"""The criteria of a form with the answers so far, in as many columns as the height asks for."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from iqs_tui.domain.filling import Filling
from iqs_tui.domain.forms import Criterion, words
from iqs_tui.locale import language, t
from iqs_tui.ui.glyphs import glyphs


class AnswerList(Widget):
    """What is answered, what is asked now, what is to come."""

    ALLOW_SELECT = False

    def __init__(self) -> None:
        super().__init__()
        self._filling: Filling | None = None

    def set_filling(self, filling: Filling | None) -> None:
        """Show a form as far as it is filled in."""
        self._filling = filling
        self.refresh(layout=True)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line per criterion; two columns where the screen is low."""
        n = len(self._filling.form.criterion) if self._filling else 0
        return n if self.screen.has_class("-tall") else -(-n // 2)

    def render(self) -> RenderResult:
        """Draw column by column."""
        if self._filling is None:
            return Content("")
        filling = self._filling
        longest = max(len(words(one, language())) for one in filling.form.criterion)
        lines = [self._line(filling, place, one, longest) for place, one in enumerate(filling.form.criterion)]
        height = max(1, self.content_size.height)
        columns = [lines[start : start + height] for start in range(0, len(lines), height)]
        width = self.content_size.width // max(1, len(columns))
        rows = [
            Content("").join(
                [column[row].truncate(width, ellipsis=True, pad=True) for column in columns if row < len(column)]
            )
            for row in range(min(height, len(lines)))
        ]
        return Content("\n").join(rows)

    def _line(self, filling: Filling, place: int, criterion: Criterion, longest: int) -> Content:
        marks, name = glyphs(self.app.theme), words(criterion, language())
        if place == len(filling.values):
            return Content.styled(f"{marks.pointer} {name}", "bold $primary")
        if place > len(filling.values):
            return Content.styled(f"  {name}", "$muted")
        value = filling.values[place]
        step = filling.form.scale_of(criterion.code).by_value(value) if value is not None else None
        answer = words(step, language()) if step else t("scoring.not_applicable")
        return Content.assemble((f"{marks.done} ", "$success"), f"{name:<{longest}} ", (answer, "bold"))
