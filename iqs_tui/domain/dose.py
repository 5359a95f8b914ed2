"""What may be said of doses: one beside its reference as context, a group compared with it.

A DRN is for a group (ICRP 135; facts on the Dutch method: mean of 20 patients). One dose is placed on a
line in neutral colour; only a group of enough patients, of one procedure in one room, is compared: median
and mean both, since ICRP says median and the Dutch report mean.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from iqs_tui.domain.drl import ADULT_FROM_YEARS, Quantity

MIN_ADULTS = 20
MIN_CHILDREN = 10
QUANTITIES: dict[str, tuple[Quantity, ...]] = {
    "DX": ("DAP",),
    "CR": ("DAP",),
    "PX": ("DAP",),
    "RF": ("DAP",),
    "XA": ("DAP",),
    "CT": ("DLP", "CTDIvol"),
    "MG": ("AGD",),
}
"""The dose quantities of a modality, the one of the examination as a whole first."""
EXPOSURE_QUANTITY: dict[str, Quantity] = {
    modality: "CTDIvol" if modality == "CT" else found[0] for modality, found in QUANTITIES.items()
}
"""The dose quantity of one exposure, of a CT of one acquisition."""
SHOWN_IN: dict[Quantity, tuple[float, str]] = {
    "DAP": (1e6, "µGy·m²"),
    "DLP": (1.0, "mGy·cm"),
    "CTDIvol": (1.0, "mGy"),
    "AGD": (1.0, "mGy"),
}
"""By what our value (Gy.m2, mGy.cm, mGy) is multiplied where people read it, and the unit it then has."""
PER_EXPOSURE = frozenset({"DX", "CR", "PX", "MG"})
"""Modalities whose reference levels are per image; the others' are per examination, but for a CT's CTDIvol."""
NOT_COMPARED_SCANS = frozenset({"Constant Angle Acquisition", "Stationary Acquisition"})
"""Scouts and bolus tracking (CID 10013): in the DLP of a CT, but not in its CTDIvol. Of projections a stationary
acquisition (CID 10002) is an ordinary one."""
_CHILD_BANDS = ((1.0, "0"), (5.0, "1-4"), (10.0, "5-9"), (15.0, "10-14"), (ADULT_FROM_YEARS, "15-17"))
AGE_CUTS = tuple(below for below, _ in _CHILD_BANDS)
"""Years at which one age class ends and the next begins."""
ADULT_BANDS = frozenset({"adult", "unknown"})
"""Who of age classes count as adults; of unknown age nearly all are."""
_VIEWS = {
    "postero-anterior": "PA",
    "antero-posterior": "AP",
    "left lateral": "LL",
    "right lateral": "RL",
    "cranio-caudal": "CC",
    "medio-lateral oblique": "MLO",
}

Standing = Literal["too_few", "no_drl", "median_above", "mean_above", "not_above", "not_compared"]
"""not_compared: rejects are in the group; a DRN is of what went on to diagnosis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupStatistics:
    """A group's doses, in the unit of its values; n counts doses, of which a patient may have several."""

    n: int
    median: float
    mean: float
    p25: float
    p75: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseLine:
    """Where one dose and its marks lie on a line from 0 to `maximum`, as fractions of it."""

    maximum: float
    dose: float
    drl: float | None = None
    achievable: float | None = None


def age_band(age_years: float | None) -> str:
    """Return the age class within which doses may be grouped.

    Adult, unknown, or a child's years such as "5-9".
    """
    if age_years is None:
        return "unknown"
    return next((band for below, band in _CHILD_BANDS if age_years < below), "adult")


def band_bounds(band: str) -> tuple[float, float] | None:
    """Return from and below which age in years a class of `age_band` goes; None for those of unknown age.

    Raises:
        KeyError: there is no such class.
    """
    if band == "unknown":
        return None
    below = [-math.inf, *(bound for bound, _ in _CHILD_BANDS)]
    bounds = {name: (first, last) for first, (last, name) in zip(below, _CHILD_BANDS, strict=False)}
    return (bounds | {"adult": (ADULT_FROM_YEARS, math.inf)})[band]


def short_view(view: str | None) -> str | None:
    """Return a view as View Position (0018,5101) has it, also where a report gives its code's meaning (CID 4010)."""
    return None if view is None else _VIEWS.get(view.casefold(), view)


def view_meanings(view: str) -> tuple[str, ...]:
    """Return the meanings, in small letters, that `short_view` writes as this view."""
    return tuple(meaning for meaning, short in _VIEWS.items() if short == view)


def minimum_n(band: str) -> int:
    """Return how many patients a group of this age class needs before it is compared."""
    return MIN_ADULTS if band in ADULT_BANDS else MIN_CHILDREN


def summarise(values: Sequence[float]) -> GroupStatistics | None:
    """Return the statistics of a group, or None for an empty one. Quartiles include both ends."""
    if not values:
        return None
    p25, median, p75 = statistics.quantiles(values, n=4, method="inclusive") if len(values) > 1 else [values[0]] * 3
    return GroupStatistics(
        n=len(values),
        median=median,
        mean=statistics.fmean(values),
        p25=p25,
        p75=p75,
        low=min(values),
        high=max(values),
    )


def standing(group: GroupStatistics, drl: float | None, *, n_patients: int, band: str = "adult") -> Standing:
    """Compare a group with its DRN; a group of too few patients, however many doses each had, is not compared."""
    if drl is None:
        return "no_drl"
    if n_patients < minimum_n(band):
        return "too_few"
    if group.median > drl:
        return "median_above"
    return "mean_above" if group.mean > drl else "not_above"


def dose_line(dose: float, *, drl: float | None, achievable: float | None, usual: float | None = None) -> DoseLine:
    """Place one dose on a line that leaves room beyond the greatest of what is drawn on it."""
    maximum = 1.25 * max(dose, drl or 0.0, achievable or 0.0, usual or 0.0)
    if maximum <= 0:
        return DoseLine(maximum=0.0, dose=0.0)
    return DoseLine(
        maximum=maximum,
        dose=max(0.0, dose) / maximum,
        drl=None if drl is None else drl / maximum,
        achievable=None if achievable is None else achievable / maximum,
    )


def histogram(values: Sequence[float], bins: int = 8) -> tuple[int, ...]:
    """Count the values in so many equal bins from the least to the greatest.

    One value (or none) fills one bin.
    """
    if not values:
        return ()
    low, high = min(values), max(values)
    if high <= low:
        return (len(values),)
    counts = [0] * bins
    for value in values:
        counts[min(bins - 1, int((value - low) / (high - low) * bins))] += 1
    return tuple(counts)
