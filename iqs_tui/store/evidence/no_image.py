"""Exposures of a dose report without an image, as signals (`domain.no_image` and `store.showing` decide).

A signal is raised once the study has been quiet for a while. From then on it stays for as long as no image of its
exposure came, whatever else does; an image takes it back. What is still to be raised waits in `store.settling`.
"""

from collections import Counter
from datetime import datetime

from peewee import fn

from iqs_tui.domain.cases import NO_IMAGE, Signal, signal_id
from iqs_tui.domain.no_image import LAST_EXAMINATIONS, sends_images
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.store import settling, showing
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import DoseReportRow, Examination, Exposure
from iqs_tui.store.models import Signal as SignalRow


def signals(study: StudyRows, rules: RetakeRules, now: datetime) -> list[Signal]:
    """Return the signals of a study, and put down when it is to be looked at again.

    The limits are those of one room. What another room lacks keeps the signal that it has; what has none waits for a
    look by that room's limits.
    """
    missing = _missing(study)
    if not missing:
        settling.wait(study.study_uid, study.room, None)
        return []
    sending = {device for device in {row.device_id for row in missing} if _sends_images(study, device)}
    raised = _raised(study.study_uid)
    here = [row for row in missing if study.room_of(row.exposure_uid) == study.room]
    elsewhere = [row for row in missing if study.room_of(row.exposure_uid) != study.room]
    found = [row for row in elsewhere if row.exposure_uid in raised]
    others = [row for row in elsewhere if row.exposure_uid not in raised and row.device_id in sending]
    waiting = []
    if rules.no_image.is_on:
        found += [row for row in here if row.exposure_uid in raised]
        waiting = [row for row in here if row.exposure_uid not in raised and row.device_id in sending]
    quiet_at = study.last_news_at + rules.no_image.settle if waiting else now
    if quiet_at <= now:
        found, waiting = [*found, *waiting], []
    if others:
        settling.wait(study.study_uid, study.room_of(others[0].exposure_uid), now)
    else:
        settling.wait(study.study_uid, study.room, quiet_at if waiting else None)
    n_told = Counter(row.device_id for row in study.exposures.values() if row.report_facts)
    return [_signal(study, row, n_told[row.device_id], len(missing), now) for row in found]


def _missing(study: StudyRows) -> list[Exposure]:
    """Return the exposures of which surely no image came, in order of time."""
    if not study.reports:
        return []
    events = showing.unshown(study.exposures.values(), study.study_uid, study.reports)
    rows = [study.exposures[event.uid] for event in events]
    return [row for row in rows if not row.is_unsure]


def _raised(study_uid: str) -> set[str]:
    query = SignalRow.select(SignalRow.exposure_uid).where(SignalRow.study_uid == study_uid, SignalRow.kind == NO_IMAGE)
    return {row.exposure_uid for row in query if row.exposure_uid}


def _sends_images(study: StudyRows, device_id: str) -> bool:
    has_images = any(
        row.device_id == device_id and row.image_facts is not None and not row.is_derived
        for row in study.exposures.values()
    )
    return sends_images(has_images, () if has_images else _earlier(study.study_uid, device_id))


def _earlier(study_uid: str, device_id: str) -> list[bool]:
    """Return of the last examinations of a machine that had a dose report whether images came."""
    has_report = fn.EXISTS(DoseReportRow.select().where(DoseReportRow.study_uid == Examination.study_uid))
    query = (
        Examination.select(Examination.n_images)
        .where(Examination.device_id == device_id, Examination.study_uid != study_uid, has_report)
        .order_by(Examination.received_at.desc(), Examination.study_uid)
        .limit(LAST_EXAMINATIONS)
    )
    return [row.n_images > 0 for row in query]


def _signal(study: StudyRows, row: Exposure, n_told: int, n_missing: int, now: datetime) -> Signal:
    return Signal(
        signal_id=signal_id(NO_IMAGE, row.exposure_uid, None),
        kind=NO_IMAGE,
        source_uid=row.exposure_uid,
        study_uid=study.study_uid,
        exposure_uid=row.exposure_uid,
        at=now,
        operator=row.operator,
        about={"told": n_told, "missing": n_missing},
    )
