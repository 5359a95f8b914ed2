"""Where what is known of an exposure came from: which machine, room and study its images and reports name.

Kept beside the facts as plain JSON values. Adding to it is commutative, associative and idempotent, so that order and
re-sends change nothing; what an exposure's row shows is read from it. Keys, each left out where nothing says so:

    study            the study of its images
    original         [device key, room] of its images; of several the first in the alphabet
    derived          the same, of its derived images
    modality         of its images; derived_modality of its derived ones
    quality_control  true: an image says that it shows a phantom
    moments          names of the moments of its images (`domain.exposures.moment_uid`)
    unnamed          its images, where none carries an Irradiation Event UID: the name is our own
    acquired         the images that dose reports name as its own (Acquired Image, 113795), whether they came or not
    told_study, told_modality, told_room   of the dose reports that tell of it
"""

from collections.abc import Iterable, Mapping
from typing import Any

from iqs_tui.domain.exposures import MOMENTARY, SLICED, moment_uid
from iqs_tui.domain.records import DoseReport, Instance, IrradiationEvent
from iqs_tui.domain.uids import derived_uid

Origin = dict[str, Any]
_SETS = frozenset({"moments", "unnamed", "acquired"})


def of_image(record: Instance, room: str) -> Origin:
    """Return what one image says."""
    said: Origin = {"study": record.study_uid}
    said["derived" if record.is_derived else "original"] = [record.device.key, room]
    if record.modality is not None:
        said["derived_modality" if record.is_derived else "modality"] = record.modality
    if record.is_quality_control:
        said["quality_control"] = True
    moment = record.facts.acquired_at
    if record.modality in MOMENTARY and moment is not None:
        said["moments"] = [moment_uid(record.study_uid, record.device.key, moment)]
    if record.modality not in SLICED and is_own_name(record):
        said["unnamed"] = [record.sop_instance_uid]
    return said


def of_event(event: IrradiationEvent, record: DoseReport, room: str) -> Origin:
    """Return what one dose report says of one of its exposures."""
    said: Origin = {"told_study": record.study_uid, "told_modality": record.modality, "told_room": room}
    return said | ({"acquired": sorted(set(event.acquired_image_uids))} if event.acquired_image_uids else {})


def join(*origins: Mapping[str, Any] | None) -> Origin:
    """Return what several say together."""
    joined: Origin = {}
    for origin in origins:
        for name, value in (origin or {}).items():
            there = joined.get(name)
            if name in _SETS:
                joined[name] = sorted({*(there or ()), *value})
            else:
                joined[name] = value if there is None else min(there, value)
    return joined


def study_of(origin: Origin) -> str | None:
    """Return the study: the images' own, else the reports'."""
    return origin.get("study") or origin.get("told_study")


def modality_of(origin: Origin) -> str | None:
    """Return the modality: of the images, else of the reports, else of the derived images."""
    names = ("modality", "told_modality", "derived_modality")
    return next((str(origin[name]) for name in names if name in origin), None)


def same_exposures(origins: Mapping[str, Origin], named_by_reports: Mapping[str, str]) -> dict[str, str]:
    """Return which exposures of a study are another one under our own name.

    Of a For-Processing and For-Presentation pair sometimes only one image carries the Irradiation Event UID, and a
    report may name the images of an event that carry none: the exposure that we named ourselves is then that event.

    Args:
        origins: of all exposures of the study, by their names.
        named_by_reports: SOP Instance UID to event, as dose reports say (Acquired Image, PS3.16 TID 10003).
    """
    at: dict[str, list[str]] = {}
    for uid, origin in origins.items():
        if "unnamed" not in origin:
            for moment in origin.get("moments", ()):
                at.setdefault(moment, []).append(uid)
    found = {}
    for uid, origin in origins.items():
        images = origin.get("unnamed", ())
        events = {named_by_reports[image] for image in images if image in named_by_reports} & origins.keys() - {uid}
        others = events or set(_at_moments(origin.get("moments", ()) if images else (), at)) - {uid}
        if others:
            found[uid] = min(others)
    return found


def _at_moments(moments: Iterable[str], at: Mapping[str, list[str]]) -> Iterable[str]:
    return (uid for moment in moments for uid in at.get(moment, ()))


def is_own_name(record: Instance) -> bool:
    """Say whether an image (no slice) carries no Irradiation Event UID, so that its exposure's name is our own."""
    moment = record.facts.acquired_at
    if moment is not None and record.exposure_uid == moment_uid(record.study_uid, record.device.key, moment):
        return True
    return record.exposure_uid == derived_uid("instance", record.sop_instance_uid)
