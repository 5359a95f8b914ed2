"""Keeps what is known of the machines: names, version and room, as their own images say rather than reports or routers.

Of what is said on one day the alphabetically first stays, a later day goes before an earlier one: so a new name or
software version is followed, and the order in which messages come is nothing.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from iqs_tui.domain.records import Device, Sender
from iqs_tui.store.models import Device as DeviceRow

_SEEN_EVERY_S = 10


def meet(
    device: Device, modality: str | None, sender: Sender, at: datetime, *, day: date | None, is_image: bool
) -> None:
    """Keep that a machine was met, and what a message of it says.

    Args:
        device: the machine, as the message names it.
        modality: of the message.
        sender: who sent it: an image comes from the machine's own room, a report may come from elsewhere.
        at: now.
        day: the day of the study.
        is_image: it is an image, and no report.
    """
    row = DeviceRow.whole(DeviceRow.device_id == device.key).first()
    said = _said(device, modality, sender, day, is_image=is_image)
    if row is None:
        values = {name: value for name, (_, value) in said.items()}
        DeviceRow.insert(device_id=device.key, said=said, first_seen=at, last_seen=at, **values).execute()
        return
    joined = _joined(_known(row), said)
    is_seen_long_ago = (at - row.last_seen).total_seconds() > _SEEN_EVERY_S
    if joined != row.said or is_seen_long_ago:
        values = {name: value for name, (_, value) in joined.items()}
        DeviceRow.update(last_seen=max(at, row.last_seen), said=joined, **values).where(
            DeviceRow.device_id == device.key
        ).execute()


def _said(
    device: Device, modality: str | None, sender: Sender, day: date | None, *, is_image: bool
) -> dict[str, list[str]]:
    of_day = f"{int(is_image)} {day.isoformat() if day else ''}"
    told: dict[str, Any] = asdict(device) | {"room": sender.room}
    said = {name: [of_day, value] for name, value in told.items() if value is not None}
    return said | ({"modality": [f"{int(is_image)}", modality]} if modality else {})


def _known(row: DeviceRow) -> dict[str, list[str]]:
    """Return what was said of a machine; a row of an older version gives way to everything."""
    if row.said is not None:
        return dict(row.said)
    names = (
        "manufacturer",
        "model",
        "station_name",
        "device_serial",
        "software_versions",
        "ae_title",
        "modality",
        "room",
    )
    return {name: ["", value] for name in names if (value := getattr(row, name)) is not None}


def _joined(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, list[str]]:
    joined = dict(one)
    for name, (rank, value) in other.items():
        known = joined.get(name)
        if known is None or rank > known[0] or (rank == known[0] and value < known[1]):
            joined[name] = [rank, value]
    return joined
