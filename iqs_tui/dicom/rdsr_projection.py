"""Projection X-ray in dose reports: totals per plane (TID 10002, 10004, 10005, 10007) and events (TID 10003)."""

import re
from collections.abc import Iterable

from iqs_tui.dicom import codes, reading
from iqs_tui.dicom.sr_tree import Item, Unit, coded, measure, measured, measures, of_side, value_text, without_unit
from iqs_tui.domain.records import ExposureFacts
from iqs_tui.domain.units import dap_gym2, dose_gy, dose_mgy, load_mas, voltage_kv

_SEVERAL_SOURCES = re.compile(r"\band\b|\bund\b|\ben\b|[,;+&/]", re.IGNORECASE)


def projection_facts(event: Item) -> ExposureFacts:
    """Return what one irradiation event says; values of pulses become one: highest kV, all mAs together."""
    kvp = measures(event, codes.KVP, voltage_kv)
    mas = measures(event, codes.EXPOSURE, load_mas)
    view = coded(event, codes.IMAGE_VIEW)
    kind = coded(event, codes.EVENT_TYPE)
    return ExposureFacts(
        view=view.meaning if view else None,
        laterality=_laterality(event),
        kvp=max(kvp, default=None),
        mas=sum(mas) if mas else None,
        exposure_index=measure(event, codes.EXPOSURE_INDEX, without_unit),
        target_exposure_index=measure(event, codes.TARGET_EXPOSURE_INDEX, without_unit),
        deviation_index=measure(event, codes.DEVIATION_INDEX, without_unit),
        dap_gym2=measure(event, codes.DAP, dap_gym2),
        dose_rp_gy=measure(event, codes.DOSE_RP, dose_gy),
        agd_mgy=measure(event, codes.AGD, dose_mgy),
        event_type=codes.NAMES.get(kind.value, kind.meaning) if kind else None,
    )


def dap_total(root: Item) -> float | None:
    """Return the reported dose-area product in Gy.m2: that of all planes, else those of the planes together."""
    return _over_planes(root, codes.DAP_TOTAL, dap_gym2)


def dose_rp_total(root: Item) -> float | None:
    """Return the reported dose at the reference point in Gy.

    Of two planes the doses are added, though they need not fall on the same skin: the cautious figure.
    """
    return _over_planes(root, codes.DOSE_RP_TOTAL, dose_gy)


def agd_total(root: Item) -> float | None:
    """Return the reported average glandular dose in mGy: left and right together, else what is given for both."""
    sides: dict[str | None, float] = {}
    for container in root.all(*codes.ACCUMULATIONS):
        for item in container.all(codes.AGD_TOTAL):
            value = measured(item, dose_mgy)
            if value is not None:
                side = of_side(item, codes.LATERALITIES, codes.SIDES)
                sides[side] = max(value, sides.get(side, value))
    each = [sides[side] for side in ("L", "R") if side in sides]
    return sum(each) if each else max(sides.values(), default=None)


def has_fluoroscopy(root: Item) -> bool:
    """Say whether there was fluoroscopy: an event of that type, or a total of it above zero."""
    kinds = (coded(item, codes.EVENT_TYPE) for item in root.all(*codes.EVENTS))
    if any(kind.value in codes.FLUOROSCOPY for kind in kinds if kind):
        return True
    totals = (codes.FLUORO_TIME_TOTAL, codes.FLUORO_DAP_TOTAL, codes.FLUORO_DOSE_RP_TOTAL)
    return any(value > 0 for concept in totals for value in measures(root, concept, without_unit))


def plane_of(item: Item) -> str | None:
    """Return the plane, or the X-ray source, that an event or a total belongs to."""
    plane = coded(item, codes.PLANE)
    if plane is None:
        return value_text(item, codes.X_RAY_SOURCE)
    return codes.NAMES.get(plane.value, plane.meaning or plane.value)


def _over_planes(root: Item, concept: str, unit: Unit) -> float | None:
    """Return a total: of a part that speaks of all planes at once, else the sum of one total per plane."""
    planes: dict[str | None, float] = {}
    for container in root.all(codes.ACCUMULATED_PROJECTION, codes.ACCUMULATED_ENHANCED):
        value = measure(container, concept, unit)
        if value is not None:
            plane = plane_of(container)
            planes[plane] = max(value, planes.get(plane, value))
    overall = [value for plane, value in planes.items() if _is_of_all(plane)]
    return max(overall) if overall else _sum(planes.values())


def _is_of_all(plane: str | None) -> bool:
    return plane is not None and (plane == codes.NAMES[codes.ALL_PLANES] or bool(_SEVERAL_SOURCES.search(plane)))


def _sum(values: Iterable[float]) -> float | None:
    found = list(values)
    return sum(found) if found else None


def _laterality(event: Item) -> str | None:
    """Return the side of the anatomy: a modifier of it, or an item of its own."""
    for item in event.all(*codes.ANATOMICAL_STRUCTURES, codes.TARGET_REGION, *codes.LATERALITIES):
        own = reading.code(item.dataset, "ConceptCodeSequence")
        side = of_side(item, codes.LATERALITIES, codes.SIDES) or codes.SIDES.get(own.value if own else "")
        if side:
            return side
    return None
