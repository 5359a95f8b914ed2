"""Dose totals of an examination: from the reports, and only where none says so from the sum of its exposures."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

REPORTED = "reported"
SUMMED = "summed"


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedTotal:
    """One report's total of one quantity, and the events that it is the total of."""

    report_uid: str
    exposure_uids: frozenset[str]
    value: float | None


def total(reports: Sequence[ReportedTotal], summed: float | None) -> tuple[float | None, str | None]:
    """Return an examination's total and where it comes from.

    A cumulative report (Siemens CT sends one after every scan) holds the events of the earlier ones and replaces them;
    continued reports hold other events and add up. Reports that overlap in part cannot be added: then the events are.
    """
    speaking = [report for report in reports if report.value is not None]
    if not speaking:
        return summed, SUMMED if summed is not None else None
    last = _not_contained(speaking)
    if _overlap(last):
        return (summed, SUMMED) if summed is not None else (max(_values(last)), REPORTED)
    return sum(_values(last)), REPORTED


def summed_over(values: Iterable[float | None]) -> float | None:
    """Return the sum of the values that are there; None where there is none."""
    there = [value for value in values if value is not None]
    return sum(there) if there else None


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
