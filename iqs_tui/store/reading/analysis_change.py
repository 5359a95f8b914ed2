"""What a change did: two periods of the same filter, in dose, examination time and rejects."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

from peewee import fn

from iqs_tui.domain.comparison import Change, RateChange, compare, compare_rates
from iqs_tui.domain.dose import EXPOSURE_QUANTITY, PER_EXPOSURE, QUANTITIES, minimum_n, short_view
from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.reject_rate import Basis, Figure
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.reading.analysis.cells import is_flagged
from iqs_tui.store.reading.analysis.conditions import (
    is_compared_scan,
    name_of_exposure,
    of_examinations,
    of_exposures,
    with_examination,
)
from iqs_tui.store.reading.analysis.examination_cells import flagged_between
from iqs_tui.store.reading.change_moments import ChangeMoment, periods, suggested_changes
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from iqs_tui.store.reading.reject_analysis.reading import read
from iqs_tui.store.reading.reject_analysis.showing import sees_all
from iqs_tui.store.reading.reject_analysis.tallied import total

__all__ = [
    "ChangeMoment",
    "ChangeView",
    "DoseChange",
    "RejectChange",
    "TimeChange",
    "change",
    "periods",
    "suggested_changes",
]

MAX_MINUTES = 180
"""A longer examination is two sittings, or a clock that was set."""
_COLUMNS: tuple[Quantity, ...] = ("DAP", "AGD", "CTDIvol")


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseChange:
    """One quantity before and after; values in Gy.m2 (DAP), mGy.cm (DLP), mGy (CTDIvol, AGD)."""

    modality: str
    quantity: Quantity
    per: Literal["exposure", "examination"]
    change: Change | None
    """None where either period has no such dose."""
    n_before: int
    n_after: int
    of_before: int
    """How many could have had this dose: n of it is the coverage."""
    of_after: int
    n_implausible: int
    """Flagged and left out, both periods together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeChange:
    """Minutes from the first to the last acquisition of an examination."""

    change: Change | None
    n_before: int
    n_after: int
    of_before: int
    """All examinations of the period: those with one exposure, or of more than three hours, tell no time."""
    of_after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectChange:
    """The rejects as the reject analysis counts them, so of all ages and sizes."""

    is_told: bool
    """The viewer may see them: of one's own exposures, or by role."""
    basis: Basis | None = None
    """What both periods count; of several what most exposures are of."""
    change: RateChange | None = None
    """None where the two periods have no exposures that are counted alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """Two periods side by side."""

    before: Scope
    after: Scope
    doses: tuple[DoseChange, ...]
    duration: TimeChange
    rejects: RejectChange
    n_unplaced_before: int
    """Rejects of which no exposure was received: in no rate, where the filter cannot see what they were."""
    n_unplaced_after: int
    n_kinds: int
    """Different procedures and views in the two periods together: above 1 a change of mix moves the medians too."""


def change(before: Scope, after: Scope, viewer: Viewer, zone: ZoneInfo) -> ChangeView:
    """Compare two periods. Both scopes filter alike and differ in `first` and `until` only; `zone` is the site's."""
    needed = minimum_n(before.band or "adult")
    first, second = _period(before), _period(after)
    is_told = sees_all(before, viewer)
    rejects = [read(scope, zone) for scope in (before, after)] if is_told else []
    return ChangeView(
        before=before,
        after=after,
        doses=_doses(first, second, needed),
        duration=_duration(first, second, needed),
        rejects=_rejects(*map(total, rejects)) if is_told else RejectChange(is_told=False),
        n_unplaced_before=rejects[0].n_unplaced if is_told else 0,
        n_unplaced_after=rejects[1].n_unplaced if is_told else 0,
        n_kinds=len(first.kinds | second.kinds),
    )


class _Key(NamedTuple):
    modality: str
    quantity: Quantity
    per: Literal["exposure", "examination"]


@dataclass(slots=True)
class _Values:
    """Values with the patient of each, and of how many they could have been."""

    values: list[float] = field(default_factory=list)
    patients: list[str] = field(default_factory=list)
    n_possible: int = 0
    n_implausible: int = 0

    def add(self, value: float, patient: str) -> None:
        self.values.append(value)
        self.patients.append(patient)


@dataclass(slots=True)
class _Period:
    """What one period holds."""

    doses: dict[_Key, _Values] = field(default_factory=lambda: defaultdict(_Values))
    minutes: _Values = field(default_factory=_Values)
    kinds: set[tuple[str | None, str | None]] = field(default_factory=set)


def _period(scope: Scope) -> _Period:
    found = _Period()
    _read_exposures(scope, found)
    _read_examinations(scope, found)
    return found


def _read_exposures(scope: Scope, found: _Period) -> None:
    query = with_examination(
        Exposure.select(
            Exposure.modality,
            name_of_exposure(),
            Exposure.view,
            fn.COALESCE(Examination.patient_key, Exposure.study_uid),
            Exposure.implausible,
            Exposure.dap_gym2,
            Exposure.agd_mgy,
            Exposure.ctdivol_mgy,
        )
    ).where(
        *of_exposures(scope),
        Exposure.modality.in_(sorted(QUANTITIES)),
        (Exposure.modality != "CT") | is_compared_scan(),
    )
    for modality, name, view, patient, implausible, *said in database.execute(query):
        found.kinds.add((name, short_view(view)))
        quantity = EXPOSURE_QUANTITY[modality]
        if modality not in PER_EXPOSURE and quantity != "CTDIvol":
            continue
        of_it = found.doses[_Key(modality, quantity, "exposure")]
        of_it.n_possible += 1
        dose = said[_COLUMNS.index(quantity)]
        if dose and dose > 0:
            if is_flagged(implausible, quantity):
                of_it.n_implausible += 1
            else:
                of_it.add(dose, patient)


def _read_examinations(scope: Scope, found: _Period) -> None:
    flagged = flagged_between(scope.first, scope.until)
    query = Examination.select(
        Examination.study_uid,
        Examination.device_id,
        Examination.modality,
        fn.COALESCE(Examination.patient_key, Examination.study_uid),
        Examination.n_exposures,
        Examination.started_at,
        Examination.ended_at,
        Examination.dap_total_gym2,
        Examination.dlp_total_mgycm,
    ).where(*of_examinations(scope), Examination.modality.in_(sorted(QUANTITIES)))
    for study, device, modality, patient, n_exposures, started, ended, dap, dlp in database.execute(query):
        found.minutes.n_possible += 1
        if n_exposures >= 2 and started and ended:
            minutes = (datetime.fromisoformat(ended) - datetime.fromisoformat(started)).total_seconds() / 60
            if minutes <= MAX_MINUTES:
                found.minutes.add(minutes, patient)
        if modality not in PER_EXPOSURE and scope.which != "rejected":
            quantity = QUANTITIES[modality][0]
            of_it = found.doses[_Key(modality, quantity, "examination")]
            of_it.n_possible += 1
            dose = dlp if quantity == "DLP" else dap
            if dose and dose > 0:
                if is_flagged(flagged.get((study, device)), quantity):
                    of_it.n_implausible += 1
                else:
                    of_it.add(dose, patient)


def _doses(first: _Period, second: _Period, needed: int) -> tuple[DoseChange, ...]:
    found = []
    for key in first.doses.keys() | second.doses.keys():
        before, after = first.doses.get(key, _Values()), second.doses.get(key, _Values())
        found.append(
            DoseChange(
                modality=key.modality,
                quantity=key.quantity,
                per=key.per,
                change=_compared(before, after, needed),
                n_before=len(before.values),
                n_after=len(after.values),
                of_before=before.n_possible,
                of_after=after.n_possible,
                n_implausible=before.n_implausible + after.n_implausible,
            )
        )
    return tuple(sorted(found, key=lambda one: (-one.of_before - one.of_after, one.modality, one.quantity)))


def _duration(first: _Period, second: _Period, needed: int) -> TimeChange:
    before, after = first.minutes, second.minutes
    return TimeChange(
        change=_compared(before, after, needed),
        n_before=len(before.values),
        n_after=len(after.values),
        of_before=before.n_possible,
        of_after=after.n_possible,
    )


def _compared(before: _Values, after: _Values, needed: int) -> Change | None:
    return compare(
        before.values,
        after.values,
        patients_before=before.patients,
        patients_after=after.patients,
        needed=needed,
    )


def _rejects(before: Figure, after: Figure) -> RejectChange:
    one, other = before.by_basis, after.by_basis
    shared = one.keys() & other.keys()
    if not shared:
        return RejectChange(is_told=True)
    basis = max(shared, key=lambda basis: (one[basis].n_exposures + other[basis].n_exposures, basis.order))
    first, second = one[basis], other[basis]
    found = compare_rates(first.n_rejects, first.n_exposures, second.n_rejects, second.n_exposures)
    return RejectChange(is_told=True, basis=basis, change=found)
