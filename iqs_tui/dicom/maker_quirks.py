"""Where a maker is known to fill in a header otherwise than the standard says, by maker and model.

Only what a source names is listed: the extractors, change log and tracker of OpenREM (issues 431, 482). What is merely
improbable is no quirk, and is not corrected.
"""

from dataclasses import dataclass

from iqs_tui.domain.records import Device

STANDARD_MM = 1.0
_DECIMETRE_MM = 100.0


@dataclass(frozen=True, slots=True)
class _Equipment:
    """Equipment by parts of its names, in small letters; an empty part fits all."""

    maker: str
    model: str = ""
    software: str = ""

    def is_of(self, device: Device) -> bool:
        """Say whether a device is of this kind."""
        told = (device.manufacturer, device.model, device.software_versions)
        parts = (self.maker, self.model, self.software)
        return all(part in (words or "").lower() for part, words in zip(parts, told, strict=True))


_DISTANCE_IN_DM = (_Equipment("kodak", "dr 7500"),)
_FORCE_WITHOUT_UNIT = (_Equipment("ge medical"), _Equipment("ge healthcare"))
_PROTOCOL_IN_COMMENTS = (_Equipment("toshiba_mec", software="tm_tfd_1.0"),)
_PROTOCOL_IN_SERIES = (_Equipment("fuji"),)


def distance_unit_mm(device: Device) -> float:
    """Return in what Distance Source to Detector (0018,1110) is written: mm, but dm by the Kodak DR 7500."""
    return _DECIMETRE_MM if _is_one_of(_DISTANCE_IN_DM, device) else STANDARD_MM


def states_force_in_n(device: Device) -> bool:
    """Say whether Compression Force (0018,11A2) is in newton; that of GE's mammography is in another unit."""
    return not _is_one_of(_FORCE_WITHOUT_UNIT, device)


def protocol_is_in_comments(device: Device) -> bool:
    """Say whether the protocol stands in Image Comments (0020,4000): Toshiba Radrex."""
    return _is_one_of(_PROTOCOL_IN_COMMENTS, device)


def protocol_is_in_series(device: Device) -> bool:
    """Say whether Performed Protocol Code (0040,0260) holds the procedure, and the series' name the protocol: Fuji.

    The source says only that the two are swapped; in which attributes is inferred, and was not seen in a file. It
    matters only where Protocol Name (0018,1030) is empty.
    """
    return _is_one_of(_PROTOCOL_IN_SERIES, device)


def _is_one_of(known: tuple[_Equipment, ...], device: Device) -> bool:
    return any(equipment.is_of(device) for equipment in known)
