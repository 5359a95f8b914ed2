"""CT scans of one kind that cover the same part of the body again: a repeat, perhaps. Only ever a question.

A fixed rule, the same for every scanner and every day: two spiral or sequenced scans of one protocol and one series
whose ranges overlap far, started shortly after each other. It learns nothing and keeps no statistics: grouping
examinations by protocol and flagging those with a rare number of overlaps is another method (US patent 10,957,444)
and is not used here.

What lawfully covers a range twice is left out: scouts and monitoring scans, perfusion and gated scans, phases of
contrast, the two sources of a dual-source scanner, steps of a sequence that adjoin.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

SCANS = frozenset({"Spiral Acquisition", "Sequenced Acquisition"})
"""CT Acquisition Types (PS3.16 CID 10013) that cover a range. A constant angle is a scout, a stationary acquisition a
bolus, an intervention or a perfusion. What does not tell its type is not asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A CT acquisition as the rule looks at it; `low_mm` and `high_mm` along the patient."""

    exposure_uid: str
    device: str
    started_at: datetime
    kind: str
    low_mm: float
    high_mm: float
    protocol: str
    procedure: str | None = None
    body_part: str | None = None
    series: frozenset[str] = frozenset()
    """Series descriptions of its images: phases of contrast share a protocol, and have series of their own."""
    is_by_images: bool = False
    """The range is that of the images, which need not have the zero of the dose report."""

    @property
    def length_mm(self) -> float:
        """How far it reaches."""
        return self.high_mm - self.low_mm


@dataclass(frozen=True, slots=True, kw_only=True)
class CtOverlapRules:
    """The limits of one room."""

    min_overlap: float = 0.8
    """Of the shorter of two scans, 0 to 1."""
    min_gap: timedelta = timedelta(seconds=5)
    """Sooner, it is the second source of the same scan, or the same scan told twice."""
    max_gap: timedelta = timedelta(minutes=15)
    min_length_mm: float = 40.0
    """Shorter scans monitor a bolus or a needle."""
    multiphase_protocols: tuple[str, ...] = ()
    """Parts of protocol or procedure names whose scans over one range are meant (`ct_multiphase.toml`)."""


@dataclass(frozen=True, slots=True)
class Overlap:
    """A scan whose range was scanned again."""

    earlier: str
    later: str
    share: float
    """Of the shorter scan, 0 to 1."""
    gap: timedelta


def overlaps(scans: Iterable[Scan], rules: CtOverlapRules) -> list[Overlap]:
    """Return the scans of one study that were made again, each with the next that did so, in order of time.

    Three scans or more of one kind over one range are phases: of those nothing is asked.
    """
    found = sorted(filter(_is_asked_about(rules), scans), key=lambda scan: (scan.started_at, scan.exposure_uid))
    again = {scan.exposure_uid: [other for other in found if _covers(scan, other, rules)] for scan in found}
    return [
        _overlap(scan, others[0])
        for scan in found
        if len(others := again[scan.exposure_uid]) == 1 and scan.started_at < others[0].started_at
        and len(again[others[0].exposure_uid]) == 1
    ]  # fmt: skip


def share_of_shorter(one: Scan, other: Scan) -> float:
    """Return how much of the shorter of two scans the other covers too, 0 to 1."""
    both = min(one.high_mm, other.high_mm) - max(one.low_mm, other.low_mm)
    shorter = min(one.length_mm, other.length_mm)
    return max(0.0, both / shorter) if shorter > 0 else 0.0


def _is_asked_about(rules: CtOverlapRules) -> Callable[[Scan], bool]:
    meant = [part.casefold() for part in rules.multiphase_protocols if part]

    def asked(scan: Scan) -> bool:
        named = f"{scan.protocol} {scan.procedure or ''} {' '.join(sorted(scan.series))}".casefold()
        is_whole = scan.kind in SCANS and scan.length_mm >= rules.min_length_mm and bool(scan.protocol.strip())
        return is_whole and not any(part in named for part in meant)

    return asked


def _covers(one: Scan, other: Scan, rules: CtOverlapRules) -> bool:
    """Say whether two scans are of one kind and over one range, shortly after each other."""
    gap = abs(other.started_at - one.started_at)
    return (
        one.exposure_uid != other.exposure_uid
        and rules.min_gap <= gap <= rules.max_gap
        and _is_same_kind(one, other)
        and share_of_shorter(one, other) > rules.min_overlap
    )


def _is_same_kind(one: Scan, other: Scan) -> bool:
    return (
        (one.device, one.kind, one.is_by_images) == (other.device, other.kind, other.is_by_images)
        and _plain(one.protocol) == _plain(other.protocol)
        and (not one.body_part or not other.body_part or _plain(one.body_part) == _plain(other.body_part))
        and (not one.series or not other.series or bool(one.series & other.series))
    )


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())


def _overlap(earlier: Scan, later: Scan) -> Overlap:
    return Overlap(
        earlier.exposure_uid,
        later.exposure_uid,
        share_of_shorter(earlier, later),
        later.started_at - earlier.started_at,
    )
