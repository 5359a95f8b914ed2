"""What the last weeks of a room taught, for its first screen: what the reject analysis tells whoever passes by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from iqs_tui.domain.reject_rate import Figure
from iqs_tui.domain.scope import Scope
from iqs_tui.store.reading.reject_analysis.figures import Pareto, Viewer
from iqs_tui.store.reading.reject_analysis.reasons import reasons_of
from iqs_tui.store.reading.reject_analysis.showing import shown
from iqs_tui.store.reading.reject_analysis.tallied import total

WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Taught:
    """The figures of whole weeks; without rates where none may be shown yet."""

    scope: Scope
    figure: Figure
    reasons: tuple[Pareto, ...]


def taught(room: str, now: datetime, zone: ZoneInfo) -> Taught:
    """Return what the whole weeks within `WINDOW` taught; `zone` is the site's."""
    scope, tallied, _, _ = shown(Scope(first=now - WINDOW, until=now, rooms=(room,)), Viewer(), now, zone)
    return Taught(scope, total(tallied), reasons_of(tallied.cases))
