"""Examinations of which an exposure has a value that cannot be right: then their total cannot be either."""

from datetime import datetime, timedelta

from iqs_tui.domain.dose import PER_EXPOSURE
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.ranges import happened_within

_MARGIN = timedelta(days=1)
"""An examination's exposures may lie just outside the period that it starts in."""


def flagged_studies(first: datetime, until: datetime) -> dict[tuple[str, str], str]:
    """Return by study and device which quantities are implausible, parted by commas, as `Exposure.implausible`."""
    query = Exposure.select(Exposure.study_uid, Exposure.device_id, Exposure.implausible).where(
        happened_within(Exposure.acquired_at, Exposure.received_at, first - _MARGIN, until + _MARGIN),
        Exposure.implausible.is_null(False),
        Exposure.modality.not_in(sorted(PER_EXPOSURE)),
    )
    found: dict[tuple[str, str], str] = {}
    for study, device, names in database.execute(query):
        found[study, device] = ",".join(filter(None, (found.get((study, device)), names)))
    return found
