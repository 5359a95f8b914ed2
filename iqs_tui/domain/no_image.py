"""A dose report tells of an exposure of which no image came: a reject, once the study has been quiet for a while.

The exposure was made and its image deleted at the console; the report says so all the same (AAPM TG-305: a reject is
an exposure whose image is not presented). Only single radiographs can be missed like that. Left out are fluoroscopy and
series, whose images may be none or one; angiography, whose runs are not all stored; what is stitched; parts of one
exposure (planes, low and high energy, the sweep and the still of one compression); events without radiation; and CT,
of which not every acquisition is reconstructed and sent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from iqs_tui.domain.dose import short_view
from iqs_tui.domain.records import ExposureFacts

RADIOGRAPHS = frozenset({"CR", "DX", "MG", "PX", "IO", "RF"})
"""Modalities whose stationary acquisitions give an image each; a fluoroscopy room makes radiographs too."""
LEAST_EXAMINATIONS = 5
"""So many earlier examinations must tell whether a machine sends images, where none came of this one."""
LAST_EXAMINATIONS = 10

_STATIONARY = "stationary acquisition"
_STITCHED = re.compile(
    r"stitch|compos|long.?leg|full.?(leg|spine)|lange.?been|wervelkolom.?totaal|totale.?wervelkolom", re.IGNORECASE
)
_ONE_MOMENT = timedelta(seconds=0.5)
"""Two planes expose together."""
_ONE_COMPRESSION = timedelta(seconds=60)
"""Low and high energy, or sweep and still, of one compressed breast."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoImageRules:
    """The limits of one room."""

    settle: timedelta = timedelta(minutes=10)
    """So long nothing came of the study before an image is missed."""
    is_on: bool = True
    """False: this room's images do not all come here, so that a missing one says nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An irradiation event as the dose reports tell it."""

    uid: str
    machine: str
    """Key of the device that its report belongs to."""
    modality: str | None
    facts: ExposureFacts
    is_shown: bool = False
    """An image of it came."""


def unshown(events: Iterable[Event]) -> list[Event]:
    """Return the events of one study that should have an image of their own and have none, in order of time.

    Of parts of one exposure that all lack an image the first is returned.
    """
    ordered = sorted(events, key=lambda event: (event.facts.acquired_at or _EARLIEST, event.uid))
    seen = [event for event in ordered if event.is_shown]
    found = []
    for event in ordered:
        if event.is_shown or not _is_single_image(event) or any(_is_part_of(event, other) for other in seen):
            continue
        seen.append(event)
        found.append(event)
    return found


def is_stitched(*words: str | None) -> bool:
    """Say whether a protocol, or an Image Type (0008,0008), speaks of several exposures in one image."""
    return any(_STITCHED.search(each) for each in words if each)


def sends_images(has_images_here: bool, earlier: Sequence[bool]) -> bool:
    """Say whether a missing image means anything: does this machine send them at all?

    Args:
        has_images_here: an image that it made came of this study.
        earlier: of its last examinations with a dose report, whether images of it came.
    """
    return has_images_here or (len(earlier) >= LEAST_EXAMINATIONS and sum(earlier) >= len(earlier) - 1)


def _is_single_image(event: Event) -> bool:
    kind = event.facts.event_type
    if event.modality not in RADIOGRAPHS or is_stitched(event.facts.protocol):
        return False
    if kind is None:
        return event.modality != "RF" and _is_radiation(event.facts)
    return kind.casefold() == _STATIONARY and _is_radiation(event.facts)


def _is_radiation(facts: ExposureFacts) -> bool:
    """Say whether there was any: an exposure that was broken off is told with doses of zero."""
    stated = [value for value in (facts.dap_gym2, facts.agd_mgy, facts.dose_rp_gy, facts.mas) if value is not None]
    return not stated or any(stated)


def _is_part_of(event: Event, other: Event) -> bool:
    """Say whether an event may be a part of the exposure that another one is of."""
    if event.machine != other.machine:
        return False
    if event.facts.acquired_at is None or other.facts.acquired_at is None:
        return event.modality == "MG" and _is_one_view(event.facts, other.facts)
    gap = abs(event.facts.acquired_at - other.facts.acquired_at)
    if gap <= _ONE_MOMENT:
        return True
    return event.modality == "MG" and gap <= _ONE_COMPRESSION and _is_one_view(event.facts, other.facts)


def _is_one_view(one: ExposureFacts, other: ExposureFacts) -> bool:
    """Say whether two do not plainly show another breast or another view."""
    sides, views = {one.laterality, other.laterality}, {short_view(one.view), short_view(other.view)}
    return len(sides - {None}) < 2 and len(views - {None}) < 2
