"""What a change did: two samples of doses or times, or two rates, with an interval and a test.

The unit of chance is the patient: several exposures of one patient are alike, so the interval comes from drawing
patients (a cluster bootstrap), and the rank test takes one value of each patient. SciPy does the statistics.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from math import hypot
from typing import TYPE_CHECKING, NamedTuple

from iqs_tui.domain.dose import MIN_ADULTS
from iqs_tui.domain.rates import MIN_FOR_RATE, wilson

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Indices = NDArray[np.intp]

CONFIDENCE = 0.95
SIGNIFICANT = 0.05
"""Below this p a difference is said to be shown; with the interval beside it nobody needs to believe the word."""
N_RESAMPLES = 2000
_FULL_UP_TO = 20_000
"""Patients (both sides together) up to which all resamples are drawn; above it fewer, down to `_MIN_RESAMPLES`:
the interval is then narrow, and its ends need not be known to the third figure."""
_MIN_RESAMPLES = 400
_BATCH = 1_000_000
"""Patients drawn at once: bounds the memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The medians of two samples, in the unit of their values, and how sure their difference is."""

    n_before: int
    n_after: int
    n_patients_before: int
    n_patients_after: int
    median_before: float
    median_after: float
    difference: float
    """After minus before."""
    ratio: float | None
    """After over before; None where the median before is 0."""
    needed: int
    """How many patients each side needs before there is an interval and a test."""
    low: float | None
    """95 % interval of the difference; None below `needed`: there is no test yet."""
    high: float | None
    p_value: float | None
    """Two-sided Mann-Whitney U over one value (the median) per patient; None below `needed`."""

    @property
    def is_shown(self) -> bool:
        """Whether there is a difference to speak of: test and interval look at the patients each in its own way."""
        return _is_shown(self.difference, self.low, self.high, self.p_value)


@dataclass(frozen=True, slots=True, kw_only=True)
class RateChange:
    """Two rates k/n and their difference, as fractions."""

    k_before: int
    n_before: int
    k_after: int
    n_after: int
    before: tuple[float, float] | None
    """95 % Wilson interval of the rate before; None below `rates.MIN_FOR_RATE`: only the counts are shown."""
    after: tuple[float, float] | None
    difference: float | None
    """After minus before; None where either side is below `rates.MIN_FOR_RATE`."""
    low: float | None
    """95 % interval of the difference (Newcombe 1998, method 10: of the two Wilson intervals)."""
    high: float | None
    p_value: float | None
    """Fisher's exact test, two sided."""

    @property
    def is_shown(self) -> bool:
        """Whether there is a difference to speak of: test and interval say the same."""
        return _is_shown(self.difference, self.low, self.high, self.p_value)


def compare(
    before: Sequence[float],
    after: Sequence[float],
    *,
    patients_before: Sequence[Hashable] | None = None,
    patients_after: Sequence[Hashable] | None = None,
    needed: int = MIN_ADULTS,
    seed: int = 0,
) -> Change | None:
    """Compare two samples; None where either is empty.

    The interval is a percentile bootstrap: BCa corrects by a jackknife, which does not work for a median (Efron 1979).
    The order of the values and the names of the patients change nothing.

    Args:
        before: finite values, as `after` in the same unit.
        after: likewise.
        patients_before: whose each value is, as long as `before`; None takes each value as a patient of its own.
        patients_after: likewise.
        needed: patients that each side needs before there is an interval and a test.
        seed: the same data and seed give the same interval.

    Raises:
        ValueError: there is not one patient per value.
    """
    if not before or not after:
        return None
    first, second = _sample(before, patients_before), _sample(after, patients_after)
    median_before, median_after = first.median(), second.median()
    is_tested = min(first.n_patients, second.n_patients) >= needed
    low, high = _interval(first, second, seed) if is_tested else (None, None)
    return Change(
        n_before=len(before),
        n_after=len(after),
        n_patients_before=first.n_patients,
        n_patients_after=second.n_patients,
        median_before=median_before,
        median_after=median_after,
        difference=median_after - median_before,
        ratio=median_after / median_before if median_before > 0 else None,
        needed=needed,
        low=low,
        high=high,
        p_value=rank_test(first.per_patient, second.per_patient) if is_tested else None,
    )


def compare_rates(k_before: int, n_before: int, k_after: int, n_after: int) -> RateChange | None:
    """Compare two rates; None where either has no denominator.

    Raises:
        ValueError: k is not within n.
    """
    if n_before == 0 or n_after == 0:
        return None
    (low_before, high_before), (low_after, high_after) = wilson(k_before, n_before), wilson(k_after, n_after)
    before, after = k_before / n_before, k_after / n_after
    is_tested = min(n_before, n_after) >= MIN_FOR_RATE
    difference = after - before
    return RateChange(
        k_before=k_before,
        n_before=n_before,
        k_after=k_after,
        n_after=n_after,
        before=(low_before, high_before) if n_before >= MIN_FOR_RATE else None,
        after=(low_after, high_after) if n_after >= MIN_FOR_RATE else None,
        difference=difference if is_tested else None,
        low=difference - hypot(after - low_after, high_before - before) if is_tested else None,
        high=difference + hypot(high_after - after, before - low_before) if is_tested else None,
        p_value=_fisher(k_before, n_before, k_after, n_after) if is_tested else None,
    )


def rank_test(first: Sequence[float] | Floats, second: Sequence[float] | Floats) -> float:
    """Return the p-value of the two-sided Mann-Whitney U test (SciPy: exact for a few, else normal with ties)."""
    from scipy.stats import mannwhitneyu

    return float(mannwhitneyu(first, second, alternative="two-sided").pvalue)


def robust_sd(values: Sequence[float]) -> float:
    """Return 1.4826 times the median absolute deviation: the standard deviation where values are normal."""
    centre = statistics.median(values)
    return 1.4826 * statistics.median(abs(value - centre) for value in values)


def _is_shown(difference: float | None, low: float | None, high: float | None, p_value: float | None) -> bool:
    if difference is None or low is None or high is None or p_value is None:
        return False
    is_on_one_side = 0 < low <= high if difference > 0 else low <= high < 0
    return p_value < SIGNIFICANT and is_on_one_side


def _fisher(k_before: int, n_before: int, k_after: int, n_after: int) -> float:
    from scipy.stats import fisher_exact

    return float(fisher_exact([[k_before, n_before - k_before], [k_after, n_after - k_after]]).pvalue)


class _Sample(NamedTuple):
    """Values in ascending order, and to which patient (0 to n_patients) each belongs."""

    values: Floats
    owners: Indices
    n_patients: int
    per_patient: Floats

    def median(self) -> float:
        """The median of all values."""
        import numpy as np

        return float(np.median(self.values))

    def medians(self, drawn: Indices) -> Floats:
        """The median of the values of each row of drawn patients, a patient drawn twice counting twice."""
        import numpy as np

        found = np.empty(len(drawn))
        for number, patients in enumerate(drawn):
            weights = np.bincount(patients, minlength=self.n_patients)[self.owners]
            until = np.cumsum(weights)
            total = int(until[-1])
            middle = np.searchsorted(until, ((total - 1) // 2, total // 2), side="right")
            found[number] = self.values[middle].mean()
        return found


def _sample(values: Sequence[float], patients: Sequence[Hashable] | None) -> _Sample:
    """Put values in order, and patients in the order of their values: what they are called is nothing."""
    import numpy as np

    of_patient: dict[Hashable, list[float]] = defaultdict(list)
    for patient, value in zip(range(len(values)) if patients is None else patients, values, strict=True):
        of_patient[patient].append(value)
    together = sorted(sorted(found) for found in of_patient.values())
    flat = np.array([value for found in together for value in found], dtype=np.float64)
    owners = np.repeat(np.arange(len(together)), [len(found) for found in together])
    order = np.argsort(flat, kind="stable")
    per_patient = np.array([statistics.median(found) for found in together])
    return _Sample(flat[order], owners[order], len(together), per_patient)


def _interval(first: _Sample, second: _Sample, seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the difference of the medians, from patients drawn with replacement."""
    import numpy as np
    from scipy.stats import bootstrap

    def statistic(one: Indices, other: Indices, axis: int = -1) -> Floats:
        return second.medians(np.atleast_2d(other)) - first.medians(np.atleast_2d(one))

    n_patients = first.n_patients + second.n_patients
    found = bootstrap(
        (np.arange(first.n_patients), np.arange(second.n_patients)),
        statistic,
        n_resamples=max(_MIN_RESAMPLES, min(N_RESAMPLES, N_RESAMPLES * _FULL_UP_TO // n_patients)),
        batch=max(1, _BATCH // n_patients),
        vectorized=True,
        confidence_level=CONFIDENCE,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return float(found.low), float(found.high)
