"""What the filter can be set to: what there is in the data of a period."""

from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Case as If
from peewee import fn

from iqs_tui.domain.dose import QUANTITIES, short_view
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.reading.analysis import conditions, examination_cells


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """The values that occur, each in alphabetical order."""

    rooms: tuple[str, ...]
    modalities: tuple[str, ...]
    procedures: tuple[str, ...]
    views: tuple[str, ...]
    operators: tuple[str, ...]
    """Operators' Names as first met; the filter takes them case-folded."""


def choices(scope: Scope) -> Choices:
    """Return what occurs within the period and rooms of a scope; its other fields do not matter."""
    period = Scope(first=scope.first, until=scope.until, rooms=scope.rooms, which="both")
    exposures, examinations = conditions.of_exposures(period), conditions.of_examinations(period)
    name = If(
        None, [(Exposure.modality == "CT", Exposure.procedure)], fn.COALESCE(Exposure.procedure, Exposure.protocol)
    )
    made = Exposure.select(Exposure.room, Exposure.modality, name, Exposure.view).where(*exposures).distinct()
    of_studies = fn.COALESCE(Examination.procedure, Examination.protocol)
    has_dose = Examination.modality.in_(sorted(examination_cells.COLUMNS))
    done = (
        Examination.select(Examination.room, Examination.modality, of_studies).where(has_dose, *examinations).distinct()
    )
    kinds = [*database.execute(made), *((*kind, None) for kind in database.execute(done.distinct()))]
    operators = database.execute(Exposure.select(Exposure.operator).where(*exposures).distinct())
    rooms, modalities, procedures, views = zip(*kinds, strict=True) if kinds else ((), (), (), ())
    by_name = {name.casefold(): name for (name,) in operators if name}
    return Choices(
        rooms=_sorted(rooms),
        modalities=_sorted(name for name in modalities if name in QUANTITIES),
        procedures=_sorted(procedures),
        views=_sorted(map(short_view, views)),
        operators=_sorted(by_name.values()),
    )


def _sorted(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}, key=lambda name: (name.casefold(), name)))
