"""Studies that are looked at again once they are quiet: exposures without an image, scans whose slices still come.

A row is written in the transaction of the message that leaves such an exposure, so that a crash forgets nothing.
"""

from datetime import datetime

from iqs_tui.domain.no_image import RADIOGRAPHS
from iqs_tui.store.database import database, writing
from iqs_tui.store.models import Exposure, Settling

_AT_ONCE = 50
_WAIT_NO_MORE = "DELETE FROM settling WHERE study_uid = ?"
"""At nearly every image, and nearly always there is none."""


def wait(study_uid: str, room: str | None, due_at: datetime | None) -> None:
    """Have a study looked at by the limits of a room from a moment on; None: it waits for nothing any more."""
    if due_at is None:
        database.execute_sql(_WAIT_NO_MORE, (study_uid,))
        return
    row = Settling.get_or_none(Settling.study_uid == study_uid)
    if row is None or (row.room, row.due_at) != (room, due_at):
        Settling.replace(study_uid=study_uid, room=room, due_at=due_at).execute()


def wait_too(study_uid: str, room: str | None, due_at: datetime) -> None:
    """Have a study looked at from a moment on, where nothing else has it looked at before: what waits is seen then."""
    if Settling.get_or_none(Settling.study_uid == study_uid) is None:
        wait(study_uid, room, due_at)


def due(now: datetime) -> list[Settling]:
    """Return the studies whose moment has come, the longest waiting first."""
    query = Settling.select().where(Settling.due_at <= now)
    return list(query.order_by(Settling.due_at, Settling.study_uid).limit(_AT_ONCE))


def recover(since: datetime, now: datetime) -> int:
    """Have the studies since a moment looked at that have exposures without an image and do not wait yet.

    A node of an earlier version did not put them down. Return how many there are.
    """
    without_image = (
        Exposure.select(Exposure.study_uid, Exposure.room)
        .where(
            Exposure.received_at >= since,
            Exposure.report_facts.is_null(False),
            Exposure.image_facts.is_null(),
            Exposure.modality.in_(sorted(RADIOGRAPHS)),
        )
        .order_by(Exposure.study_uid, Exposure.room)
    )
    rooms = {row.study_uid: row.room for row in without_image}
    with writing():
        for study_uid, room in rooms.items():
            Settling.insert(study_uid=study_uid, room=room, due_at=now).on_conflict_ignore().execute()
    return len(rooms)
