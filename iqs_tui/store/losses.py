"""What signals tell of exposures that were lost or rejected: a press of the key may be about one of them.

Of an exposure the moment and the room are known. Of an image that never came only when its rejection was noted; of a
count too many only when the procedure step began and ended.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from iqs_tui.domain.cases import KEY, MPPS_COUNT, REJECT, REJECTION_NOTE, Group
from iqs_tui.domain.claims import LATEST, Lost, Span
from iqs_tui.store import case_writing, signals
from iqs_tui.store.fields import utc_text
from iqs_tui.store.grouping import groups_of
from iqs_tui.store.models import Case, Exposure, Instance, Signal, Step


class Loss(NamedTuple):
    """A lost exposure, and where it is told."""

    lost: Lost
    room: str | None
    study_uid: str
    exposure_uid: str | None = None
    instance_uid: str | None = None
    about: dict[str, Any] | None = None
    """What a press takes over to stand with it: the series of slices, the procedure."""


def of_study(study_uid: str) -> list[Loss]:
    """Return what was lost of a study, whether or not a press is about it; not what a person took back as no reject."""
    cases = {case.case_id: case for case in Case.select().where(Case.study_uid == study_uid)}
    dismissed = {case_id for case_id, case in cases.items() if case.state == "dismissed"}
    told = signals.of_study(study_uid)
    pressed = {signal.source_uid for signal in told if signal.is_press}
    weighed = [signal for signal in told if not signal.is_press or signal.case_id in dismissed]
    groups = groups_of(study_uid, weighed, cases.values())
    lost = [group for group in groups if group.counts_as == REJECT and not any(each.is_press for each in group.signals)]
    found = (_loss(group, study_uid, _known_at(group, cases, pressed)) for group in lost)
    return [loss for loss in found if loss is not None and loss.room is not None]


def studies_near(room: str, made: Span) -> set[str]:
    """Return the studies that may have lost something in a room within these moments."""
    exposed = (
        Exposure.select(Exposure.study_uid)
        .distinct()
        .join(Signal, on=(Signal.study_uid == Exposure.study_uid))
        .where(Exposure.room == room, Exposure.acquired_at.between(*made))
    )
    noted = (
        Signal.select(Signal.study_uid)
        .distinct()
        .where(
            Signal.kind == REJECTION_NOTE,
            Signal.room == room,
            fn.COALESCE(Signal.said_at, Signal.at).between(utc_text(made[0]), utc_text(made[1] + LATEST)),
        )
    )
    counted = (
        Signal.select(Signal.study_uid)
        .join(Step, on=(Step.step_uid == Signal.source_uid))
        .where(
            Signal.kind == MPPS_COUNT,
            Step.room == room,
            fn.COALESCE(Step.started_at, Step.ended_at) <= utc_text(made[1]),
            fn.COALESCE(Step.ended_at, Step.started_at) >= utc_text(made[0]),
        )
    )
    return {row.study_uid for query in (exposed, noted, counted) for row in query if row.study_uid}


def _known_at(group: Group, cases: dict[str, Case], pressed: Collection[str]) -> datetime | None:
    """Return when a key named it, or a person answered a question of its own: what a press opened goes with that."""
    own = {signal.case_id for signal in group.signals} - set(pressed)
    asked = [case for case_id, case in cases.items() if case_id in own]
    answered = [case for case in asked if case.state in {"answered", "dismissed"} and not case_writing.is_noted(case)]
    named = [signal.at for signal in group.signals if signal.kind == KEY]
    return min((*named, *(case.answered_at for case in answered if case.answered_at)), default=None)


def _loss(group: Group, study_uid: str, known_at: datetime | None) -> Loss | None:
    if group.exposure_uid:
        return _of_exposure(group.exposure_uid, study_uid, known_at)
    if group.instance_uids:
        return _of_image_unseen(group, study_uid, known_at)
    return _of_count(group, study_uid, known_at)


def _of_exposure(uid: str, study_uid: str, known_at: datetime | None) -> Loss | None:
    row = Exposure.get_or_none(Exposure.exposure_uid == uid)
    if row is None or row.acquired_at is None:
        return None
    also = Exposure.select(Exposure.exposure_uid).where(Exposure.study_uid == study_uid, Exposure.same_as == uid)
    images = Instance.exposure_uid.in_([uid, *(each.exposure_uid for each in also)])
    first = Instance.select().where(images).order_by(Instance.received_at).first()
    seen_at = first.received_at if first else None
    known_at = min((moment for moment in (known_at, seen_at) if moment), default=None)
    return Loss(Lost(uid, row.acquired_at, row.acquired_at, known_at), row.room, study_uid, exposure_uid=uid)


def _of_image_unseen(group: Group, study_uid: str, known_at: datetime | None) -> Loss:
    """Return what the notes on an image that is not here tell: it was made before they were written."""
    noted_at = min(signal.said_at or signal.at for signal in group.signals)
    series = group.signals[0].series
    return Loss(
        Lost(group.instance_uids[0], noted_at - LATEST, noted_at, known_at),
        group.room,
        study_uid,
        instance_uid=group.instance_uids[0],
        about={"series": series} if series else None,
    )


def _of_count(group: Group, study_uid: str, known_at: datetime | None) -> Loss | None:
    signal = group.signals[0]
    step = Step.get_or_none(Step.step_uid == signal.source_uid)
    if step is None or not (step.started_at or step.ended_at):
        return None
    since, until = step.started_at or step.ended_at, step.ended_at or step.started_at
    about = {"procedure": step.procedure} if step.procedure else None
    return Loss(Lost(signal.signal_id, since, until, known_at), step.room, study_uid, about=about)
