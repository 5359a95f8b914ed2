"""Of what the dose screens show figures: chosen on the filter screen, kept for the session, said in one line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from iqs_tui.domain.scope import Scope, Size, Which
from iqs_tui.locale import numbers, t

if TYPE_CHECKING:
    from iqs_tui.config import Config
    from iqs_tui.ui.app import IqsApp

Period = Literal["30", "90", "365", "month", "last_month", "own"]
PERIODS: tuple[Period, ...] = ("30", "90", "365", "month", "last_month", "own")
WHICH: tuple[Which, ...] = ("good", "rejected", "both")
SIZES: tuple[Size, ...] = ("all", "standard")
SELF = "self"
"""As `operator`: who is signed in. Any other text is an Operators' Name, the empty one stands for everyone."""
OVERSEERS = frozenset({"quality", "physicist", "manager"})
"""Roles that may look at one other person's exposures, and take figures along from a locked kiosk."""
MAPPERS = frozenset({"physicist", "manager"})
"""Roles that may change the mapping at a kiosk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What was chosen; an empty field lets all through."""

    period: Period = "90"
    first: date | None = None
    last: date | None = None
    """Local days, both included, of an own period."""
    rooms: tuple[str, ...] = ()
    modality: str = ""
    procedure: str = ""
    view: str = ""
    which: Which = "good"
    size: Size = "all"
    operator: str = ""
    chosen_by: str = ""
    """The user_id of who chose the operator: for anybody else it is everyone again."""


def chosen(app: IqsApp) -> Chosen:
    """Return what is chosen in this session; at first the room of the kiosk, or all rooms on the manager's face."""
    return app.session.dose_choice or start(app)


def start(app: IqsApp) -> Chosen:
    """Return what the dose screens start with."""
    return Chosen(rooms=() if app.face == "admin" else (app.room.id,))


def scope_of(app: IqsApp, of: Chosen | None = None) -> Scope:
    """Return the scope of a choice (default: that of the session) as it is now."""
    what = of or chosen(app)
    first, until = span(what, app.clock(), app.config.site.zone)
    return Scope(
        first=first,
        until=until,
        rooms=what.rooms,
        modality=what.modality or None,
        procedure=what.procedure or None,
        view=what.view or None,
        which=what.which,
        size=what.size,
        operators=operators(app, what),
    )


def span(what: Chosen, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
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


def own_days(what: Chosen, today: date) -> tuple[date, date]:
    """Return the first and last day of an own period; what was not filled in is 90 days ago, and today."""
    last = what.last or today
    first = what.first or today - timedelta(days=90)
    return min(first, last), max(first, last)


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(_UTC)


_UTC = ZoneInfo("UTC")


def operators(app: IqsApp, what: Chosen) -> tuple[str, ...]:
    """Return the Operators' Names to let through, case-folded; empty: everyone.

    Nobody sees one person's figures but that person, and who oversees the quality.
    """
    user = app.session.user
    if user is None or not what.operator or what.chosen_by != user.user_id:
        return ()
    if what.operator == SELF:
        from iqs_tui.store.reading.people import answers_to

        return answers_to(user.user_id) or (user.name.casefold(),)
    return (what.operator.casefold(),) if may_choose_others(app) else ()


def may_choose_others(app: IqsApp) -> bool:
    """Say whether who is signed in may look at another person's exposures."""
    user = app.session.user
    return user is not None and user.role in OVERSEERS


def may_export(app: IqsApp) -> bool:
    """Say whether figures may be taken along: not from a locked kiosk by whoever passes."""
    user = app.session.user
    is_open = app.face == "admin" or not app.config.kiosk.locked
    return is_open or (user is not None and user.role in OVERSEERS)


def may_map(app: IqsApp) -> bool:
    """Say whether the mapping may be changed here and now."""
    user = app.session.user
    return app.face == "admin" or (user is not None and user.role in MAPPERS)


def in_words(app: IqsApp, of: Chosen | None = None) -> str:
    """Say a choice in one line: "Kamer 1 · 90 dagen · goede opnamen · iedereen"."""
    what = of or chosen(app)
    parts = [
        rooms_in_words(app.config, what.rooms),
        period_in_words(what, app.clock(), app.config.site.zone),
        what.modality,
        " ".join(part for part in (what.procedure, what.view) if part),
        t(f"dose.which_{what.which}"),
        t("dose.size_standard") if what.size == "standard" else "",
        operator_in_words(app, what),
    ]
    return " · ".join(part for part in parts if part)


def rooms_in_words(config: Config, rooms: tuple[str, ...]) -> str:
    """Say which rooms: their names, or that it is all of them."""
    return " + ".join(room_name(config, room) for room in rooms) or t("dose.all_rooms")


def room_name(config: Config, room: str) -> str:
    """Return what people call a room; one that the settings do not know keeps its id."""
    known = config.room(room)
    return known.label if known else room or t("dose.no_room")


def period_in_words(what: Chosen, now: datetime, zone: ZoneInfo) -> str:
    """Say which period: "90 dagen", "1 sep 2026 – 21 nov 2026"."""
    if what.period != "own":
        return t(f"dose.period_{what.period}")
    first, last = own_days(what, now.astimezone(zone).date())
    return f"{day_in_words(first)} – {day_in_words(last)}"


def day_in_words(day: date) -> str:
    """Return a day with its year: "1 sep 2026"."""
    return f"{numbers.short_date(day)} {day.year}"


def operator_in_words(app: IqsApp, what: Chosen) -> str:
    """Say whose exposures: everyone's, one's own, or those of one person."""
    if not operators(app, what):
        return t("dose.everyone")
    return t("dose.myself") if what.operator == SELF else what.operator
