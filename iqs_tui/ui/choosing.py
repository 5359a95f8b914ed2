"""Of what a screen shows figures or cases: what every filter can be set to, kept for the session, said in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from iqs_tui.domain import roles
from iqs_tui.domain.scope import Scope
from iqs_tui.locale import numbers, t

if TYPE_CHECKING:
    from iqs_tui.config import Config
    from iqs_tui.ui.app import IqsApp

Period = Literal["30", "90", "365", "month", "last_month", "own"]
PERIODS: tuple[Period, ...] = ("30", "90", "365", "month", "last_month", "own")
SELF = "self"
"""As `operator`: who is signed in. Any other text is an Operators' Name, the empty one stands for everyone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen; an empty field lets all through."""

    period: Period = "90"
    first: date | None = None
    last: date | None = None
    """Local days, both included, of an own period."""
    rooms: tuple[str, ...] = ()
    modality: str = ""
    procedure: str = ""
    view: str = ""
    operator: str = ""
    chosen_by: str = ""
    """Who chose the operator (`chooser`): for anybody else it is everyone again."""


def start_rooms(app: IqsApp) -> tuple[str, ...]:
    """Return the rooms that a screen starts with: that of the kiosk, or all on the manager's face."""
    return () if app.face == "admin" else (app.room.id,)


def span(what: Choice, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return the period in UTC. An open one ends with today: a modality's clock may run a little ahead."""
    today = now.astimezone(zone).date()
    tomorrow = _midnight(today + timedelta(days=1), zone)
    month = today.replace(day=1)
    if what.period == "month":
        return _midnight(month, zone), tomorrow
    if what.period == "last_month":
        return _midnight((month - timedelta(days=1)).replace(day=1), zone), _midnight(month, zone)
    if what.period == "own":
        first, last = own_days(what, today)
        return _midnight(first, zone), _midnight(last + timedelta(days=1), zone)
    return now - timedelta(days=int(what.period)), tomorrow


def scope(app: IqsApp, what: Choice) -> Scope:
    """Return the scope of what every filter has, as it is now."""
    first, until = span(what, app.clock(), app.config.site.zone)
    return Scope(
        first=first,
        until=until,
        rooms=what.rooms,
        modality=what.modality or None,
        procedure=what.procedure or None,
        view=what.view or None,
        operators=operators(app, what),
    )


def own_days(what: Choice, today: date) -> tuple[date, date]:
    """Return the first and last day of an own period; what was not filled in is 90 days ago, and today."""
    last = what.last or today
    first = what.first or today - timedelta(days=90)
    return min(first, last), max(first, last)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(_UTC)


_UTC = ZoneInfo("UTC")


def chooser(app: IqsApp) -> str:
    """Return who chooses now: a user_id, the manager's face, or empty where nobody is known."""
    user = app.session.user
    return user.user_id if user else "admin" if app.face == "admin" else ""


def operators(app: IqsApp, what: Choice) -> tuple[str, ...]:
    """Return the Operators' Names to let through, case-folded; empty: everyone.

    Nobody sees one person's figures but that person, and who oversees the quality.
    """
    if not what.operator or not chooser(app) or what.chosen_by != chooser(app):
        return ()
    if what.operator == SELF:
        return own_names(app)
    return (what.operator.casefold(),) if may_choose_others(app) else ()


def own_names(app: IqsApp) -> tuple[str, ...]:
    """Return the Operators' Names of who is signed in, case-folded; none where nobody is.

    Whose every name is somebody else's too has only the user_id, under which nothing stands: nothing at all would
    stand for everyone.
    """
    from iqs_tui.store.reading.people import answers_to

    user = app.session.user
    return (answers_to(user.user_id) or (user.user_id,)) if user else ()


def may_choose_others(app: IqsApp) -> bool:
    """Say whether who is here may look at another person's exposures."""
    user = app.session.user
    return roles.sees_everyone(user.role) if user else app.face == "admin"


def rooms_in_words(config: Config, rooms: tuple[str, ...]) -> str:
    """Say which rooms: their names, or that it is all of them."""
    return " + ".join(room_name(config, room) for room in rooms) or t("choosing.all_rooms")


def room_name(config: Config, room: str) -> str:
    """Return what people call a room; one that the settings do not know keeps its id."""
    known = config.room(room)
    return known.label if known else room or t("choosing.no_room")


def period_in_words(what: Choice, now: datetime, zone: ZoneInfo) -> str:
    """Say which period: "90 dagen", "1 sep 2026 – 21 nov 2026"."""
    if what.period != "own":
        return t(f"choosing.period_{what.period}")
    first, last = own_days(what, now.astimezone(zone).date())
    return f"{day_in_words(first)} – {day_in_words(last)}"


def day_in_words(day: date) -> str:
    """Return a day with its year: "1 sep 2026"."""
    return f"{numbers.short_date(day)} {day.year}"


def operator_in_words(app: IqsApp, what: Choice) -> str:
    """Say whose exposures: everyone's, one's own, or those of one person."""
    if not operators(app, what):
        return t("choosing.everyone")
    return t("choosing.myself") if what.operator == SELF else what.operator


def in_words(app: IqsApp, what: Choice, *own: str, period: str = "") -> str:
    """Say a choice in one line: "Kamer 1 · 90 dagen · Belichting · iedereen".

    `own` is what only this kind of choice has; `period`, where it was narrowed, is said in place of that of the choice.
    """
    parts = [
        rooms_in_words(app.config, what.rooms),
        period or period_in_words(what, app.clock(), app.config.site.zone),
        what.modality,
        " ".join(part for part in (what.procedure, what.view) if part),
        *own,
        operator_in_words(app, what),
    ]
    return " · ".join(part for part in parts if part)
