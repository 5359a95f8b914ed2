"""Of what the reject analysis is: chosen on its filter screen, kept for the session, said in one line; and for whom."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store.reading.reject_analysis.figures import Viewer
from iqs_tui.ui import bin_choice, choosing
from iqs_tui.ui.choosing import Choice

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen(Choice):
    """What was chosen for the reject analysis."""

    reason: str = ""
    """A code of the reason list; of the first level, its details too."""


def chosen(app: IqsApp) -> Chosen:
    """Return what is chosen in this session; at first the room of the kiosk, or all rooms on the manager's face."""
    return app.session.reject_choice or Chosen(rooms=choosing.start_rooms(app))


def viewer(app: IqsApp) -> Viewer:
    """Return who looks: what they may be told is decided by this alone."""
    return Viewer(names=frozenset(choosing.own_names(app)), sees_everyone=choosing.may_choose_others(app))


def scope_of(app: IqsApp) -> Scope:
    """Return the scope of the choice as it is now: of one person only the own, or any for who oversees the quality."""
    what = chosen(app)
    return replace(choosing.scope(app, what), reason=what.reason or None)


def in_words(app: IqsApp, of: Scope | None = None) -> str:
    """Say the choice in one line: "Kamer 1 · 90 dagen in hele weken · Belichting · iedereen".

    `of` is what was read, where the period was narrowed to whole weeks: then it says which those are.
    """
    what = chosen(app)
    period = _period(app, what) if of is None else _weeks(of, app.config.site.zone)
    return choosing.in_words(app, what, bin_choice.reason_in_words(what.reason), period=period)


def _period(app: IqsApp, what: Chosen) -> str:
    period = choosing.period_in_words(what, app.clock(), app.config.site.zone)
    return f"{period} {t('reject.in_whole_weeks')}" if is_in_whole_weeks(app) else period


def _weeks(scope: Scope, zone: ZoneInfo) -> str:
    first, until = (moment.astimezone(zone).date() for moment in (scope.first, scope.until))
    days = {"first": choosing.day_in_words(first), "last": choosing.day_in_words(until - timedelta(days=1))}
    return t("reject.whole_weeks", **days)


def is_in_whole_weeks(app: IqsApp) -> bool:
    """Say whether the period is narrowed to whole weeks: for who may not see everyone, but of the own work."""
    return not choosing.may_choose_others(app) and not choosing.operators(app, chosen(app))
