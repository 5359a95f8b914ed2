"""The irradiation events of a dose report, of whichever template: each once, with its flags and its images."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from iqs_tui.dicom import codes, reading
from iqs_tui.dicom.moments import datetime_of
from iqs_tui.dicom.rdsr_ct import ct_facts
from iqs_tui.dicom.rdsr_projection import plane_of, projection_facts, technique_facts
from iqs_tui.dicom.reading import Code, ReadingContext
from iqs_tui.dicom.sr_tree import Item, coded, named, value_text
from iqs_tui.domain.exposures import join_same_source, report_over_image
from iqs_tui.domain.records import Device, ExposureFacts, IrradiationEvent
from iqs_tui.domain.uids import derived_uid

_REPEATING = (codes.IS_REPEATED, codes.REPEAT_REASON)
_FLAGS = (
    *("is_rejected", "reject_reason_code", "reject_reason_meaning"),
    *("is_repeated", "repeat_reason_code", "repeat_reason_meaning", "repeats_uid"),
)


def events_of(root: Item, study_uid: str, device: Device, context: ReadingContext) -> tuple[IrradiationEvent, ...]:
    """Return the events in the order of the report; what stands twice under one UID and plane is joined to one."""
    read = [_event(item, context) for item in root.all(*codes.EVENTS)]
    started = _moment(root, codes.START_OF_IRRADIATION, context) if len(read) == 1 else None
    shared = ExposureFacts(acquired_at=started, software_versions=device.software_versions)
    details = _details(root)
    events: dict[str, IrradiationEvent] = {}
    for event, uid in zip(read, _names(read, study_uid, device.key), strict=True):
        facts = report_over_image(event.facts, details.get(event.exposure_uid, ExposureFacts()))
        one = replace(event, exposure_uid=uid, facts=report_over_image(facts, shared))
        events[uid] = _join(events[uid], one) if uid in events else one
    return tuple(events.values())


def operator_of(item: Item) -> str | None:
    """Return who administered the irradiation, by the participants that stand directly under an item (TID 1020)."""
    for child in item.children:
        role = coded(child, codes.PERSON_ROLE)
        if child.concept == codes.PERSON_NAME and role and role.value == codes.IRRADIATION_ADMINISTERING:
            return reading.person(child.dataset, "PersonName")
    return None


def _names(events: list[IrradiationEvent], study_uid: str, device_key: str) -> list[str]:
    """Return each event's name: the same in the next cumulative report, and in whatever order it lists them.

    Its own UID; of two planes under one UID (both doses count) only the first plane has it. Without a UID its moment,
    plane and type name it, without a moment what it says of technique and dose.
    """
    first_planes: dict[str, str] = {}
    for event in events:
        plane = event.plane or ""
        first_planes[event.exposure_uid] = min(plane, first_planes.get(event.exposure_uid, plane))
    alike: Counter[tuple[object, ...]] = Counter()
    names = []
    for event in events:
        if not event.exposure_uid:
            facts, kind = event.facts, (event.plane, event.facts.event_type)
            said = (facts.acquired_at, *kind) if facts.acquired_at else (*kind, *_content(facts))
            alike[said] += 1
            names.append(derived_uid("event", study_uid, device_key, *said, alike[said]))
        elif (event.plane or "") != first_planes[event.exposure_uid]:
            names.append(derived_uid("plane", event.exposure_uid, event.plane))
        else:
            names.append(event.exposure_uid)
    return names


def _content(facts: ExposureFacts) -> tuple[object, ...]:
    return (
        facts.protocol,
        facts.kvp,
        facts.mas,
        facts.dap_gym2,
        facts.dose_rp_gy,
        facts.agd_mgy,
        facts.ctdivol_mgy,
        facts.dlp_mgycm,
    )


def _details(root: Item) -> dict[str, ExposureFacts]:
    """Return technique by event UID, where the enhanced template keeps it apart from the event (TID 10043)."""
    found: dict[str, ExposureFacts] = {}
    for item in root.all(codes.ENHANCED_DETAILS):
        uids = {uid for child in item.all(codes.EVENT_UID) if (uid := reading.uid(child.dataset, "UID"))}
        if len(uids) == 1:
            uid = uids.pop()
            found[uid] = report_over_image(found.get(uid, ExposureFacts()), technique_facts(item))
    return found


def _event(item: Item, context: ReadingContext) -> IrradiationEvent:
    reject_reason, repeat_reason = coded(item, codes.REJECT_REASON), coded(item, codes.REPEAT_REASON)
    repeats = _uids(each for flag in item.all(*_REPEATING) for each in flag.all(*codes.EVENT_UIDS))
    return IrradiationEvent(
        exposure_uid=next((uid for uid in _uids(item.all(codes.EVENT_UID)) if uid not in repeats), ""),
        facts=_facts(item, context),
        plane=plane_of(item) if item.concept != codes.CT_EVENT else None,
        acquired_image_uids=_images(item),
        is_rejected=_flag(item, codes.IS_REJECTED),
        reject_reason_code=_dicom_value(reject_reason),
        reject_reason_meaning=reject_reason.meaning if reject_reason else None,
        is_repeated=_flag(item, codes.IS_REPEATED),
        repeat_reason_code=_dicom_value(repeat_reason),
        repeat_reason_meaning=repeat_reason.meaning if repeat_reason else None,
        repeats_uid=next(iter(repeats), None),
    )


def _uids(found: Iterable[Item]) -> tuple[str, ...]:
    return tuple(uid for item in found if (uid := reading.uid(item.dataset, "UID")))


def _dicom_value(reason: Code | None) -> str | None:
    return reason.value if reason and reason.scheme in {"DCM", None} else None


def _facts(item: Item, context: ReadingContext) -> ExposureFacts:
    shared = ExposureFacts(
        acquired_at=_moment(item, codes.STARTED, context),
        protocol=value_text(item, codes.PROTOCOL),
        body_part=named(item, codes.TARGET_REGION),
        operator=operator_of(item),
    )
    if item.concept == codes.CT_EVENT:
        return report_over_image(shared, ct_facts(item))
    projection = report_over_image(shared, projection_facts(item))
    # The enhanced template (TID 10042) is one for projection and CT.
    return report_over_image(projection, ct_facts(item)) if item.concept == codes.ENHANCED_EVENT else projection


def _moment(item: Item, concept: str, context: ReadingContext) -> datetime | None:
    found = (datetime_of(child.dataset, "DateTime", context) for child in item.all(concept))
    return next((moment for moment in found if moment), None)


def _flag(event: Item, flag: str) -> bool | None:
    """Return a yes or no (PS3.16 TID 10003, 10013, 10042); "undetermined" is None."""
    said = coded(event, flag)
    return said.value in codes.YES if said and said.value in codes.YES | codes.NO else None


def _images(event: Item) -> tuple[str, ...]:
    found = (
        reading.uid(reference, "ReferencedSOPInstanceUID")
        for item in event.all(codes.ACQUIRED_IMAGE)
        for reference in reading.items(item.dataset, "ReferencedSOPSequence")
    )
    return tuple(dict.fromkeys(uid for uid in found if uid))


def _join(one: IrradiationEvent, other: IrradiationEvent) -> IrradiationEvent:
    flags = {name: _either(getattr(one, name), getattr(other, name)) for name in _FLAGS}
    return replace(
        one,
        facts=join_same_source(one.facts, other.facts),
        acquired_image_uids=tuple(dict.fromkeys((*one.acquired_image_uids, *other.acquired_image_uids))),
        **flags,
    )


def _either(one: Any, other: Any) -> Any:  # noqa: ANN401 (a flag or a text)
    return one if one is not None else other
