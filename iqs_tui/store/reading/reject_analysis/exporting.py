"""The reject analysis as shown, as a file: a row per figure, each with its n, source, coverage and scope. No names.

Shares and limits are fractions; what is not shown on the screen for lack of n is absent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import IO, Any
from zoneinfo import ZoneInfo

from iqs_tui.domain.control_chart import Chart
from iqs_tui.domain.reject_rate import Answers, Basis, Rate
from iqs_tui.store.exporting.columns import COUNT, NUMBER, TEXT, Columns
from iqs_tui.store.exporting.formats import WRITERS
from iqs_tui.store.reading.analysis.exporting import SCOPE, Format, columns, only, scope_row
from iqs_tui.store.reading.reject_analysis.figures import Analysis, Funnel, Pareto

COLUMNS: Columns = (
    *columns("figure name view modality_family source", TEXT),
    *columns("n_rejects n_exposures", COUNT),
    *columns("share low high", NUMBER),
    *columns("n_answered n_raised", COUNT),
    *columns("position remark", TEXT),
    *columns("centre expected observed_to_expected observed_to_expected_low observed_to_expected_high", NUMBER),
    *columns("scope_modality scope_procedure scope_view scope_reason", TEXT),
    *SCOPE,
)
_Row = dict[str, Any]


def write(found: Analysis, funnels: Iterable[Funnel], file_format: Format, file: IO[bytes], *, zone: ZoneInfo) -> int:
    """Write the total, the viewer's own, the weeks, the reasons and these funnels; return how many rows.

    `zone` is the site's, for the moments.

    Raises:
        OSError: it cannot be written.
    """
    scope = found.scope
    shared = scope_row(scope, zone) | {
        "scope_exposures": "both",
        "scope_modality": scope.modality,
        "scope_procedure": scope.procedure,
        "scope_view": scope.view,
        "scope_reason": scope.reason,
    }
    empty: _Row = dict.fromkeys(name for name, _ in COLUMNS)
    rows = (only(COLUMNS, empty | shared | row) for row in _rows(found, funnels))
    return WRITERS[file_format](rows, COLUMNS, zone.key, file)


def _rows(found: Analysis, funnels: Iterable[Funnel]) -> Iterator[_Row]:
    for figure, of in (("total", found.figure), ("own", found.own)):
        for rate in of.rates if of else ():
            yield _rate(rate) | {"figure": figure}
    for chart in found.charts:
        yield from _weeks(chart)
    for pareto in found.reasons:
        yield from _reasons(pareto)
    for funnel in funnels:
        yield from _units(funnel)


def _rate(rate: Rate) -> _Row:
    said = _basis(rate.basis) | {"n_rejects": rate.k, "n_exposures": rate.n, "share": rate.share}
    return said | {"low": rate.low, "high": rate.high} | _coverage(rate.coverage)


def _basis(basis: Basis) -> _Row:
    return {"modality_family": basis.family, "source": basis.source}


def _coverage(answers: Answers) -> _Row:
    return {"n_answered": answers.n_answered, "n_raised": answers.n_raised}


def _weeks(chart: Chart) -> Iterator[_Row]:
    for week in chart.weeks:
        yield _basis(chart.basis) | {
            "figure": "week",
            "name": week.monday.isoformat(),
            "n_rejects": week.k,
            "n_exposures": week.n,
            "share": week.share,
            "n_answered": week.n_answered,
            "n_raised": week.n_raised,
            "position": week.position,
            "centre": chart.centre,
        }


def _reasons(pareto: Pareto) -> Iterator[_Row]:
    for reason in pareto.reasons:
        for figure, one in (("reason", reason), *(("reason_detail", detail) for detail in reason.details)):
            yield {"figure": figure, "name": one.code, "n_rejects": one.n, "share": one.share}


def _units(funnel: Funnel) -> Iterator[_Row]:
    for unit in funnel.units:
        name, view, *_ = (*unit.name, None, None)
        yield _rate(unit.rate) | {
            "figure": f"own_{funnel.by}" if unit.is_own else funnel.by,
            "name": name,
            "view": view,
            "position": unit.position,
            "remark": unit.remark,
            "centre": funnel.centre,
            "expected": unit.adjusted.expected,
            "observed_to_expected": unit.adjusted.ratio,
            "observed_to_expected_low": unit.adjusted.low,
            "observed_to_expected_high": unit.adjusted.high,
        }
