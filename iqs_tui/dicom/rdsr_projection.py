"""Projection X-ray in dose reports: irradiation events (PS3.16 TID 10003, with its parts A, B and C)."""

from statistics import fmean

from iqs_tui.dicom import codes, reading
from iqs_tui.dicom.sr_tree import Item, coded, measure, measures, named, of_side, series, value_text, without_unit
from iqs_tui.domain.exposure_index import deviation_index
from iqs_tui.domain.exposures import report_over_image
from iqs_tui.domain.records import ExposureFacts
from iqs_tui.domain.units import (
    current_ma,
    dap_gym2,
    dose_gy,
    dose_mgy,
    force_n,
    length_mm,
    load_mas,
    time_ms,
    voltage_kv,
)


def projection_facts(event: Item) -> ExposureFacts:
    """Return what one irradiation event says."""
    kind = coded(event, codes.EVENT_TYPE)
    index, target = _index(event, codes.EXPOSURE_INDEX), _index(event, codes.TARGET_EXPOSURE_INDEX)
    deviation = measure(event, codes.DEVIATION_INDEX, without_unit)
    said = ExposureFacts(
        view=named(event, codes.IMAGE_VIEW),
        laterality=_laterality(event),
        exposure_index=index,
        target_exposure_index=target,
        deviation_index=deviation if deviation is not None else deviation_index(index, target),
        dap_gym2=measure(event, codes.DAP, dap_gym2),
        dose_rp_gy=measure(event, codes.DOSE_RP, dose_gy),
        agd_mgy=measure(event, codes.AGD, dose_mgy),
        event_type=codes.NAMES.get(kind.value, kind.meaning) if kind else None,
    )
    return report_over_image(said, technique_facts(event))


def technique_facts(item: Item) -> ExposureFacts:
    """Return how the exposure was made; pulses become one: highest kV, mean mA, all mAs and all time together."""
    mas = series(item, codes.EXPOSURE, load_mas)
    currents = series(item, codes.AVERAGE_TUBE_CURRENT, current_ma) or series(item, codes.TUBE_CURRENT, current_ma)
    return ExposureFacts(
        kvp=max(series(item, codes.KVP, voltage_kv), default=None),
        mas=sum(mas) if mas else None,
        tube_current_ma=fmean(currents) if currents else None,
        exposure_time_ms=exposure_time_ms(item),
        source_detector_mm=next(iter(series(item, codes.SOURCE_TO_DETECTOR, length_mm)), None),
        grid=_grid(item),
        thickness_mm=next(iter(series(item, codes.COMPRESSION_THICKNESS, length_mm)), None),
        compression_n=next(iter(series(item, codes.COMPRESSION_FORCE, force_n)), None),
    )


def exposure_time_ms(item: Item) -> float | None:
    """Return the exposure time in ms: of all pulses together, which some makers write under the retired code."""
    times = series(item, codes.EXPOSURE_TIME, time_ms) or series(item, codes.EXPOSURE_TIME_RETIRED, time_ms)
    return sum(times) if times else None


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


def _index(event: Item, concept: str) -> float | None:
    """Return an exposure index (IEC 62494-1): a detector dose, so never below zero."""
    value = measure(event, concept, without_unit)
    return value if value is not None and value >= 0 else None


def _grid(item: Item) -> str | None:
    """Return the grid as Grid (0018,1166) writes it, in capitals; a maker's own code (Hologic) by its meaning."""
    found = (reading.code(child.dataset, "ConceptCodeSequence") for child in item.all(codes.GRID))
    grids = {codes.GRIDS.get(grid.value) or (grid.meaning or grid.value).upper() for grid in found if grid}
    return ", ".join(sorted(grids)) or None


def _laterality(event: Item) -> str | None:
    """Return the side of the anatomy: a modifier of it, or an item of its own."""
    for item in event.all(*codes.ANATOMICAL_STRUCTURES, codes.TARGET_REGION, *codes.LATERALITIES):
        own = reading.code(item.dataset, "ConceptCodeSequence")
        side = of_side(item, codes.LATERALITIES, codes.SIDES) or codes.SIDES.get(own.value if own else "")
        if side:
            return side
    return None
