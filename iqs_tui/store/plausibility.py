"""Flags implausible doses by the windows that ship with the program (`db/reference/plausibility.toml`), read once."""

from functools import cache

from iqs_tui.domain import plausibility
from iqs_tui.domain.plausibility import QUANTITIES, Described
from iqs_tui.store import reference
from iqs_tui.store.models import Exposure


def implausible(row: Exposure) -> str | None:
    """Return which quantities of an exposure are not plausible, parted by commas; None where all are."""
    values = {name: value for name in QUANTITIES if (value := getattr(row, name)) is not None}
    if not values:
        return None
    exposure = Described(
        modality=row.modality,
        about=" ".join(filter(None, (row.body_part, row.protocol))) or row.procedure or "",
        view=row.view or "",
        event_type=row.event_type or "",
    )
    return ",".join(plausibility.outside(windows(), exposure, values)) or None


@cache
def windows() -> tuple[plausibility.Window, ...]:
    """Return the windows, in the order in which they are tried."""
    return plausibility.read_windows(reference.read_toml("plausibility.toml"))
