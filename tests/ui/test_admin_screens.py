from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from iqs_tui.config import Central, Config, Modality, Room
from iqs_tui.store.reading.admin import home as reading
from iqs_tui.ui.app import IqsApp
from tests.ui.admin_department import DISK, fill
from tests.ui.conftest import SMALL, WIDE, Shelf, StillClock, changed


def department_config(config: Config, **kiosk: Any) -> Config:
    """Two rooms, three modalities and a central server."""
    rooms = (Room(id="kamer-1", name="Kamer 1"), Room(id="kamer-2", name="CT achter"))
    modalities = (
        Modality(ae_title="DX_BUCKY_1", host="10.0.3.17", port=104, room="kamer-1", kind="DX"),
        Modality(ae_title="CT_ACHTER", room="kamer-2", kind="CT"),
        Modality(ae_title="MAMMO", host="10.0.3.55", port=104, room="kamer-1", kind="MG"),
    )
    whole = msgspec.structs.replace(
        config, rooms=rooms, modalities=modalities, central=Central(url="https://iqs.example.nl")
    )
    return changed(whole, "kiosk", **kiosk) if kiosk else whole
