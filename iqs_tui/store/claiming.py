"""Which press of the key is about which exposure, over all studies of a room at about that time (`domain.claims`).

A press that named no exposure is given the name of the one that it turns out to be about; its case goes along, with the
answer. All of it is decided anew whenever what a study lost may have changed, and only where a key was pressed near.
"""

from collections import defaultdict
from datetime import datetime
from typing import Any

from peewee import fn

from iqs_tui.domain.cases import KEY
from iqs_tui.domain.claims import Press, Span, claims, made_before, pressed_about, spans
from iqs_tui.store import case_writing, casework, losses
from iqs_tui.store.database import database
from iqs_tui.store.fields import utc_text
from iqs_tui.store.losses import Loss
from iqs_tui.store.models import Case, Exposure, Signal

_MOMENTS = (
    "SELECT room, acquired_at FROM exposure WHERE study_uid = ?1 "
    "UNION SELECT room, started_at FROM procedure_step WHERE study_uid = ?1 "
    "UNION SELECT room, ended_at FROM procedure_step WHERE study_uid = ?1 "
    "UNION SELECT room, coalesce(said_at, at) FROM signal WHERE study_uid = ?1 AND kind IN ('key', 'rejection_note')"
)
_PRESSED = "SELECT EXISTS (SELECT 1 FROM signal WHERE kind = 'key' AND room = ? AND at BETWEEN ? AND ?)"
_WHERE = ("study_uid", "exposure_uid", "instance_uid", "about")


def claim(study_uid: str, now: datetime) -> None:
    """Decide anew which presses are about what a study lost; the cases of other studies that this changes follow."""
    moments: dict[str, list[datetime]] = defaultdict(list)
    for room, moment in database.execute_sql(_MOMENTS, (study_uid,)):
        if room and moment:
            moments[room].append(datetime.fromisoformat(moment))
    concerned: set[str] = set()
    for room, its in moments.items():
        for span in spans(its):
            if _is_pressed(room, span):
                concerned |= _decide(room, span, now)
    for other in sorted(concerned - {study_uid}):
        casework.refresh(other, now)


def claim_at(room: str, at: datetime) -> None:
    """Decide anew which presses of a room are about what, now that one was made at this moment."""
    for study_uid in sorted(_decide(room, (at, at), at)):
        casework.refresh(study_uid, at)


def _is_pressed(room: str, made: Span) -> bool:
    """Say whether any key was pressed that can be about what was made then: hardly ever, so this is asked first."""
    return bool(database.execute_sql(_PRESSED, (room, *map(utc_text, pressed_about(made)))).fetchone()[0])


def _decide(room: str, span: Span, now: datetime) -> set[str]:
    """Give each press around these moments to what it is about; return the studies whose cases that changes."""
    presses, lost = _around(room, span)
    of_name = {each.lost.name: each for each in lost}
    found = claims([Press(row.signal_id, row.at) for row in presses], [each.lost for each in lost])
    concerned: set[str] = set()
    for row in presses:
        loss = of_name.get(found.get(row.signal_id, ""))
        if not _is_about(row, loss):
            concerned |= {study for study in (row.study_uid, loss and loss.study_uid) if study}
            _move(row, loss, now)
    return concerned


def _around(room: str, span: Span) -> tuple[list[Signal], list[Loss]]:
    """Return all presses and losses of a room that may have to do with one another, from these moments on outwards."""
    of_study: dict[str, list[Loss]] = {}
    while True:
        presses = list(_presses().where(Signal.room == room, Signal.at.between(*pressed_about(span))))
        if not presses:
            return [], []
        pressed = [row.at for row in presses]
        first, last = made_before((min(pressed), max(pressed)))
        near = losses.studies_near(room, (first, last))
        of_study |= {study_uid: losses.of_study(study_uid) for study_uid in near - of_study.keys()}
        lost = [
            each
            for study_uid in sorted(near)
            for each in of_study[study_uid]
            if each.room == room and each.lost.since <= last and each.lost.until >= first
        ]
        moments = [*span, *pressed, *(moment for each in lost for moment in (each.lost.since, each.lost.until))]
        wider = min(moments), max(moments)
        if wider == span:
            return presses, lost
        span = wider


def _presses() -> Any:  # noqa: ANN401 (a query)
    """Return the presses that named no exposure and may be moved.

    Not those that a person took back, nor those about an exposure that is no longer kept.
    """
    is_dismissed = fn.EXISTS(Case.select().where(Case.case_id == Signal.case_id, Case.state == "dismissed"))
    is_here = fn.EXISTS(Exposure.select().where(Exposure.exposure_uid == Signal.exposure_uid))
    return Signal.select().where(
        Signal.kind == KEY,
        Signal.signal_id.endswith(":-"),
        ~is_dismissed,
        Signal.exposure_uid.is_null() | is_here,
    )


def _is_about(press: Signal, loss: Loss | None) -> bool:
    return all(getattr(press, name) == getattr(loss, name, None) for name in _WHERE)


def _move(press: Signal, loss: Loss | None, now: datetime) -> None:
    """Let a press be about this, or about nothing known; the case that it opened goes along, without what joined it."""
    case = Case.get_or_none(Case.case_id == press.case_id)
    is_own = case is not None and (case.case_id == press.source_uid or case.study_uid is None)
    is_it = Signal.signal_id == press.signal_id
    where = {name: getattr(loss, name, None) for name in _WHERE}
    Signal.update(**where, case_id=press.case_id if is_own else None).where(is_it).execute()
    if case is not None and is_own:
        Signal.update(case_id=None).where(Signal.case_id == case.case_id, ~is_it).execute()
        case_writing.forget_exposure(case)
        case.study_uid = where["study_uid"]
        casework.tell(case, now)
    if loss is None:
        casework.refresh_press(press.signal_id, now)
