"""What machines are called: a mapping may be of one station."""

from iqs_tui.store.database import database
from iqs_tui.store.models import Device

Stations = dict[str, tuple[str | None, str | None]]
"""Station name and AE title by device."""


def stations() -> Stations:
    """Return what every device is called."""
    names = Device.select(Device.device_id, Device.station_name, Device.ae_title)
    return {key: (station, ae_title) for key, station, ae_title in database.execute(names)}
