"""Procedure steps that count more exposures than images, as signals (`domain.step_counts` decides)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from iqs_tui.domain.cases import MPPS_COUNT, Signal, signal_id
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.domain.step_counts import CountedStep, Lack, lacking
from iqs_tui.store.evidence.study_rows import StudyRows
from iqs_tui.store.models import Step


def signals(study: StudyRows, rules: RetakeRules, now: datetime) -> list[Signal]:
    """Return one question per exposure that no image shows; `domain.cases` drops those that something else explains."""
    steps = {step.step_uid: step for step in study.steps}
    if not any(step.n_exposures for step in steps.values()):
        return []
    names = {row.sop_instance_uid: study.name_of(row.exposure_uid) for row in study.images}
    imaged = sum(1 for row in study.exposures.values() if row.image_facts is not None and not row.is_derived)
    lacks = lacking([_counted(step) for step in steps.values()], names, imaged)
    return [signal for lack in lacks for signal in _questions(lack, steps[lack.step_uid], now)]


def _counted(step: Step) -> CountedStep:
    return CountedStep(
        step_uid=step.step_uid,
        status=step.status,
        n_exposures=step.n_exposures,
        image_uids=tuple(step.image_uids or ()),
    )


def _questions(lack: Lack, step: Step, now: datetime) -> Iterator[Signal]:
    about: dict[str, Any] = {"exposures": lack.n_exposures, "images": lack.n_shown}
    if step.procedure:
        about["procedure"] = step.procedure
    for number in range(1, lack.n + 1):
        yield Signal(
            signal_id=signal_id(MPPS_COUNT, lack.step_uid, str(number)),
            kind=MPPS_COUNT,
            source_uid=lack.step_uid,
            study_uid=step.study_uid,
            at=now,
            said_at=step.ended_at,
            about=about,
            operator=step.operator,
            room=step.room,
        )
