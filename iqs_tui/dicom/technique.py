"""With which technique an image was made: current, time, load, distance, grid, exposure control, compression.

The same quantity stands in several attributes, coarse and fine, and in enhanced objects in functional groups
(PS3.3 C.7.6.16). Units out: mA, ms, mAs, mm, N.
"""

from pydicom.dataset import Dataset

from iqs_tui.dicom.maker_quirks import distance_unit_mm, states_force_in_n
from iqs_tui.dicom.reading import first_item, is_present, positive, text, texts
from iqs_tui.domain.records import Device

Places = tuple[Dataset, ...]
"""Where an image's technique may stand: the data set itself, then the parts of an enhanced one."""

_GROUPS = ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence")
_MACROS = ("CTExposureSequence", "CTXRayDetailsSequence", "XRayAcquisitionDoseSequence")
_THREE_DIMENSIONAL = "XRay3DAcquisitionSequence"
_ROUNDING = 1.0
"""How far a value in whole units may lie from the same in finer ones."""
_DISTANCES_MM = (100.0, 5000.0)
"""From an intraoral tube to the farthest chest stand; what lies outside is no distance in mm."""


def places_of(dataset: Dataset) -> Places:
    """Return where the technique of an image may stand, nearest first."""
    if not any(is_present(dataset, name) for name in (*_GROUPS, _THREE_DIMENSIONAL)):
        return (dataset,)
    groups = (functional_group(dataset, macro) for macro in _MACROS)
    parts = (*groups, first_item(dataset, _THREE_DIMENSIONAL))
    return (dataset, *(part for part in parts if part is not None))


def functional_group(dataset: Dataset, macro: str) -> Dataset | None:
    """Return a functional group macro (PS3.3 C.7.6.16) shared by all frames, else that of the first frame."""
    for groups in _GROUPS:
        first = first_item(dataset, groups)
        found = first_item(first, macro) if first is not None else None
        if found is not None:
            return found
    return None


def nearest(places: Places, keyword: str) -> float | None:
    """Return a quantity above zero from the nearest place that states it."""
    return next((value for value in (positive(place, keyword) for place in places) if value is not None), None)


def mas(places: Places) -> float | None:
    """Return the tube load: Exposure (0018,1152) holds whole mAs, so 0.4 mAs is 0 there; the finer fields go first."""
    return _finest(places, "ExposureInmAs", "ExposureInuAs", "Exposure")


def tube_current_ma(places: Places) -> float | None:
    """Return the tube current; X-Ray Tube Current (0018,1151) holds whole mA."""
    return _finest(places, "XRayTubeCurrentInmA", "XRayTubeCurrentInuA", "XRayTubeCurrent")


def exposure_time_ms(places: Places) -> float | None:
    """Return the exposure time; Exposure Time (0018,1150) holds whole ms."""
    return _finest(places, "ExposureTimeInms", "ExposureTimeInuS", "ExposureTime")


def source_detector_mm(places: Places, device: Device) -> float | None:
    """Return Distance Source to Detector (0018,1110); what cannot be a distance in mm is None."""
    stated = nearest(places, "DistanceSourceToDetector")
    found = None if stated is None else stated * distance_unit_mm(device)
    return found if found is not None and _DISTANCES_MM[0] <= found <= _DISTANCES_MM[1] else None


def grid(dataset: Dataset) -> str | None:
    """Return Grid (0018,1166), its values in one order: "FOCUSED, RECIPROCATING"; "NONE" only where that is stated."""
    return ", ".join(sorted({value.upper() for value in texts(dataset, "Grid", 16)})) or None


def exposure_control(dataset: Dataset) -> str | None:
    """Return Exposure Control Mode (0018,7060): AUTOMATIC or MANUAL."""
    mode = text(dataset, "ExposureControlMode", 16)
    return mode.upper() if mode else None


def compression_n(places: Places, device: Device) -> float | None:
    """Return Compression Force (0018,11A2), where the maker writes newton."""
    return nearest(places, "CompressionForce") if states_force_in_n(device) else None


def _finest(places: Places, exact: str, micro: str, whole: str) -> float | None:
    """Return a quantity from the field in its own unit with decimals, else in thousandths, else in whole units."""
    stated = nearest(places, exact)
    in_whole, in_micro = nearest(places, whole), nearest(places, micro)
    if stated is not None or in_micro is None:
        return stated if stated is not None else in_whole
    fine = in_micro / 1000
    # Some makers fill the two with different things: then the one in whole units is believed.
    return fine if in_whole is None or abs(fine - in_whole) <= _ROUNDING else in_whole
