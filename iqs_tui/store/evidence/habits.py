"""How same-view questions of a protocol were answered before (`domain.same_view_habits` decides what that means)."""

from datetime import datetime

from iqs_tui.domain.cases import SAME_VIEW
from iqs_tui.domain.same_view_habits import REMEMBERED, Habit, habit_of
from iqs_tui.store.models import Case, Exposure


def habit(protocol: str | None, view: str | None, silent_after: int, now: datetime) -> Habit:
    """Return what is usual for a view of a protocol; without a protocol nothing is learnt."""
    if not protocol:
        return Habit()
    of_view = Exposure.view.is_null() if view is None else Exposure.view == view
    rows = (
        Case.select(Case.signals, Case.state, Case.reason_code)
        .join(Exposure, on=(Case.exposure_uid == Exposure.exposure_uid))
        .where(
            Case.state.in_(("answered", "dismissed")),
            Case.is_question,
            Case.answered_at >= now - REMEMBERED,
            Exposure.protocol == protocol,
            of_view,
        )
        .order_by(Case.answered_at.desc(), Case.case_id)
    )
    answers = [row.reason_code if row.state == "dismissed" else None for row in rows if SAME_VIEW in row.signals]
    return habit_of(answers, silent_after)
