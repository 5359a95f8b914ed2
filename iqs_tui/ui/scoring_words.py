"""How rounds and images are put in words, the same on every screen of scoring."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from iqs_tui.domain.scoring import Viewer
from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.scoring import RoundLine
from iqs_tui.store.reading.viewers import viewer

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


def viewer_of(app: IqsApp) -> Viewer | None:
    """Return who is at the face, as the rules of scoring need it."""
    return viewer(app.session.user.user_id) if app.session.user else None


def kind(line: RoundLine) -> str:
    """Return the kind of a round: "zelfevaluatie"."""
    return t(f"scoring.kind_{line.kind}")


def procedure(line: RoundLine) -> str:
    """Return what a round is about: part of the procedure's name, or all."""
    return line.procedure or t("scoring.all_procedures")


def count(line: RoundLine) -> str:
    """Return how far a round is: "7 van 20"."""
    return t("scoring.n_of_n", done=line.n_done, n=line.n)


def fraction(line: RoundLine) -> float:
    """Return how far a round is, 0 to 1."""
    return line.n_done / line.n if line.n else 0.0


def time_left(line: RoundLine, now: datetime, zone: ZoneInfo) -> str:
    """Return how long there is for a round; a day that has passed is only named."""
    if not line.is_open:
        return t("scoring.finished")
    if line.due_at is None:
        return ""
    day = line.due_at.astimezone(zone).date()
    days = (day - now.astimezone(zone).date()).days
    if days > 1:
        return t("scoring.days_left", n=days)
    if days >= 0:
        return t("scoring.until_tomorrow" if days else "scoring.until_today")
    return t("scoring.was_due", day=numbers.short_date(day))
