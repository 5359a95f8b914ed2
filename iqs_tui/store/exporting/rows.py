"""The rows of each export, one at a time: a year of a CT never stands in memory at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

import msgspec
from peewee import JOIN, fn

from iqs_tui.clock import utc_now
from iqs_tui.domain.cases import outcome
from iqs_tui.domain.forms import Form
from iqs_tui.store import ledger
from iqs_tui.store.exporting.columns import keys
from iqs_tui.store.exporting.tags import tag_rows
from iqs_tui.store.exporting.window import Window
from iqs_tui.store.forms import form_of
from iqs_tui.store.models import Audit, Case, Device, Examination, Exposure, Instance, Score, Task
from iqs_tui.store.models import Round as ScoringRound

Row = dict[str, Any]
_BATCH = 500
_STRENGTH = {"answered": 3, "open": 2, "expired": 2, "dismissed": 1}
"""Where an exposure has more than one case, the one that says most."""
_REJECTED = {"rejected": True, "repeated": False, "misidentified": False, "dismissed": False}
"""By `domain.cases.outcome`; what is not answered yet, or no more, is unknown."""
_DEVICE = (Device.manufacturer, Device.model, Device.station_name, Device.device_serial)


def exposure_rows(window: Window) -> Iterator[Row]:
    """Yield one row per irradiation event or acquisition; what only derived images speak of is neither."""
    moment = fn.COALESCE(Exposure.acquired_at, Exposure.received_at)
    query = (
        Exposure.select(Exposure, *_DEVICE, Exposure.modality.alias("modality"))
        .join(Device, JOIN.LEFT_OUTER, on=(Device.device_id == Exposure.device_id))
        .where(window.holds(Exposure.acquired_at, Exposure.received_at) & (Exposure.is_derived == False))  # noqa: E712 (SQL)
        .order_by(moment, Exposure.exposure_uid)
        .dicts()
    )
    for batch in _batches(query.iterator()):
        uids = [row["exposure_uid"] for row in batch]
        images, cases = _images_of(uids), _case_of(uids)
        for row in batch:
            case = cases.get(row["exposure_uid"])
            row["instance_uids"] = images[row["exposure_uid"]]
            row["acquired_at"], row["received_at"] = window.local(row["acquired_at"]), window.local(row["received_at"])
            row["is_rejected"] = False if case is None else _REJECTED.get(outcome(case["state"], case["counts_as"]))
            row["reason_code"] = None if case is None else case["reason_code"]
            row["sources"] = _sources(row)
            yield _only(row, "exposures")


def study_rows(window: Window) -> Iterator[Row]:
    """Yield one row per study and device."""
    day = Examination.study_date
    started, received = Examination.started_at, Examination.received_at
    within = (day.is_null(False) & window.holds_day(day)) | (day.is_null() & window.holds(started, received))
    query = (
        Examination.select(Examination, *_DEVICE, Examination.modality.alias("modality"))
        .join(Device, JOIN.LEFT_OUTER, on=(Device.device_id == Examination.device_id))
        .where(within)
        .order_by(fn.COALESCE(started, received), Examination.study_uid, Examination.device_id)
        .dicts()
    )
    for row in query.iterator():
        row["station_name"] = row["station_name"] or _station_of_steps(row)
        yield _only(row, "studies")


def case_rows(window: Window) -> Iterator[Row]:
    """Yield one row per retake case, with the dose of its exposure."""
    order = (Case.acquired_at, Case.exposure_uid, Case.instance_uids.cast("TEXT"), Case.case_id)
    query = (
        Case.select(Case, Exposure.dap_gym2, Exposure.dlp_mgycm, Exposure.agd_mgy)
        .join(Exposure, JOIN.LEFT_OUTER, on=(Exposure.exposure_uid == Case.exposure_uid))
        .where(window.holds(Case.detected_at), Case.state != "withdrawn")
        .order_by(Case.detected_at, *(each.asc(nulls="last") for each in order))
        .dicts()
    )
    for row in query.iterator():
        row["instance_uid"] = next(iter(row["instance_uids"] or ()), None)
        row["detected_at"], row["answered_at"] = window.local(row["detected_at"]), window.local(row["answered_at"])
        yield _only(row, "cases")


def score_rows(window: Window) -> Iterator[Row]:
    """Yield one row per criterion that was scored; `max` is the most points on its scale."""
    query = (
        Score.select(Score, Task, ScoringRound, Exposure.study_uid, Task.procedure.alias("procedure"))
        .join(Task, on=(Task.task_id == Score.task_id))
        .join(ScoringRound, on=(ScoringRound.round_id == Task.round_id))
        .join(Exposure, JOIN.LEFT_OUTER, on=(Exposure.exposure_uid == Task.exposure_uid))
        .where(window.holds(Task.scored_at))
        .order_by(Task.scored_at, Task.task_id, Score.criterion)
        .dicts()
    )
    forms: dict[str, Form] = {}
    for row in query.iterator():
        if row["round_id"] not in forms:
            forms[row["round_id"]] = form_of(row["form"], row["form_id"])
        row["scored_at"] = window.local(row["scored_at"])
        row["max"] = _most_points(forms[row["round_id"]], row["criterion"])
        yield _only(row, "scores")


def _most_points(form: Form, criterion: str) -> int | None:
    """Return the most points on a criterion's scale; None where the form that is in force no longer has it."""
    try:
        return form.scale_of(criterion).max
    except KeyError:
        return None


def idle_rows(window: Window) -> Iterator[Row]:
    """Yield the states of each device, as the ledger has them now."""
    now = utc_now()
    for device_id, first_seen in (
        Device.select(Device.device_id, Device.first_seen).order_by(Device.device_id).tuples().iterator()
    ):
        start = max(window.start, _first_moment(device_id, first_seen))
        for interval in ledger.intervals(device_id, start, min(window.end, now), now):
            row = dict(interval)
            row["from"], row["to"] = window.local(row["from"]), window.local(row["to"])
            yield _only(row, "idle")


def audit_rows(window: Window) -> Iterator[Row]:
    """Yield the audit log; `detail` is JSON text."""
    for row in Audit.select().where(window.holds(Audit.at)).order_by(Audit.seq).dicts().iterator():
        row["at"] = window.local(row["at"])
        row["detail"] = None if row["detail"] is None else msgspec.json.encode(row["detail"]).decode()
        yield _only(row, "audit")


ROWS: dict[str, Callable[[Window], Iterator[Row]]] = {
    "exposures": exposure_rows,
    "studies": study_rows,
    "cases": case_rows,
    "scores": score_rows,
    "idle": idle_rows,
    "tags": tag_rows,
    "audit": audit_rows,
}


def _first_moment(device_id: str, first_seen: datetime) -> datetime:
    """Return when a device is first known of: its images may be older than its first message."""
    acquired = Exposure.select(fn.MIN(Exposure.acquired_at)).where(Exposure.device_id == device_id).scalar()
    return min(acquired or first_seen, first_seen)


def _only(row: Row, what: str) -> Row:
    """Return the row with exactly the keys of the export; an empty text is an absent one."""
    return {key: None if row.get(key) == "" else row.get(key) for key in keys(what)}


def _station_of_steps(row: Row) -> str | None:
    """Return the station of a room that sends procedure steps only: no machine is known of it, its key is the name."""
    nameless, _, station = row["device_id"].rpartition("|")
    return station if nameless == "|" and row["device_serial"] is None else None


def _sources(row: Row) -> list[str]:
    there = {"image": row["image_facts"], "rdsr": row["report_facts"]}
    return [name for name, facts in there.items() if facts is not None]


def _images_of(exposure_uids: list[str]) -> dict[str, list[str]]:
    images = defaultdict(list)
    order = (Instance.series_uid, Instance.instance_number, Instance.sop_instance_uid)
    query = Instance.select(Instance.exposure_uid, Instance.sop_instance_uid).where(
        Instance.exposure_uid.in_(exposure_uids)
    )
    for exposure_uid, instance_uid in query.order_by(*order).tuples().iterator():
        images[exposure_uid].append(instance_uid)
    return images


def _case_of(exposure_uids: list[str]) -> dict[str, Row]:
    columns = (Case.exposure_uid, Case.state, Case.counts_as, Case.reason_code)
    found: dict[str, Row] = {}
    query = Case.select(*columns).where(Case.exposure_uid.in_(exposure_uids), Case.state != "withdrawn")
    for case in query.dicts().iterator():
        other = found.get(case["exposure_uid"])
        if other is None or _STRENGTH[case["state"]] > _STRENGTH[other["state"]]:
            found[case["exposure_uid"]] = case
    return found


def _batches(rows: Iterable[Row]) -> Iterator[list[Row]]:
    remaining = iter(rows)
    while batch := list(islice(remaining, _BATCH)):
        yield batch
