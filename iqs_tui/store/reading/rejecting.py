"""What counts as a reject, in every figure."""

from typing import Any

from peewee import SQL, fn

from iqs_tui.domain.cases import REJECT
from iqs_tui.store.models import Case, Exposure


def is_answered_reject() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that a case is a reject: answered, and neither a repeat nor a wrong worklist entry.

    Of a repeat both images went on (AAPM TG-305); under a wrong worklist entry the image is good, but elsewhere
    (`domain.cases.outcome`).
    """
    return (Case.state == "answered") & (Case.counts_as == REJECT)


def is_reject() -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that an exposure was rejected."""
    return fn.EXISTS(Case.select(SQL("1")).where(Case.exposure_uid == Exposure.exposure_uid, is_answered_reject()))


def rejects() -> Any:  # noqa: ANN401 (a peewee query)
    """Return the exposures that were rejected."""
    return Case.select(Case.exposure_uid).where(is_answered_reject(), Case.exposure_uid.is_null(False))
