"""The web pages: rendered here, escaped, without scripts, and with nothing from another host."""

import math
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import jinja2
from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from iqs_tui import locale
from iqs_tui.central.kiosks import kiosk_states
from iqs_tui.central.requests import connection
from iqs_tui.central.statistics import RoomMonth, first_moment, rooms_ever, rooms_of
from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.domain.dose import PER_EXPOSURE
from iqs_tui.domain.months import Month
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents, drl
from iqs_tui.store.reading import mapping

router = APIRouter()
HERE = Path(__file__).resolve().parent
MIN_FOR_SHARE = 10
"""Below this a percentage says more than its n can carry."""
_MONTHS_SHOWN = 24
_ROWS_SHOWN = 200
_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(HERE / "templates"), autoescape=True, undefined=jinja2.StrictUndefined
)


@router.get("/", response_class=HTMLResponse)
def cases_page(request: Request, month: str = "", room: str = "") -> str:
    """Cases per room and reason of a month."""
    config: Config = request.app.state.config
    zone = config.site.zone
    now = Month.of(utc_now(), zone)
    chosen = Month.parse(month) or now
    with connection():
        everything = rooms_of(chosen.start(zone), chosen.next().start(zone), documents.reasons(), locale.language())
        first = first_moment()
        rooms = rooms_ever()
    shown = [one for one in everything if room in {"", one.room}]
    return _render(
        "cases.html",
        config,
        months=_months(first, now, chosen, zone),
        rooms=[(name, _room_name(config, name)) for name in rooms],
        month=chosen,
        month_name=_month_name,
        room=room,
        room_name=_room_name(config, room),
        shown=[_view(config, one) for one in shown],
        total=_total(shown),
        has_any=first is not None,
        min_for_share=MIN_FOR_SHARE,
    )


@router.get("/kiosks", response_class=HTMLResponse)
def kiosks_page(request: Request) -> str:
    """The state of every kiosk."""
    config: Config = request.app.state.config
    with connection():
        states = kiosk_states(utc_now())
    zone = config.site.zone
    return _render(
        "kiosks.html",
        config,
        kiosks=states,
        room_name=lambda room: _room_name(config, room),
        state_name=lambda state: t(f"central.state_{state}"),
        moment=lambda at: numbers.day_and_time(at, zone),
    )


@router.get("/protocols", response_class=HTMLResponse)
def protocols_page(request: Request) -> str:
    """The protocols without a mapping to a DRN row, the most frequent first. No persons: patients are not counted."""
    config: Config = request.app.state.config
    with connection():
        rows = mapping.unmapped(utc_now(), with_patients=False)
        book = drl.book()
    return _render(
        "protocols.html",
        config,
        rows=[(row, ", ".join(_room_name(config, room) for room in row.rooms or ("",))) for row in rows[:_ROWS_SHOWN]],
        n_rows=len(rows),
        n_shown=_ROWS_SHOWN,
        book=book,
        days=mapping.WINDOW.days,
        is_exposure=lambda row: row.modality in PER_EXPOSURE,
    )


def _month_name(month: Month) -> str:
    """Say a month as people do: "november 2026"."""
    return f"{t(f'central.month_{month.month}')} {month.year}"


def _months(first: datetime | None, now: Month, chosen: Month, zone: ZoneInfo) -> list[Month]:
    """The months to choose from, newest first: from the first case on, at most two years back."""
    start = min(Month.of(first, zone) if first else now, now)
    months = [now.next(-back) for back in range(_MONTHS_SHOWN)]
    return sorted({month for month in months if month >= start} | {now, chosen}, reverse=True)


def _view(config: Config, one: RoomMonth) -> dict[str, Any]:
    return {
        "name": _room_name(config, one.room),
        "figures": one,
        "coverage": _coverage(one.n_answered, one.n_cases),
        "bars": [(bar, max(1.0, round(bar.fraction * 100, 1)), _share(bar.n, one.n_rejects)) for bar in one.bars],
    }


def _total(shown: list[RoomMonth]) -> dict[str, Any]:
    n_cases = sum(one.n_cases for one in shown)
    n_answered = sum(one.n_answered for one in shown)
    return {
        "n_cases": n_cases,
        "n_answered": n_answered,
        "n_rejects": sum(one.n_rejects for one in shown),
        "n_repeats": sum(one.n_repeats for one in shown),
        "n_misidentified": sum(one.n_misidentified for one in shown),
        "n_no_reject": sum(one.n_no_reject for one in shown),
        "n_open": sum(one.n_open for one in shown),
        "n_expired": sum(one.n_expired for one in shown),
        "n_exposures": sum(one.n_exposures for one in shown),
        "coverage": _coverage(n_answered, n_cases),
    }


def _share(part: int, whole: int) -> int | None:
    """Return a percentage; None where the whole is too small for one."""
    return round(100 * part / whole) if whole >= MIN_FOR_SHARE else None


def _coverage(part: int, whole: int) -> int | None:
    """Return a percentage, rounded down so that 100 means all; None where the whole is too small for one."""
    return math.floor(100 * part / whole) if whole >= MIN_FOR_SHARE else None


def _room_name(config: Config, room: str) -> str:
    if not room:
        return t("central.no_room")
    known = config.room(room)
    return known.label if known else room


def _render(template: str, config: Config, **values: Any) -> str:  # noqa: ANN401 (what the template shows)
    return _environment.get_template(template).render(
        t=t, language=locale.language(), site=config.site.name, template=template, **values
    )
