"""The picture of an image, as it was made for the blauwe ton and for scoring."""

from dataclasses import dataclass

from iqs_tui.domain.pictures import FOR_PROCESSING, MADE
from iqs_tui.store.models import Instance, Preview


@dataclass(frozen=True, slots=True)
class Picture:
    """An 8-bit grey image, or why there is none."""

    instance_uid: str
    state: str
    """`domain.pictures`: waiting, made, failed or none."""
    why: str | None
    """Why it failed or there is none (`domain.pictures.Why`)."""
    width: int
    """In pixels, as `height`; 0 where there is none. Pixels are square."""
    height: int
    data: bytes
    """A greyscale image file (PNG or JPEG; Pillow opens both); empty unless the state is `made`."""


def picture(instance_uid: str) -> Picture | None:
    """Return the picture of an image; None for one that never gets any, such as a slice, or whose time has passed."""
    row = Preview.get_or_none(Preview.instance_uid == instance_uid)
    return None if row is None else _picture(row)


def of_exposure(exposure_uid: str) -> Picture | None:
    """Return the best picture of an exposure: one that is there, for presentation over for processing, the newest."""
    rank = (
        (Preview.state == MADE).desc(),
        Instance.sop_class_uid.in_(FOR_PROCESSING),
        Instance.is_derived,
        Instance.received_at.desc(),
    )
    row = (
        Preview.select(Preview)
        .join(Instance, on=(Instance.sop_instance_uid == Preview.instance_uid))
        .where(Instance.exposure_uid == exposure_uid)
        .order_by(*rank)
        .first()
    )
    return None if row is None else _picture(row)


def _picture(row: Preview) -> Picture:
    return Picture(
        instance_uid=row.instance_uid,
        state=row.state,
        why=row.why,
        width=row.width or 0,
        height=row.height or 0,
        data=bytes(row.picture or b""),
    )
