"""Exposures of a dose report of which cannot be said whether an image of them came, per room.

They raise no question on the kiosk: better none than a wrong one. A room with many sends images without Irradiation
Event UID, or tells times that fit two exposures.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from peewee import SQL, fn

from iqs_tui.domain.no_image import RADIOGRAPHS
from iqs_tui.store.models import Exposure

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Unsure:
    """The exposures of one room that came in within `WINDOW`."""

    room: str | None
    n_unsure: int
    n_told: int
    """Radiographs that dose reports tell of."""
    last_at: datetime


def count(now: datetime) -> int:
    """Return how many there are in all rooms."""
    return int(_unsure(now).count())


def by_room(now: datetime) -> tuple[Unsure, ...]:
    """Return the rooms that have any, the most first."""
    columns = (Exposure.room, fn.COUNT(Exposure.exposure_uid), fn.MAX(Exposure.received_at))
    rows: Any = _unsure(now).select(*columns).group_by(Exposure.room).tuples()
    told: Any = (
        Exposure.select(Exposure.room, fn.COUNT(Exposure.exposure_uid))
        .where(
            Exposure.received_at >= now - WINDOW,
            Exposure.report_facts.is_null(False),
            Exposure.modality.in_(sorted(RADIOGRAPHS)),
        )
        .group_by(Exposure.room)
        .tuples()
    )
    n_told = dict(told)
    found = (Unsure(room, n, n_told.get(room, n), last) for room, n, last in rows)
    return tuple(sorted(found, key=lambda each: (-each.n_unsure, each.room or "")))


def _unsure(now: datetime) -> Any:  # noqa: ANN401 (a query)
    # Written out, so that SQLite sees that the index of only these holds them.
    is_unsure = Exposure.is_unsure == SQL("TRUE")
    return Exposure.select().where(is_unsure, Exposure.received_at >= now - WINDOW)
