"""The good images a scoring round can draw from.

A good image was received, was not rejected, and shows a patient: a projection image (DX, CR, MG, PX), a single
exposure of RF or XA, or a CT acquisition. Derived images, localizers and quality control are left out; from a
self-evaluation also images that do not say who made them, for they are nobody's own. An exposure counts once, with
its lowest SOP Instance UID, so that a draw is the same whatever came first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from iqs_tui.domain.same_view import PROJECTION
from iqs_tui.domain.scoring import SELF_EVALUATION
from iqs_tui.store.models import Case, Exposure, Instance, Round, Task

PERIOD = timedelta(days=90)
"""Older images say little about the work of today, and are harder to find back in the PACS."""
SINGLE = ("RF", "XA")
"""Only where the exposure has one image, and its report (if any) does not call it a run or fluoroscopy."""
MODALITIES = (*sorted(PROJECTION), *SINGLE, "CT")
_EACH = 500

Progress = Callable[[int, int], None]
"""Told how many images were looked at, of how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One exposure that can be drawn, with what a task keeps of it."""

    exposure_uid: str
    instance_uid: str
    procedure: str | None
    view: str | None
    laterality: str | None
    operator: str | None
    acquired_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Which images: all of a room (None: of every room), or fewer."""

    room: str | None = None
    procedure: str = ""
    """Part of the procedure's name, or of the protocol's where there is no procedure; empty: all."""
    operator: str | None = None
    kind: str | None = None
    form_id: str | None = None
    """With `kind`: leave out what a round of this kind on this form drew before."""


def candidates(chosen: Filter, at: datetime, progress: Progress | None = None) -> list[Candidate]:
    """Return the good images of the exposures that were received in the `PERIOD` before a moment."""
    exposures = list(_exposures(chosen, at).dicts())
    found = []
    for start in range(0, len(exposures), _EACH):
        some = [row for row in exposures[start : start + _EACH] if _is_of(row, chosen.operator)]
        images = _images([row["exposure_uid"] for row in some])
        for row in some:
            instance_uid, n_images = images.get(row["exposure_uid"], (None, 0))
            if instance_uid is not None and _is_single(row, n_images):
                found.append(_candidate(row, instance_uid))
        if progress:
            progress(min(start + _EACH, len(exposures)), len(exposures))
    return found


def is_any(room: str | None, at: datetime, *, named: bool = False) -> bool:
    """Say whether something came in that a round might draw; whether it was rejected is not asked.

    Args:
        named: count only what says who made it, in Operators' Name (0008,1070).
    """
    query = Exposure.select(Exposure.exposure_uid).where(_can_be_scored(at))
    if named:
        query = query.where(Exposure.operator.is_null(False))
    return bool((query if room is None else query.where(Exposure.room == room)).exists())


def rejected_exposures() -> Any:  # noqa: ANN401 (a query)
    """Return the exposures that were rejected, or may have been: all with a case that was not dismissed."""
    return Case.select(Case.exposure_uid).where(Case.exposure_uid.is_null(False), Case.state != "dismissed")


def _exposures(chosen: Filter, at: datetime) -> Any:  # noqa: ANN401 (a query)
    procedure = fn.COALESCE(Exposure.procedure, Exposure.protocol, "")
    query = Exposure.select(
        Exposure.exposure_uid,
        Exposure.modality,
        Exposure.event_type,
        procedure.alias("procedure"),
        Exposure.view,
        Exposure.laterality,
        Exposure.operator,
        Exposure.acquired_at,
    ).where(_can_be_scored(at), Exposure.exposure_uid.not_in(rejected_exposures()))
    if chosen.room is not None:
        query = query.where(Exposure.room == chosen.room)
    if chosen.procedure:
        query = query.where(procedure.contains(chosen.procedure))
    if chosen.kind == SELF_EVALUATION:
        query = query.where(Exposure.operator.is_null(False))
    if chosen.kind is not None:
        query = query.where(Exposure.exposure_uid.not_in(_drawn_before(chosen)))
    return query


def _can_be_scored(at: datetime) -> Any:  # noqa: ANN401 (a condition)
    return (
        (Exposure.received_at >= at - PERIOD)
        & (Exposure.received_at <= at)
        & Exposure.image_facts.is_null(False)
        & Exposure.modality.in_(MODALITIES)
        & (Exposure.is_derived == False)  # noqa: E712 (SQL)
        & (Exposure.is_quality_control == False)  # noqa: E712 (SQL)
    )


def _images(exposure_uids: list[str]) -> dict[str, tuple[str, int]]:
    """Return per exposure the lowest SOP Instance UID of the images that can be scored, and how many there are."""
    is_localizer = fn.COALESCE(Instance.image_type, "").contains("LOCALIZER")
    query = (
        Instance.select(Instance.exposure_uid, fn.MIN(Instance.sop_instance_uid), fn.COUNT(Instance.sop_instance_uid))
        .where(
            Instance.exposure_uid.in_(exposure_uids),
            Instance.modality.in_(MODALITIES),
            Instance.is_derived == False,  # noqa: E712 (SQL)
            Instance.is_quality_control == False,  # noqa: E712 (SQL)
            ~is_localizer,
        )
        .group_by(Instance.exposure_uid)
    )
    rows: Any = query.tuples()
    return {uid: (lowest, n_images) for uid, lowest, n_images in rows}


def _drawn_before(chosen: Filter) -> Any:  # noqa: ANN401 (a query)
    same = Round.select(Round.round_id).where(Round.kind == chosen.kind, Round.form_id == chosen.form_id)
    return Task.select(Task.exposure_uid).where(Task.round_id.in_(same))


def _is_single(row: dict[str, Any], n_images: int) -> bool:
    if row["modality"] not in SINGLE:
        return True
    return n_images == 1 and "stationary" in (row["event_type"] or "stationary").casefold()


def _is_of(row: dict[str, Any], operator: str | None) -> bool:
    return operator is None or (row["operator"] or "").casefold() == operator.casefold()


def _candidate(row: dict[str, Any], instance_uid: str) -> Candidate:
    return Candidate(
        exposure_uid=row["exposure_uid"],
        instance_uid=instance_uid,
        procedure=row["procedure"] or None,
        view=row["view"],
        laterality=row["laterality"],
        operator=row["operator"],
        acquired_at=row["acquired_at"],
    )
