"""CT in dose reports: irradiation events (PS3.16 TID 10013) and what the dose check said of them (TID 10015)."""

from statistics import fmean

from iqs_tui.dicom import codes
from iqs_tui.dicom.image_facts import PHANTOM_CM
from iqs_tui.dicom.rdsr_projection import exposure_time_ms
from iqs_tui.dicom.sr_tree import Item, Unit, coded, measure, series, value_text
from iqs_tui.domain.records import ExposureFacts
from iqs_tui.domain.units import current_ma, dlp_mgycm, dose_mgy, load_mas, position_mm, voltage_kv

_NOT_MODULATED = frozenset({"NONE", "OFF"})


def ct_facts(event: Item) -> ExposureFacts:
    """Return what one irradiation event says.

    Of two sources (dual-source CT) the highest kV, all mAs and all mA together. A stated zero stays zero: a scan can
    have so little dose that the scanner rounds it off.
    """
    mas = series(event, codes.EXPOSURE, load_mas)
    kind = coded(event, codes.CT_ACQUISITION_TYPE)
    phantom = coded(event, codes.PHANTOM)
    low_mm, high_mm = _scan_range_mm(event)
    return ExposureFacts(
        kvp=max(series(event, codes.KVP, voltage_kv), default=None),
        mas=sum(mas) if mas else None,
        tube_current_ma=_tube_current_ma(event),
        exposure_time_ms=exposure_time_ms(event),
        exposure_control=_exposure_control(event),
        ctdivol_mgy=measure(event, codes.CTDIVOL, dose_mgy),
        dlp_mgycm=measure(event, codes.DLP, dlp_mgycm),
        ssde_mgy=measure(event, codes.SSDE, dose_mgy),
        phantom_cm=PHANTOM_CM.get(phantom.value) if phantom else None,
        event_type=codes.NAMES.get(kind.value, kind.meaning) if kind else None,
        dose_check=_dose_check(event),
        scan_low_mm=low_mm,
        scan_high_mm=high_mm,
    )


def _scan_range_mm(event: Item) -> tuple[float, float] | tuple[None, None]:
    """Return the ends of what was scanned along the patient, feet first (PS3.16 TID 10014); nothing without both.

    Not every scanner has the Z axis of the patient, head up: which end is called top is not relied upon.
    """
    for top, bottom in codes.SCAN_RANGES:
        ends = measure(event, top, position_mm), measure(event, bottom, position_mm)
        if ends[0] is not None and ends[1] is not None and ends[0] != ends[1]:
            return min(ends[0], ends[1]), max(ends[0], ends[1])
    return None, None


def _tube_current_ma(event: Item) -> float | None:
    each = [series(source, codes.TUBE_CURRENT, current_ma) for source in event.all(codes.CT_SOURCE)]
    sources = [fmean(values) for values in each if values]
    if sources:
        return sum(sources)
    loose = series(event, codes.TUBE_CURRENT, current_ma)
    return fmean(loose) if loose else None


def _exposure_control(event: Item) -> str | None:
    """Return whether the tube current followed the patient, as Exposure Control Mode (0018,7060) writes it."""
    modulation = value_text(event, codes.MODULATION)
    if modulation is None:
        return None
    return "MANUAL" if modulation.upper() in _NOT_MODULATED else "AUTOMATIC"


def _dose_check(event: Item) -> str | None:
    """Return "alert" or "notification" where the scan went on above that value of the dose check.

    A value that is only configured says nothing: the estimate must be above it, or a reason for proceeding given.
    """
    alert = ((*codes.ALERT_DLP, dlp_mgycm), (*codes.ALERT_CTDIVOL, dose_mgy))
    notification = ((*codes.NOTIFICATION_DLP, dlp_mgycm), (*codes.NOTIFICATION_CTDIVOL, dose_mgy))
    if any(_went_on(details, alert) for details in event.all(codes.DOSE_ALERT)):
        return "alert"
    if any(_went_on(details, notification) for details in event.all(codes.DOSE_NOTIFICATION)):
        return "notification"
    return None


def _went_on(details: Item, held_against: tuple[tuple[str, str, Unit], ...]) -> bool:
    if value_text(details, codes.REASON_FOR_PROCEEDING) or coded(details, codes.REASON_FOR_PROCEEDING):
        return True
    for estimate_concept, value_concept, unit in held_against:
        estimate, value = measure(details, estimate_concept, unit), measure(details, value_concept, unit)
        if estimate is not None and value is not None and estimate > value:
            return True
    return False
