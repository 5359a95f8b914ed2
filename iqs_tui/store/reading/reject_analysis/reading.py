"""Reads the exposures and cases of a scope, and counts them.

Exposures come from the index alone (`received.DOSE_COLUMNS`), room by room and modality by modality; cases are a
twentieth of them, and each is looked up with its exposure.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from zoneinfo import ZoneInfo

from iqs_tui.domain.disclosure import Kind
from iqs_tui.domain.dose import short_view
from iqs_tui.domain.reject_rate import Source
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis import conditions
from iqs_tui.store.reading.analysis.samples import Progress
from iqs_tui.store.reading.reject_analysis.case_rows import CaseReading
from iqs_tui.store.reading.reject_analysis.names import name_of
from iqs_tui.store.reading.reject_analysis.places import Place, is_clinical, only_modalities, places_of
from iqs_tui.store.reading.reject_analysis.sources import source_at
from iqs_tui.store.reading.reject_analysis.tallied import Key, Tallied
from iqs_tui.store.reading.reject_analysis.weeks_and_people import People, Weeks


def read(scope: Scope, zone: ZoneInfo, progress: Progress | None = None) -> Tallied:
    """Return the counts of a scope: its period, place, procedure, view, operators and reason; good and rejected.

    Its `band`, `size` and `which` do not matter: a rejected exposure may have nothing but its report.
    """
    weeks, people, rooms = Weeks(scope, zone), People(), places_of(scope)
    exposures: dict[Key, int] = {}
    sources: dict[str | None, Source] = {}
    for done, (room, places) in enumerate(rooms.items()):
        if progress is not None:
            progress(done, len(rooms) + 1)  # the cases are the last part
        wanted = [place for place in places if scope.modality in {None, place.modality}]
        if wanted:
            sources[room], is_counted = source_at(scope, places)
            for place in wanted:
                exposures |= _exposures(scope, place, weeks, people, is_counted=is_counted)
    cases = CaseReading(scope, weeks, people, sources, only_modalities(rooms))
    return Tallied(exposures=exposures, cases=tuple(cases.rows()), sources=sources, n_unplaced=cases.n_unplaced)


def _exposures(scope: Scope, place: Place, weeks: Weeks, people: People, *, is_counted: bool) -> Mapping[Key, int]:
    """Count the exposures of one room and modality.

    Args:
        scope: what it is of.
        place: where.
        weeks: of the period.
        people: who they are.
        is_counted: as `RoomSource` has it.
    """
    is_wanted = Exposure.is_counted == True if is_counted else Exposure.image_facts.is_null(False)  # noqa: E712 (SQL)
    exposures: dict[Key, int] = defaultdict(int)
    for when, _ in conditions.times_of(scope, Exposure, Exposure.acquired_at):
        query = Exposure.select(name_of(), Exposure.view, Exposure.operator).where(
            place.condition, is_wanted, *is_clinical(), *conditions.of_place_and_view(scope), when
        )
        sql, values = query.sql()
        for monday, *period in weeks.periods():  # those of the scope stand last, in `when`
            # Counter counts the rows of a week without a step of Python for each.
            for (name, view, operator), n in Counter(database.execute_sql(sql, [*values[:-2], *period])).items():
                kind = Kind(place.modality, name, short_view(view))
                exposures[Key(place.room, monday, kind, people.of(operator))] += n
    if scope.procedure is not None:
        wanted = scope.procedure or None
        return {key: n for key, n in exposures.items() if key.kind.procedure == wanted}
    return exposures
