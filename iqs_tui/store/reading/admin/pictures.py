"""How many pictures and whole objects there are, how large, and how old."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.domain.pictures import FAILED, MADE, WAITING
from iqs_tui.store.models import KeptObject, Preview


@dataclass(frozen=True, slots=True)
class PictureFigures:
    """Pictures and objects as they are kept now."""

    n_made: int
    made_bytes: int
    oldest_at: datetime | None
    """When the image of the oldest picture came in."""
    n_waiting: int
    n_failed: int
    n_objects: int
    object_bytes: int
    oldest_object_at: datetime | None


def picture_figures() -> PictureFigures:
    """Return how it stands with pictures and objects."""
    n_made, made_bytes, oldest_at = _figures(Preview, Preview.state == MADE, fn.LENGTH(Preview.picture))
    n_objects, object_bytes, oldest_object_at = _figures(
        KeptObject, KeptObject.path.is_null(False), KeptObject.size_bytes
    )
    return PictureFigures(
        n_made=n_made,
        made_bytes=made_bytes,
        oldest_at=oldest_at,
        n_waiting=Preview.select().where(Preview.state == WAITING).count(),
        n_failed=Preview.select().where(Preview.state == FAILED).count(),
        n_objects=n_objects,
        object_bytes=object_bytes,
        oldest_object_at=oldest_object_at,
    )


def _figures(model: Any, condition: Any, size: Any) -> tuple[int, int, datetime | None]:  # noqa: ANN401 (peewee)
    rows = model.select().where(condition)
    n, total = rows.select(fn.COUNT(model.instance_uid), fn.COALESCE(fn.SUM(size), 0)).tuples().first()
    return int(n), int(total), rows.select(fn.MIN(model.received_at)).scalar()
