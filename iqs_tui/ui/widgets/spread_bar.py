"""A spread in one cell: the least at the left end, the greatest at the right, the middle half and the median in it."""

from iqs_tui.ui.glyphs import glyphs


def spread_bar(low: float, p25: float, median: float, p75: float, high: float, *, width: int, theme: str) -> str:
    """Draw it on its own scale; where all values are alike there is nothing to spread."""
    marks = glyphs(theme)
    if high <= low:
        return marks.filled.center(width)

    def place(value: float) -> int:
        return max(0, min(width - 1, round((value - low) / (high - low) * (width - 1))))

    cells = [marks.line_start, *(marks.line * (width - 2)), marks.line_end]
    cells[place(p25) : place(p75) + 1] = marks.empty * (place(p75) + 1 - place(p25))
    cells[place(median)] = marks.filled
    return "".join(cells)
