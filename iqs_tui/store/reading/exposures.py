"""One exposure as people name it, on every screen that lists exposures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from iqs_tui.domain.naming import exposure_name
from iqs_tui.store.models import Case, Exposure


@dataclass(frozen=True, slots=True)
class Named:
    """When an exposure was made, and what it is called; `name` is None where nothing is known of it."""

    at: datetime | None
    name: str | None


def name_exposure(row: Exposure) -> Named:
    """Name an exposure."""
    return Named(row.acquired_at, exposure_name(row.procedure, row.protocol, row.view, row.laterality))


def name_cases(cases: Iterable[Case]) -> dict[str, Named]:
    """Name the exposures of cases, by case_id, with one query; one that left no image is named by the case alone."""
    rows = list(cases)
    uids = {row.exposure_uid for row in rows if row.exposure_uid}
    known = {row.exposure_uid: row for row in Exposure.select().where(Exposure.exposure_uid.in_(uids))} if uids else {}
    return {row.case_id: _name_case(row, known.get(row.exposure_uid or "")) for row in rows}


def _name_case(case: Case, exposure: Exposure | None) -> Named:
    if exposure is not None:
        return name_exposure(exposure)
    return Named(case.acquired_at, exposure_name(case.procedure, None, case.view, case.laterality))
