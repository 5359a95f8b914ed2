"""One dose on a line, with DRN and streefwaarde as marks and their labels under it. One neutral colour."""

from __future__ import annotations

from collections.abc import Iterable

from iqs_tui.domain.dose import DoseLine, GroupStatistics
from iqs_tui.ui.glyphs import glyphs

Label = tuple[float, str]
"""A place on the line, 0 to 1, and what stands under it."""


def draw(line: DoseLine, width: int, theme: str) -> str:
    """Draw the line in `width` cells; where a mark and the dose share a cell, the dose is seen."""
    marks = glyphs(theme)
    cells = [marks.line_start, *(marks.line * (width - 2)), marks.line_end]
    for place, sign in ((line.achievable, marks.mark_light), (line.drl, marks.mark), (line.dose, marks.here)):
        if place is not None:
            cells[_cell(place, width)] = sign
    return "".join(cells)


def labels(items: Iterable[Label], width: int) -> list[str]:
    """Put each label under its place; one that would touch its neighbour moves right, or to a line of its own."""
    rows: list[str] = []
    for place, words in sorted(items):
        start = max(0, min(width - len(words), _cell(place, width) - len(words) // 2))
        for index, row in enumerate(rows):
            moved = max(start, len(row) + 2)
            if moved + len(words) <= width:
                rows[index] = row.ljust(moved) + words
                break
        else:
            rows.append(" " * start + words)
    return rows


def spread(group: GroupStatistics, drl: float | None, width: int, theme: str, achievable: float | None = None) -> str:
    """Draw a group from 0 to beyond its DRN: the middle half filled, the median in it, its levels as marks."""
    marks = glyphs(theme)
    maximum = 1.25 * max(group.p75, drl or 0.0)
    if maximum <= 0:
        return marks.line * width
    cells = [marks.line] * width
    first, last = _cell(group.p25 / maximum, width), _cell(group.p75 / maximum, width)
    cells[first : last + 1] = marks.empty * (last + 1 - first)
    for level, sign in ((achievable, marks.mark_light), (drl, marks.mark)):
        if level is not None:
            cells[_cell(min(1.0, level / maximum), width)] = sign
    cells[_cell(group.median / maximum, width)] = marks.filled
    return "".join(cells)


def _cell(place: float, width: int) -> int:
    return max(0, min(width - 1, round(place * (width - 1))))
