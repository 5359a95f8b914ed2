"""The last exposures of a room, of which a reject can be reported."""

from dataclasses import dataclass

from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.exposures import Named, name_exposure


@dataclass(frozen=True, slots=True)
class Recent:
    """An exposure that a reject can be reported of."""

    exposure_uid: str
    subject: Named
    case_state: str | None
    """The state of its case, where it has one."""


def recent(room: str, limit: int = 9) -> tuple[Recent, ...]:
    """Return the last exposures of a room, newest first."""
    rows = list(
        Exposure.select()
        .where(
            Exposure.room == room,
            Exposure.is_derived == False,  # noqa: E712 (SQL)
        )
        .order_by(Exposure.acquired_at.desc())
        .limit(limit)
    )
    uids = [row.exposure_uid for row in rows]
    cases = Case.select(Case.exposure_uid, Case.state).where(Case.exposure_uid.in_(uids))
    states = {case.exposure_uid: case.state for case in cases}
    return tuple(Recent(row.exposure_uid, name_exposure(row), states.get(row.exposure_uid)) for row in rows)
