"""One of a few: the arrows (or a touch) go on to the next."""

from textual.app import RenderResult
from textual.binding import Binding
from textual.content import Content
from textual.reactive import reactive
from textual.widget import Widget


class OneOf(Widget, can_focus=True):
    """Shows the chosen option between arrows. `value` is its code."""

    BINDINGS = [
        Binding("left", "turn(-1)", show=False),
        Binding("right,space", "turn(1)", show=False),
    ]
    index: reactive[int] = reactive(0)

    def __init__(self, options: tuple[tuple[str, str], ...], value: str = "") -> None:
        """Take `options` as pairs of code and words; an unknown `value` is the first."""
        super().__init__()
        self._options = options
        codes = [code for code, _ in options]
        self.set_reactive(OneOf.index, codes.index(value) if value in codes else 0)

    @property
    def value(self) -> str:
        """The code of what is chosen."""
        return self._options[self.index][0]

    def action_turn(self, step: int) -> None:
        """Go to the next or the previous option."""
        self.index = (self.index + step) % len(self._options)

    def on_click(self) -> None:
        """A touch goes to the next option."""
        self.action_turn(1)

    def render(self) -> RenderResult:
        """Draw the chosen option, and how many there are."""
        _, words = self._options[self.index]
        place = f"{self.index + 1}/{len(self._options)}"
        return Content.assemble(("← ", "bold $primary"), words, (" →", "bold $primary"), (f"   {place}", "$muted"))
