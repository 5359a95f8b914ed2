"""Every character outside plain text and box drawing, with a stand-in for the bare console.

None of Debian's 456 console fonts has eighth blocks, braille or quadrants, and Uni2-Terminus (what the installer
chooses) also lacks the diamond, the hollow circle and the dark shade: `VT` keeps to what it has.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.scrollbar import ScrollBarRender

from iqs_tui.ui.themes import is_console


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The marks of the screens. Each stands beside a word, never alone."""

    filled: str = "█"
    empty: str = "░"
    levels: str = "▁▂▃▄▅▆▇█"
    ok: str = "●"
    off: str = "○"
    state: str = "◆"
    pointer: str = "▸"
    done: str = "✓"
    here: str = "●"
    line: str = "─"
    line_start: str = "╶"
    line_end: str = "╴"
    mark: str = "┼"
    mark_light: str = "┊"
    warning: str = "▲"


RICH = Glyphs()
VT = Glyphs(levels="_.-=░▒■█", off="∙", state="♦", done="√")


def glyphs(theme: str) -> Glyphs:
    """Return the glyphs of a theme (its name, as in `App.theme`)."""
    return VT if is_console(theme) else RICH


def bar(fraction: float, width: int, theme: str) -> str:
    """Return a horizontal bar of `width` cells, of which `fraction` (0 to 1) is filled."""
    marks = glyphs(theme)
    full = round(max(0.0, min(1.0, fraction)) * width)
    return marks.filled * full + marks.empty * (width - full)


def spark(values: Sequence[float | None], theme: str) -> str:
    """Return one character per value, as high as its share of the largest; a space where there is no value."""
    levels = glyphs(theme).levels
    top = max((value for value in values if value is not None), default=0)
    if top <= 0:
        return "".join(" " if value is None else levels[0] for value in values)
    return "".join(" " if value is None else levels[min(7, int(max(0, value) / top * 7.999))] for value in values)


class PlainScrollBar(ScrollBarRender):
    """A scroll bar of whole cells: the eighth blocks at the ends of Textual's own are in no console font."""

    VERTICAL_BARS = [" "] * 8
    HORIZONTAL_BARS = [" "] * 8
