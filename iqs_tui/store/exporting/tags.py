"""Which of the attributes that the IQS needs a device fills in, counted over the images it sent."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from typing import Any

from peewee import fn

from iqs_tui.domain.tags import IQS_TAGS
from iqs_tui.store.exporting.window import Window
from iqs_tui.store.models import Instance


def tag_rows(window: Window) -> Iterator[dict[str, Any]]:
    """Yield one row per device and attribute: in how many of its n images it is there, and holds a usable value.

    The images are read once, for all devices together: they are the largest table.
    """
    kinds = (Instance.device_id, Instance.tags_present, Instance.tags_valid)
    query: Any = (
        Instance.select(*kinds, fn.COUNT(Instance.sop_instance_uid))
        .where(window.holds(Instance.acquired_at, Instance.received_at))
        .group_by(*kinds)
        .order_by(Instance.device_id)
        .tuples()
    )
    for device, groups in groupby(query.iterator(), key=itemgetter(0)):
        yield from _device_rows(device, [(present, valid, count) for _, present, valid, count in groups])


def _device_rows(device: str, groups: list[tuple[int, int, int]]) -> Iterator[dict[str, Any]]:
    n = sum(count for _, _, count in groups)
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
