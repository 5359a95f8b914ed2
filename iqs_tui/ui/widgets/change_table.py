"""Dose, time and quality before and after: one line each, and under it what it rests on."""

from __future__ import annotations

from textual.app import RenderResult
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from iqs_tui.locale import t
from iqs_tui.ui.change_words import Line
from iqs_tui.ui.widgets.plain_table import WIDE

_NAME, _VALUE, _UNIT, _DIFFERENCE = 18, 10, 8, 31


class ChangeTable(Widget):
    """Columns where there is room; on a small screen the difference and the test go to lines of their own."""

    ALLOW_SELECT = False
    _lines: tuple[Line, ...] = ()

    def set_lines(self, lines: tuple[Line, ...]) -> None:
        """Show these."""
        if lines != self._lines:
            self._lines = lines
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As high as its text: what it rests on may take two lines on a small screen."""
        return len(self._text(width).wrap(width)) if self._lines else 0

    def render(self) -> RenderResult:
        """Draw for the width there is."""
        return self._text(self.content_size.width)

    def _text(self, width: int) -> Content:
        rows = [self._wide(line) if width >= WIDE else self._narrow(line) for line in self._lines]
        if width >= WIDE and rows:
            rows.insert(0, _heading())
        return Content("\n").join(rows)

    def _wide(self, line: Line) -> Content:
        first = Content.assemble(
            (line.name.ljust(_NAME), "bold"),
            line.before.rjust(_VALUE - 1) + " ",
            (line.after.rjust(_VALUE - 1) + " ", "bold $primary"),
            f"{line.unit:<{_UNIT}}",
            f"{line.difference:<{_DIFFERENCE}}",
            line.test,
        )
        return Content("\n").join([first, *_under(line.rests_on)])

    def _narrow(self, line: Line) -> Content:
        first = Content.assemble(
            (line.name.ljust(_NAME), "bold"),
            f"{line.before} → ",
            (line.after, "bold $primary"),
            f" {line.unit}".rstrip(),
            f"   {line.difference}" if line.difference else "",
        )
        return Content("\n").join([first, *_under(line.test, ""), *_under(line.rests_on)])


def _heading() -> Content:
    words = (
        " " * _NAME,
        t("change.col_before").rjust(_VALUE - 1) + " ",
        t("change.col_after").rjust(_VALUE - 1) + " ",
        " " * _UNIT,
        t("change.col_difference").ljust(_DIFFERENCE),
        t("change.col_test"),
    )
    return Content.styled("".join(words), "$muted")


def _under(words: str, style: str = "$muted") -> list[Content]:
    return [Content.styled("  " + words, style)] if words else []
