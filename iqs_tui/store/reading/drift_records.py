"""What drift is followed in: deviation index and dose of every exposure of the window, per local day, in one pass."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from peewee import Case as If

from iqs_tui.domain.dose import PER_EXPOSURE, QUANTITIES, short_view
from iqs_tui.domain.drift import Span
from iqs_tui.domain.drl import Quantity
from iqs_tui.domain.exposure_index import deviation_index
from iqs_tui.domain.scope import Scope
from iqs_tui.store.database import database
from iqs_tui.store.models import Examination, Exposure
from iqs_tui.store.ranges import within
from iqs_tui.store.reading.analysis import exposure_cells
from iqs_tui.store.reading.analysis.cells import is_flagged
from iqs_tui.store.reading.analysis.conditions import is_compared_scan, of_exposures_alone
from iqs_tui.store.reading.rejecting import rejects

Days = dict[date, list[float]]
_DOSE = {modality: quantity for modality, (quantity, _) in exposure_cells.COLUMNS.items()}
"""The dose that is followed per exposure; of the others only the examination's."""


class Kind(NamedTuple):
    """What makes one level: a protocol in one view on one machine."""

    room: str | None
    device_id: str
    modality: str
    name: str | None
    """The protocol, else the procedure."""
    view: str | None


@dataclass(slots=True)
class Followed:
    """The values of one kind on one detector ("" where it is not said)."""

    procedures: Counter[str] = field(default_factory=Counter)
    days: dict[str, Days] = field(default_factory=lambda: defaultdict(lambda: defaultdict(list)))
    """Per quantity: DI, DAP, CTDIvol, AGD, DLP."""
    made: Counter[date] = field(default_factory=Counter)

    def span(self) -> Span:
        """From when to when it was made, and how often."""
        return Span(min(self.made), max(self.made), self.made.total())

    def add(self, other: Followed) -> None:
        """Take over the values of another."""
        self.procedures.update(other.procedures)
        self.made.update(other.made)
        for quantity, days in other.days.items():
            for day, values in days.items():
                self.days[quantity][day] += values


@dataclass(slots=True)
class Records:
    """All that was read."""

    kinds: dict[Kind, dict[str, Followed]] = field(default_factory=lambda: defaultdict(lambda: defaultdict(Followed)))
    """Per kind, per detector."""
    versions: dict[str, dict[str, Counter[date]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(Counter))
    )
    """Per device, per Software Versions (0018,1020): exposures per day."""


def read(rooms: tuple[str, ...], first: datetime, until: datetime, zone: ZoneInfo) -> Records:
    """Read the clinical, accepted exposures of a range, and its examinations. No rooms: all of them."""
    found = Records()
    day_of = _Days(zone)
    flagged: dict[tuple[str, str], list[str]] = defaultdict(list)
    for made, gathered in _exposures(rooms, first, until, day_of).items():
        if made.is_compared:
            _add_exposures(found, made, gathered)
        if made.modality not in PER_EXPOSURE:
            for study, implausible in gathered.implausible:
                flagged[study, made.device_id].append(implausible)
    for study, device, *said in _examinations(rooms, first, until):
        _add_examination(found, device, said, ",".join(flagged.get((study, device), ())), day_of)
    return found


class _Days(dict[str, date]):
    """The local day of a moment as the database keeps it, by its first 16 characters: zones change by whole minutes."""

    def __init__(self, zone: ZoneInfo) -> None:
        super().__init__()
        self.zone = zone

    def __missing__(self, minute: str) -> date:
        day = self[minute] = datetime.fromisoformat(f"{minute}:00+00:00").astimezone(self.zone).date()
        return day


class _Made(NamedTuple):
    """What many exposures have in common."""

    room: str | None
    device_id: str
    modality: str
    procedure: str | None
    protocol: str | None
    view: str | None
    detector_id: str | None
    software_versions: str | None
    is_compared: bool


@dataclass(slots=True)
class _Gathered:
    """What they have of their own, per local day."""

    made: Counter[date] = field(default_factory=Counter)
    indices: Days = field(default_factory=lambda: defaultdict(list))
    doses: Days = field(default_factory=lambda: defaultdict(list))
    implausible: list[tuple[str, str]] = field(default_factory=list)
    """Study, and the quantities that cannot be right."""


def _exposures(rooms: tuple[str, ...], first: datetime, until: datetime, day_of: _Days) -> dict[_Made, _Gathered]:
    is_compared = (Exposure.modality != "CT") | is_compared_scan()
    dose = If(Exposure.modality, [("CT", Exposure.ctdivol_mgy), ("MG", Exposure.agd_mgy)], Exposure.dap_gym2)
    query = Exposure.select(
        *(getattr(Exposure, name) for name in _Made._fields[:8]),
        is_compared,
        Exposure.exposure_uid,
        Exposure.study_uid,
        Exposure.acquired_at,
        Exposure.deviation_index,
        Exposure.exposure_index,
        Exposure.target_exposure_index,
        dose,
        Exposure.implausible,
    ).where(
        within(Exposure.acquired_at, first, until),
        *of_exposures_alone(Scope(first=first, until=until, rooms=rooms, which="both")),
        Exposure.modality.in_(sorted(QUANTITIES)),
    )
    found: dict[tuple[Any, ...], _Gathered] = defaultdict(_Gathered)
    rejected = _rejected()
    # Hundreds of thousands of rows: as the driver gives them, without peewee's conversions, and none is kept.
    for row in database.execute(query):
        gathered = found[row[:9]]
        exposure_uid, study_uid, at, index, exposure_index, target, value, implausible = row[9:]
        if implausible:
            gathered.implausible.append((study_uid, implausible))
        if exposure_uid in rejected:
            continue
        day = day_of[at[:16]]
        gathered.made[day] += 1
        if index is None:
            index = deviation_index(exposure_index, target)
        if index is not None:
            gathered.indices[day].append(index)
        if value and value > 0 and not (implausible and is_flagged(implausible, _DOSE.get(row[2], "DAP"))):
            gathered.doses[day].append(value)
    return {_Made._make(shared): gathered for shared, gathered in found.items()}


def _rejected() -> set[str]:
    """Return the rejected exposures: looked up one by one, they take half the time of the reading."""
    return {exposure_uid for (exposure_uid,) in database.execute(rejects())}


def _add_exposures(found: Records, made: _Made, gathered: _Gathered) -> None:
    if not gathered.made:
        return
    if made.software_versions:
        found.versions[made.device_id][made.software_versions].update(gathered.made)
    quantity = _DOSE.get(made.modality)
    if quantity is None and not gathered.indices:
        return
    followed = Followed(made=gathered.made)
    if gathered.indices:
        followed.days["DI"] = gathered.indices
    if quantity and gathered.doses:
        followed.days[quantity] = gathered.doses
    if made.procedure:
        followed.procedures[made.procedure] = gathered.made.total()
    kind = Kind(made.room, made.device_id, made.modality, made.protocol or made.procedure, short_view(made.view))
    found.kinds[kind][made.detector_id or ""].add(followed)


def _examinations(rooms: tuple[str, ...], first: datetime, until: datetime) -> Iterator[tuple[Any, ...]]:
    query = Examination.select(
        Examination.study_uid,
        Examination.device_id,
        Examination.room,
        Examination.modality,
        Examination.procedure,
        Examination.protocol,
        Examination.started_at,
        Examination.dap_total_gym2,
        Examination.dlp_total_mgycm,
    ).where(
        within(Examination.started_at, first, until),
        *([Examination.room.in_(rooms)] if rooms else []),
        Examination.modality.in_(sorted(set(QUANTITIES) - PER_EXPOSURE)),
    )
    return iter(database.execute(query))


def _add_examination(found: Records, device: str, row: list[Any], implausible: str | None, day_of: _Days) -> None:
    room, modality, procedure, protocol, at, dap, dlp = row
    quantity: Quantity = "DLP" if modality == "CT" else "DAP"
    dose = dlp if quantity == "DLP" else dap
    if not dose or dose <= 0 or is_flagged(implausible, quantity):
        return
    day = day_of[at[:16]]
    followed = found.kinds[Kind(room, device, modality, protocol or procedure, None)][WHOLE]
    followed.made[day] += 1
    if procedure:
        followed.procedures[procedure] += 1
    followed.days[quantity][day].append(dose)


WHOLE = "\0"
"""In the place of a detector: the examination as a whole, which is made on none."""


def first_moment(now: datetime, zone: ZoneInfo, weeks: int) -> datetime:
    """Return the local midnight with which a window of so many weeks up to today starts."""
    day = now.astimezone(zone).date() - timedelta(days=7 * weeks - 1)
    return datetime(day.year, day.month, day.day, tzinfo=zone)
