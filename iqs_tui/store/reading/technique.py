"""The technique of one projection in one room, from the exposures of a scope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from peewee import fn

from iqs_tui.domain.dose import EXPOSURE_QUANTITY, QUANTITIES, short_view
from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.exposure_index import deviation_index
from iqs_tui.domain.scope import Scope
from iqs_tui.domain.technique import (
    UNITS,
    Made,
    Outlier,
    Parameter,
    ParameterName,
    Setting,
    by_deviation,
    by_kvp,
    newest,
    outliers,
    parameters,
    settings,
)
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis.cells import COLUMN
from iqs_tui.store.reading.analysis.conditions import (
    is_compared_scan,
    name_of_exposure,
    of_exposures,
    with_examination,
)
from iqs_tui.store.reading.rejecting import is_reject


@dataclass(frozen=True, slots=True, kw_only=True)
class Projection:
    """One projection (or CT procedure) in one room, to choose from."""

    room: str | None
    modality: str
    name: str | None
    """The procedure, else the protocol: as `Scope.procedure`."""
    view: str | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """How one projection is made."""

    scope: Scope
    room: str | None
    """None where the exposures are of several."""
    modality: str
    protocols: tuple[str, ...]
    """The protocols under the procedure, the most used first."""
    view: str | None
    quantity: Quantity
    """Of the doses in the settings."""
    n: int
    """Exposures in the spread: those of the scope."""
    n_rejected: int
    n_all: int
    """Good and rejected together."""
    devices: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    left_out: tuple[ParameterName, ...]
    """What is stated but may not be put together: the exposure index of several devices (each maker has its own)."""
    grids: tuple[Setting, ...]
    controls: tuple[Setting, ...]
    by_kvp: tuple[Setting, ...]
    by_deviation: tuple[Setting, ...]
    """By class of deviation index: rejects for too little and for too much exposure level out in a median."""
    outliers: tuple[Outlier, ...]
    points: tuple[Made, ...]
    """The newest exposures one by one (`domain.technique.newest`)."""


def projections(scope: Scope) -> tuple[Projection, ...]:
    """Return what can be chosen within a scope, the most made first."""
    name = name_of_exposure()
    columns = (Exposure.room, Exposure.modality, name, Exposure.view)
    query = with_examination(Exposure.select(*columns, fn.COUNT(Exposure.exposure_uid)))
    counts: Counter[tuple[str | None, str, str | None, str | None]] = Counter()
    for room, modality, called, view, n in database.execute(query.where(*_shown(scope)).group_by(*columns)):
        counts[room, modality, called, short_view(view)] += n
    found = (
        Projection(room=room, modality=modality, name=called, view=view, n=n)
        for (room, modality, called, view), n in counts.items()
    )
    return tuple(sorted(found, key=lambda one: (-one.n, one.room or "", one.modality, one.name or "", one.view or "")))


def scope_of(scope: Scope, projection: Projection) -> Scope:
    """Return the scope narrowed to one projection."""
    return replace(
        scope,
        rooms=(projection.room,) if projection.room else scope.rooms,
        modality=projection.modality,
        procedure=projection.name or "",
        view=projection.view or "",
    )


def technique(scope: Scope) -> Technique | None:
    """Return the technique of a scope (narrowed by `scope_of`); None where it has no exposures."""
    found = list(_exposures(scope))
    if not found:
        return None
    modality = min(Counter(one.modality for one in found).items(), key=lambda item: (-item[1], item[0]))[0]
    quantity = EXPOSURE_QUANTITY[modality]
    stating = {one.device_id for one in found if one.values[_VALUES.index("exposure_index")] is not None}
    left_out: tuple[ParameterName, ...] = ("exposure_index",) if len(stating) > 1 else ()
    made = [_made(one, scope, COLUMN[quantity], left_out) for one in found]
    rooms, views = {one.room for one in found}, {short_view(one.view) for one in found}
    protocols = Counter(one.protocol for one in found if one.protocol)
    return Technique(
        scope=scope,
        room=rooms.pop() if len(rooms) == 1 else None,
        modality=modality,
        protocols=tuple(sorted(protocols, key=lambda name: (-protocols[name], name))),
        view=views.pop() if len(views) == 1 else None,
        quantity=quantity,
        n=sum(one.is_counted for one in made),
        n_rejected=sum(one.is_rejected for one in made),
        n_all=len(made),
        devices=tuple(sorted({one.device_id for one in found})),
        parameters=parameters(made),
        left_out=left_out,
        grids=settings(made, "grid"),
        controls=settings(made, "exposure_control"),
        by_kvp=by_kvp(made),
        by_deviation=by_deviation(made),
        outliers=outliers(made),
        points=newest(made),
    )


class _Row(NamedTuple):
    """One exposure as the database has it."""

    exposure_uid: str
    study_uid: str
    room: str | None
    device_id: str
    modality: str
    protocol: str | None
    view: str | None
    grid: str | None
    exposure_control: str | None
    implausible: str | None
    at: str
    is_rejected: bool
    values: tuple[float | None, ...]
    """In the order of `_VALUES`."""


_COLUMNS = _Row._fields[:10]
_VALUES = (*UNITS, "target_exposure_index", "dap_gym2", "agd_mgy", "ctdivol_mgy")


def _shown(scope: Scope) -> Sequence[Any]:
    is_shown = (Exposure.modality != "CT") | is_compared_scan()
    return [*of_exposures(scope), Exposure.modality.in_(sorted(QUANTITIES)), is_shown]


def _exposures(scope: Scope) -> Iterator[_Row]:
    """Read good and rejected exposures alike: which of them are in the spread, the scope tells."""
    query = with_examination(
        Exposure.select(
            *(getattr(Exposure, name) for name in _COLUMNS),
            fn.COALESCE(Exposure.acquired_at, Exposure.received_at),
            is_reject(),
            *(getattr(Exposure, name) for name in _VALUES),
        )
    ).where(*_shown(replace(scope, which="both")))
    # As the driver gives them, without peewee's conversions: a projection may have a hundred thousand.
    return (_Row._make((*row[:12], row[12:])) for row in database.execute(query))


def _made(row: _Row, scope: Scope, dose_column: str, left_out: Sequence[ParameterName]) -> Made:
    said = dict(zip(_VALUES, row.values, strict=True))
    if said["deviation_index"] is None:
        said["deviation_index"] = deviation_index(said["exposure_index"], said["target_exposure_index"])
    implausible = (row.implausible or "").split(",")
    dose = said[dose_column]
    return Made(
        exposure_uid=row.exposure_uid,
        study_uid=row.study_uid,
        at=datetime.fromisoformat(row.at),
        is_rejected=bool(row.is_rejected),
        is_counted=scope.which == "both" or bool(row.is_rejected) == (scope.which == "rejected"),
        values={
            name: value
            for name in UNITS
            if name not in left_out and name not in implausible and (value := said[name]) is not None
        },
        dose=dose if dose and dose > 0 and dose_column not in implausible else None,
        grid=row.grid,
        exposure_control=row.exposure_control,
    )
