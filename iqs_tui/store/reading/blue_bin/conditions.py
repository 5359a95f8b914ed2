"""A scope as conditions on cases, in SQL."""

from typing import Any, Literal

from peewee import SQL, fn

from iqs_tui.domain.scope import Scope
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.ranges import happened_within
from iqs_tui.store.reading.analysis.conditions import of_view, spellings
from iqs_tui.store.reading.rejecting import is_answered_reject

Kind = Literal["reject", "repeat", "identification", "no_reject", "open"]
KINDS: tuple[Kind, ...] = ("reject", "repeat", "identification", "no_reject", "open")
"""Which cases stand together: what was answered by what it counts as, "geen afkeur", and what still waits."""


def of_cases(scope: Scope) -> list[Any]:
    """Return the conditions on `Case` of a scope, but for its reason; by when it was made, else when it was told."""
    found = [happened_within(Case.acquired_at, Case.detected_at, scope.first, scope.until)]
    if scope.rooms:
        found.append(Case.room.in_(scope.rooms))
    if scope.modality:
        of_modality = Exposure.select(SQL("1")).where(
            Exposure.exposure_uid == Case.exposure_uid, Exposure.modality == scope.modality
        )
        found.append(fn.EXISTS(of_modality))
    if scope.procedure:
        found.append(Case.procedure == scope.procedure)
    if scope.view:
        found.append(of_view(scope.view, Case.view))
    if scope.operators:
        found.append(fn.LOWER(Case.operator).in_(sorted({way for one in scope.operators for way in spellings(one)})))
    return found


def of_reason(code: str | None) -> list[Any]:
    """Return the condition of a reason; of the first level, its details too."""
    return [(Case.reason_code == code) | Case.reason_code.startswith(f"{code}.")] if code else []


def of_kind(kind: Kind) -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that a case is of this kind."""
    if kind == "reject":
        return is_answered_reject()
    if kind == "no_reject":
        return Case.state == "dismissed"
    if kind == "open":
        return Case.state == "open"
    return (Case.state == "answered") & (Case.counts_as == kind)
