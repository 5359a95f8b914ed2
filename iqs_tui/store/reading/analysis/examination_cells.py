"""The doses that are compared per examination: the DAP of RF and XA, and of a CT the DLP, scouts and bolus in it."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.ranges import happened_within
from iqs_tui.store.reading.analysis import conditions
from iqs_tui.store.reading.analysis.cells import Cell, Cells, Key, is_flagged
from iqs_tui.store.reading.analysis.patients import MARGIN, Patients, Study

COLUMNS: dict[str, tuple[Quantity, Any]] = {
    "CT": ("DLP", Examination.dlp_total_mgycm),
    "RF": ("DAP", Examination.dap_total_gym2),
    "XA": ("DAP", Examination.dap_total_gym2),
}
"""What is compared, by modality."""


def cells_of(scope: Scope, modality: str, room: str | None, patients: Patients, *, has_phantom: bool) -> Cells:
    """Return the examinations of one room and modality in cells.

    Args:
        scope: the filter.
        modality: one of `COLUMNS`.
        room: the room; None for those without.
        patients: the patients of the scope.
        has_phantom: whether the phantom decides on a DRN; else it is not looked up.
    """
    quantity, column = COLUMNS[modality]
    is_here = [
        Examination.room.is_null() if room is None else Examination.room == room,
        Examination.modality == modality,
    ]
    doubtful = _flagged(scope, modality, room, quantity)
    phantoms = _phantoms(scope, room) if has_phantom else {}
    cells: Cells = {}
    for study_uid, device_id, procedure, protocol, value, patient_key, *known, moment in _rows(scope, column, is_here):
        patient = patients.patient(patient_key or study_uid, *known)
        if patient is None:
            continue
        study = (study_uid, device_id)
        key = Key(device_id, procedure, protocol, None, phantoms.get(study), patient.of_class)
        cell = cells.setdefault(key, Cell())
        if not value:
            cell.n_without_dose += 1
        elif study in doubtful:
            cell.n_implausible += 1
        else:
            cell.values.append(value)
            cell.moments.append(moment)
            cell.patients.add(patient.key)
            cell.n_known_size += patient.is_size_known
    return cells


def _rows(scope: Scope, column: Any, is_here: list[Any]) -> Iterator[Any]:  # noqa: ANN401 (peewee)
    wanted = [*is_here, *conditions.of_examinations_at_any_time(scope)]
    for when, moment in conditions.times_of(scope, Examination, Examination.started_at):
        query = Examination.select(
            Examination.study_uid,
            Examination.device_id,
            Examination.procedure,
            Examination.protocol,
            column,
            Examination.patient_key,
            Examination.age_years,
            Examination.weight_kg,
            Examination.length_m,
            moment,
        )
        yield from database.execute(query.where(when, *wanted))


def flagged(study_uids: Iterable[str], quantity: Quantity) -> set[Study]:
    """Return those examinations of which an exposure's value cannot be right: then their total cannot be either."""
    return set(_flagged_of(Exposure.study_uid.in_(list(study_uids)), quantity))


def flagged_between(first: datetime, until: datetime) -> dict[Study, str]:
    """Return the same of a period, each with its quantities as `Exposure.implausible` names them."""
    when = happened_within(Exposure.acquired_at, Exposure.received_at, first - MARGIN, until + MARGIN)
    found: dict[Study, str] = {}
    for study_uid, device_id, names in _flagged_rows(when & Exposure.modality.in_(sorted(COLUMNS))):
        study = (study_uid, device_id)
        found[study] = ",".join(filter(None, (found.get(study), names)))
    return found


def _flagged(scope: Scope, modality: str, room: str | None, quantity: Quantity) -> set[Study]:
    wide = replace(scope, first=scope.first - MARGIN, until=scope.until + MARGIN)
    is_here = _is_here(modality, room)
    return {
        study
        for when, _ in conditions.times_of(wide, Exposure, Exposure.acquired_at)
        for study in _flagged_of(is_here & when, quantity)
    }


def _flagged_of(condition: Any, quantity: Quantity) -> Iterator[Study]:  # noqa: ANN401 (a peewee expression)
    for study_uid, device_id, names in _flagged_rows(condition):
        if is_flagged(names, quantity):
            yield study_uid, device_id


def _flagged_rows(condition: Any) -> Iterator[tuple[str, str, str]]:  # noqa: ANN401 (a peewee expression)
    """Give study, device and quantities of the exposures in a total that have a value that cannot be right."""
    rows = Exposure.select(Exposure.study_uid, Exposure.device_id, Exposure.implausible).where(
        condition,
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        Exposure.is_counted == True,  # noqa: E712 (SQL)
        Exposure.implausible.is_null(False),
    )
    return iter(database.execute(rows))


def _phantoms(scope: Scope, room: str | None) -> dict[Study, int]:
    """Return the phantom of each CT whose acquisitions, scouts left out, all name the same one."""
    period = (scope.first - MARGIN, scope.until + MARGIN)
    rows = Exposure.select(Exposure.study_uid, Exposure.device_id, Exposure.phantom_cm).where(
        _is_here("CT", room),
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        Exposure.is_counted == True,  # noqa: E712 (SQL)
        Exposure.phantom_cm.is_null(False),
        happened_within(Exposure.acquired_at, Exposure.received_at, *period),
        conditions.is_compared_scan(),
    )
    found: dict[Study, set[int]] = {}
    for study_uid, device_id, phantom_cm in database.execute(rows):
        found.setdefault((study_uid, device_id), set()).add(phantom_cm)
    return {study: named.pop() for study, named in found.items() if len(named) == 1}


def _is_here(modality: str, room: str | None) -> Any:  # noqa: ANN401 (a peewee expression)
    is_in_room = Exposure.room.is_null() if room is None else Exposure.room == room
    return is_in_room & (Exposure.modality == modality)
