"""The reject analysis of a scope: counts and rates, the weeks, the reasons."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from zoneinfo import ZoneInfo

from iqs_tui.domain.control_chart import Chart, WeekCount, chart
from iqs_tui.domain.reject_rate import Basis
from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.analysis.samples import Progress
from iqs_tui.store.reading.reject_analysis.figures import Analysis, Viewer
from iqs_tui.store.reading.reject_analysis.reasons import reasons_of
from iqs_tui.store.reading.reject_analysis.showing import shown
from iqs_tui.store.reading.reject_analysis.tallied import Tallied, fold, total


def analyse(scope: Scope, viewer: Viewer, now: datetime, zone: ZoneInfo, progress: Progress | None = None) -> Analysis:
    """Return the rejects of a scope, as a viewer may see them at this moment.

    Raises:
        NotForViewer: it asks for one other person, machine or protocol, and the role does not allow that.
    """
    of, tallied, mine, withheld = shown(scope, viewer, now, zone, progress)
    return Analysis(
        scope=of,
        viewer=viewer,
        figure=total(tallied),
        own=total(mine) if viewer.names else None,
        charts=_charts(tallied),
        reasons=reasons_of(tallied.cases),
        n_without_name=sum(n for key, n in tallied.exposures.items() if key.person is None),
        n_unplaced=tallied.n_unplaced,
        withheld=withheld,
        tallied=tallied,
        own_tallied=mine,
    )


def _charts(tallied: Tallied) -> tuple[Chart, ...]:
    """Return the weeks on a chart for each basis: a week in which a room counts otherwise is no change of level."""
    weeks = fold(tallied, lambda key: key.monday)
    counted: dict[Basis, list[WeekCount]] = defaultdict(list)
    for monday, figure in weeks.items():
        for rate in figure.rates:
            counted[rate.basis].append(
                WeekCount(
                    monday=monday,
                    k=rate.k,
                    n=rate.n,
                    n_raised=rate.coverage.n_raised,
                    n_answered=rate.coverage.n_answered,
                )
            )
    return tuple(chart(basis, counted[basis]) for basis in sorted(counted, key=lambda one: one.order))
