"""Where a room's denominator comes from: do all its machines report their exposures?"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from peewee import Case as If
from peewee import fn

from iqs_tui.domain.reject_rate import Source, source_of
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis.conditions import times_of
from iqs_tui.store.reading.reject_analysis.places import Place, is_clinical

_IS_COUNTED: Any = Exposure.is_counted == True  # noqa: E712 (SQL)


class RoomSource(NamedTuple):
    """What a room counts."""

    source: Source
    is_counted: bool
    """What is counted (`Exposure.is_counted`) is what the source counts: always so of events, and of images where no
    report told of any exposure. Else the images themselves are asked for."""


def source_at(scope: Scope, places: list[Place]) -> RoomSource:
    """Return the source of one room in the scope's period, whatever else the scope filters."""
    made: Counter[str] = Counter()
    counted: Counter[str] = Counter()
    for place in places:
        for device, n, n_counted in _per_machine(scope, place.condition):
            made[device] += n
            counted[device] += n_counted
    unreported: Counter[str] = Counter()
    if places:
        for device, _, n_counted in _per_machine(scope, places[0].of_room & Exposure.report_facts.is_null()):
            unreported[device] += n_counted
    source = source_of((n - unreported[device], n) for device, n in counted.items())
    return RoomSource(source, is_counted=source == "events" or +made == +counted == +unreported)


def _per_machine(scope: Scope, condition: Any) -> Iterator[tuple[str, int, int]]:  # noqa: ANN401 (a peewee condition)
    """Yield each machine with how many exposures it made, and how many of those are counted; it may come twice."""
    for when, _ in times_of(scope, Exposure, Exposure.acquired_at):
        query = (
            Exposure.select(Exposure.device_id, fn.COUNT(Exposure.device_id), fn.SUM(If(None, [(_IS_COUNTED, 1)], 0)))
            .where(condition, when, *is_clinical())
            .group_by(Exposure.device_id)
        )
        yield from database.execute(query)
