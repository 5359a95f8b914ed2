"""What the filter of the blauwe ton can be set to: what there is among the cases of a period."""

from collections.abc import Iterable

from iqs_tui.domain.dose import short_view
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Case, Exposure
from iqs_tui.store.reading.analysis.choices import Choices
from iqs_tui.store.reading.blue_bin.conditions import of_cases


def choices(scope: Scope) -> Choices:
    """Return what occurs in the period of a scope; its other fields do not matter."""
    of_it = of_cases(Scope(first=scope.first, until=scope.until))
    kinds = list(database.execute(Case.select(Case.room, Case.procedure, Case.view).where(*of_it).distinct()))
    modalities = (
        Exposure.select(Exposure.modality)
        .join(Case, on=(Case.exposure_uid == Exposure.exposure_uid))
        .where(*of_it)
        .distinct()
    )
    operators = (name for (name,) in database.execute(Case.select(Case.operator).where(*of_it).distinct()))
    rooms, procedures, views = zip(*kinds, strict=True) if kinds else ((), (), ())
    return Choices(
        rooms=_sorted(rooms),
        modalities=_sorted(modality for (modality,) in database.execute(modalities)),
        procedures=_sorted(procedures),
        views=_sorted(map(short_view, views)),
        operators=_sorted({name.casefold(): name for name in operators if name}.values()),
    )


def _sorted(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(sorted({name for name in names if name}, key=lambda name: (name.casefold(), name)))
