"""Scoring rounds: drawing them by hand and by the clock, each with its audit row and its outbox row.

A round names its filter and its seed, so the draw can be repeated and shown to be fair (design, part 6).
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from peewee import fn

from iqs_tui.domain.forms import Form
from iqs_tui.domain.scoring import KINDS, draw
from iqs_tui.store import audit, outbox
from iqs_tui.store.candidates import Candidate, Filter, Progress, candidates, rejected_exposures
from iqs_tui.store.database import writing
from iqs_tui.store.forms import as_json, forms
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Round, Score, Task

_log = logging.getLogger(__name__)
_HALF_DAY = timedelta(hours=12)
"""A round that is due "again every 14 days" comes on the fourteenth day, not a few hours into the fifteenth."""


class CannotDraw(ValueError):
    """The round that is asked for cannot be; the message says why."""


class NothingToDraw(CannotDraw):
    """No image fits, now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRound:
    """A round that comes back: so many images, again every so many days."""

    kind: str
    form_id: str
    procedure: str = ""
    n: int = 5
    every_days: int = 14


def draw_round(
    room: str | None,
    kind: str,
    form_id: str,
    procedure: str,
    n: int,
    seed: str | None,
    by: str,
    at: datetime,
    due_at: datetime | None = None,
    *,
    subject_operator: str | None = None,
    progress: Progress | None = None,
) -> str:
    """Draw at most `n` good images of a room at random, and return the new round's id.

    Args:
        room: None draws from every room.
        procedure: part of the procedure's name; empty: all.
        seed: makes the draw repeatable; None: a new one.
        by: a user_id, `admin` or `node`.
        subject_operator: only images that this MBB'er made.
        progress: told how many images were looked at, of how many.

    Raises:
        CannotDraw: no such kind or form, or `n` below 1.
        NothingToDraw: no image fits.
    """
    form = _form_for(kind, form_id, n)
    chosen = Filter(room=room, procedure=procedure.strip(), operator=subject_operator, kind=kind, form_id=form_id)
    found = candidates(chosen, at, progress)
    if not found:
        raise NothingToDraw("no good image fits that was not drawn before; try another procedure, or wait for images")
    row = _new_round(chosen, form, seed or new_id(), by, at, due_at)
    with writing():
        row.save(force_insert=True)
        _add_tasks(row, found, n, by, at)
    return str(row.round_id)


def draw_standing(rounds: Sequence[StandingRound], room: str, at: datetime) -> list[str]:
    """Keep the standing rounds of a room going, and return the ids of the rounds that are new.

    A round is drawn when the last of its kind, form and procedure is `every_days` old. One that could not find its
    `n` images is filled up as images come in. An image that was rejected after the draw leaves its round first.
    """
    withdraw_rejected(at)
    new = []
    for standing in rounds:
        last = _last_round(standing, room)
        every = timedelta(days=standing.every_days)
        if last is not None and at < last.drawn_at + every - _HALF_DAY:
            _fill_up(last, standing.n, at)
            continue
        try:
            drawn = draw_round(
                room, standing.kind, standing.form_id, standing.procedure, standing.n, None, "node", at, at + every
            )
        except NothingToDraw:
            continue
        except CannotDraw as error:
            _warn_once(f"a standing round cannot be drawn: {error}")
            continue
        new.append(drawn)
    return new


@cache
def _warn_once(message: str) -> None:
    """The clock comes back every few seconds; the log need not."""
    _log.warning("%s", message)


def withdraw_rejected(at: datetime) -> int:
    """Take images out of their round that were rejected before anyone scored them; return how many."""
    with writing():
        rejected = list(Task.select().where(Task.state == "open", Task.exposure_uid.in_(rejected_exposures())))
        for task in rejected:
            row = Round.get_by_id(task.round_id)
            row.n -= 1
            task.delete_instance()
            audit.append("node", "task.withdrawn", task.task_id, {"exposure": task.exposure_uid}, at)
            _tell_round(row, at)
    return len(rejected)


def forget(before: datetime) -> int:
    """Delete rounds that were drawn before a moment, with their tasks and scores; return how many rounds."""
    with writing():
        old = [row.round_id for row in Round.select(Round.round_id).where(Round.drawn_at < before)]
        tasks = Task.select(Task.task_id).where(Task.round_id.in_(old))
        Score.delete().where(Score.task_id.in_(tasks)).execute()
        Task.delete().where(Task.round_id.in_(old)).execute()
        Round.delete().where(Round.round_id.in_(old)).execute()
    return len(old)


def _form_for(kind: str, form_id: str, n: int) -> Form:
    if kind not in KINDS:
        raise CannotDraw(f"{kind!r} is no kind of round; allowed: {', '.join(KINDS)}")
    if n < 1:
        raise CannotDraw(f"n is {n}; a round has at least 1 image")
    known = forms()
    if form_id not in known:
        raise CannotDraw(f"there is no form {form_id!r}; there are: {', '.join(sorted(known))}")
    return known[form_id]


def _new_round(chosen: Filter, form: Form, seed: str, by: str, at: datetime, due_at: datetime | None) -> Round:
    return Round(
        round_id=new_id(),
        room=chosen.room,
        kind=chosen.kind,
        form_id=form.code,
        form_version=form.version,
        form=as_json(form),
        procedure=chosen.procedure,
        subject_operator=chosen.operator,
        seed=seed,
        n=0,
        n_candidates=0,
        drawn_at=at,
        due_at=due_at,
        created_by=by,
    )


def _last_round(standing: StandingRound, room: str) -> Round | None:
    found: Round | None = (
        Round.select()
        .where(
            Round.room == room,
            Round.kind == standing.kind,
            Round.form_id == standing.form_id,
            Round.procedure == standing.procedure.strip(),
            Round.created_by == "node",
        )
        .order_by(Round.drawn_at.desc())
        .first()
    )
    return found


def _fill_up(row: Round, n: int, at: datetime) -> None:
    """Add what a round lacked at its draw."""
    if row.n >= n:
        return
    chosen = Filter(room=row.room, procedure=row.procedure, kind=row.kind, form_id=row.form_id)
    found = candidates(chosen, at)
    if found:
        with writing():
            _add_tasks(row, found, n - row.n, "node", at)


def _add_tasks(row: Round, found: list[Candidate], n: int, by: str, at: datetime) -> None:
    by_uid = {candidate.exposure_uid: candidate for candidate in found}
    drawn = [by_uid[uid] for uid in draw(by_uid, row.seed, n)]
    last = Task.select(fn.MAX(Task.position)).where(Task.round_id == row.round_id).scalar() or 0
    Task.insert_many(_task(row.round_id, place, candidate) for place, candidate in enumerate(drawn, last + 1)).execute()
    row.n_candidates = row.n + len(found)
    row.n += len(drawn)
    told = {"kind": row.kind, "seed": row.seed, "drawn": [one.exposure_uid for one in drawn], "of": len(found)}
    audit.append(by, "round.drawn", row.round_id, told, at)
    _tell_round(row, at)


def _task(round_id: str, position: int, candidate: Candidate) -> dict[str, Any]:
    return {
        "task_id": new_id(),
        "round_id": round_id,
        "position": position,
        "exposure_uid": candidate.exposure_uid,
        "instance_uid": candidate.instance_uid,
        "procedure": candidate.procedure,
        "view": candidate.view,
        "laterality": candidate.laterality,
        "operator": candidate.operator,
        "acquired_at": candidate.acquired_at,
    }


def _tell_round(row: Round, at: datetime) -> None:
    row.save()
    outbox.put_row("round", row, at)
