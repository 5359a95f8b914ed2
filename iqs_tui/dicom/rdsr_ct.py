"""CT in dose reports: totals (TID 10012) and irradiation events (TID 10013)."""

from iqs_tui.dicom import codes
from iqs_tui.dicom.image_facts import PHANTOM_CM
from iqs_tui.dicom.sr_tree import Item, coded, measure, measures, without_unit
from iqs_tui.domain.records import ExposureFacts
from iqs_tui.domain.units import dlp_mgycm, dose_mgy, load_mas, voltage_kv


def ct_facts(event: Item) -> ExposureFacts:
    """Return what one irradiation event says; of two sources (dual-source CT) the highest kV, all mAs together."""
    kvp = measures(event, codes.KVP, voltage_kv)
    mas = measures(event, codes.EXPOSURE, load_mas)
    kind = coded(event, codes.CT_ACQUISITION_TYPE)
    phantom = coded(event, codes.PHANTOM)
    return ExposureFacts(
        kvp=max(kvp, default=None),
        mas=sum(mas) if mas else None,
        ctdivol_mgy=measure(event, codes.CTDIVOL, dose_mgy),
        dlp_mgycm=measure(event, codes.DLP, dlp_mgycm),
        phantom_cm=PHANTOM_CM.get(phantom.value) if phantom else None,
        event_type=codes.NAMES.get(kind.value, kind.meaning) if kind else None,
    )


def dlp_total(root: Item) -> float | None:
    """Return the reported dose-length product in mGy.cm."""
    return measure(root, codes.DLP_TOTAL, dlp_mgycm)


def n_events_reported(root: Item) -> int | None:
    """Return the number of irradiation events that the report counts, which can be more than it holds."""
    count = measure(root, codes.N_EVENTS, without_unit)
    return int(count) if count is not None and count.is_integer() and 0 <= count < 1e6 else None
