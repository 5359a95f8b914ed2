"""Pictures as the node would have kept them: a chest of discs and bars, and the rows that hold it."""

from datetime import datetime, timedelta
from functools import cache
from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

from iqs_tui.store.database import database
from iqs_tui.store.models import Exposure, Instance, Preview
from tests.ui.conftest import NOW, Shelf

DX = "1.2.840.10008.5.1.4.1.1.1.1"


@cache
def radiograph(shift: int = 0, width: int = 400, height: int = 480) -> bytes:
    """A chest as PNG, 8-bit grey; `shift` moves it to the side, so that it is cut off."""
    image = Image.new("L", (width, height), 12)
    draw = ImageDraw.Draw(image)
    middle = width // 2 + shift
    draw.ellipse((middle - 170, 30, middle + 170, height + 160), fill=150)
    for side in (-1, 1):
        draw.ellipse((middle + side * 82 - 66, 90, middle + side * 82 + 66, 400), fill=48)
        for rib in range(7):
            top = 105 + 40 * rib
            box = (middle + side * 82 - 78, top, middle + side * 82 + 78, top + 70)
            draw.arc(box, 200 if side < 0 else 190, 350 if side < 0 else 340, fill=92, width=7)
    draw.rectangle((middle - 14, 20, middle + 14, height), fill=205)
    draw.ellipse((middle - 30, 230, middle + 92, 400), fill=178)
    draw.text((width - 40, 30), "R", fill=240)
    file = BytesIO()
    image.filter(ImageFilter.GaussianBlur(3)).save(file, "PNG")
    return file.getvalue()


def keep(exposure_uid: str, picture: bytes | None = None, state: str = "made", why: str | None = None) -> str:
    """An image of an exposure with its preview, made, waiting or not; without `picture` there is none."""
    exposure = Exposure.get_by_id(exposure_uid)
    instance_uid = f"{exposure_uid}.1"
    Instance.create(
        sop_instance_uid=instance_uid, sop_class_uid=DX, study_uid=exposure.study_uid, series_uid=f"{exposure_uid}.0",
        exposure_uid=exposure_uid, device_id=exposure.device_id, room=exposure.room, modality="DX", received_at=NOW,
    )  # fmt: skip
    Preview.create(
        instance_uid=instance_uid, state=state, why=why, width=400 if picture else None,
        height=480 if picture else None, picture=picture, received_at=NOW, made_at=NOW if picture else None,
    )  # fmt: skip
    return instance_uid


@database.atomic()
def a_blue_bin(shelf: Shelf, until: datetime = NOW) -> list[str]:
    """Nine rejects of three weeks, some with a picture and with what followed; return their cases, newest first."""
    before = round((NOW - until).total_seconds() / 60)
    codes = ["rotation", "cut_off.collimation", "motion.breathing", "rotation", "exposure", "other", "cut_off"]
    cases = []
    for number in range(9):
        study = shelf.study(age_years=60.0)
        code, ago = codes[number % len(codes)], before + 55 + 1440 * 2 * number
        technique = {"kvp": 125.0, "mas": 2.1 + number / 10, "exposure_index": 231.0, "target_exposure_index": 250.0}
        rejected = shelf.exposure(
            ago, "Thorax PA", study, view="PA", dap_gym2=7.9e-6, deviation_index=-0.3 - number / 10, **technique
        )
        again = shelf.exposure(
            ago - 2, "Thorax PA", study, view="PA", dap_gym2=8.1e-6, deviation_index=0.1, **technique
        )
        if number not in {2, 5}:
            keep(rejected, radiograph(90 - 30 * number))
            keep(again, radiograph())
        at: datetime = NOW - timedelta(minutes=ago)
        cases.append(
            shelf.case(
                rejected,
                state="answered",
                reason_code=code,
                reason_label=code,
                answered_by="room",
                answered_at=at,
                detected_at=at,
                procedure="X-thorax",
                detail="patiënt kon niet staan" if number == 1 else None,
            )
        )
    return cases
