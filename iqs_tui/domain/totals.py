"""Dose totals of an examination: from the reports, and only where none says so from the sum of its exposures."""

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

REPORTED = "reported"
SUMMED = "summed"
RUNNING_TOTAL_IN_HEADERS = frozenset({"XA", "RF"})
"""Their image headers hold the dose of the image or the dose so far, as the maker likes: a sum would be a guess."""


class Told(Protocol):
    """An exposure, as far as counting needs to know."""

    @property
    def is_derived(self) -> bool:
        """Only derived images tell of it."""

    @property
    def report_facts(self) -> object | None:
        """What dose reports say of it; None where none tells of it."""


_Exposure = TypeVar("_Exposure", bound=Told)


def counted(exposures: Sequence[_Exposure], *, has_report: bool) -> list[_Exposure]:
    """Return the exposures of an examination that count.

    Once a report has come, those that reports tell of: it knows which images are one exposure. Else all that were
    made; a derived image is none.
    """
    reported = [exposure for exposure in exposures if exposure.report_facts is not None]
    return reported if has_report and reported else [each for each in exposures if not each.is_derived]


def may_be_summed(modality: str | None, exposures: Iterable[Told]) -> bool:
    """Say whether adding up the doses of these exposures gives the examination's."""
    return modality not in RUNNING_TOTAL_IN_HEADERS or any(each.report_facts is not None for each in exposures)


def joint_source(sources: Collection[str | None]) -> str | None:
    """Return the one source of several totals: `reported` as soon as one was; None where there is no dose at all."""
    return next((source for source in (REPORTED, SUMMED) if source in sources), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTotal:
    """One report's total of one quantity, and the events that it is the total of."""

    report_uid: str
    exposure_uids: frozenset[str]
    value: float | None


def total(
    reports: Sequence[ReportedTotal], summed: float | None, of_steps: float | None = None
) -> tuple[float | None, str | None]:
    """Return an examination's total and where it comes from.

    What a procedure step (MPPS) tells counts where no report is: an old room that sends none. The modality says so too.

    A cumulative report (Siemens CT sends one after every scan) holds the events of the earlier ones and replaces them;
    continued reports hold other events and add up. Reports that overlap in part cannot be added: then the events are.
    """
    speaking = [report for report in reports if report.value is not None]
    if not reports and of_steps is not None:
        return of_steps, REPORTED
    if not speaking:
        return summed, SUMMED if summed is not None else None
    last = _not_contained(speaking)
    if _overlap(last):
        return (summed, SUMMED) if summed is not None else (max(_values(last)), REPORTED)
    return math.fsum(_values(last)), REPORTED


def summed_over(values: Iterable[float | None]) -> float | None:
    """Return the sum of the values that are there, the same in whatever order; None where there is none."""
    there = [value for value in values if value is not None]
    return math.fsum(there) if there else None


def _not_contained(reports: Sequence[ReportedTotal]) -> list[ReportedTotal]:
    kept: list[ReportedTotal] = []
    by_reach = sorted(reports, key=lambda r: (-len(r.exposure_uids), -(r.value or 0.0), r.report_uid))
    for report in by_reach:
        if not any(report.exposure_uids <= other.exposure_uids for other in kept):
            kept.append(report)
    return kept


def _overlap(reports: Collection[ReportedTotal]) -> bool:
    return sum(len(r.exposure_uids) for r in reports) != len(frozenset().union(*(r.exposure_uids for r in reports)))


def _values(reports: Iterable[ReportedTotal]) -> list[float]:
    return [report.value for report in reports if report.value is not None]
