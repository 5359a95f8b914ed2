"""The good images a scoring round can draw from.

A good image was received, was not rejected, and shows a patient: a projection image (DX, CR, MG, PX), a single
exposure of RF or XA, or a CT acquisition. Derived images, localizers and quality control are left out. An exposure
counts once, with its lowest SOP Instance UID, so that a draw is the same whatever came first.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from iqs_tui.store.models import Case, Exposure, Instance, Round, Task

PERIOD = timedelta(days=90)
"""Older images say little about the work of today, and are harder to find back in the PACS."""
PROJECTION = ("DX", "CR", "MG", "PX")
SINGLE = ("RF", "XA")
"""Only where the exposure has one image, and its report (if any) does not call it a run or fluoroscopy."""
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
    """Return the good images that were received in the `PERIOD` before a moment."""
    query = _query(chosen, at)
    total = query.count() if progress else 0
    found = []
    for number, row in enumerate(query.dicts().iterator(), 1):
        if progress and (number % _EACH == 0 or number == total):
            progress(number, total)
        if _is_single(row) and _is_of(row, chosen.operator):
            found.append(_candidate(row))
    return found


def is_any(room: str | None, at: datetime) -> bool:
    """Say whether there is a good image at all."""
    return any(_is_single(row) for row in _query(Filter(room=room), at).limit(_EACH).dicts())


def rejected_exposures() -> Any:  # noqa: ANN401 (a query)
    """Return the exposures that were rejected, or may have been: all with a case that was not dismissed."""
    return Case.select(Case.exposure_uid).where(Case.exposure_uid.is_null(False), Case.state != "dismissed")


def _query(chosen: Filter, at: datetime) -> Any:  # noqa: ANN401 (a query)
    images = _images(at)
    procedure = fn.COALESCE(Exposure.procedure, Exposure.protocol, "")
    query = (
        Exposure.select(
            Exposure.exposure_uid,
            Exposure.modality,
            Exposure.event_type,
            procedure.alias("procedure"),
            Exposure.view,
            Exposure.laterality,
            Exposure.operator,
            Exposure.acquired_at,
            images.c.instance_uid,
            images.c.n_images,
        )
        .join(images, on=images.c.exposure_uid == Exposure.exposure_uid)
        .where(
            Exposure.is_derived == False,  # noqa: E712 (SQL)
            Exposure.is_quality_control == False,  # noqa: E712 (SQL)
            Exposure.exposure_uid.not_in(rejected_exposures()),
        )
    )
    if chosen.room is not None:
        query = query.where(Exposure.room == chosen.room)
    if chosen.procedure:
        query = query.where(procedure.contains(chosen.procedure))
    if chosen.kind is not None:
        query = query.where(Exposure.exposure_uid.not_in(_drawn_before(chosen)))
    return query


def _images(at: datetime) -> Any:  # noqa: ANN401 (a query)
    """The images that can be scored, as one row per exposure."""
    is_localizer = fn.COALESCE(Instance.image_type, "").contains("LOCALIZER")
    return (
        Instance.select(
            Instance.exposure_uid,
            fn.MIN(Instance.sop_instance_uid).alias("instance_uid"),
            fn.COUNT(Instance.sop_instance_uid).alias("n_images"),
        )
        .where(
            Instance.received_at >= at - PERIOD,
            Instance.received_at <= at,
            Instance.modality.in_([*PROJECTION, *SINGLE, "CT"]),
            Instance.is_derived == False,  # noqa: E712 (SQL)
            Instance.is_quality_control == False,  # noqa: E712 (SQL)
            ~is_localizer,
        )
        .group_by(Instance.exposure_uid)
    )


def _drawn_before(chosen: Filter) -> Any:  # noqa: ANN401 (a query)
    same = Round.select(Round.round_id).where(Round.kind == chosen.kind, Round.form_id == chosen.form_id)
    return Task.select(Task.exposure_uid).where(Task.round_id.in_(same))


def _is_single(row: dict[str, Any]) -> bool:
    if row["modality"] not in SINGLE:
        return True
    return row["n_images"] == 1 and "stationary" in (row["event_type"] or "stationary").casefold()


def _is_of(row: dict[str, Any], operator: str | None) -> bool:
    return operator is None or (row["operator"] or "").casefold() == operator.casefold()


def _candidate(row: dict[str, Any]) -> Candidate:
    return Candidate(
        exposure_uid=row["exposure_uid"],
        instance_uid=row["instance_uid"],
        procedure=row["procedure"] or None,
        view=row["view"],
        laterality=row["laterality"],
        operator=row["operator"],
        acquired_at=row["acquired_at"],
    )
