"""Scoring one image of a round: each deed with its audit row and its outbox row in one transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from iqs_tui.domain.scoring import may_score
from iqs_tui.domain.text import clean_text
from iqs_tui.store import audit, outbox
from iqs_tui.store.database import writing
from iqs_tui.store.forms import form_of
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Round, Score, Task
from iqs_tui.store.reading.viewers import viewer

REMARK_MAX = 500


class CannotScore(ValueError):
    """The image is not this person's to score, or not any more.

    `why` is not_open, not_allowed, not_theirs or unknown.
    """

    def __init__(self, why: Literal["not_open", "not_allowed", "not_theirs", "unknown"]) -> None:
        super().__init__(why)
        self.why = why


def submit(task_id: str, answers: Mapping[str, int | None], remark: str | None, by: str, at: datetime) -> None:
    """Keep the whole answer for one image. `by` is a user_id; None as a score: not applicable.

    Raises:
        CannotScore: it was scored already, or this person may not score it.
        ValueError: the answers do not fill in the round's form.
    """
    with writing():
        task, row = _open_task(task_id, by)
        form_of(row.form, row.form_id).check(answers)
        task.scores = dict(answers)
        task.remark = clean_text(remark, REMARK_MAX)
        Score.insert_many(
            {"score_id": new_id(), "task_id": task_id, "criterion": code, "value": value}
            for code, value in answers.items()
        ).execute()
        _close_task(task, "done", by, at)


def skip(task_id: str, by: str, at: datetime) -> None:
    """Set an image aside that cannot be judged, such as one that is not in the PACS.

    Raises:
        CannotScore: as `submit`.
    """
    with writing():
        task, _ = _open_task(task_id, by)
        _close_task(task, "skipped", by, at)


def reopen(task_id: str, by: str, at: datetime) -> None:
    """Take one's own score or skip back: the image waits again.

    Raises:
        CannotScore: somebody else did it, or it was not done.
    """
    with writing():
        task = Task.get_or_none(Task.task_id == task_id)
        if task is None or task.state == "open":
            raise CannotScore("unknown")
        if task.scored_by != by:
            raise CannotScore("not_theirs")
        audit.append(by, "task.reopened", task_id, {"before": task.state, "scores": task.scores}, at)
        Score.delete().where(Score.task_id == task_id).execute()
        task.state, task.scores, task.remark = "open", {}, None
        task.scored_by = task.scored_at = None
        _tell_task(task, at)


def _open_task(task_id: str, by: str) -> tuple[Task, Round]:
    task = Task.get_or_none(Task.task_id == task_id)
    if task is None:
        raise CannotScore("unknown")
    if task.state != "open":
        raise CannotScore("not_open")
    row = Round.get_by_id(task.round_id)
    if not may_score(row.kind, task.operator, viewer(by)):
        raise CannotScore("not_allowed")
    return task, row


def _close_task(task: Task, state: str, by: str, at: datetime) -> None:
    task.state, task.scored_by, task.scored_at = state, by, at
    detail = {"round": task.round_id, "scores": task.scores} if state == "done" else {"round": task.round_id}
    audit.append(by, f"task.{state}", task.task_id, detail, at)
    _tell_task(task, at)


def _tell_task(task: Task, at: datetime) -> None:
    task.save()
    outbox.put_row("task", task, at)
