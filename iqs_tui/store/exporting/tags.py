"""Which of the attributes that the IQS needs a device fills in, counted over the images it sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from peewee import fn

from iqs_tui.domain.tags import IQS_TAGS
from iqs_tui.store.exporting.window import Window
from iqs_tui.store.models import Device, Instance


def tag_rows(window: Window) -> Iterator[dict[str, Any]]:
    """Yield one row per device and attribute: in how many of its n images it is there, and holds a usable value."""
    moment = fn.COALESCE(Instance.acquired_at, Instance.received_at)
    for device in Device.select().order_by(Device.device_id):
        query = (
            Instance.select(Instance.tags_present, Instance.tags_valid, fn.COUNT(Instance.sop_instance_uid))
            .where((Instance.device_id == device.device_id) & window.holds(moment))
            .group_by(Instance.tags_present, Instance.tags_valid)
            .tuples()
        )
        groups = [tuple(group) for group in query.iterator()]
        n = sum(count for _, _, count in groups)
        if n:
            yield from _device_rows(device.device_id, groups, n)


def _device_rows(device: str, groups: list[tuple[int, ...]], n: int) -> Iterator[dict[str, Any]]:
    for bit, tag in enumerate(IQS_TAGS):
        present = sum(count for there, _, count in groups if there >> bit & 1)
        valid = sum(count for _, usable, count in groups if usable >> bit & 1)
        yield {
            "device": device,
            "tag": f"({tag.number >> 16:04X},{tag.number & 0xFFFF:04X})",
            "keyword": tag.keyword,
            "present_pct": round(100 * present / n, 1),
            "valid_pct": round(100 * valid / n, 1),
            "n": n,
            "note": _note(present, valid, n),
        }


def _note(present: int, valid: int, n: int) -> str | None:
    """Say in words what the figures mean; None where all is well."""
    if present == 0:
        return "not in any image"
    if valid == 0:
        return "in the header, but never with a usable value"
    if valid < present:
        return f"without a usable value in {present - valid} of {n} images"
    return f"missing in {n - present} of {n} images" if present < n else None
