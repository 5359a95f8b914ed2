"""Joins what images and dose reports say of one exposure, in whatever order they come (`domain.exposures` decides)."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from functools import reduce
from typing import Any, NamedTuple

from peewee import chunked

from iqs_tui.domain import origins
from iqs_tui.domain.exposures import SLICED, join_same_source, report_over_image
from iqs_tui.domain.records import DoseReport, ExposureFacts, Instance, IrradiationEvent, Sender
from iqs_tui.store.models import Exposure
from iqs_tui.store.plausibility import implausible

Plain = dict[str, Any]

_FACTS = tuple(field.name for field in fields(ExposureFacts))
_OWN_FACTS = "facts"
"""In the origin of an exposure that another one turned out to be: what its own images say."""
_NAMES_ASKED = 500
_DOSES = ("dap_gym2", "dose_rp_gy", "agd_mgy", "ctdivol_mgy", "dlp_mgycm")


class Joined(NamedTuple):
    """What an image made of its exposure."""

    facts: Plain
    """What its images say now."""
    is_first: bool
    """Whether nothing told of the exposure before."""
    is_far_reaching: bool
    """Whether totals, machine or name may have changed, so that the study has to be looked at."""
    studies: frozenset[str]
    """The study of the exposure, and the one that it had before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """What the rest of its study says of an exposure."""

    also: tuple[Exposure, ...] = ()
    """Exposures under our own name that turned out to be this one."""
    device: str | None = None
    """The machine that its reports belong to: it counts where no original image names one."""
    room: str | None = None
    """The room of that machine."""
    same_as: str | None = None
    """The exposure that it turned out to be."""
    is_overtaken: bool = False
    """Only a captured dose screen tells of it, and a report of the same machine came."""


def join_image(record: Instance, sender: Sender, at: datetime) -> Joined:
    """Join an image to its exposure."""
    row = Exposure.whole(Exposure.exposure_uid == record.exposure_uid).first()
    kept = None if row is None else dict(row.__data__)
    if row is None:
        row = Exposure(exposure_uid=record.exposure_uid, study_uid=record.study_uid, received_at=at)
    facts, before, origin, study = _plain(record.facts), _own_image_facts(row), origin_of(row), row.study_uid
    own = facts if before is None else _plain(join_same_source(facts_of(before), facts_of(facts)))
    row.image_facts, row.origin = own, origins.join(origin, origins.of_image(record, sender.room))
    is_told_new = own != before
    is_far_reaching = row.origin != origin or (is_told_new and _is_about_others(record, before, own))
    if is_far_reaching:
        settle(row, Place())
        row.is_counted = row.is_counted and not row.is_derived
    elif is_told_new:
        _set_facts(row)
    if is_far_reaching or is_told_new:
        save(row, at, kept)
    return Joined(own, kept is None, is_far_reaching, frozenset({study, row.study_uid, record.study_uid}))


def _is_about_others(record: Instance, before: Plain | None, after: Plain | None) -> bool:
    """Say whether more than the exposure itself has to be made again; of slices, which are many, only for a dose."""
    return record.modality not in SLICED or _dose(before) != _dose(after)


def join_report(report: DoseReport, sender: Sender, at: datetime) -> set[str]:
    """Join the events of a dose report to their exposures; return the exposures' studies, and those they had before.

    Reports are cumulative, so that most of their hundreds of events are known: those are read together.
    """
    names = sorted({event.exposure_uid for event in report.events})
    known: dict[str, Exposure] = {}
    for some in chunked(names, _NAMES_ASKED):
        known |= {row.exposure_uid: row for row in Exposure.whole(Exposure.exposure_uid.in_(some))}
    return {study for event in report.events for study in _join_event(event, report, sender, at, known)}


def _join_event(
    event: IrradiationEvent, report: DoseReport, sender: Sender, at: datetime, known: dict[str, Exposure]
) -> frozenset[str]:
    row = known.get(event.exposure_uid)
    kept = None if row is None else dict(row.__data__)
    if row is None:
        row = Exposure(exposure_uid=event.exposure_uid, study_uid=report.study_uid, received_at=at)
        known[event.exposure_uid] = row
    facts, before, origin, study = _plain(event.facts), row.report_facts, origin_of(row), row.study_uid
    row.report_facts = facts if before is None else _plain(join_same_source(facts_of(before), facts_of(facts)))
    said = origins.join(origin, origins.of_event(event, report, sender.room))
    if kept is None or (row.report_facts, said) != (before, origin):
        row.image_facts, row.origin = _own_image_facts(row), said
        settle(row, Place(device=report.device.key))
        save(row, at, kept)
    return frozenset({study, row.study_uid})


def mark_quality_control(exposure_uid: str, at: datetime) -> None:
    """Mark that an image of an exposure shows no patient; its study has to be looked at afterwards."""
    row = Exposure.get_by_id(exposure_uid)
    kept = dict(row.__data__)
    row.image_facts, row.origin = _own_image_facts(row), origins.join(origin_of(row), {"quality_control": True})
    settle(row, Place())
    save(row, at, kept)


def settle(row: Exposure, place: Place) -> None:
    """Make an exposure's columns what its sources and its study say."""
    its_own = _own_image_facts(row)
    images = [each for each in (its_own, *map(_own_image_facts, place.also)) if each is not None]
    own = origin_of(row) or {}
    row.image_facts = _plain(reduce(join_same_source, map(facts_of, images))) if images else None
    row.origin = own | {_OWN_FACTS: its_own} if place.also else own
    _set_facts(row)
    _set_place(row, place)
    row.implausible = implausible(row)


def settle_again(row: Exposure, place: Place) -> None:
    """Do the same for an exposure of which only the rest of its study may have changed: its own facts stand already."""
    if place.also or row.origin is None or _OWN_FACTS in row.origin:
        settle(row, place)
    else:
        _set_place(row, place)


def _set_place(row: Exposure, place: Place) -> None:
    own = origin_of(row) or {}
    origin = origins.join(own, *map(origin_of, place.also)) if place.also else own
    row.study_uid = origins.study_of(own) or row.study_uid
    row.modality = origins.modality_of(origin)
    derived = origin.get("derived", (None, None))
    row.device_id, room = origin.get("original") or (
        place.device or derived[0] or row.device_id,
        place.room or derived[1] or origin.get("told_room"),
    )
    row.room = room or None
    is_made = "original" in origin or row.report_facts is not None
    row.same_as = place.same_as
    row.is_derived = place.same_as is not None or place.is_overtaken or not is_made
    row.is_quality_control = "quality_control" in origin


def save(row: Exposure, at: datetime, kept: Plain | None) -> None:
    """Save an exposure, to be told to the central server.

    Args:
        kept: what is in the database; None: nothing.
    """
    row.is_told = False
    row.updated_at = at
    row.save_changes(kept)


def _set_facts(row: Exposure) -> None:
    image = facts_of(row.image_facts) if row.image_facts is not None else ExposureFacts()
    report = facts_of(row.report_facts) if row.report_facts is not None else ExposureFacts()
    merged = report_over_image(report, image)
    for name in _FACTS:
        setattr(row, name, getattr(merged, name))
    row.implausible = implausible(row)


def _own_image_facts(row: Exposure) -> Plain | None:
    """Return what the images under an exposure's own name say, those that turned out to be it left out."""
    facts: Plain | None = (row.origin or {}).get(_OWN_FACTS, row.image_facts)
    return facts


def own_images(row: Exposure) -> ExposureFacts | None:
    """Return what the images under an exposure's own name say; None where it has none."""
    facts = _own_image_facts(row)
    return None if facts is None else facts_of(facts)


def origin_of(row: Exposure) -> Plain | None:
    """Return who says what is known of an exposure; a row of an older version is taken to be of one machine."""
    if row.origin is not None:
        return {name: value for name, value in row.origin.items() if name != _OWN_FACTS}
    if row.image_facts is None and row.report_facts is None:
        return None
    origin: Plain = {}
    if row.image_facts is not None:
        kind = "derived" if row.is_derived else "original"
        origin |= {"study": row.study_uid, kind: [row.device_id, row.room or ""]}
        origin |= {"derived_modality" if row.is_derived else "modality": row.modality} if row.modality else {}
    if row.report_facts is not None:
        origin |= {"told_study": row.study_uid, "told_room": row.room or ""}
        origin |= {"told_modality": row.modality} if row.modality else {}
    return origin | ({"quality_control": True} if row.is_quality_control else {})


def _dose(facts: Plain | None) -> list[object] | None:
    return None if facts is None else [facts.get(name) for name in _DOSES]


def _plain(facts: ExposureFacts) -> Plain:
    """Return facts as JSON values, absent ones left out."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in asdict(facts).items()
        if value is not None
    }


def facts_of(plain: Plain) -> ExposureFacts:
    """Return facts from their JSON values."""
    moment = plain.get("acquired_at")
    return ExposureFacts(**plain | ({"acquired_at": datetime.fromisoformat(moment)} if moment else {}))
