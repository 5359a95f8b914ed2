"""The irradiation events of a dose report, of whichever template: each once, with its flags and its images."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from iqs_tui.dicom import codes, reading
from iqs_tui.dicom.moments import datetime_of
from iqs_tui.dicom.rdsr_ct import ct_facts
from iqs_tui.dicom.rdsr_projection import plane_of, projection_facts
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.dicom.sr_tree import Item, coded, value_text
from iqs_tui.domain.exposures import join_same_source, report_over_image
from iqs_tui.domain.records import ExposureFacts, IrradiationEvent
from iqs_tui.domain.uids import derived_uid


def events_of(root: Item, study_uid: str, device_key: str, context: ReadingContext) -> tuple[IrradiationEvent, ...]:
    """Return the events in the order of the report; what stands twice under one UID and plane is joined to one."""
    read = [_event(item, context) for item in root.all(*codes.EVENTS)]
    if len(read) == 1 and read[0].facts.acquired_at is None:
        started = _moment(root, codes.START_OF_IRRADIATION, context)
        read = [replace(read[0], facts=replace(read[0].facts, acquired_at=started))]
    named: dict[str, IrradiationEvent] = {}
    unnamed: Counter[tuple[object, ...]] = Counter()
    for event in read:
        uid = event.exposure_uid
        if not uid:
            # Without a UID the moment and plane name it, so that the next cumulative report names it the same.
            moment = (event.facts.acquired_at, event.plane, event.facts.event_type)
            unnamed[moment] += 1
            uid = derived_uid("event", study_uid, device_key, *moment, unnamed[moment])
        elif uid in named and named[uid].plane != event.plane:
            # Two planes under one UID: both doses count.
            uid = derived_uid("plane", uid, event.plane)
        one = replace(event, exposure_uid=uid)
        named[uid] = _join(named[uid], one) if uid in named else one
    return tuple(named.values())


def operator_of(item: Item) -> str | None:
    """Return who administered the irradiation, by the participants that stand directly under an item (TID 1020)."""
    for child in item.children:
        role = coded(child, codes.PERSON_ROLE)
        if child.concept == codes.PERSON_NAME and role and role.value == codes.IRRADIATION_ADMINISTERING:
            return reading.person(child.dataset, "PersonName")
    return None


def _event(item: Item, context: ReadingContext) -> IrradiationEvent:
    is_rejected, reject_reason = _flag(item, codes.IS_REJECTED, codes.REJECT_REASON)
    is_repeated, repeat_reason = _flag(item, codes.IS_REPEATED, codes.REPEAT_REASON)
    uids = (reading.uid(child.dataset, "UID") for child in item.all(codes.EVENT_UID))
    return IrradiationEvent(
        exposure_uid=next((uid for uid in uids if uid), ""),
        facts=_facts(item, context),
        plane=plane_of(item) if item.concept != codes.CT_EVENT else None,
        acquired_image_uids=_images(item),
        is_rejected=is_rejected,
        reject_reason_code=reject_reason,
        is_repeated=is_repeated,
        repeat_reason_code=repeat_reason,
    )


def _facts(item: Item, context: ReadingContext) -> ExposureFacts:
    region = coded(item, codes.TARGET_REGION)
    shared = ExposureFacts(
        acquired_at=_moment(item, codes.STARTED, context),
        protocol=value_text(item, codes.PROTOCOL),
        body_part=region.meaning if region else None,
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


def _flag(event: Item, flag: str, reason: str) -> tuple[bool | None, str | None]:
    """Return a yes or no with its reason (PS3.16 TID 10003, 10013, 10042); "undetermined" is None."""
    said = coded(event, flag)
    why = coded(event, reason)
    if said is None or said.value not in codes.YES | codes.NO:
        return None, why.value if why else None
    return said.value in codes.YES, why.value if why else None


def _images(event: Item) -> tuple[str, ...]:
    found = (
        reading.uid(reference, "ReferencedSOPInstanceUID")
        for item in event.all(codes.ACQUIRED_IMAGE)
        for reference in reading.items(item.dataset, "ReferencedSOPSequence")
    )
    return tuple(dict.fromkeys(uid for uid in found if uid))


def _join(one: IrradiationEvent, other: IrradiationEvent) -> IrradiationEvent:
    return replace(
        one,
        facts=join_same_source(one.facts, other.facts),
        acquired_image_uids=tuple(dict.fromkeys((*one.acquired_image_uids, *other.acquired_image_uids))),
        is_rejected=one.is_rejected if one.is_rejected is not None else other.is_rejected,
        reject_reason_code=one.reject_reason_code or other.reject_reason_code,
        is_repeated=one.is_repeated if one.is_repeated is not None else other.is_repeated,
        repeat_reason_code=one.repeat_reason_code or other.repeat_reason_code,
    )
