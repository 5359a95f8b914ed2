"""The dose of rejected exposures, and its share in the total."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from peewee import Case as If
from peewee import Value, fn

from iqs_tui.domain.dose import QUANTITIES
from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.scope import Scope
from iqs_tui.domain.totals import RUNNING_TOTAL_IN_HEADERS
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis import conditions
from iqs_tui.store.reading.analysis.cells import COLUMN
from iqs_tui.store.reading.analysis.samples import rooms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectShare:
    """What was spent on rejects in one modality; doses in Gy.m2 (DAP), mGy.cm (DLP), mGy (AGD)."""

    modality: str
    quantity: Quantity
    n_rejects: int
    n_rejects_with_dose: int
    n_from_report: int
    """Rejects whose dose comes from a dose report: it also tells of images that were deleted at the console."""
    n_total: int
    n_total_with_dose: int
    n_implausible: int
    """Doses with a value that cannot be right: in neither sum."""
    dose_rejects: float
    dose_total: float
    """Of good and rejected exposures together."""

    @property
    def share(self) -> float | None:
        """Return which part of the dose went to rejects, 0 to 1; None where there is no dose."""
        return self.dose_rejects / self.dose_total if self.dose_total > 0 else None


def reject_share(scope: Scope) -> tuple[RejectShare, ...]:
    """Return the share of rejects per modality; the scope's `which` does not matter here."""
    shares = (_share(replace(scope, which="both"), modality) for modality in QUANTITIES)
    return tuple(share for share in shares if share is not None)


def _share(scope: Scope, modality: str) -> RejectShare | None:
    if scope.modality not in {None, modality}:
        return None
    of_it = replace(scope, modality=modality)
    n_total, n_total_with_dose, dose_total, n_doubtful, _ = _sums(of_it, modality)
    if n_total == 0:
        return None
    n_rejects, n_with_dose, dose_rejects, _, n_from_report = _sums(of_it, modality, is_of_rejects=True)
    return RejectShare(
        modality=modality,
        quantity=QUANTITIES[modality][0],
        n_rejects=n_rejects,
        n_rejects_with_dose=n_with_dose,
        n_from_report=n_from_report,
        n_total=n_total,
        n_total_with_dose=n_total_with_dose,
        n_implausible=n_doubtful,
        dose_rejects=dose_rejects,
        dose_total=dose_total,
    )


class _Sums(NamedTuple):
    n: int = 0
    n_with_dose: int = 0
    dose: float = 0.0
    n_doubtful: int = 0
    n_from_report: int = 0
    """Asked of rejects alone: it is in the wide rows, which the others need not be read for."""


def _sums(scope: Scope, modality: str, *, is_of_rejects: bool = False) -> _Sums:
    quantity = QUANTITIES[modality][0]  # what adds up to the examination's dose
    column = getattr(Exposure, COLUMN[quantity])
    is_reported = Exposure.report_facts.is_null(False)
    has_dose = (column > 0) & is_reported if modality in RUNNING_TOTAL_IN_HEADERS else column > 0
    sound = has_dose & ~_is_flagged(quantity)
    figures = [
        fn.COUNT(Exposure.exposure_uid),
        fn.SUM(If(None, [(sound, 1)], 0)),
        fn.SUM(If(None, [(sound, column)], 0.0)),
        fn.SUM(If(None, [(has_dose & _is_flagged(quantity), 1)], 0)),
    ]
    wanted = conditions.of_exposures_at_any_time(scope)
    if is_of_rejects:
        tells_dose = Exposure.report_facts[COLUMN[quantity]].is_null(False)
        figures.append(fn.SUM(If(None, [(sound & is_reported & tells_dose, 1)], 0)))
        wanted = conditions.of_rejects_at_any_time(scope)
    total = [0.0] * len(_Sums._fields)
    for room in rooms_of(scope):
        is_here = Exposure.room.is_null() if room is None else Exposure.room == room
        for when, _ in conditions.times_of(scope, Exposure, Exposure.acquired_at):
            query = Exposure.select(*figures)
            if conditions.asks_examination(scope):
                query = conditions.with_examination(query)
            for place, figure in enumerate(next(iter(database.execute(query.where(is_here, when, *wanted))))):
                total[place] += figure or 0
    return _Sums(int(total[0]), int(total[1]), total[2], int(total[3]), int(total[4]))


def _is_flagged(quantity: Quantity) -> Any:  # noqa: ANN401 (a condition)
    named = Value(",").concat(Exposure.implausible).concat(",").contains(f",{COLUMN[quantity]},")
    return fn.COALESCE(named, False)  # mostly there is nothing to look through
