"""Changes that the data show by themselves, so that a person can pick one: and the periods around it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from peewee import fn

from iqs_tui.domain.dose import QUANTITIES, short_view
from iqs_tui.domain.drift import RENAME_GAP, Span, chains, resets_of
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Device, Exposure
from iqs_tui.store.ranges import within
from iqs_tui.store.reading.analysis.conditions import of_exposures_alone

LOOK_BACK = timedelta(days=365)

ChangeKind = Literal["software", "detector", "protocol"]
_Spans = dict[str, Span]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeMoment:
    """New software, another detector, or a protocol under a new name."""

    day: date
    """The first day, in the site's zone, on which the new one was seen."""
    kind: ChangeKind
    room: str | None
    device_id: str
    device: str
    """Maker, model and station as people know them."""
    old: str
    new: str


def suggested_changes(room: str | None, now: datetime, zone: ZoneInfo) -> tuple[ChangeMoment, ...]:
    """Return the changes seen in a room (None: all rooms) in the last year, the newest first."""
    scope = Scope(first=now - LOOK_BACK, until=now, rooms=(room,) if room else ())
    found = set(_moments(_seen(scope), zone, device_names()))
    return tuple(
        sorted(found, key=lambda one: (-one.day.toordinal(), one.room or "", one.device_id, one.kind, one.old, one.new))
    )


def periods(scope: Scope, day: date, now: datetime, zone: ZoneInfo, days: int = 90) -> tuple[Scope, Scope] | None:
    """Return the scope before and after a day, equally long and at most `days`, without that day itself.

    None where the day is not over yet.
    """
    n = min(days, (now.astimezone(zone).date() - day).days)
    if n < 1:
        return None
    before = replace(scope, first=_midnight(day, -n, zone), until=_midnight(day, 0, zone))
    after = replace(scope, first=_midnight(day, 1, zone), until=_midnight(day, 1 + n, zone))
    return before, after


def device_names() -> dict[str, str]:
    """Return by key what people know a device by: its maker, model and station."""
    rows: Any = Device.select(Device.device_id, Device.manufacturer, Device.model, Device.station_name).tuples()
    return {device: " ".join(part for part in said if part) or device for device, *said in rows}


def _midnight(day: date, later: int, zone: ZoneInfo) -> datetime:
    return datetime.combine(day + timedelta(days=later), time(), zone).astimezone(UTC)


def _seen(scope: Scope) -> Any:  # noqa: ANN401 (rows)
    columns = (
        Exposure.room,
        Exposure.device_id,
        Exposure.procedure,
        Exposure.protocol,
        Exposure.view,
        Exposure.detector_id,
        Exposure.software_versions,
    )
    at = Exposure.acquired_at
    query = (
        Exposure.select(*columns, fn.MIN(at), fn.MAX(at), fn.COUNT(Exposure.exposure_uid))
        .where(
            within(at, scope.first, scope.until),
            *of_exposures_alone(replace(scope, which="both")),
            Exposure.modality.in_(sorted(QUANTITIES)),
        )
        .group_by(*columns)
    )
    return database.execute(query)


def _moments(rows: Any, zone: ZoneInfo, names: dict[str, str]) -> Iterator[ChangeMoment]:  # noqa: ANN401 (rows)
    found: dict[tuple[ChangeKind, str, str | None, str | None], _Spans] = defaultdict(dict)
    rooms: dict[str, str | None] = {}
    for room, device, procedure, protocol, view, detector, version, first, last, n in rows:
        rooms[device] = max(rooms.get(device) or "", room or "") or None
        span = Span(_day(first, zone), _day(last, zone), n)
        if version:
            _widen(found["software", device, None, None], version, span)
        if detector:
            _widen(found["detector", device, None, None], detector, span)
        if procedure and protocol:
            _widen(found["protocol", device, procedure, short_view(view)], protocol, span)
    for (kind, device, _, _), spans in found.items():
        for chain in chains(spans, RENAME_GAP if kind == "protocol" else None):
            for reset in resets_of(chain, spans, kind):
                yield ChangeMoment(
                    day=reset.day,
                    kind=kind,
                    room=rooms[device],
                    device_id=device,
                    device=names.get(device, device),
                    old=reset.old,
                    new=reset.new,
                )


def _widen(spans: _Spans, name: str, span: Span) -> None:
    known = spans.get(name, span._replace(n=0))
    spans[name] = Span(min(known.first, span.first), max(known.last, span.last), known.n + span.n)


def _day(text: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(text).astimezone(zone).date()
