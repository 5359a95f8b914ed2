"""Which exposures are kept longer than others: the rejected ones, what took their place, and those of a lesson."""

from typing import Any

from peewee import fn

from iqs_tui.domain.cases import REJECT, REPEAT
from iqs_tui.store.models import Case, Exposure, LessonCase


def is_rejected() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that a case was answered as a reject or a repeat."""
    return (Case.state == "answered") & Case.counts_as.in_((REJECT, REPEAT))


def is_in_lesson() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that a case is in a lesson, for as long as the lesson stands."""
    return Case.case_id.in_(LessonCase.select(LessonCase.case_id))


def is_undecided() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that a case is still to be answered."""
    return Case.state == "open"


def of_cases(condition: Any) -> Any:  # noqa: ANN401 (peewee has no types)
    """Return the exposure_uid of the exposures that cases are about, as a query."""
    return Case.select(Case.exposure_uid).where(condition, Case.exposure_uid.is_null(False))


def after_cases(condition: Any) -> Any:  # noqa: ANN401 (peewee has no types)
    """Return the exposure_uid of what may have taken the place of those, as a query.

    All later ones of the study that show the same: those which `reading.blue_bin` may choose from, and hardly more.
    """
    rejected, later = Exposure.alias(), Exposure.alias()

    def is_same(name: str) -> Any:  # noqa: ANN401 (a peewee expression)
        ours, theirs = (fn.LOWER(fn.COALESCE(getattr(each, name), "")) for each in (rejected, later))
        return ours == theirs

    return (
        later.select(later.exposure_uid)
        .join(rejected, on=((rejected.study_uid == later.study_uid) & (later.acquired_at > rejected.acquired_at)))
        .where(
            rejected.exposure_uid.in_(of_cases(condition)),
            is_same("laterality"),
            is_same("view") & (rejected.view.is_null(False) | is_same("protocol")),
        )
    )
