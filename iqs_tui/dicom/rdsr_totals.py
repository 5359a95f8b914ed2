"""What a dose report gives as totals (PS3.16 TID 10002, 10004, 10005, 10007, 10012, 10041): as reported, not summed."""

import re
from typing import NamedTuple

from iqs_tui.dicom import codes, reading
from iqs_tui.dicom.rdsr_projection import plane_of
from iqs_tui.dicom.sr_tree import Item, Unit, measure, measured, of_side, without_unit
from iqs_tui.domain.units import dap_gym2, dlp_mgycm, dose_gy, dose_mgy, time_s

_SEVERAL_SOURCES = re.compile(r"\band\b|\bund\b|\ben\b|[,;+&/]", re.IGNORECASE)
_MOST_EVENTS = 1e6


class Totals(NamedTuple):
    """Totals of a study in Gy.m2, Gy, mGy, mGy.cm and s; None where the report gives none."""

    dap_gym2: float | None = None
    dose_rp_gy: float | None = None
    agd_mgy: float | None = None
    dlp_mgycm: float | None = None
    fluoro_time_s: float | None = None
    n_events: int | None = None
    """Irradiation events that the report counts, which can be more than it holds."""


def totals_of(root: Item) -> Totals:
    """Return the totals of a report.

    Two planes are added, unless a part speaks of both. Their doses at the reference point need not fall on the same
    skin: the sum is the cautious figure.
    """
    if is_arcadis(root):
        return Totals(
            dap_gym2=measure(root, codes.ARCADIS_DAP_TOTAL, dap_gym2),
            fluoro_time_s=measure(root, codes.ARCADIS_FLUORO_TIME, time_s),
        )
    return Totals(
        dap_gym2=_over_planes(root, codes.DAP_TOTAL, dap_gym2),
        dose_rp_gy=_over_planes(root, codes.DOSE_RP_TOTAL, dose_gy),
        agd_mgy=_agd(root),
        dlp_mgycm=measure(root, codes.DLP_TOTAL, dlp_mgycm),
        fluoro_time_s=_over_planes(root, codes.FLUORO_TIME_TOTAL, time_s),
        n_events=_n_events(root),
    )


def is_arcadis(root: Item) -> bool:
    """Say whether this is the report of a Siemens Arcadis Varic, which has codes of its own."""
    title = reading.code(root.dataset, "ConceptNameCodeSequence")
    return title is not None and title.value == codes.ARCADIS_REPORT and title.scheme == codes.ARCADIS_SCHEME


def _agd(root: Item) -> float | None:
    """Return the average glandular dose: left and right together, else what is given for both."""
    sides: dict[str | None, float] = {}
    for item in root.all(codes.AGD_TOTAL):
        value = measured(item, dose_mgy)
        if value is not None:
            side = of_side(item, codes.LATERALITIES, codes.SIDES)
            sides[side] = max(value, sides.get(side, value))
    each = [sides[side] for side in ("L", "R") if side in sides]
    return sum(each) if each else max(sides.values(), default=None)


def _n_events(root: Item) -> int | None:
    count = measure(root, codes.N_EVENTS, without_unit)
    return int(count) if count is not None and count.is_integer() and 0 <= count < _MOST_EVENTS else None


def _over_planes(root: Item, concept: str, unit: Unit) -> float | None:
    """Return a total: of a part that speaks of all planes at once, else the sum of one total per plane.

    Where no plane has a part of its own, it counts wherever it stands.
    """
    planes: dict[str | None, float] = {}
    for container in root.all(codes.ACCUMULATED_PROJECTION, codes.ACCUMULATED_ENHANCED):
        value = measure(container, concept, unit)
        if value is not None:
            plane = plane_of(container)
            planes[plane] = max(value, planes.get(plane, value))
    overall = [value for plane, value in planes.items() if _is_of_all(plane)]
    if overall:
        return max(overall)
    return sum(planes.values()) if planes else measure(root, concept, unit)


def _is_of_all(plane: str | None) -> bool:
    return plane is not None and (plane == codes.NAMES[codes.ALL_PLANES] or bool(_SEVERAL_SOURCES.search(plane)))
