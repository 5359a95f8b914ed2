"""With what settings exposures are made: spread, what lies outside it, and what dose and rejects go with it."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from iqs_tui.domain.comparison import rank_test, robust_sd
from iqs_tui.domain.dose import summarise
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson

ParameterName = Literal[
    "kvp",
    "mas",
    "tube_current_ma",
    "exposure_time_ms",
    "exposure_index",
    "deviation_index",
    "source_detector_mm",
    "thickness_mm",
    "compression_n",
]
UNITS: dict[ParameterName, str] = {
    "kvp": "kV",
    "mas": "mAs",
    "tube_current_ma": "mA",
    "exposure_time_ms": "ms",
    "exposure_index": "",
    "deviation_index": "",
    "source_detector_mm": "mm",
    "thickness_mm": "mm",
    "compression_n": "N",
}
SettingName = Literal["grid", "exposure_control"]
MAX_OUTLIERS = 50
MAX_POINTS = 2000
"""More dots than a screen has cells say no more."""
DEVIATIONS = ("< -3", "-3 … -1", "-1 … +1", "+1 … +3", "> +3")
"""Classes of the deviation index, 10·log10(EI / EIT) (IEC 62494-1): at 1 it is 26 % from its target, at 3 a factor 2.
An index on an end is of the class nearer to 0."""
_DEVIATION_ENDS = (-3.0, -1.0, 1.0, 3.0)
MIN_PAIRS = 20
"""Below this many there is no correlation and no rank test."""
MAX_STEPS = 12
"""More tube voltages than this are put together by five."""
_MADS = 3.5
"""Beyond this many robust standard deviations (1.4826 MAD) a value is outside what is usual (Iglewicz & Hoaglin)."""
_MODE_SHARE = 0.8
"""A parameter that has one value this often is set in steps: every other value is outside what is usual."""
_ON_LOG: frozenset[ParameterName] = frozenset({"mas", "tube_current_ma", "exposure_time_ms", "exposure_index"})
"""Skewed, spread over decades: weighed on a log scale."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One exposure as it was made; None is: not said."""

    exposure_uid: str
    study_uid: str
    at: datetime
    is_rejected: bool
    values: dict[ParameterName, float]
    """Only what was said."""
    dose: float | None
    """Of the modality's quantity, in its inside unit; None where absent, 0 or implausible."""
    grid: str | None = None
    exposure_control: str | None = None
    is_counted: bool = True
    """It passes the scope's choice of good and rejected: the spread is of these; the relation to rejects is of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """The spread of one parameter, and what goes with it."""

    name: ParameterName
    unit: str
    n: int
    of: int
    """All exposures of the spread: n of it is the coverage."""
    median: float
    p25: float
    p75: float
    low: float
    high: float
    rho: float | None
    """Spearman's rank correlation with the dose; None below 20 pairs or where either does not vary."""
    n_rho: int
    median_rejected: float | None
    n_rejected: int
    median_accepted: float | None
    n_accepted: int
    p_value: float | None
    """Mann-Whitney U, rejected against accepted, two sided; None below 20 of either, or where all are equal."""

    @property
    def coverage(self) -> float:
        """The share of exposures that state it."""
        return self.n / self.of if self.of else 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """The exposures made with one setting: a grid, AEC, a tube voltage, or that came out in one class."""

    name: str
    """grid, exposure_control, kvp or deviation_index."""
    value: str
    """"" where it is not said; a tube voltage as whole kV, or the lower end of its class of five; of the deviation
    index one of `DEVIATIONS`."""
    n: int
    n_dose: int
    median_dose: float | None
    n_rejected: int
    n_all: int
    """Good and rejected together: of what `n_rejected` is a part."""
    reject_rate: tuple[float, float] | None
    """95 % Wilson interval, as fractions; None below `rates.MIN_FOR_RATE`: only the counts are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlier:
    """One exposure outside what is usual here: to look at, no judgement."""

    exposure_uid: str
    study_uid: str
    at: datetime
    parameter: ParameterName
    value: float
    low: float
    """The ends of what is usual."""
    high: float
    is_rejected: bool


def parameters(made: Sequence[Made]) -> tuple[Parameter, ...]:
    """Return the spread of every parameter that any exposure states, in the order of `UNITS`."""
    found = (_parameter(name, made) for name in UNITS)
    return tuple(one for one in found if one)


def settings(made: Sequence[Made], name: SettingName) -> tuple[Setting, ...]:
    """Return what each setting goes with, the most used first."""
    found = _settings(made, name, lambda one: getattr(one, name) or "")
    return tuple(sorted(found, key=lambda setting: (-setting.n_all, setting.value)))


def by_kvp(made: Sequence[Made]) -> tuple[Setting, ...]:
    """Return what each tube voltage goes with, from low to high: whole kV, or classes of five where there are many."""
    known = [one for one in made if "kvp" in one.values]
    width = 1 if len({round(one.values["kvp"]) for one in known}) <= MAX_STEPS else 5
    found = _settings(known, "kvp", lambda one: str(round(one.values["kvp"]) // width * width))
    return tuple(sorted(found, key=lambda setting: int(setting.value)))


def by_deviation(made: Sequence[Made]) -> tuple[Setting, ...]:
    """Return what goes with each class of deviation index, from too little exposure to too much."""
    known = [one for one in made if "deviation_index" in one.values]
    found = _settings(known, "deviation_index", lambda one: _deviation(one.values["deviation_index"]))
    return tuple(sorted(found, key=lambda setting: DEVIATIONS.index(setting.value)))


def outliers(made: Sequence[Made]) -> tuple[Outlier, ...]:
    """Return the newest exposures outside what is usual, at most `MAX_OUTLIERS`."""
    counted = [one for one in made if one.is_counted]
    found = [
        Outlier(
            exposure_uid=one.exposure_uid,
            study_uid=one.study_uid,
            at=one.at,
            parameter=name,
            value=one.values[name],
            low=usual[0],
            high=usual[1],
            is_rejected=one.is_rejected,
        )
        for name in UNITS
        if (usual := usual_range(name, [one.values[name] for one in counted if name in one.values]))
        for one in counted
        if name in one.values and not usual[0] <= one.values[name] <= usual[1]
    ]
    order = list(UNITS)
    found.sort(key=lambda outlier: (outlier.exposure_uid, order.index(outlier.parameter)))
    found.sort(key=lambda outlier: outlier.at, reverse=True)
    return tuple(found[:MAX_OUTLIERS])


def newest(made: Sequence[Made], limit: int = MAX_POINTS) -> tuple[Made, ...]:
    """Return the newest exposures, good and rejected: what a parameter is drawn against the dose of."""
    return tuple(sorted(made, key=lambda one: (one.at, one.exposure_uid), reverse=True)[:limit])


def usual_range(name: ParameterName, values: Sequence[float]) -> tuple[float, float] | None:
    """Return between what a parameter usually lies here; None where too few values tell.

    What is set in steps (one value at least four times in five) is usual at that value only; the rest lies within
    3.5 robust standard deviations of the median, on a log scale for what is skewed.
    """
    if len(values) < MIN_PAIRS:
        return None
    mode, count = min(Counter(values).items(), key=lambda item: (-item[1], item[0]))
    if count >= _MODE_SHARE * len(values):
        return mode, mode
    is_log = name in _ON_LOG
    scaled = [math.log(value) for value in values if value > 0] if is_log else list(values)
    if not scaled:
        return None
    centre = statistics.median(scaled)
    half = _MADS * robust_sd(scaled)
    if half == 0:
        return None
    return (math.exp(centre - half), math.exp(centre + half)) if is_log else (centre - half, centre + half)


def _parameter(name: ParameterName, made: Sequence[Made]) -> Parameter | None:
    counted = [one for one in made if one.is_counted]
    said = [one for one in counted if name in one.values]
    spread = summarise([one.values[name] for one in said])
    if spread is None:
        return None
    rho, n_rho = _correlation([(one.values[name], one.dose) for one in said if one.dose is not None])
    rejected = [one.values[name] for one in made if one.is_rejected and name in one.values]
    accepted = [one.values[name] for one in made if not one.is_rejected and name in one.values]
    is_tested = min(len(rejected), len(accepted)) >= MIN_PAIRS and len({*rejected, *accepted}) > 1
    return Parameter(
        name=name,
        unit=UNITS[name],
        n=spread.n,
        of=len(counted),
        median=spread.median,
        p25=spread.p25,
        p75=spread.p75,
        low=spread.low,
        high=spread.high,
        rho=rho,
        n_rho=n_rho,
        median_rejected=statistics.median(rejected) if rejected else None,
        n_rejected=len(rejected),
        median_accepted=statistics.median(accepted) if accepted else None,
        n_accepted=len(accepted),
        p_value=rank_test(rejected, accepted) if is_tested else None,
    )


def _correlation(pairs: Sequence[tuple[float, float]]) -> tuple[float | None, int]:
    """Return Spearman's rho of the pairs, and their number; a rank knows no log, so the dose stays as it is."""
    if len(pairs) < MIN_PAIRS or len({x for x, _ in pairs}) < 2 or len({y for _, y in pairs}) < 2:
        return None, len(pairs)
    from scipy.stats import spearmanr

    return float(spearmanr([x for x, _ in pairs], [y for _, y in pairs]).statistic), len(pairs)


def _settings(made: Sequence[Made], name: str, value_of: Callable[[Made], str]) -> Iterable[Setting]:
    together: dict[str, list[Made]] = defaultdict(list)
    for one in made:
        together[value_of(one)].append(one)
    for value, members in together.items():
        counted = [one for one in members if one.is_counted]
        doses = [one.dose for one in counted if one.dose is not None]
        n_rejected = sum(one.is_rejected for one in members)
        yield Setting(
            name=name,
            value=value,
            n=len(counted),
            n_dose=len(doses),
            median_dose=statistics.median(doses) if doses else None,
            n_rejected=n_rejected,
            n_all=len(members),
            reject_rate=wilson(n_rejected, len(members)) if len(members) >= MIN_FOR_RATE else None,
        )


def _deviation(index: float) -> str:
    """Return the class of a deviation index; one that lies on an end is of the class nearer to 0."""
    below = sum(index >= end for end in _DEVIATION_ENDS[:2])
    return DEVIATIONS[below + sum(index > end for end in _DEVIATION_ENDS[2:])]
