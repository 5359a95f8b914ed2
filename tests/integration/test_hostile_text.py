"""Names that try to steer a terminal, from a real sender to a real kiosk: text they are, and text they stay."""

from datetime import datetime, timedelta
from pathlib import Path

import pydicom
import pytest
from pydicom.uid import generate_uid

from tests.integration.modality import dx_image, rejection_note
from tests.integration.processes import Kiosk, Node, store

STEERING = "Jan\x1b]52;c;aGFja2Vk\x07\x1b[2J\x9b31m[@click=app.quit]X[/] \u202eevil\u202c 漢字😀"
NAMES = {"steering": STEERING, "endless": "N" * 10_240, "wide": "漢字" * 60}
TAGS = ("OperatorsName", "StudyDescription", "ProtocolName", "SeriesDescription", "Manufacturer", "StationName")
FORBIDDEN = (b"\x1b]52", "\x9b".encode(), "\u202e".encode())
SCREENS = {"m": "Welke opname", "b": "Blauwe ton", "d": "goede opnamen", "c": "Van nieuw naar oud"}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("size", [(120, 36), (80, 24)], ids=["120x36", "80x24"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_reaches_no_terminal_raw(tmp_path: Path, peer, name: str, size: tuple[int, int]):
    sender = peer("storescu")
    with Node(tmp_path / "node") as node:
        with Kiosk("--config", str(node.config), columns=size[0], rows=size[1]) as kiosk:
            kiosk.wait_for("Kamer 1")
            store(node.port, *_rejected(tmp_path, NAMES[name]), sender=sender)
            shown = kiosk.wait_for("Waarom is deze opname afgekeurd?")
            kiosk.press("\x1b")
            shown += kiosk.wait_for("Reden geven")
            for key, words in SCREENS.items():
                kiosk.press(key)
                shown += kiosk.wait_for(words)
                kiosk.press("\x1b")
                kiosk.wait_for("Reden geven")
            assert kiosk.child.isalive()
        for sequence in FORBIDDEN:
            assert sequence not in kiosk.raw
        if name == "steering":
            assert "[@click=app.quit]" in shown


def _rejected(folder: Path, name: str) -> tuple[Path, Path]:
    study_uid, at = generate_uid(), datetime.now() - timedelta(minutes=1)  # noqa: DTZ005 (a modality's own clock)
    image = dx_image(folder / "dicom", study_uid=study_uid, at=at)
    note = rejection_note(folder / "dicom", study_uid=study_uid, images=[image], at=at)
    dataset = pydicom.dcmread(image)
    dataset.SpecificCharacterSet = "ISO_IR 192"
    for tag in TAGS:
        setattr(dataset, tag, name)
    dataset.save_as(image)
    return image, note
