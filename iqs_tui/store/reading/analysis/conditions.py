"""A scope as conditions in SQL, for everything that reads doses.

Of exposures each condition may speak of the examination too: join it with `with_examination`.
"""

import math
from dataclasses import replace
from itertools import product
from typing import Any

from peewee import JOIN, SQL, fn
from peewee import Case as If

from iqs_tui.domain.dose import NOT_COMPARED_SCANS, band_bounds, view_meanings
from iqs_tui.domain.drl import ADULT_FROM_YEARS
from iqs_tui.domain.patient_size import BMI_FROM, BMI_TO, LENGTHS_M, WEIGHTS_KG
from iqs_tui.domain.scope import Scope
from iqs_tui.store.models import Examination, Exposure, Instance
from iqs_tui.store.ranges import happened_within, within
from iqs_tui.store.reading.rejecting import is_reject

_IS_COUNTED: Any = Exposure.is_counted == True  # noqa: E712 (SQL)
_MAX_LETTERS = 8
"""Letters beyond ASCII in a name of which both cases are looked for."""


def of_exposures(scope: Scope) -> list[Any]:
    """Return the conditions on `Exposure`, joined by `with_examination`; derived images and QC are never in it."""
    when = happened_within(Exposure.acquired_at, Exposure.received_at, scope.first, scope.until)
    return [when, *of_exposures_at_any_time(scope)]


def of_exposures_at_any_time(scope: Scope) -> list[Any]:
    """Return the same without the period, for `times_of`."""
    return [
        *of_exposures_alone(scope),
        *_of_text(scope.procedure, name_of_exposure()),
        *_of_patient(scope),
    ]


def of_rejects_at_any_time(scope: Scope) -> list[Any]:
    """Return the conditions on rejected exposures, the images among them that reports name otherwise."""
    of_it = of_exposures_at_any_time(replace(scope, which="rejected"))
    return [condition for condition in of_it if condition is not _IS_COUNTED]


def of_exposures_alone(scope: Scope) -> list[Any]:
    """Return the conditions of a scope that need no examination, without those on time and procedure."""
    return [
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        _IS_COUNTED,
        Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        *of_place_and_view(scope),
        *_of_which(scope),
    ]


def of_place_and_view(scope: Scope) -> list[Any]:
    """Return the conditions on where, by whom and what kind of exposure; those that an index of exposures answers."""
    return [*_of_place(scope, Exposure), *_of_text(scope.protocol, Exposure.protocol), *_of_view(scope.view)]


def times_of(scope: Scope, model: Any, made_at: Any) -> tuple[tuple[Any, Any], ...]:  # noqa: ANN401 (peewee)
    """Return the scope's period as two conditions that exclude each other, each with the column that it is on.

    By when it was made, and for what does not tell by when it was received: each alone is answered by an index, of the
    two joined by OR SQLite makes a walk through all that the room ever had.
    """
    was_received = made_at.is_null() & within(model.received_at, scope.first, scope.until)
    return ((within(made_at, scope.first, scope.until), made_at), (was_received, model.received_at))


def of_examinations(scope: Scope) -> list[Any]:
    """Return the conditions on `Examination`. An examination is never rejected: `which` says nothing of it.

    A protocol or view is of exposures: then the examinations that have such an exposure.
    """
    when = happened_within(Examination.started_at, Examination.received_at, scope.first, scope.until)
    return [when, *of_examinations_at_any_time(scope)]


def of_examinations_at_any_time(scope: Scope) -> list[Any]:
    """Return the same without the period, for `times_of`."""
    return [
        *_of_place(scope, Examination),
        *_of_text(scope.procedure, fn.COALESCE(Examination.procedure, Examination.protocol)),
        *_having_exposure(scope),
        *_of_patient(scope),
    ]


def with_examination(query: Any) -> Any:  # noqa: ANN401 (a peewee query)
    """Return a query over exposures joined with the examination of each, where there is one."""
    is_its_own = (Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id)
    return query.join(Examination, JOIN.LEFT_OUTER, on=is_its_own)


def asks_examination(scope: Scope) -> bool:
    """Say whether the conditions of a scope on exposures speak of the examination; else the join is for nothing."""
    return scope.procedure is not None or bool(_of_patient(scope))


def moment_of(made_at: Any, received_at: Any) -> Any:  # noqa: ANN401 (peewee columns)
    """Return when something was made, else received."""
    return fn.COALESCE(made_at, received_at)


def name_of_exposure() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return by what name an exposure is grouped: its procedure, else its protocol.

    Of a CT the events of a report name no procedure, but their examination does; of projections a study may hold
    several procedures, so there it is not borrowed.
    """
    of_study = If(None, [(Exposure.modality == "CT", Examination.procedure)], None)
    return fn.COALESCE(Exposure.procedure, of_study, Exposure.protocol)


def is_compared_scan() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that an exposure of a CT is one whose CTDIvol is compared: no scout, no bolus tracking.

    Its event type (CID 10013) tells; where no report came, an image does, of a scout at least (Image Type LOCALIZER).
    """
    of_it = Instance.exposure_uid == Exposure.exposure_uid
    an_image = Instance.select(Instance.image_type).where(of_it).limit(1)
    is_image_scout = fn.COALESCE(an_image, "").contains("LOCALIZER")
    return Exposure.event_type.not_in(sorted(NOT_COMPARED_SCANS)) | (Exposure.event_type.is_null() & ~is_image_scout)


def _of_which(scope: Scope) -> list[Any]:
    if scope.which == "both":
        return []
    return [is_reject() if scope.which == "rejected" else ~is_reject()]


def _of_place(scope: Scope, model: Any) -> list[Any]:  # noqa: ANN401 (a peewee model)
    found = [model.room.in_(scope.rooms)] if scope.rooms else []
    found += [model.device_id.in_(scope.devices)] if scope.devices else []
    found += [model.modality == scope.modality] if scope.modality else []
    if scope.operators:
        spelled = sorted({way for name in scope.operators for way in spellings(name)})
        found.append(fn.LOWER(model.operator).in_(spelled))
    return found


def spellings(name: str) -> set[str]:
    """Return what LOWER may make of a name: SQLite's leaves letters beyond ASCII as they are."""
    folded = name.casefold()
    beyond = [index for index, letter in enumerate(folded) if not letter.isascii()]
    if len(beyond) > _MAX_LETTERS:
        return {folded, name}
    ways = product(*({letter, letter.upper()} if not letter.isascii() else (letter,) for letter in folded))
    return {"".join(letters) for letters in ways}


def _of_text(wanted: str | None, column: Any) -> list[Any]:  # noqa: ANN401 (a peewee expression)
    if wanted is None:
        return []
    return [column == wanted] if wanted else [column.is_null()]


def _of_view(view: str | None) -> list[Any]:
    return [of_view(view, Exposure.view)] if view else _of_text(view, Exposure.view)


def of_view(view: str, column: Any) -> Any:  # noqa: ANN401 (peewee)
    """Return the condition that a column of views says this one (`domain.dose.short_view`), in whichever words."""
    meanings = view_meanings(view)
    return (column == view) | fn.LOWER(column).in_(meanings) if meanings else column == view


def _having_exposure(scope: Scope) -> list[Any]:
    if not scope.protocol and not scope.view:
        return []
    is_its_own = (Exposure.study_uid == Examination.study_uid) & (Exposure.device_id == Examination.device_id)
    of_it = [*_of_text(scope.protocol or None, Exposure.protocol), *_of_view(scope.view or None)]
    return [fn.EXISTS(Exposure.select(SQL("1")).where(is_its_own, *of_it))]


def _of_patient(scope: Scope) -> list[Any]:
    found = []
    if scope.band:
        bounds = band_bounds(scope.band)
        found.append(Examination.age_years.is_null() if bounds is None else _between(Examination.age_years, *bounds))
    if scope.size == "standard":
        bmi = Examination.weight_kg / (Examination.length_m * Examination.length_m)
        is_standard = (
            Examination.weight_kg.between(*WEIGHTS_KG)
            & Examination.length_m.between(*LENGTHS_M)
            & bmi.between(BMI_FROM, BMI_TO)
        )
        found.append((Examination.age_years < ADULT_FROM_YEARS) | is_standard)
    return found


def _between(column: Any, first: float, below: float) -> Any:  # noqa: ANN401 (a peewee expression)
    found = [column.is_null(False)]
    found += [column >= first] if math.isfinite(first) else []
    found += [column < below] if math.isfinite(below) else []
    result = found[0]
    for one in found[1:]:
        result &= one
    return result
