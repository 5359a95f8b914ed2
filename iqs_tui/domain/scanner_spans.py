"""Stretches of time, painted over each other: the arithmetic under the scanner's ledger."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of time with what is said of it."""

    start: datetime
    end: datetime
    state: str
    confidence: str
    evidence: frozenset[str]

    def cut(self, start: datetime, end: datetime) -> "Span | None":
        """Return the part between two moments, or None where there is none."""
        first, last = max(self.start, start), min(self.end, end)
        return self._replace(start=first, end=last) if first < last else None


def union(
    ranges: Iterable[tuple[datetime, datetime]], state: str, confidence: str, evidence: Iterable[str]
) -> list[Span]:
    """Join ranges that touch or overlap into spans that say the same."""
    joined: list[tuple[datetime, datetime]] = []
    for start, end in sorted(r for r in ranges if r[0] < r[1]):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    codes = frozenset(evidence)
    return [Span(start, end, state, confidence, codes) for start, end in joined]


def paint(under: Sequence[Span], over: Sequence[Span]) -> list[Span]:
    """Fill with `over` what `under` left open. Both are sorted and without overlap; so is what comes out."""
    painted = list(under)
    position = 0
    for span in over:
        start = span.start
        while position < len(under) and under[position].end <= start:
            position += 1
        look = position
        while look < len(under) and under[look].start < span.end:
            if start < under[look].start:
                painted.append(span._replace(start=start, end=under[look].start))
            start = max(start, under[look].end)
            look += 1
        if start < span.end:
            painted.append(span._replace(start=start))
    return sorted(painted)


def gaps(spans: Sequence[Span], start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Return what sorted spans leave open between two moments."""
    found = []
    for span in spans:
        if start < span.start:
            found.append((start, min(span.start, end)))
        start = max(start, span.end)
    if start < end:
        found.append((start, end))
    return [gap for gap in found if gap[0] < gap[1]]


def merge_same(spans: Iterable[Span]) -> list[Span]:
    """Join neighbours of one state and confidence; their evidence adds up."""
    merged: list[Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and last.end == span.start and (last.state, last.confidence) == (span.state, span.confidence):
            merged[-1] = last._replace(end=span.end, evidence=last.evidence | span.evidence)
        else:
            merged.append(span)
    return merged
