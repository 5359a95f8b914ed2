"""Which signals of a study are of one exposure, by its rows (`domain.cases` decides)."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from typing import Any

from peewee import chunked, fn

from iqs_tui.domain.cases import MPPS_COUNT, Group, Signal, group_signals, without_explained
from iqs_tui.domain.notes import standing
from iqs_tui.store.models import Case, DoseReportRow, Exposure, Instance, Step

_NAMES_ASKED = 500


def groups_of(study_uid: str, told: Iterable[Signal], cases: Collection[Case]) -> list[Group]:
    """Return the signals of a study by exposure, without notes that were revoked and counts that others explain.

    Args:
        study_uid: of the study.
        told: the signals that are weighed.
        cases: of the study; what they say of images stays true when those are no longer kept.
    """
    same_as = _same_exposures(study_uid)
    found = [
        replace(signal, exposure_uid=same_as.get(signal.exposure_uid or "", signal.exposure_uid))
        for signal in standing(told)
    ]
    exposure_of = {image: same_as.get(uid, uid) for image, uid in _exposures_of(study_uid, found, cases).items()}
    groups = group_signals(found, exposure_of)
    if any(MPPS_COUNT in group.kinds for group in groups):
        settled = {case.case_id for case in cases if case.state in {"answered", "dismissed"}}
        return without_explained(groups, _shown(study_uid), settled)
    return groups


def _shown(study_uid: str) -> set[str]:
    """Return the exposures of a study that have an image, and the images that its procedure steps say were stored."""
    imaged = Exposure.select(Exposure.exposure_uid).where(
        Exposure.study_uid == study_uid, Exposure.image_facts.is_null(False)
    )
    stored = Step.select(Step.image_uids).where(Step.study_uid == study_uid)
    return {row.exposure_uid for row in imaged} | {uid for step in stored for uid in step.image_uids or ()}


def _exposures_of(study_uid: str, told: list[Signal], cases: Iterable[Case]) -> dict[str, str]:
    """Return the exposure of each image that a signal names.

    As the image itself says; while it is not here, as a dose report says, or the other slices of its series; once it is
    no longer kept, as its case says.
    """
    wanted = {signal.instance_uid for signal in told if signal.instance_uid}
    if not wanted:
        return {}
    found = _remembered(wanted, cases)
    reports = DoseReportRow.select().where(DoseReportRow.study_uid == study_uid)
    for report in reports.order_by(DoseReportRow.sop_instance_uid):
        events = report.image_events or {}
        found |= {image: events[image] for image in wanted & events.keys()}
    for names in chunked(sorted(wanted), _NAMES_ASKED):
        rows = Instance.select(Instance.sop_instance_uid, Instance.exposure_uid).where(
            Instance.sop_instance_uid.in_(names)
        )
        found |= {row.sop_instance_uid: row.exposure_uid for row in rows}
    return _exposures_of_series(study_uid, told) | found


def _remembered(wanted: set[str], cases: Iterable[Case]) -> dict[str, str]:
    """Return the exposure of images as their cases say: of exposures that are no longer kept."""
    found = {image: str(case.exposure_uid) for case in cases if case.exposure_uid for image in case.instance_uids}
    names = sorted({uid for image, uid in found.items() if image in wanted})
    kept = {row.exposure_uid for row in Exposure.select().where(Exposure.exposure_uid.in_(names))} if names else set()
    return {image: uid for image, uid in found.items() if image in wanted and uid not in kept}


def _exposures_of_series(study_uid: str, told: list[Signal]) -> dict[str, str]:
    """Return the exposure of slices that may not have come, as the others of their series say."""
    named = {signal.instance_uid: signal.series for signal in told if signal.instance_uid and signal.series}
    if not named:
        return {}
    rows: Any = (
        Instance.select(Instance.series_uid, fn.MIN(Instance.exposure_uid))
        .where(Instance.study_uid == study_uid)
        .group_by(Instance.series_uid)
        .tuples()
    )
    exposure_of = dict(rows)
    return {image: exposure_of[series] for image, series in named.items() if series in exposure_of}


def _same_exposures(study_uid: str) -> dict[str, str]:
    """Return the exposures of a study that turned out to be another one."""
    rows = Exposure.select(Exposure.exposure_uid, Exposure.same_as).where(
        Exposure.study_uid == study_uid, Exposure.same_as.is_null(False)
    )
    return {row.exposure_uid: row.same_as for row in rows if row.same_as}
