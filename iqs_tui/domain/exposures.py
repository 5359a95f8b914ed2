"""Which images and report events are one exposure, and what is known of it.

One irradiation event is one exposure, however often and in whatever order it is sent.
"""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import datetime
from typing import Any

from iqs_tui.domain.records import ExposureFacts
from iqs_tui.domain.uids import derived_uid, is_uid

SLICED = frozenset({"CT", "MR", "PT", "NM"})
"""Modalities whose images are slices: each has a moment of its own, and is no exposure of its own."""
MOMENTARY = frozenset({"CR", "DX", "MG", "PX", "IO"})
"""Modalities whose exposure is one moment: two images of that moment on one device are the same exposure."""

_Choose = Callable[[str, object, object], object]
_LEAST = frozenset({"scan_low_mm"})
"""Numbers of which the least wins: the lower end of a range."""


def exposure_uid_of(
    *,
    irradiation_event_uid: str | None,
    study_uid: str,
    series_uid: str,
    sop_instance_uid: str,
    device_key: str,
    modality: str | None,
    acquired_at: datetime | None,
    acquisition_number: int | None,
) -> str:
    """Name the exposure of an image: its Irradiation Event UID (0008,3010), else one derived from the acquisition.

    Slices of one acquisition of a series are one exposure, without an acquisition number those of the series; so are
    the For-Processing and For-Presentation images of one moment on one device. An image that tells no time is an
    exposure of its own.
    """
    if irradiation_event_uid and is_uid(irradiation_event_uid):
        return irradiation_event_uid
    if modality in SLICED:
        return derived_uid("acquisition", study_uid, device_key, series_uid, acquisition_number)
    if acquired_at is not None:
        return moment_uid(study_uid, device_key, acquired_at)
    return derived_uid("instance", sop_instance_uid)


def moment_uid(study_uid: str, device_key: str, acquired_at: datetime) -> str:
    """Name what one device exposed at one moment of a study, where no Irradiation Event UID does.

    Of a For-Processing and For-Presentation pair one may lack that UID: then the other stands under the UID, and this
    one under this name.
    """
    return derived_uid("moment", study_uid, device_key, acquired_at.isoformat(timespec="milliseconds"))


def join_same_source(one: ExposureFacts, other: ExposureFacts) -> ExposureFacts:
    """Join what two objects of one kind (two images, two reports) say of one exposure.

    Commutative, associative and idempotent, so that order and re-sends change nothing: a value beats none, the
    greatest number (of a range's lower end the least), the earliest time and the alphabetically first text win.
    """
    return _join(one, other, _steady)


def report_over_image(report: ExposureFacts, image: ExposureFacts) -> ExposureFacts:
    """Join a dose report's facts with an image header's: the report's value wins where it has one."""
    return _join(report, image, lambda _name, mine, _theirs: mine)


def _join(one: ExposureFacts, other: ExposureFacts, choose: _Choose) -> ExposureFacts:
    changes: dict[str, Any] = {}
    for field in fields(ExposureFacts):
        mine, theirs = getattr(one, field.name), getattr(other, field.name)
        if theirs is None or mine == theirs:
            continue
        changes[field.name] = theirs if mine is None else choose(field.name, mine, theirs)
    return replace(one, **changes) if changes else one


def _steady(name: str, mine: object, theirs: object) -> object:
    if isinstance(mine, (int, float)) and isinstance(theirs, (int, float)):
        return min(mine, theirs) if name in _LEAST else max(mine, theirs)
    if isinstance(mine, datetime) and isinstance(theirs, datetime):
        return min(mine, theirs)
    return min(mine, theirs, key=str)
