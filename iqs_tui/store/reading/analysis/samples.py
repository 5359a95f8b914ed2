"""Doses of a scope, read and put together: what every comparison is made of.

Rows come straight from the cursor; room by room, so that a screen can say how far it is.
"""

from collections.abc import Callable, Collection, Iterator

from peewee import fn

from iqs_tui.domain.dose import short_view
from iqs_tui.domain.drl import Quantity, Subject
from iqs_tui.domain.scope import Scope
from iqs_tui.store import drl
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.reading.analysis import examination_cells, exposure_cells
from iqs_tui.store.reading.analysis.cells import Cells, Sample
from iqs_tui.store.reading.analysis.classes import cuts_of
from iqs_tui.store.reading.analysis.patients import Patients
from iqs_tui.store.reading.analysis.stations import stations

Progress = Callable[[int, int], None]
"""Called with how many parts are read, of how many."""
ALL: tuple[Quantity, ...] = ("DAP", "CTDIvol", "DLP", "AGD")


def read(
    scope: Scope,
    *,
    quantities: Collection[Quantity] = ALL,
    is_dated: bool = False,
    progress: Progress | None = None,
) -> list[Sample]:
    """Return the doses of a scope in cells, in no order."""
    reading = _Reading(scope, quantities, is_dated=is_dated)
    rooms = list(rooms_of(scope))
    found: list[Sample] = []
    for done, room in enumerate(rooms, 1):
        found += [sample for sample in reading.of_room(room) if _is_named(sample, scope)]
        if progress is not None:
            progress(done, len(rooms))
    return found


def _is_named(sample: Sample, scope: Scope) -> bool:
    return scope.procedure is None or (sample.name or "") == scope.procedure


def rooms_of(scope: Scope) -> Iterator[str | None]:
    """Yield every room of a scope, None for no room: of each index only where a next room begins is read."""
    if scope.rooms:
        yield from scope.rooms
        return
    room: str | None = ""
    while room is not None:
        nexts = [
            model.select(fn.MIN(model.room)).where(model.room > room).scalar() for model in (Exposure, Examination)
        ]
        room = min((one for one in nexts if one is not None), default=None)
        yield room


class _Reading:
    """Reads one scope, a room at a time."""

    def __init__(self, scope: Scope, quantities: Collection[Quantity], *, is_dated: bool) -> None:
        book = drl.book()
        self._scope = scope
        self._quantities = quantities
        self._is_dated = is_dated
        self._rejected = exposure_cells.rejects_of(scope)
        self._patients = Patients(scope, cuts_of(book))
        of_dlp = [row for row in book.rows if row.quantity == "DLP" and row.is_drn and row.drl is not None]
        self._has_phantom = any(row.phantom_cm is not None for row in of_dlp)
        self._stations = stations()

    def of_room(self, room: str | None) -> Iterator[Sample]:
        """Yield the cells of one room."""
        compared = [name for name in exposure_cells.COLUMNS if self._is_wanted(name, exposure_cells.COLUMNS[name][0])]
        known = self._patients.of_room(room, compared)
        for modality in compared:
            reading = exposure_cells.ExposureCells(
                self._scope, modality, self._patients, self._rejected, is_dated=self._is_dated
            )
            cells = reading.of_room(room, known)
            yield from self._samples(room, modality, reading.quantity, cells, reading.thicknesses)
        for modality, (quantity, _) in examination_cells.COLUMNS.items():
            if self._scope.which != "rejected" and self._is_wanted(modality, quantity):
                cells = examination_cells.cells_of(
                    self._scope, modality, room, self._patients, has_phantom=self._has_phantom and modality == "CT"
                )
                yield from self._samples(room, modality, quantity, cells, {})

    def _is_wanted(self, modality: str, quantity: Quantity) -> bool:
        return quantity in self._quantities and self._scope.modality in {None, modality}

    def _samples(
        self,
        room: str | None,
        modality: str,
        quantity: Quantity,
        cells: Cells,
        thicknesses: dict[int | None, float | None],
    ) -> Iterator[Sample]:
        for key, cell in cells.items():
            age_years, weight_kg = self._patients.examples[key.of_class]
            station, ae_title = self._stations.get(key.device_id, (None, None))
            subject = Subject(
                modality=modality,
                procedure=key.procedure,
                protocol=key.protocol,
                view=short_view(key.view),
                age_years=age_years,
                phantom_cm=key.detail if modality == "CT" else None,
                station=station,
                ae_title=ae_title,
                weight_kg=weight_kg,
                thickness_mm=thicknesses.get(key.detail) if modality == "MG" else None,
            )
            yield Sample(room or "", key.device_id, quantity, subject, key.of_class.band, cell)
