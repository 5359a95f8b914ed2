"""Rooms and their modalities, as the index of exposures has them: each is read by itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from peewee import fn

from iqs_tui.domain.reject_rate import FLUOROSCOPY
from iqs_tui.domain.scope import Scope
from iqs_tui.store.models import Exposure
from iqs_tui.store.reading.analysis.samples import rooms_of


class Place(NamedTuple):
    """A modality in a room; either may be unknown."""

    room: str | None
    modality: str | None

    @property
    def of_room(self) -> Any:  # noqa: ANN401 (a peewee condition)
        """The condition that an exposure is of the room."""
        return _is(Exposure.room, self.room)

    @property
    def condition(self) -> Any:  # noqa: ANN401 (a peewee condition)
        """The condition that an exposure is of the room and the modality."""
        return self.of_room & _is(Exposure.modality, self.modality)


def is_clinical() -> tuple[Any, ...]:
    """Return the conditions of `domain.reject_rate.Exposed.is_clinical`."""
    return (
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        fn.COALESCE(Exposure.event_type, "") != FLUOROSCOPY,
    )


def places_of(scope: Scope) -> dict[str | None, list[Place]]:
    """Return the modalities of every room of a scope: of the index only where a next one begins is read."""
    return {room: list(_modalities(room)) for room in rooms_of(scope)}


def only_modalities(places: Mapping[str | None, Iterable[Place]]) -> dict[str | None, str]:
    """Return the modality of each room that never had another: what left nothing there was of it."""
    known = {room: {place.modality for place in found if place.modality} for room, found in places.items()}
    return {room: found.pop() for room, found in known.items() if len(found) == 1}


def _modalities(room: str | None) -> Iterator[Place]:
    here = _is(Exposure.room, room)
    if Exposure.select(Exposure.room).where(here, Exposure.modality.is_null()).exists():
        yield Place(room, None)
    modality: str | None = ""
    while modality := Exposure.select(fn.MIN(Exposure.modality)).where(here, Exposure.modality > modality).scalar():
        yield Place(room, modality)


def _is(column: Any, value: str | None) -> Any:  # noqa: ANN401 (peewee)
    return column.is_null() if value is None else column == value
