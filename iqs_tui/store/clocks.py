"""What the studies of a machine taught of the clock of its dose reports against that of its images.

One sample per study, of the latest studies: what is learned does not depend on the order in which they came.
"""

from datetime import datetime
from typing import Any

from iqs_tui.domain.event_matching import LEAST_STUDIES, Clock, clock_of
from iqs_tui.store.models import DeviceClock

_KEPT = 30


def learned(device_id: str, *, besides: str) -> Clock | None:
    """Return the clock that the other studies of a machine agree on."""
    samples = _samples(device_id)
    return clock_of((offset for study, (_, offset) in samples.items() if study != besides), least=LEAST_STUDIES)


def learn(device_id: str, study_uid: str, when: datetime, offset_s: float | None, now: datetime) -> None:
    """Keep what one study tells: its report's clock is so far ahead of its images' clock; None: it tells nothing."""
    before = _samples(device_id)
    after = {study: sample for study, sample in before.items() if study != study_uid}
    if offset_s is not None:
        after[study_uid] = [when.isoformat(), round(offset_s, 1)]
    latest = sorted(after.items(), key=lambda each: (each[1][0], each[0]))[-_KEPT:]
    if dict(latest) == before:
        return
    values = {DeviceClock.samples: dict(latest), DeviceClock.updated_at: now}
    DeviceClock.insert({DeviceClock.device_id: device_id, **values}).on_conflict(
        conflict_target=[DeviceClock.device_id], update=values
    ).execute()


def _samples(device_id: str) -> dict[str, list[Any]]:
    row = DeviceClock.get_or_none(DeviceClock.device_id == device_id)
    return {} if row is None else dict(row.samples)
