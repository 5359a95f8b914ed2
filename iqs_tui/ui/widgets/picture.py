"""A picture of an image: real pixels where the terminal draws them, else two grey points in each cell.

At 120x36 half cells show some 80 by 60 points: enough to recognise an exposure, not to judge it. The screens say so.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from rich.color import Color
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.app import ComposeResult, RenderResult
from textual.content import Content
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from iqs_tui.locale import t
from iqs_tui.ui.graphics import pixel_widget
from iqs_tui.ui.look import Look, Way
from iqs_tui.ui.themes import is_console

if TYPE_CHECKING:
    from PIL.Image import Image

_UPPER = "▀"
_BLACK = Style(color=Color.from_rgb(0, 0, 0), bgcolor=Color.from_rgb(0, 0, 0))
_DRAG = 3
"""Cells that a finger moves for one step of contrast or brightness."""


class PictureView(Widget):
    """Draws a picture as it is looked at; without one it says why in a sentence."""

    ALLOW_SELECT = False

    class Turned(Message):
        """A finger or mouse wants to see it otherwise."""

        def __init__(self, way: Way, steps: int) -> None:
            super().__init__()
            self.way, self.steps = way, steps

    class Touched(Message):
        """A finger or mouse points at a place: 0 to 1 of the picture's width and height."""

        def __init__(self, x: float, y: float) -> None:
            super().__init__()
            self.x, self.y = x, y

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._image: Image | None = None
        self._look = Look()
        self._sentence = ""
        self._drawn: tuple[object, list[Strip]] | None = None
        self._held: tuple[int, int] | None = None
        self._is_dragged = False

    def compose(self) -> ComposeResult:
        """Nothing of its own in half cells; where the terminal draws pixels, what draws them."""
        widget = pixel_widget()
        if widget is not None:
            drawing: Any = widget()
            drawing.styles.width = drawing.styles.height = "auto"
            yield drawing

    def show(self, image: Image | None, look: Look, sentence: str = "") -> None:
        """Show a grey picture (Pillow, mode L); without one the sentence."""
        if (image, look, sentence) == (self._image, self._look, self._sentence) and self._drawn:
            return
        self._image, self._look, self._sentence = image, look, sentence
        self._drawn = None
        self.set_class(image is not None and not self._is_console, "-picture")
        self._draw_pixels()
        self.refresh()

    @property
    def _is_console(self) -> bool:
        return is_console(self.app.theme)

    @property
    def _is_dim(self) -> bool:
        return self.app.theme.endswith("-dim")

    def on_resize(self) -> None:
        """What is seen of an enlarged picture is another part."""
        self._draw_pixels()

    def _draw_pixels(self) -> None:
        for drawing in self.children:
            width, height = self.content_size
            shown: Any = drawing
            if self._image is None or not width or not height:
                shown.image = None
            else:
                box, _ = self._look.framed(*self._image.size, width, 2 * height)
                whole = (round(box[0]), round(box[1]), round(box[2]), round(box[3]))
                shown.image = self._image.crop(whole).point(self._look.greys(dim=self._is_dim))

    def render(self) -> RenderResult:
        """The sentence, where there is no picture or no way to draw it."""
        words = t("picture.not_here") if self._image is not None and self._is_console else self._sentence
        return Content.styled(words, "$muted")

    def render_line(self, y: int) -> Strip:
        """One line of half cells."""
        if self._image is None or self._is_console or self.children:
            return super().render_line(y)
        width, height = self.content_size
        key = (width, height, self._look, self._is_dim)
        if self._drawn is None or self._drawn[0] != key:
            self._drawn = (key, half_cells(self._image, self._look, width, height, dim=self._is_dim))
        lines = self._drawn[1]
        return lines[y] if y < len(lines) else Strip.blank(width, _BLACK)

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """A finger is put down."""
        self._held, self._is_dragged = (event.screen_x, event.screen_y), False
        self.capture_mouse()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Drawn to the side: contrast; up or down: brightness."""
        if self._held is None:
            return
        right, up = (event.screen_x - self._held[0]) // _DRAG, (self._held[1] - event.screen_y) // _DRAG
        if right or up:
            self._held, self._is_dragged = (event.screen_x, event.screen_y), True
            self.post_message(self.Turned("contrast", right) if right else self.Turned("brightness", up))

    def on_mouse_up(self, event: events.MouseUp) -> None:
        """Put down and lifted in one place: look closer there."""
        is_tap = self._held is not None and not self._is_dragged
        self._held = None
        self.release_mouse()
        if is_tap and self._image is not None and self.size.width and self.size.height:
            self.post_message(self.Touched(*self._place(self._image, event.x, event.y)))

    def _place(self, image: Image, x: float, y: float) -> tuple[float, float]:
        """Return the point of the picture that is drawn in a cell."""
        (width, height), (across, down) = image.size, self.content_size
        (left, top, right, bottom), (drawn_across, drawn_down) = self._look.framed(width, height, across, 2 * down)
        column = (x - (across - drawn_across) / 2) / drawn_across
        row = (2 * y - (2 * down - drawn_down) / 2) / drawn_down
        return (left + column * (right - left)) / width, (top + row * (bottom - top)) / height

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        """Closer."""
        event.stop()
        self.post_message(self.Turned("zoom", 1))

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        """Further away."""
        event.stop()
        self.post_message(self.Turned("zoom", -1))


def half_cells(image: Image, look: Look, width: int, height: int, *, dim: bool = False) -> list[Strip]:
    """Return a picture as lines of cells, each with one grey above another, in the middle of `width` by `height`."""
    from PIL.Image import new

    if width < 1 or height < 1:
        return []
    box, (across, down) = look.framed(*image.size, width, 2 * height)
    drawn = image.resize((across, down), box=box, reducing_gap=2.0).point(look.greys(dim=dim))
    whole = new("L", (width, 2 * height))
    whole.paste(drawn, ((width - across) // 2, (2 * height - down) // 2))
    points = whole.tobytes()
    rows = [points[start : start + width] for start in range(0, len(points), width)]
    return [_line(rows[2 * y], rows[2 * y + 1]) for y in range(height)]


def _line(upper: bytes, lower: bytes) -> Strip:
    """Return one line; equal neighbours are one segment."""
    segments: list[Segment] = []
    start, pairs = 0, list(zip(upper, lower, strict=True))
    for place in range(1, len(pairs) + 1):
        if place == len(pairs) or pairs[place] != pairs[start]:
            segments.append(Segment(_UPPER * (place - start), _style(*pairs[start])))
            start = place
    return Strip(segments, len(pairs))


@lru_cache(maxsize=65536)
def _style(upper: int, lower: int) -> Style:
    return Style(color=Color.from_rgb(upper, upper, upper), bgcolor=Color.from_rgb(lower, lower, lower))
