"""One line for what the node was asked to do: how far it is, and how it ended."""

from collections.abc import Callable

from peewee import OperationalError
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import ProgressBar, Static

from iqs_tui.locale import t
from iqs_tui.store import jobs
from iqs_tui.store.jobs import JobView
from iqs_tui.store.reading.admin.home import node_state
from iqs_tui.ui.screens.admin.words import line, system_user

Told = Callable[[JobView], str]


class JobLine(Horizontal):
    """Asks the node and follows its answer. It stays until something else is asked or said."""

    def __init__(self) -> None:
        super().__init__()
        self._job_id: str | None = None
        self._doing = ""
        self._told: Told = _done

    def compose(self) -> ComposeResult:
        """A sentence, and a bar where it is known how much there is to do."""
        yield Static(id="said", markup=False)
        yield ProgressBar(show_eta=False)

    def on_mount(self) -> None:
        """Nothing to say yet."""
        self._say("", None)

    def ask(self, kind: str, params: dict[str, object], doing: str, told: Told) -> None:
        """Ask the node for a job; where no node runs, say so and ask nothing.

        `doing` is what stands here until it is done; `told` makes the sentence of a job that is done.
        """
        if not node_state().is_alive:
            self.say(t("admin.no_node"), is_wrong=True)
            return
        try:
            self._job_id = jobs.ask(kind, params, system_user())
        except OperationalError:
            self.say(t("common.not_kept"), is_wrong=True)
            return
        self._doing, self._told = doing, told
        self.show()

    def say(self, words: str, *, is_wrong: bool = False) -> None:
        """Say a sentence of the screen's own; a job that still runs goes on unseen."""
        self._job_id = None
        self._say(words, None, is_wrong=is_wrong)

    @property
    def is_running(self) -> bool:
        """Whether the job that was asked for is still being done."""
        job = jobs.get(self._job_id) if self._job_id else None
        return job is not None and job.state in {"queued", "running"}

    def show(self) -> None:
        """Read how far the job is."""
        job = jobs.get(self._job_id) if self._job_id else None
        if job is None:
            return
        if job.state == "done":
            self._say(self._told(job), None)
        elif job.state == "failed":
            self._say(t("admin.job_failed", why=line(job.message)), None, is_wrong=True)
        elif not node_state().is_alive:
            self._say(t("admin.job_waits"), None, is_wrong=True)
        else:
            self._say(self._doing, job)

    def _say(self, words: str, job: JobView | None, *, is_wrong: bool = False) -> None:
        self.query_one("#said", Static).update(Content(words))
        bar = self.query_one(ProgressBar)
        bar.display = job is not None and bool(job.total)
        if job is not None and job.total:
            bar.update(total=job.total, progress=job.progress)
        self.set_class(is_wrong, "-wrong")
        self.display = bool(words)


def _done(_: JobView) -> str:
    return t("admin.job_done")
