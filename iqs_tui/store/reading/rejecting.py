"""What counts as a reject in a rate."""

from typing import Any

from peewee import SQL, fn

from iqs_tui.store.models import Case, Exposure


def is_reject() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that an exposure was rejected, as a rate counts it.

    A case that rests on the same view alone is a repeat: both images went on (AAPM TG-305, `domain.cases.outcome`).
    """
    of_it = (Case.exposure_uid == Exposure.exposure_uid) & (Case.state == "answered")
    return fn.EXISTS(Case.select(SQL("1")).where(of_it, Case.is_question == False))  # noqa: E712 (SQL)
