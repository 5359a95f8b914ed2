"""Which exposures that dose reports tell of are shown by an image, by their rows (`domain.no_image` decides)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from peewee import fn

from iqs_tui.domain import no_image
from iqs_tui.domain.exposures import SLICED
from iqs_tui.store import examinations, exposures
from iqs_tui.store.models import DoseReportRow, Exposure, Instance


class _Composed(NamedTuple):
    """An image that is made of several exposures."""

    exposure_uid: str
    sources: frozenset[str]
    """The irradiation events that it names; none where it does not say of what it was made."""


def unshown(rows: Collection[Exposure], study_uid: str, reports: Sequence[DoseReportRow]) -> list[no_image.Event]:
    """Return the events of a study's reports that should have an image and have none.

    Whether they surely have none is another question: `Exposure.is_unsure`. Captured dose screens tell under names of
    their own, so they are no reports here; a machine that made an image of a phantom, or an angiography, is left out.
    """
    reported = {uid for report in reports if not examinations.is_captured(report) for uid in report.exposure_uids}
    live = [row for row in rows if row.same_as is None]
    left_out = {row.device_id for row in live if row.is_quality_control or row.modality == "XA"}
    told = {row.exposure_uid: row for row in live if row.exposure_uid in reported and row.report_facts is not None}
    if all(row.image_facts is not None for row in told.values()):
        return []
    events = [
        no_image.Event(
            uid=uid,
            machine=row.device_id,
            modality=row.modality,
            facts=exposures.facts_of(row.report_facts),
            is_shown=row.image_facts is not None,
        )
        for uid, row in told.items()
        if row.device_id not in left_out
    ]
    found = no_image.unshown(events)
    others = elsewhere([told[event.uid] for event in found], study_uid, reports)
    if others:
        found = no_image.unshown(replace(each, is_shown=each.is_shown or each.uid in others) for each in events)
    return found


def elsewhere(rows: Collection[Exposure], study_uid: str, reports: Iterable[DoseReportRow]) -> set[str]:
    """Return those of these exposures that an image of another name shows: stitched of them, or named by the report."""
    if not rows:
        return set()
    made_of = {uid for image in _composed(study_uid) for uid in image.sources}
    named = {row.exposure_uid: set((exposures.origin_of(row) or {}).get("acquired", ())) for row in rows}
    for report in reports:
        for image, uid in (report.image_events or {}).items():
            if uid in named:
                named[uid].add(image)
    asked = sorted(set().union(*named.values()))
    came = Instance.select(Instance.sop_instance_uid).where(Instance.sop_instance_uid.in_(asked)) if asked else ()
    there = {image.sop_instance_uid for image in came}
    return {uid for uid, images in named.items() if uid in made_of or not images.isdisjoint(there)}


def mark_unsure(rows: Collection[Exposure], study_uid: str, reports: Sequence[DoseReportRow]) -> None:
    """Mark the events of which cannot be said whether an image shows them: an image is there that no event explains.

    That is one that names none and was not matched, or a stitched one that does not say of what.
    """
    missing = unshown(rows, study_uid, reports) if reports else []
    unsure: set[str] = set()
    if missing:
        composed = _composed(study_uid)
        explained = {image.exposure_uid for image in composed if image.sources}
        machines = {row.device_id for row in rows if _is_unexplained(row) and row.exposure_uid not in explained}
        is_open = len(explained) < len({image.exposure_uid for image in composed})
        unsure = {event.uid for event in missing if is_open or event.machine in machines}
    for row in rows:
        row.is_unsure = row.exposure_uid in unsure


def _is_unexplained(row: Exposure) -> bool:
    origin = exposures.origin_of(row) or {}
    return row.same_as is None and row.report_facts is None and "unnamed" in origin and "original" in origin


def _composed(study_uid: str) -> list[_Composed]:
    """Return the images of a study that are made of several exposures, as they or their names say."""
    is_slice = fn.COALESCE(Instance.modality, "").in_(sorted(SLICED))
    images: Any = Instance.select(Instance.exposure_uid, Instance.source_events, Instance.image_type).where(
        Instance.study_uid == study_uid, ~is_slice
    )
    return [
        _Composed(uid, frozenset(sources or ()))
        for uid, sources, image_type in images.tuples()
        if sources or no_image.is_stitched(image_type)
    ]
