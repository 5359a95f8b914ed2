"""What was examined in the last 90 days, by name: the ground under the screen that maps protocols to DRN rows.

Read once, grouped by SQLite; which mapping catches what is then counted in memory (`domain.traffic`), so that it can be
counted anew at every keystroke.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from peewee import fn

from iqs_tui.domain.dose import PER_EXPOSURE, QUANTITIES, short_view
from iqs_tui.domain.traffic import Member, Progress, Stream, Unmapped, joined
from iqs_tui.domain.traffic import unmapped as unmapped_of
from iqs_tui.store import drl
from iqs_tui.store.models import Device, Examination, Exposure
from iqs_tui.store.ranges import happened_within

WINDOW = timedelta(days=90)
_PER_EXAMINATION = frozenset(QUANTITIES) - PER_EXPOSURE
_STEP = 5000


def traffic(
    now: datetime, rooms: Sequence[str] = (), progress: Progress | None = None, *, with_patients: bool = True
) -> tuple[Stream, ...]:
    """Return what was met in the window in these rooms (none named: in all), by names.

    Of projection and mammography the exposures, of the others the examinations; derived images and quality control do
    not count, rejected exposures do. `with_patients` False: nobody is counted, and there is less to read.
    """
    rows: list[Any] = []
    for query in (_exposures(now, rooms, with_patients), _examinations(now, rooms, with_patients)):
        for number, row in enumerate(query.tuples().iterator()):
            rows.append(row)
            if progress is not None and number % _STEP == 0:
                progress(len(rows), 0)
    return _streams(rows)


def unmapped(now: datetime, rooms: Sequence[str] = (), *, with_patients: bool = True) -> tuple[Unmapped, ...]:
    """Return the protocols of the window without a mapping, the most frequent first."""
    return unmapped_of(traffic(now, rooms, with_patients=with_patients), drl.book())


def _exposures(now: datetime, rooms: Sequence[str], with_patients: bool) -> Any:  # noqa: ANN401 (a query)
    is_this = (Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id)
    patient = fn.COALESCE(Examination.patient_key, Exposure.study_uid) if with_patients else None
    made_at = fn.COALESCE(Exposure.acquired_at, Exposure.received_at)
    query = _selected(Exposure, patient, Exposure.view, Exposure.thickness_mm, made_at)
    query = query.join(Examination, "LEFT JOIN", on=is_this).join(
        Device, "LEFT JOIN", on=(Device.device_id == Exposure.device_id)
    )
    return query.where(
        Exposure.modality.in_(sorted(PER_EXPOSURE)),
        happened_within(Exposure.acquired_at, Exposure.received_at, now - WINDOW, now + timedelta(days=1)),
        Exposure.is_derived == False,  # noqa: E712 (SQL)
        Exposure.is_counted == True,  # noqa: E712 (SQL)
        Exposure.is_quality_control == False,  # noqa: E712 (SQL)
        *([Exposure.room.in_(list(rooms))] if rooms else []),
    )


def _examinations(now: datetime, rooms: Sequence[str], with_patients: bool) -> Any:  # noqa: ANN401 (a query)
    patient = fn.COALESCE(Examination.patient_key, Examination.study_uid) if with_patients else None
    made_at = fn.COALESCE(Examination.started_at, Examination.received_at)
    query = _selected(Examination, patient, None, None, made_at)
    query = query.join(Device, "LEFT JOIN", on=(Device.device_id == Examination.device_id))
    return query.where(
        Examination.modality.in_(sorted(_PER_EXAMINATION)),
        happened_within(Examination.started_at, Examination.received_at, now - WINDOW, now + timedelta(days=1)),
        *([Examination.room.in_(list(rooms))] if rooms else []),
    )


def _selected(model: Any, patient: Any, view: Any, thickness: Any, made_at: Any) -> Any:  # noqa: ANN401 (peewee)
    """Select names and what a class looks at, counted per distinct combination; None stands for a column of NULL."""
    nothing = fn.NULLIF(1, 1)
    columns = [
        model.room,
        model.modality,
        model.procedure,
        model.protocol,
        Device.station_name,
        Device.ae_title,
        Examination.age_years,
        Examination.weight_kg,
    ]
    asked = [column for column in (view, thickness, patient) if column is not None]
    filled = [nothing if column is None else column for column in (view, thickness, patient)]
    query = model.select(*columns, *filled, fn.COUNT(1), fn.MAX(made_at))
    return query.group_by(*columns, *asked)


def _streams(rows: Sequence[Any]) -> tuple[Stream, ...]:
    numbers: dict[str, int] = {}
    members: dict[tuple[Any, ...], list[Member]] = {}
    newest: dict[tuple[Any, ...], str] = {}
    for *names, age, weight, view, thickness, patient, n, last in rows:
        key = (*names, view)
        number = None if patient is None else numbers.setdefault(patient, len(numbers))
        members.setdefault(key, []).append(Member(number, age, weight, thickness, n))
        at = str(last)
        if at > newest.get(key, ""):
            newest[key] = at
    return joined(_stream(key, tuple(those), newest[key]) for key, those in members.items())


def _stream(key: tuple[Any, ...], members: tuple[Member, ...], newest: str) -> Stream:
    room, modality, procedure, protocol, station, ae_title, view = key
    return Stream(
        room=room,
        modality=modality,
        procedure=procedure,
        protocol=protocol,
        view=short_view(view),
        station=station,
        ae_title=ae_title,
        newest=datetime.fromisoformat(newest),
        members=members,
    )
