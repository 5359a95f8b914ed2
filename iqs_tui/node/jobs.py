"""Does what a face asks of the node (`store.jobs`): C-ECHO, enrolment, a draw, a sync now."""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from peewee import PeeweeException

from iqs_tui.clock import utc_now
from iqs_tui.config import Config
from iqs_tui.dicom.echo import echo
from iqs_tui.node.syncing import EnrolFailed, enrol
from iqs_tui.store import jobs, rounds
from iqs_tui.store.models import Peer

_log = logging.getLogger(__name__)


class Jobs:
    """Takes the queued jobs one by one."""

    def __init__(self, config: Config, sync_now: Callable[[], None]) -> None:
        self._config = config
        self._sync_now = sync_now
        self._doers: dict[str, Callable[[jobs.JobView], Any]] = {
            "echo": self._echo,
            "enrol": self._enrol,
            "draw_round": self._draw_round,
            "sync_now": self._ask_sync,
        }

    def do_all(self) -> None:
        """Do every job that waits."""
        while (job := jobs.take_next()) is not None:
            self._do(job)

    def _do(self, job: jobs.JobView) -> None:
        doer = self._doers.get(job.kind)
        if doer is None:
            jobs.finish(job.job_id, error=f"unknown job: {job.kind}")
            return
        try:
            jobs.finish(job.job_id, result=doer(job))
        except (EnrolFailed, rounds.CannotDraw, KeyError, ValueError, OSError, PeeweeException) as error:
            _log.warning("job %s failed: %s", job.kind, error)
            jobs.finish(job.job_id, error=str(error) or type(error).__name__)

    def _echo(self, job: jobs.JobView) -> dict[str, Any]:
        ae_title, host, port = str(job.params["ae_title"]), str(job.params["host"]), int(job.params["port"])
        answer = echo(host, port, ae_title, self._config.listener.ae_title, timeout_s=5)
        Peer.update(last_echo_at=utc_now(), last_echo_ok=answer.ok).where(
            (Peer.ae_title == ae_title) & (Peer.host == host)
        ).execute()
        return {"ok": answer.ok, "ms": answer.ms, "message": answer.message, "outcome": answer.outcome}

    def _enrol(self, job: jobs.JobView) -> dict[str, Any]:
        return enrol(self._config, str(job.params["code"]))

    def _draw_round(self, job: jobs.JobView) -> dict[str, Any]:
        params = job.params

        def progress(done: int, total: int | None = None) -> None:
            jobs.progress(job.job_id, done, total)

        round_id = rounds.draw_round(
            self._config.kiosk.room,
            params["kind"],
            params["form_id"],
            params.get("procedure", ""),
            int(params["n"]),
            params.get("seed"),
            job.created_by or "admin",
            utc_now(),
            utc_now() + timedelta(days=int(params.get("days", 14))),
            subject_operator=params.get("subject_operator"),
            progress=progress,
        )
        return {"round_id": round_id}

    def _ask_sync(self, job: jobs.JobView) -> dict[str, Any]:
        self._sync_now()
        return {"asked": True}
