"""What a scanner was doing: a ledger of states, built from the evidence of what was received.

"No images" is not "idle": idle needs evidence that the machine was on. The ledger is a function of the
evidence, so that late images correct it and the same records, in whatever order and however often, give the
same ledger.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from typing import NamedTuple, cast

from iqs_tui.domain.scanner_evidence import (
    CLOCK_TOLERANCE,
    Acquisition,
    Association,
    Confidence,
    Evidence,
    State,
    StateInterval,
    Step,
    Thresholds,
)
from iqs_tui.domain.scanner_spans import Span, gaps, merge_same, paint, union

Points = dict[datetime, set[str]]
"""Moments at which the machine was on, and what tells so."""


class _Visit(NamedTuple):
    first: datetime
    last: datetime
    study_uids: frozenset[str]


def build_ledger(
    evidence: Evidence, limits: Thresholds, start: datetime, end: datetime, now: datetime
) -> tuple[StateInterval, ...]:
    """Return the states from `start` to `end` (at most `now`): contiguous, without overlap, in order.

    Empty where the range is. The order and the repetition of the evidence make no difference.
    """
    end = min(end, now)
    if end <= start:
        return ()
    acquisitions = _distinct(evidence.acquisitions, now)
    steps = _merged_steps(evidence.steps, now)
    visits = _visits(acquisitions, limits)
    busy: list[Span] = []
    for layer in (
        *_scans(acquisitions, visits, limits),
        union(((v.first, v.last) for v in visits), "in_exam", "high", {"acquisition"}),
        *_step_stays(steps, visits, limits),
        union(
            ((v.first - limits.before, v.last + limits.after) for v in visits),
            "in_exam",
            "medium",
            {"acquisition"},
        ),
    ):
        cut = (span.cut(datetime.min.replace(tzinfo=now.tzinfo), now) for span in layer)
        busy = paint(busy, [span for span in cut if span])
    points = _on_points(acquisitions, evidence.associations, steps, now)
    first = min([start, *(span.start for span in busy), *points])
    between = _between(busy, points, limits, first, now)
    return _intervals(merge_same(sorted([*busy, *between])), acquisitions, start, end)


def _distinct(acquisitions: Iterable[Acquisition], now: datetime) -> list[Acquisition]:
    """One per uid, the earliest that is said of it.

    A clock that runs ahead is brought back to the receipt.
    """
    by_uid: dict[str, Acquisition] = {}
    for one in acquisitions:
        other = by_uid.get(one.uid, one)
        by_uid[one.uid] = replace(
            one,
            at=min(one.at, other.at),
            received_at=min(one.received_at, other.received_at),
            group=min(one.group, other.group),
            study_uid=min(filter(None, (one.study_uid, other.study_uid)), default=None),
        )
    kept = []
    for item in by_uid.values():
        latest = min(item.received_at, now)
        is_ahead = item.at - latest > CLOCK_TOLERANCE
        kept.append(replace(item, at=min(item.at, latest), is_brought_back=is_ahead))
    return sorted(kept, key=lambda item: (item.at, item.uid))


def _merged_steps(steps: Iterable[Step], now: datetime) -> list[Step]:
    by_uid: dict[str, Step] = {}
    for one in steps:
        other = by_uid.get(one.uid, one)
        by_uid[one.uid] = Step(
            uid=one.uid,
            started_at=min(one.started_at, other.started_at),
            ended_at=max(filter(None, (one.ended_at, other.ended_at)), default=None),
            study_uid=min(filter(None, (one.study_uid, other.study_uid)), default=None),
        )
    return sorted((s for s in by_uid.values() if s.started_at <= now), key=lambda s: (s.started_at, s.uid))


def _visits(acquisitions: Sequence[Acquisition], limits: Thresholds) -> list[_Visit]:
    by_group: dict[str, list[Acquisition]] = {}
    for item in acquisitions:
        by_group.setdefault(item.group, []).append(item)
    visits = []
    for members in by_group.values():
        part = [members[0]]
        for item in members[1:]:
            if item.at - part[-1].at > limits.same_visit:
                visits.append(_visit(part))
                part = []
            part.append(item)
        visits.append(_visit(part))
    return sorted(visits, key=lambda v: (v.first, v.last, sorted(v.study_uids)))


def _visit(members: Sequence[Acquisition]) -> _Visit:
    return _Visit(members[0].at, members[-1].at, frozenset(m.study_uid for m in members if m.study_uid))


def _scans(acquisitions: Sequence[Acquisition], visits: Sequence[_Visit], limits: Thresholds) -> list[list[Span]]:
    pad = limits.scan_pad
    sure = [(item.at - pad, item.at + pad) for item in acquisitions if not item.is_brought_back]
    unsure = [(item.at - pad, item.at + pad) for item in acquisitions if item.is_brought_back]
    if limits.runs_to_next:
        sure += _sequences([item.at for item in acquisitions], visits)
    return [
        union(sure, "scanning", "high", {"acquisition"}),
        union(unsure, "scanning", "low", {"acquisition", "clock"}),
    ]


def _sequences(moments: Sequence[datetime], visits: Sequence[_Visit]) -> list[tuple[datetime, datetime]]:
    """From each acquisition to the next, where both are in one stay."""
    stays = union(((v.first, v.last) for v in visits), "in_exam", "high", ())
    starts = [stay.start for stay in stays]
    found = []
    for one, two in pairwise(moments):
        place = bisect_right(starts, one) - 1
        if place >= 0 and two <= stays[place].end:
            found.append((one, two))
    return found


def _step_stays(steps: Sequence[Step], visits: Sequence[_Visit], limits: Thresholds) -> list[list[Span]]:
    """The stays that steps tell of: no earlier than a gap before its images, no later than its expiry.

    A step left open ends where the next patient's images begin: acquisition wins.
    """
    firsts = [visit.first for visit in visits]
    of_study: dict[str, list[_Visit]] = {}
    for visit in visits:
        for study_uid in visit.study_uids:
            of_study.setdefault(study_uid, []).append(visit)
    ended, running = [], []
    for step in steps:
        own = [v for v in of_study.get(step.study_uid or "", ()) if v.last >= step.started_at]
        start = max(step.started_at, min(v.first for v in own) - limits.same_visit) if own else step.started_at
        last = max([step.started_at, *(v.last for v in own)])
        expires = last + limits.step_expires
        if step.ended_at is not None:
            ended.append((start, min(step.ended_at, expires)))
        else:
            place = bisect_right(firsts, last)
            running.append((start, min([expires, *firsts[place : place + 1]])))
    return [
        union(ended, "in_exam", "high", {"step_started", "step_ended"}),
        union(running, "in_exam", "medium", {"step_started"}),
    ]


def _on_points(
    acquisitions: Iterable[Acquisition],
    associations: Iterable[Association],
    steps: Iterable[Step],
    now: datetime,
) -> Points:
    points: Points = {}
    told = [
        *((item.at, "acquisition") for item in acquisitions),
        *((item.opened_at, "association") for item in associations),
        *((item.closed_at, "association") for item in associations),
        *((item.started_at, "step_started") for item in steps),
        *((item.ended_at, "step_ended") for item in steps),
    ]
    for moment, code in told:
        if moment is not None and moment <= now:
            points.setdefault(moment, set()).add(code)
    return points


def _between(busy: Sequence[Span], points: Points, limits: Thresholds, start: datetime, now: datetime) -> list[Span]:
    """What lies between examinations: turnover, idle where the machine was on, else unknown."""
    moments = sorted(points)
    inner = {(one.end, two.start) for one, two in pairwise(busy)}
    spans: list[Span] = []
    for gap in gaps(busy, start, now):
        if gap in inner and gap[1] - gap[0] <= limits.turnover_max:
            spans.append(Span(*gap, "turnover", "medium", frozenset({"acquisition"})))
            continue
        known = moments[max(0, bisect_right(moments, gap[0]) - 1) : bisect_left(moments, gap[1]) + 1]
        for span in _stretches(known, points, limits, gap):
            part = span.cut(*gap)
            if part:
                spans.append(part)
    return spans


def _stretches(
    known: Sequence[datetime], points: Points, limits: Thresholds, gap: tuple[datetime, datetime]
) -> list[Span]:
    silence = frozenset({"silence"})
    if not known:
        return [Span(*gap, "unknown", "low", silence)]
    spans = [Span(gap[0], known[0], "unknown", "low", silence)] if gap[0] < known[0] else []
    for one, two in [*pairwise(known), (known[-1], None)]:
        codes = frozenset(points[one])
        if two is not None and two - one <= limits.bridge:
            spans.append(Span(one, two, "idle", "medium", codes | points[two]))
            continue
        on_until = one + max(limits.on_for, limits.stale)
        end = gap[1] if two is None else two
        is_told = one >= gap[0] and bool(codes & {"association", "step_ended"})
        confidence = "medium" if is_told else "low"
        spans.append(Span(one, min(on_until, end), "idle", confidence, codes | silence))
        if on_until < end:
            spans.append(Span(on_until, end, "unknown", "low", silence))
    return spans


def _intervals(
    spans: Iterable[Span], acquisitions: Sequence[Acquisition], start: datetime, end: datetime
) -> tuple[StateInterval, ...]:
    moments = [item.at for item in acquisitions]
    return tuple(
        StateInterval(
            state=cast(State, span.state),
            start=span.start,
            end=span.end,
            evidence=tuple(sorted(span.evidence)),
            confidence=cast(Confidence, span.confidence),
            n_acquisitions=bisect_left(moments, span.end) - bisect_left(moments, span.start),
        )
        for span in (span.cut(start, end) for span in spans)
        if span
    )
