"""The power profiles that ship with the program (`db/reference/power.toml`)."""

from functools import cache
from typing import Any

import msgspec

from iqs_tui.domain.power import PowerProfile, Range
from iqs_tui.store.reference import read_toml


@cache
def profiles() -> tuple[PowerProfile, ...]:
    """Return all profiles.

    Raises:
        msgspec.ValidationError: the file names a key that does not exist, or a range that is not three numbers.
    """
    return tuple(_profile(item) for item in read_toml("power.toml")["profile"])


def profile(modality: str | None) -> PowerProfile | None:
    """Return the profile of a modality; None where there is none."""
    return next((item for item in profiles() if modality in item.modality), None)


def _profile(item: dict[str, Any]) -> PowerProfile:
    tree = {**item, "kw": {state: _range(numbers) for state, numbers in item["kw"].items()}}
    if "kwh_per_acquisition" in item:
        tree["kwh_per_acquisition"] = _range(item["kwh_per_acquisition"])
    return msgspec.convert(tree, PowerProfile)


def _range(numbers: object) -> Range:
    low, central, high = msgspec.convert(numbers, tuple[float, float, float])
    return Range(low=low, central=central, high=high)
