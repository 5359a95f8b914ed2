"""What the scoring panel and the scoring screens show: rounds, the next image, and the overview.

Who is signed in decides what there is: `domain.scoring` has the rules.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from peewee import fn

from iqs_tui.domain import scoring
from iqs_tui.domain.forms import Form
from iqs_tui.domain.scoring import CriterionResult, Viewer
from iqs_tui.store.candidates import is_any, rejected_exposures
from iqs_tui.store.forms import form_of
from iqs_tui.store.models import Device, Exposure, Round, Task

MAX_ROUNDS = 50
Empty = Literal["no_images", "no_names", "no_round", "none_for_you"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundLine:
    """One round, counted over the images that this viewer may score; over all where nobody is signed in."""

    round_id: str
    kind: str
    procedure: str
    form: Form
    n: int
    n_done: int
    """Scored, or set aside."""
    n_candidates: int
    drawn_at: datetime
    due_at: datetime | None

    @property
    def is_open(self) -> bool:
        """Whether an image waits."""
        return self.n_done < self.n


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """The rounds of a room, those with work first; without any, why."""

    rounds: tuple[RoundLine, ...]
    empty: Empty | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One image to score, and how to find it back."""

    task_id: str
    round_id: str
    number: int
    """Which image of this viewer's in the round, from 1."""
    n: int
    acquired_at: datetime | None
    room: str | None
    modality: str | None
    station: str | None
    procedure: str | None
    view: str | None
    laterality: str | None
    instance_uid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundOverview:
    """What the scores of a round come to, over the images whose scores this viewer may see."""

    line: RoundLine
    results: tuple[CriterionResult, ...]
    most_to_gain: tuple[CriterionResult, ...]
    n_scored: int
    """Images that the figures rest on."""
    n_skipped: int
    n_hidden: int
    """Scored images whose scores are not this viewer's to see."""
    remarks: tuple[str, ...]


def queue(room: str | None, viewer: Viewer | None, at: datetime) -> Queue:
    """Return the rounds of a room: those with open images by their due date, then the finished, newest first."""
    rows = list(_rounds(room))
    lines = [line for row, tasks in _with_tasks(rows) if (line := _line(row, tasks, viewer)).n]
    if lines:
        waiting = sorted((line for line in lines if line.is_open), key=_by_due_date)
        return Queue(rounds=(*waiting, *(line for line in lines if not line.is_open)))
    if rows:
        return Queue(rounds=(), empty="none_for_you")
    return Queue(rounds=(), empty=_why_no_round(room, at))


def _why_no_round(room: str | None, at: datetime) -> Empty:
    if not is_any(room, at):
        return "no_images"
    return "no_round" if is_any(room, at, named=True) else "no_names"


def line_of(round_id: str, viewer: Viewer | None) -> RoundLine | None:
    """Return one round as `queue` shows it, or None where there is no such round."""
    row = Round.get_or_none(Round.round_id == round_id)
    return None if row is None else _line(row, _tasks_of([row]), viewer)


def next_task(round_id: str, viewer: Viewer | None, after: int = 0) -> TaskView | None:
    """Return the first open image of a round that this viewer may score, or None.

    Args:
        after: a `number`: the images up to it come last.
    """
    row = Round.get_or_none(Round.round_id == round_id)
    if row is None:
        return None
    rejected = {uid for (uid,) in rejected_exposures().tuples()}
    own = _allowed(row, _tasks_of([row]), viewer) if viewer else []
    places = [(number, task) for number, task in enumerate(own, 1) if task.state == "open"]
    places = [place for place in places if place[1].exposure_uid not in rejected]
    if not places:
        return None
    number, task = min(places, key=lambda place: (place[0] <= after, place[0]))
    return _task_view(task, number, len(own))


def overview(round_id: str, viewer: Viewer | None) -> RoundOverview | None:
    """Return what a round's scores come to, or None where there is no such round."""
    row = Round.get_or_none(Round.round_id == round_id)
    if row is None:
        return None
    tasks = _tasks_of([row])
    line = _line(row, tasks, viewer)
    done = [task for task in tasks if task.state == "done"]
    seen = [task for task in done if scoring.may_see_scores(row.kind, task.operator, viewer)]
    results = scoring.overview(line.form, [task.scores for task in seen])
    return RoundOverview(
        line=line,
        results=results,
        most_to_gain=scoring.most_to_gain(results),
        n_scored=len(seen),
        n_skipped=sum(task.state == "skipped" for task in _allowed(row, tasks, viewer)),
        n_hidden=len(done) - len(seen),
        remarks=tuple(task.remark for task in seen if task.remark),
    )


def _rounds(room: str | None) -> Iterable[Round]:
    """The newest rounds: those of this room, and those of the whole department."""
    query = Round.select().order_by(Round.drawn_at.desc(), Round.round_id.desc()).limit(MAX_ROUNDS)
    return query if room is None else query.where((Round.room == room) | Round.room.is_null())


def _with_tasks(rows: list[Round]) -> Iterable[tuple[Round, list[Task]]]:
    by_round: dict[str, list[Task]] = {row.round_id: [] for row in rows}
    for task in _tasks_of(rows):
        by_round[task.round_id].append(task)
    return ((row, by_round[row.round_id]) for row in rows)


def _tasks_of(rows: list[Round]) -> list[Task]:
    return list(
        Task.select().where(Task.round_id.in_([row.round_id for row in rows])).order_by(Task.position, Task.task_id)
    )


def _allowed(row: Round, tasks: list[Task], viewer: Viewer | None) -> list[Task]:
    if viewer is None:
        return tasks
    return [task for task in tasks if scoring.may_score(row.kind, task.operator, viewer)]


def _line(row: Round, tasks: list[Task], viewer: Viewer | None) -> RoundLine:
    counted = _allowed(row, tasks, viewer)
    return RoundLine(
        round_id=row.round_id,
        kind=row.kind,
        procedure=row.procedure,
        form=form_of(row.form, row.form_id),
        n=len(counted),
        n_done=sum(task.state != "open" for task in counted),
        n_candidates=row.n_candidates,
        drawn_at=row.drawn_at,
        due_at=row.due_at,
    )


def _by_due_date(line: RoundLine) -> tuple[bool, datetime, str]:
    return (line.due_at is None, line.due_at or line.drawn_at, line.round_id)


def _task_view(task: Task, number: int, n: int) -> TaskView:
    place: dict[str, Any] = (
        Exposure.select(
            Exposure.room, Exposure.modality, fn.COALESCE(Device.station_name, Device.model).alias("station")
        )
        .left_outer_join(Device, on=Device.device_id == Exposure.device_id)
        .where(Exposure.exposure_uid == task.exposure_uid)
        .dicts()
        .first()
    ) or {}
    return TaskView(
        task_id=task.task_id,
        round_id=task.round_id,
        number=number,
        n=n,
        acquired_at=task.acquired_at,
        room=place.get("room"),
        modality=place.get("modality"),
        station=place.get("station"),
        procedure=task.procedure,
        view=task.view,
        laterality=task.laterality,
        instance_uid=task.instance_uid,
    )
