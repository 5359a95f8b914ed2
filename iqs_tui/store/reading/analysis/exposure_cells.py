"""The doses that are compared per exposure: projection and mammography, and each acquisition of a CT."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from peewee import SQL, fn

from iqs_tui.domain.dose import PER_EXPOSURE
from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis import conditions
from iqs_tui.store.reading.analysis.cells import Cell, Cells, Key, is_flagged
from iqs_tui.store.reading.analysis.classes import class_of
from iqs_tui.store.reading.analysis.patients import Patients, Study
from iqs_tui.store.reading.rejecting import rejects

COLUMNS: dict[str, tuple[Quantity, Any]] = {
    **dict.fromkeys(sorted(PER_EXPOSURE - {"MG"}), ("DAP", Exposure.dap_gym2)),
    "MG": ("AGD", Exposure.agd_mgy),
    "CT": ("CTDIvol", Exposure.ctdivol_mgy),
}
"""What is compared, by modality."""
_DETAILS = {"MG": Exposure.thickness_mm, "CT": Exposure.phantom_cm}
_NULL = SQL("NULL")

_Row = tuple[str, str, str | None, str | None, str | None, float | None, str | None, Any, str | None, str]
"""study, device, procedure, protocol, view, value, implausible, phantom or thickness, moment, exposure."""


def rejects_of(scope: Scope) -> frozenset[str] | None:
    """Return all rejects, where looking each of very many exposures up would take longer; None where it would not."""
    if scope.which == "both" or scope.procedure is not None:
        return None
    return frozenset(uid for (uid,) in database.execute(rejects()))


class ExposureCells:
    """Puts the exposures of one room and modality in cells."""

    def __init__(
        self, scope: Scope, modality: str, patients: Patients, rejected: frozenset[str] | None, *, is_dated: bool
    ) -> None:
        """Take the rejects (`rejects_of`), or None where the database is to look each exposure up."""
        self.quantity, self._column = COLUMNS[modality]
        self._rejected = rejected
        self._wants_rejected = scope.which == "rejected"
        self._scope = scope if rejected is None else replace(scope, which="both")
        self._modality = modality
        self._patients = patients
        self._is_dated = is_dated
        self._cuts = patients.cuts.thicknesses_mm if modality == "MG" else ()
        self._cells: Cells = {}
        self.thicknesses: dict[int | None, float | None] = {}
        """A thickness in mm of each class."""

    def of_room(self, room: str | None, known: dict[Study, Any]) -> Cells:
        """Return the cells of a room; `known` are its patients."""
        unknown = list(self._put(self._rows(room), known))
        if unknown:
            found = self._patients.of_studies({row[0] for row in unknown})
            for row in unknown:
                found.setdefault(row[:2], self._patients.patient(row[0]))
            for _ in self._put(unknown, found):
                raise AssertionError("every study was looked up")
        return self._cells

    def _rows(self, room: str | None) -> Iterator[_Row]:
        """One query by when they were made, which an index answers, and one for those that do not tell."""
        scope = self._scope
        wanted = [
            Exposure.room.is_null() if room is None else Exposure.room == room,
            Exposure.modality == self._modality,
            *conditions.of_exposures_alone(scope),
        ]
        if self._modality == "CT":
            wanted.append(conditions.is_compared_scan())
        elif scope.procedure is not None:
            name = fn.COALESCE(Exposure.procedure, Exposure.protocol)
            wanted.append(name == scope.procedure if scope.procedure else name.is_null())
        for when, moment in conditions.times_of(scope, Exposure, Exposure.acquired_at):
            query = Exposure.select(
                Exposure.study_uid,
                Exposure.device_id,
                Exposure.procedure,
                Exposure.protocol,
                Exposure.view,
                self._column,
                Exposure.implausible,
                _DETAILS.get(self._modality, _NULL),
                moment if self._is_dated else _NULL,
                Exposure.exposure_uid,
            ).where(when, *wanted)
            yield from database.execute(query)

    def _put(self, rows: Iterable[_Row], known: dict[Study, Any]) -> Iterator[_Row]:
        """Put rows in their cells; yield those of an examination that is not known."""
        cells, quantity, is_ct = self._cells, self.quantity, self._modality == "CT"
        rejected, wants_rejected = self._rejected, self._wants_rejected
        for row in rows:
            study_uid, device_id, procedure, protocol, view, value, implausible, detail, moment, uid = row
            if rejected is not None and (uid in rejected) is not wants_rejected:
                continue
            try:
                patient = known[study_uid, device_id]
            except KeyError:
                yield row
                continue
            if patient is None:
                continue
            who, of_class, is_size_known, of_study = patient
            if is_ct:
                procedure = procedure or of_study
            elif detail is not None:
                detail = self._thickness_class(detail)
            key: Any = (device_id, procedure, protocol, view, detail, of_class)
            cell = cells.get(key)
            if cell is None:
                cell = cells[Key(*key)] = Cell()
            if not value:
                cell.n_without_dose += 1
            elif implausible and is_flagged(implausible, quantity):
                cell.n_implausible += 1
            else:
                cell.values.append(value)
                cell.patients.add(who)
                cell.n_known_size += is_size_known
                if moment is not None:
                    cell.moments.append(moment)

    def _thickness_class(self, thickness_mm: float) -> int | None:
        if not self._cuts:
            return None
        found = class_of(thickness_mm, self._cuts)
        self.thicknesses.setdefault(found, thickness_mm)
        return found
