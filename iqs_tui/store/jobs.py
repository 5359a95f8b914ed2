"""Work that a face asks of the node. The face never talks to a network: it asks here and reads the answer here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iqs_tui.clock import utc_now
from iqs_tui.store.database import writing
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import Job


@dataclass(frozen=True, slots=True)
class JobView:
    """A job as it stands. `state` is queued, running, done or failed."""

    job_id: str
    kind: str
    params: dict[str, Any]
    state: str
    progress: int
    total: int | None
    message: str | None
    result: Any
    created_by: str | None
    created_at: datetime
    finished_at: datetime | None


def ask(kind: str, params: dict[str, Any], by: str | None = None) -> str:
    """Queue a job for the node; return its id."""
    job_id = new_id()
    with writing():
        Job.insert(job_id=job_id, kind=kind, params=params, created_by=by, created_at=utc_now()).execute()
    return job_id


def get(job_id: str) -> JobView | None:
    """Return a job, or None where there is none of that id."""
    row = Job.get_or_none(Job.job_id == job_id)
    return None if row is None else _view(row)


def take_next() -> JobView | None:
    """Take the oldest queued job and mark it running; None where nothing waits."""
    if not Job.select().where(Job.state == "queued").exists():
        return None
    with writing():
        row = Job.select().where(Job.state == "queued").order_by(Job.job_id).first()
        if row is None:
            return None
        row.state = "running"
        row.save()
    return _view(row)


def progress(job_id: str, done: int, total: int | None = None, message: str | None = None) -> None:
    """Say how far a job is."""
    with writing():
        Job.update(progress=done, total=total, message=message).where(Job.job_id == job_id).execute()


def finish(job_id: str, result: Any = None, error: str | None = None) -> None:  # noqa: ANN401 (JSON)
    """Close a job with its result, or with one sentence about what went wrong."""
    state = "failed" if error else "done"
    with writing():
        Job.update(state=state, result=result, message=error, finished_at=utc_now()).where(
            Job.job_id == job_id
        ).execute()


def give_back() -> int:
    """Queue again what a node that stopped was still running; return how many."""
    with writing():
        return int(Job.update(state="queued", progress=0).where(Job.state == "running").execute())


def _view(row: Job) -> JobView:
    return JobView(
        row.job_id,
        row.kind,
        row.params,
        row.state,
        row.progress,
        row.total,
        row.message,
        row.result,
        row.created_by,
        row.created_at,
        row.finished_at,
    )
