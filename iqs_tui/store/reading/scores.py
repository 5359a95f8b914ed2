"""The scores as rows, for `export scores`."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from iqs_tui.store.fields import utc_text
from iqs_tui.store.forms import form_of
from iqs_tui.store.models import Exposure, Round, Score, Task


def score_rows(since: datetime | None = None, until: datetime | None = None) -> Iterator[dict[str, Any]]:
    """Yield one row per criterion of each image that was scored from `since` up to, not including, `until`.

    Keys: score_id, task_id, round_id, kind, form, form_version, criterion, value (None: not applicable), max,
    operator, scored_by (user_id), scored_at, procedure, view, study_uid, exposure_uid.
    """
    query = (
        Score.select(Score, Task, Round, Exposure.study_uid)
        .join(Task, on=Task.task_id == Score.task_id, attr="task")
        .join(Round, on=Round.round_id == Task.round_id, attr="round")
        .left_outer_join(Exposure, on=Exposure.exposure_uid == Task.exposure_uid, src=Task, attr="exposure")
        .where(Task.state == "done")
        .order_by(Task.scored_at, Score.score_id)
    )
    if since is not None:
        query = query.where(Task.scored_at >= utc_text(since))
    if until is not None:
        query = query.where(Task.scored_at < utc_text(until))
    for score in query.iterator():
        yield _row(score)


def _row(score: Any) -> dict[str, Any]:  # noqa: ANN401 (a Score with what was joined)
    task = score.task
    exposure = getattr(task, "exposure", None)
    return {
        "score_id": score.score_id,
        "task_id": task.task_id,
        "round_id": task.round_id,
        "kind": task.round.kind,
        "form": task.round.form_id,
        "form_version": task.round.form_version,
        "criterion": score.criterion,
        "value": score.value,
        "max": form_of(task.round.form, task.round.form_id).scale_of(score.criterion).max,
        "operator": task.operator,
        "scored_by": task.scored_by,
        "scored_at": task.scored_at,
        "procedure": task.procedure,
        "view": task.view,
        "study_uid": getattr(exposure, "study_uid", None),
        "exposure_uid": task.exposure_uid,
    }
