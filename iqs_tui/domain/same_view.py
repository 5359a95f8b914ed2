"""The same view again in one study: a repeat, perhaps. Only ever a question, never a count without an answer.

A repeat is an extra image that did go to the PACS (AAPM TG-305); lawful second images are many, so what is known to be
lawful is left out first: both sides, series and functional views, stitching, tomosynthesis, reprocessed copies,
quality control.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

PROJECTION = frozenset({"CR", "DX", "MG", "PX"})

_PAIRED = re.compile(
    r"hand|pols|wrist|onderarm|forearm|elleboog|elbow|bovenarm|humerus|upper.?arm|schouder|shoulder|clavic|sleutelbeen|"
    r"scapula|vinger|finger|duim|thumb|heup|\bhip|femur|bovenbeen|thigh|knie|knee|patella|onderbeen|tibia|fibula|\bleg\b|"
    r"enkel|ankle|voet|\bfoot|hiel|calcan|teen\b|\btoe|breast|mamma|oog\b|\beye|orbita|rib",
    re.IGNORECASE,
)
_COMPOSITE = re.compile(r"COMPOS|STITCH|LONG.?LEG|TOMOSYNTHESIS|GENERATED", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenView:
    """An exposure as the rule looks at it."""

    exposure_uid: str
    acquired_at: datetime | None
    modality: str | None
    body_part: str | None = None
    view: str | None = None
    laterality: str | None = None
    procedure: str | None = None
    protocol: str | None = None
    image_type: str | None = None
    """Image Type (0008,0008), values joined by a backslash."""
    kvp: float | None = None
    mas: float | None = None
    is_derived: bool = False
    is_quality_control: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SameViewRules:
    """The limits of one room."""

    min_gap: timedelta = timedelta(seconds=10)
    max_gap: timedelta = timedelta(minutes=15)
    serial_protocols: tuple[str, ...] = ()
    """Parts of protocol or procedure names whose series of one view is meant."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """An exposure that was made again: `later` shows the view of `earlier`."""

    earlier: str
    later: str
    at: datetime


def repeats(exposures: Iterable[SeenView], rules: SameViewRules) -> list[Repeat]:
    """Return the repeats among the exposures of one study, in order of time; the order they are given in is nothing."""
    last: dict[tuple[str, ...], SeenView] = {}
    found = []
    for exposure in sorted(_eligible(exposures, rules), key=_moment):
        key = view_key(exposure)
        if key is None:
            continue
        earlier = last.get(key)
        last[key] = exposure
        if earlier and _is_again(earlier, exposure, rules):
            found.append(Repeat(earlier.exposure_uid, exposure.exposure_uid, _moment(exposure)[0]))
    return found


def view_key(exposure: SeenView) -> tuple[str, ...] | None:
    """Return what makes two exposures the same view; None where too little is known to say so.

    Anatomy, view, laterality and protocol. A paired part without laterality has none: left and right would look alike.
    """
    named = exposure.view or exposure.protocol
    if not named or not (exposure.body_part or exposure.protocol):
        return None
    about = " ".join(filter(None, (exposure.body_part, exposure.protocol, exposure.procedure)))
    if not exposure.laterality and _PAIRED.search(about):
        return None
    parts = (exposure.body_part, exposure.view, exposure.laterality, exposure.protocol)
    return tuple((part or "").casefold() for part in parts)


def _eligible(exposures: Iterable[SeenView], rules: SameViewRules) -> Iterator[SeenView]:
    serial = [word.casefold() for word in rules.serial_protocols]
    for exposure in exposures:
        about = f"{exposure.protocol or ''} {exposure.procedure or ''}".casefold()
        if (
            exposure.modality in PROJECTION
            and exposure.acquired_at is not None
            and not exposure.is_derived
            and not exposure.is_quality_control
            and not _COMPOSITE.search(exposure.image_type or "")
            and not any(word in about for word in serial)
        ):
            yield exposure


def _is_again(earlier: SeenView, later: SeenView, rules: SameViewRules) -> bool:
    gap = _moment(later)[0] - _moment(earlier)[0]
    return rules.min_gap <= gap <= rules.max_gap


def _moment(exposure: SeenView) -> tuple[datetime, str]:
    return exposure.acquired_at or datetime.min.replace(tzinfo=UTC), exposure.exposure_uid
