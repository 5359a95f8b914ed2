"""The scanner's ledger from what was received: evidence out of the tables, states by `domain.scanner`.

Nothing of it is kept: it is made again from the records each time, so that late images correct it by themselves.
"""

from datetime import datetime
from typing import Any

from iqs_tui.domain.power import PowerProfile, energy_of
from iqs_tui.domain.scanner import build_ledger
from iqs_tui.domain.scanner_evidence import (
    REACH,
    Acquisition,
    Association,
    Evidence,
    StateInterval,
    Step,
    thresholds,
)
from iqs_tui.store import power
from iqs_tui.store.models import AssociationLog, Device, Examination, Exposure
from iqs_tui.store.models import Step as StepRow

_Row = dict[str, Any]


def intervals(where: str | None, start: datetime, end: datetime, now: datetime) -> list[_Row]:
    """Return the states of a device (its id), of a room's devices, or of all (None), as records of `export idle`.

    kWh are None where the state is unknown or nothing is known of the modality's power.
    """
    known = Device.select().order_by(Device.device_id)
    if where is not None:
        known = known.where((Device.device_id == where) | (Device.room == where))
    return [row for device in known for row in _rows(device, start, end, now)]


def newest_device(room: str) -> Device | None:
    """Return the device of a room that was heard last."""
    return Device.select().where(Device.room == room).order_by(Device.last_seen.desc()).first()


def n_devices(room: str) -> int:
    """Return how many devices were heard in a room."""
    return int(Device.select().where(Device.room == room).count())


def ledger_of(
    device: Device, start: datetime, end: datetime, now: datetime
) -> tuple[tuple[StateInterval, ...], Evidence]:
    """Return a device's states in a range, and the evidence they rest on."""
    evidence = evidence_of(device, start, end)
    return build_ledger(evidence, thresholds(device.modality), start, end, now), evidence


def evidence_of(device: Device, start: datetime, end: datetime) -> Evidence:
    """Return what was received of a device in and around a range."""
    start, end = start - REACH, end + REACH
    return Evidence(
        acquisitions=_acquisitions(device, start, end),
        associations=_associations(device, start, end),
        steps=_steps(device, start, end),
    )


def _acquisitions(device: Device, start: datetime, end: datetime) -> tuple[Acquisition, ...]:
    """A clock that runs ahead makes acquisitions that are later than their receipt: those count at their receipt."""
    is_in_time = (Exposure.acquired_at <= end) | (Exposure.received_at <= end)
    rows: Any = (
        Exposure.select(
            Exposure.exposure_uid,
            Exposure.acquired_at,
            Exposure.received_at,
            Exposure.study_uid,
            Examination.patient_key,
        )
        .join(
            Examination,
            "LEFT JOIN",
            on=(Examination.study_uid == Exposure.study_uid) & (Examination.device_id == Exposure.device_id),
        )
        .where(
            Exposure.device_id == device.device_id,
            Exposure.acquired_at >= start,
            is_in_time,
            Exposure.is_derived == False,  # noqa: E712 (SQL)
        )
        .tuples()
    )
    return tuple(
        Acquisition(uid=uid, at=at, received_at=received_at, group=patient or study, study_uid=study)
        for uid, at, received_at, study, patient in rows
    )


def _associations(device: Device, start: datetime, end: datetime) -> tuple[Association, ...]:
    """The device's own; those that brought no object (C-ECHO, MPPS, still open) by its AE title."""
    is_own = AssociationLog.device_id == device.device_id
    if device.ae_title:
        is_own |= AssociationLog.device_id.is_null() & (AssociationLog.ae_title == device.ae_title)
    rows = AssociationLog.select().where(
        is_own, AssociationLog.room == device.room, AssociationLog.opened_at.between(start, end)
    )
    return tuple(Association(opened_at=row.opened_at, closed_at=row.closed_at) for row in rows)


def _steps(device: Device, start: datetime, end: datetime) -> tuple[Step, ...]:
    """The device's own, and those of its room and modality: an MPPS often names no serial number."""
    is_own = StepRow.device_id == device.device_id
    if device.room and device.modality:
        is_own |= (StepRow.room == device.room) & (StepRow.modality == device.modality)
    rows = StepRow.select().where(is_own, StepRow.received_at.between(start, end))
    return tuple(_step(row) for row in rows)


def _step(row: StepRow) -> Step:
    started_at = row.started_at or row.received_at
    is_over = row.status in {"COMPLETED", "DISCONTINUED"}
    return Step(
        uid=row.step_uid,
        started_at=started_at,
        ended_at=row.ended_at or (started_at if is_over else None),
        study_uid=row.study_uid,
    )


def _rows(device: Device, start: datetime, end: datetime, now: datetime) -> list[_Row]:
    profile = power.profile(device.modality)
    found, _ = ledger_of(device, start, end, now)
    return [
        {
            "device": device.device_id,
            "state": interval.state,
            "from": interval.start,
            "to": interval.end,
            "evidence": list(interval.evidence),
            "confidence": interval.confidence,
            **_energy(interval, profile),
        }
        for interval in found
    ]


def _energy(interval: StateInterval, profile: PowerProfile | None) -> _Row:
    spent = energy_of(interval, profile)
    if profile is None or spent is None:
        return {"kwh_low": None, "kwh": None, "kwh_high": None, "tier": None}
    return {
        "kwh_low": round(spent.low, 3),
        "kwh": round(spent.central, 3),
        "kwh_high": round(spent.high, 3),
        "tier": profile.tier,
    }
