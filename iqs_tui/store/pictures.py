"""Pictures and the objects that they are made of: taken in, made, and forgotten when their time has passed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from iqs_tui.domain.pictures import BUSY, CRASH, FAILED, LOST, MADE, NONE, TIME, WAITING, WRITE, PictureSource, Why
from iqs_tui.store import audit, objects, worth_keeping
from iqs_tui.store.database import writing
from iqs_tui.store.models import Case, Instance, KeptObject, Preview

_PASSING = frozenset({BUSY, WRITE, LOST, TIME, CRASH})
"""Why a picture may be made after all, when its image is sent again."""
_BATCH = 200
"""How many pictures are deleted in one transaction: receiving waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureRetention:
    """How long pictures and objects are kept."""

    picture: timedelta
    reject_picture: timedelta
    """Of rejected images, and of what took their place."""
    object: timedelta
    undecided: timedelta
    """How long an object waits for the decision on its image."""
    keeping_rooms: frozenset[str]
    """The rooms that keep rejected objects."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """An object whose picture is to be made."""

    instance_uid: str
    room: str | None
    path: str
    """Relative to the folder of the database."""


def take_in(instance_uid: str, room: str, source: PictureSource, at: datetime) -> Why | None:
    """Keep what a picture can be made of, or why there will be none; return why it could not be written.

    The same image again changes nothing, unless it brings a second chance.
    """
    known = Preview.get_or_none(Preview.instance_uid == instance_uid)
    if known is not None and (source.why is not None or known.why not in _PASSING):
        return None
    if source.why is not None:
        _note(instance_uid, NONE, source.why, at)
        return None
    try:
        path, size = objects.write(instance_uid, source.pieces)
    except OSError:
        _note(instance_uid, FAILED, WRITE, at)
        return WRITE
    with writing():
        KeptObject.replace(instance_uid=instance_uid, path=path, size_bytes=size, room=room, received_at=at).execute()
        Preview.replace(instance_uid=instance_uid, state=WAITING, received_at=at).execute()
    return None


def next_waiting(at: datetime) -> Waiting | None:
    """Return the object whose picture is made next; one whose file is gone is noted as lost.

    The studies of cases go first: somebody stands before the question, or lays its images side by side. Of those, and
    of the others after them, the newest.
    """
    while (row := _first_waiting()) is not None:
        kept = KeptObject.get_or_none(KeptObject.instance_uid == row.instance_uid)
        if kept is not None and objects.place(kept.path).is_file():
            return Waiting(row.instance_uid, kept.room, kept.path)
        failed(row.instance_uid, LOST, at)
    return None


def made(waiting: Waiting, width: int, height: int, picture: bytes, at: datetime) -> None:
    """Keep a picture: an 8-bit grey image file of so many pixels."""
    Preview.update(state=MADE, why=None, width=width, height=height, picture=picture, made_at=at).where(
        Preview.instance_uid == waiting.instance_uid
    ).execute()


def failed(instance_uid: str, why: Why, at: datetime) -> None:
    """Note that a picture could not be made."""
    Preview.update(state=FAILED, why=why, made_at=at).where(Preview.instance_uid == instance_uid).execute()


def let_go(instance_uid: str) -> None:
    """Delete an object."""
    _remove_objects(KeptObject.instance_uid == instance_uid)


def clean_up(at: datetime) -> dict[str, int]:
    """Delete files that no row tells of, and let go of rows whose file is gone; return how many of each.

    Call it before anything is received: a file is written just before its row.
    """
    files, rows = objects.found(), {row.path: row.instance_uid for row in KeptObject.select()}
    stray, lost = [path for path in files if path not in rows], [rows[path] for path in rows if path not in files]
    objects.remove(stray)
    with writing():
        for instance_uid in lost:
            KeptObject.delete().where(KeptObject.instance_uid == instance_uid).execute()
            Preview.update(state=FAILED, why=LOST, made_at=at).where(
                Preview.instance_uid == instance_uid, Preview.state == WAITING
            ).execute()
        return _audited({"stray_objects": len(stray), "lost_objects": len(lost)}, at)


def forget(at: datetime, kept: PictureRetention) -> dict[str, int]:
    """Delete pictures and objects whose time has passed; return how many of each. What was deleted is audited."""
    n_objects = _remove_objects(_is_past_object(at, kept))
    n_pictures = 0
    while batch := [row.instance_uid for row in _past_pictures(at, kept).limit(_BATCH)]:
        with writing():
            n_pictures += Preview.delete().where(Preview.instance_uid.in_(batch)).execute()
        n_objects += _remove_objects(KeptObject.instance_uid.in_(batch))
    with writing():
        return _audited({"pictures": n_pictures, "objects": n_objects}, at)


def _first_waiting() -> Preview | None:
    waiting = Preview.select(Preview.instance_uid).where(Preview.state == WAITING).order_by(Preview.received_at.desc())
    asked_about = (
        waiting.join(Instance, on=(Instance.sop_instance_uid == Preview.instance_uid))
        .join(Case, on=(Case.study_uid == Instance.study_uid))
        .where(Case.state.in_(("open", "answered")))
    )
    return asked_about.first() or waiting.first()


def _note(instance_uid: str, state: str, why: Why, at: datetime) -> None:
    Preview.replace(instance_uid=instance_uid, state=state, why=why, received_at=at).execute()


def _past_pictures(at: datetime, kept: PictureRetention) -> Any:  # noqa: ANN401 (a peewee query)
    is_longer = _is_of(worth_keeping.is_rejected()) & (Preview.received_at >= at - kept.reject_picture)
    is_past = (Preview.received_at < at - kept.picture) & ~is_longer & ~_is_of(worth_keeping.is_in_lesson())
    return Preview.select(Preview.instance_uid).where(is_past)


def _is_of(condition: Any) -> Any:  # noqa: ANN401 (peewee expressions)
    """Return the condition that a picture shows what these cases are about, or what took its place."""
    about, after = worth_keeping.of_cases(condition), worth_keeping.after_cases(condition)
    images = Instance.select(Instance.sop_instance_uid)
    return Preview.instance_uid.in_(images.where(Instance.exposure_uid.in_(about) | Instance.exposure_uid.in_(after)))


def _is_past_object(at: datetime, kept: PictureRetention) -> Any:  # noqa: ANN401 (a peewee expression)
    """Return the condition that an object need not be kept: too old, of a room that keeps none, or not rejected."""
    decided_on = worth_keeping.of_cases(worth_keeping.is_rejected() | worth_keeping.is_undecided())
    wanted = Instance.select(Instance.sop_instance_uid).where(Instance.exposure_uid.in_(decided_on))
    waiting = Preview.select(Preview.instance_uid).where(Preview.state == WAITING)
    is_good = (KeptObject.received_at < at - kept.undecided) & KeptObject.instance_uid.not_in(wanted)
    is_elsewhere = KeptObject.room.is_null() | KeptObject.room.not_in(kept.keeping_rooms)
    is_done = KeptObject.instance_uid.not_in(waiting)
    return (KeptObject.received_at < at - kept.object) | (is_done & (is_elsewhere | is_good))


def _remove_objects(condition: Any) -> int:  # noqa: ANN401 (a peewee expression)
    """Delete the rows, then the files: a file that is left over is found at the next start."""
    rows = list(KeptObject.select().where(condition))
    for start in range(0, len(rows), _BATCH):
        batch = rows[start : start + _BATCH]
        with writing():
            KeptObject.delete().where(KeptObject.instance_uid.in_([row.instance_uid for row in batch])).execute()
        objects.remove(row.path for row in batch)
    return len(rows)


def _audited(counts: dict[str, int], at: datetime) -> dict[str, int]:
    gone = {name: count for name, count in counts.items() if count}
    if gone:
        audit.append("node", "retention", None, gone, at)
    return counts
