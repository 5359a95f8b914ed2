"""How often each reason was given: its key on the prompt, a bar, its number."""

from __future__ import annotations

from textual import events
from textual.app import RenderResult
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from iqs_tui import locale
from iqs_tui.locale import t
from iqs_tui.store import documents
from iqs_tui.ui.glyphs import bar

_BAR, _NAME = 10, 25


class ReasonBars(Widget):
    """A line for each reason, the most frequent first. Touching one is pressing its key."""

    ALLOW_SELECT = False

    class Touched(Message):
        """Somebody touched a reason."""

        def __init__(self, code: str) -> None:
            super().__init__()
            self.code = code

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._reasons: tuple[tuple[str, int], ...] = ()
        self._chosen = ""

    def show(self, reasons: tuple[tuple[str, int], ...], chosen: str) -> None:
        """Show first-level codes with their numbers; `chosen` stands out."""
        self._reasons, self._chosen = reasons, chosen
        self.refresh()

    def render(self) -> RenderResult:
        """A heading and the lines."""
        if not self._reasons:
            return Content("")
        most = max(n for _, n in self._reasons)
        heading = Content.styled(t("blue_bin.by_reason"), "$muted")
        return Content("\n").join([heading, *(self._line(code, n, most) for code, n in self._reasons)])

    def _line(self, code: str, n: int, most: int) -> Content:
        reasons = documents.reasons()
        item = reasons.by_code(code)
        name = (reasons.label(code, locale.language()) or code)[:_NAME]
        return Content.assemble(
            (f"{item.key if item else '':>1}  ", "$muted"),
            (f"{name:<{_NAME}} ", "bold $accent" if code == self._chosen.split(".")[0] else ""),
            (bar(n / most, _BAR, self.app.theme), "$primary"),
            f" {n:>3}",
        )

    def on_click(self, event: events.Click) -> None:
        """The first line is the heading."""
        offset = event.get_content_offset(self)
        place = offset.y - 1 if offset else -1
        if 0 <= place < len(self._reasons):
            self.post_message(self.Touched(self._reasons[place][0]))
