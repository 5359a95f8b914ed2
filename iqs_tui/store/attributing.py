"""Brings a study in order after something new: who made what, what is one exposure, and the totals.

Looks at all that is kept of the study and never at what came first (`domain.attribution`, `domain.origins`), so that
the order of arrival and what is sent again change nothing. Writes only what has changed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from iqs_tui.domain.exposures import SLICED
from iqs_tui.domain.records import Instance as ImageRecord
from iqs_tui.store import examinations, exposures, matching, showing
from iqs_tui.store.models import DoseReportRow, Exposure, Instance, Step
from iqs_tui.store.study import Span, Study, changes_others, doses, load, spans


def add_image(record: ImageRecord, joined: exposures.Joined, room: str, at: datetime) -> Study | None:
    """Count an image that was joined to its exposure, and bring in order what that changes of its study.

    Of hundreds of runs of angiography each would have the whole study read again: where the others stay what they are,
    only the totals are made anew. An image that adds nothing to its own exposure may show another one, which a report
    or the image itself names; slices, which are many, show none. Return what was read, as `refresh`.
    """
    is_about_others = (joined.is_first or record.modality not in SLICED) and changes_others(record)
    if joined.is_first and not is_about_others:
        examinations.add_image(record, room, at, doses(record.study_uid, record.device.key))
        return None
    is_news = examinations.add_image(record, room, at)
    return refresh(joined.studies, at) if joined.is_far_reaching or is_news or is_about_others else None


def refresh(studies: Collection[str], at: datetime) -> Study | None:
    """Bring studies in order, inside the transaction of what is new.

    Return the one study, its rows as they now are; None where it was none, or several: one may change another's rows.
    """
    read = [_refresh(study_uid, at) for study_uid in sorted(studies)]
    return read[0] if len(read) == 1 else None


def _refresh(study_uid: str, at: datetime) -> Study:
    study = load(study_uid)
    matching.match_by_time(study, at)
    before = {uid: dict(row.__data__) for uid, row in study.exposures.items()}
    overtaken = _overtaken(study)
    _settle_exposures(study, overtaken)
    showing.mark_unsure(study.exposures.values(), study_uid, study.reports)
    _settle_examinations(study, overtaken, at)
    for uid, row in study.exposures.items():
        if row.__data__ != before[uid]:
            exposures.save(row, at, before[uid])
    return study


def _overtaken(study: Study) -> set[str]:
    """Return the exposures that only captures tell of, where a report of the same machine came."""
    reporting = {study.owner[report.sop_instance_uid] for report in study.reports}
    reported = {uid for report in study.reports for uid in report.exposure_uids}
    late = (each for each in study.captures if study.owner[each.sop_instance_uid] in reporting)
    return {uid for capture in late for uid in capture.exposure_uids} - reported


def _settle_exposures(study: Study, overtaken: set[str]) -> None:
    told_by = {uid: study.owner[each.sop_instance_uid] for each in study.captures for uid in each.exposure_uids}
    told_by |= {uid: study.owner[each.sop_instance_uid] for each in study.reports for uid in each.exposure_uids}
    were_another = {uid for uid, row in study.exposures.items() if row.same_as}
    for uid, row in study.exposures.items():
        device = told_by.get(uid)
        place = exposures.Place(
            also=tuple(study.exposures[other] for other in study.also.get(uid, ())),
            device=device,
            room=_room_of_images(study, device),
            same_as=study.same_as.get(uid),
            is_overtaken=uid in overtaken,
        )
        exposures.settle_again(row, place)
        row.is_counted = row.is_counted and not row.is_derived
    for uid in sorted(were_another | study.same_as.keys()):
        shown = study.same_as.get(uid, uid)
        is_elsewhere = Instance.sop_instance_uid.in_(study.origin[uid]["unnamed"]) & (Instance.exposure_uid != shown)
        Instance.update(exposure_uid=shown).where(is_elsewhere).execute()


def _room_of_images(study: Study, device: str | None) -> str | None:
    row = study.examinations.get(device or "")
    return None if row is None else examinations.image_facts(row).get("room")


def _span(of_images: Iterable[datetime | None], made: Iterable[Exposure]) -> Span:
    """Return the earliest and latest acquisition that images and reports tell of."""
    told = (exposure.acquired_at for exposure in made if exposure.report_facts is not None)
    moments = sorted(moment for moment in (*of_images, *told) if moment is not None)
    return (moments[0], moments[-1]) if moments else (None, None)


def _settle_examinations(study: Study, overtaken: set[str], at: datetime) -> None:
    """Make every examination of the study what its images, exposures, reports and steps say; drop the empty ones."""
    made: dict[str, list[Exposure]] = defaultdict(list)
    told: dict[str, list[DoseReportRow]] = defaultdict(list)
    stepped: dict[str, list[Step]] = defaultdict(list)
    for exposure in study.live():
        if exposure.exposure_uid not in overtaken:
            made[exposure.device_id].append(exposure)
    for report in study.told():
        told[study.owner[report.sop_instance_uid]].append(report)
    for step in study.steps:
        stepped[study.owner[step.step_uid]].append(step)
    found = spans(study.study_uid) if told or stepped else None
    with_images = {device for device, row in study.examinations.items() if row.n_images}
    wanted = with_images | made.keys() | told.keys() | stepped.keys()
    for device in sorted(wanted):
        row = study.examinations.get(device) or examinations.get_or_new(study.study_uid, device, None, at)
        sources = examinations.Sources(
            exposures=made.get(device, ()),
            reports=[report for report in told.get(device, ()) if not examinations.is_captured(report)],
            captures=[report for report in told.get(device, ()) if examinations.is_captured(report)],
            steps=stepped.get(device, ()),
            span=None if found is None else _span(found.get(device, ()), made.get(device, ())),
        )
        before = dict(row.__data__)
        its = examinations.settle(row, sources)
        for exposure in made.get(device, ()):
            exposure.is_counted = exposure.exposure_uid in its
        if row.__data__ != before:
            examinations.save(row, at, before)
    for device in study.examinations.keys() - wanted:
        examinations.withdraw(study.examinations[device], at)
