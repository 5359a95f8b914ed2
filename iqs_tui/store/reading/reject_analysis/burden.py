"""What rejects cost: examinations with more than one, dose, and time."""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from iqs_tui.domain.dose import short_view
from iqs_tui.domain.modalities import family_of
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson
from iqs_tui.domain.scope import Scope
from iqs_tui.domain.time_lost import gap_s
from iqs_tui.store.database import database
from iqs_tui.store.models import Case, Examination, Exposure
from iqs_tui.store.reading.analysis import conditions
from iqs_tui.store.reading.analysis.rejects import reject_share
from iqs_tui.store.reading.analysis.samples import rooms_of
from iqs_tui.store.reading.reject_analysis.case_rows import may_be_of
from iqs_tui.store.reading.reject_analysis.figures import Analysis, Burden, Multiples, TimeLost
from iqs_tui.store.reading.reject_analysis.names import name_of
from iqs_tui.store.reading.reject_analysis.places import is_clinical
from iqs_tui.store.reading.reject_analysis.showing import sees_all
from iqs_tui.store.reading.reject_analysis.tallied import CaseRow
from iqs_tui.store.reading.rejecting import is_answered_reject, is_reject


def burden_of(found: Analysis) -> Burden:
    """Return what the rejects of an analysis cost.

    Examinations and doses are read by the scope, not by the pieces of `domain.disclosure`: a viewer from whom a part
    of the scope is withheld, or who filters on less than whole rooms, is not told them. Doses are of all reasons: of a
    scope of one reason there are none.
    """
    rejects = [case for case in found.tallied.cases if case.is_reject]
    if not _is_whole(found):
        return Burden(multiples=None, doses=None, time=_time_lost(found.scope, rejects))
    doses = None if found.scope.reason else reject_share(found.scope)
    return Burden(multiples=_multiples(found, rejects), doses=doses, time=_time_lost(found.scope, rejects))


def _is_whole(found: Analysis) -> bool:
    scope = found.scope
    is_filtered = scope.modality is not None or scope.procedure is not None or scope.view is not None
    return sees_all(scope, found.viewer) or not (is_filtered or found.withheld.n_room_weeks)


def _multiples(found: Analysis, rejects: Sequence[CaseRow]) -> tuple[Multiples, ...]:
    """Return a figure for each family that has rejects, in the order of the rates."""
    of_study: dict[str | None, Counter[str]] = defaultdict(Counter)
    for case in rejects:
        if case.study_uid:
            of_study[found.tallied.basis(case.key).family][case.study_uid] += 1
    examined = _examined(found.scope)
    families = dict.fromkeys(rate.basis.family for rate in found.figure.rates)
    return tuple(_multiple(family, of_study[family], examined[family]) for family in families if family in of_study)


def _multiple(family: str | None, of_study: Counter[str], examined: set[str]) -> Multiples:
    n = max(len(examined), len(of_study))
    n_with_more = sum(found >= 2 for found in of_study.values())
    low, high = wilson(n_with_more, n) if n >= MIN_FOR_RATE else (None, None)
    return Multiples(family=family, n_examinations=n, n_with=len(of_study), n_with_more=n_with_more, low=low, high=high)


def _examined(scope: Scope) -> dict[str | None, set[str]]:
    """Return the studies of a scope by family: each room by itself, as the index of examinations has them."""
    studies: dict[str | None, set[str]] = defaultdict(set)
    wanted = conditions.of_examinations_at_any_time(scope)
    for room in rooms_of(scope):
        is_here = Examination.room.is_null() if room is None else Examination.room == room
        for when, _ in conditions.times_of(scope, Examination, Examination.started_at):
            query = Examination.select(Examination.study_uid, Examination.modality).where(is_here, when, *wanted)
            for study, modality in database.execute(query):
                studies[modality and family_of(modality)].add(study)
    return studies


class _View(NamedTuple):
    """What a retake has in common with its reject."""

    study_uid: str
    name: str | None
    view: str | None
    laterality: str | None


def _time_lost(scope: Scope, rejects: Sequence[CaseRow]) -> TimeLost:
    accepted = _accepted(scope) if rejects else {}
    gaps = [
        gap
        for case in rejects
        if case.study_uid
        and case.at
        and (gap := gap_s(datetime.fromisoformat(case.at), accepted.get(_view_of(case), ()))) is not None
    ]
    return TimeLost(
        n_rejects=len(rejects),
        n=len(gaps),
        median_s=statistics.median(gaps) if gaps else None,
        total_s=sum(gaps),
    )


def _view_of(case: CaseRow) -> _View:
    return _View(case.study_uid or "", case.kind.procedure, case.kind.view, case.laterality)


def _accepted(scope: Scope) -> dict[_View, list[datetime]]:
    """Return when the accepted exposures of studies with rejects were made, in ascending order, by their view."""
    found: dict[_View, list[datetime]] = defaultdict(list)
    with_rejects = Case.select(Case.study_uid).where(is_answered_reject(), *may_be_of(scope))
    query = Exposure.select(
        Exposure.study_uid, name_of(), Exposure.view, Exposure.laterality, Exposure.acquired_at
    ).where(Exposure.study_uid.in_(with_rejects), Exposure.acquired_at.is_null(False), *is_clinical(), ~is_reject())
    for study, name, view, laterality, at in database.execute(query):
        found[_View(study, name, short_view(view), laterality)].append(datetime.fromisoformat(at))
    for moments in found.values():
        moments.sort()
    return found
