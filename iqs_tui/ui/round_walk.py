"""Walking through the images of one round: which is scored now, how far, and the one before it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from iqs_tui.domain.filling import Filling
from iqs_tui.domain.scoring import Viewer
from iqs_tui.store import scoring
from iqs_tui.store.reading.scoring import RoundLine, TaskView, line_of, next_task
from iqs_tui.store.scoring import REMARK_MAX, CannotScore

Drafts = dict[tuple[str, str], Filling]
"""(user_id, task_id) to what is filled in: leaving a form half-way loses nothing."""


@dataclass(frozen=True, slots=True)
class Current:
    """The image that is being scored, its round, and its form as far as it is filled in."""

    line: RoundLine
    task: TaskView
    filling: Filling


class RoundWalk:
    """One person's way through a round."""

    def __init__(self, round_id: str, viewer: Viewer, drafts: Drafts) -> None:
        self.viewer = viewer
        self.now: Current | None = None
        self.trouble: str | None = None
        """Why the last image could not be kept: a `CannotScore.why`."""
        self._round_id = round_id
        self._drafts = drafts
        self._before: Current | None = None

    @property
    def can_go_back(self) -> bool:
        """Whether there is an answer, or an image, to take back."""
        return self._before is not None or (self.now is not None and self.now.filling.is_begun)

    @property
    def is_after_another(self) -> bool:
        """Whether the image before would be the next thing taken back."""
        return self._before is not None and self.now is not None and not self.now.filling.is_begun

    def load(self) -> None:
        """Take the next image, unless one is being scored."""
        if self.now is not None:
            return
        line, task = line_of(self._round_id, self.viewer), next_task(self._round_id, self.viewer)
        if line is not None and task is not None:
            draft = self._drafts.get((self.viewer.user_id, task.task_id))
            self.now = Current(line, task, draft or Filling(form=line.form))

    def type(self, text: str) -> None:
        """Answer what is asked with a key, or add to the remark when all is answered."""
        if self.now is None:
            return
        filling = self.now.filling
        if filling.is_complete:
            self._put(self.now, replace(filling, remark=(filling.remark + text)[:REMARK_MAX]))
        else:
            self._put(self.now, filling.press(text))

    def back(self, at: datetime) -> None:
        """Take back the last letter of the remark, the last answer, or the image before."""
        if self.now is None:
            return
        filling = self.now.filling
        if filling.remark:
            self._put(self.now, replace(filling, remark=filling.remark[:-1]))
        elif filling.values:
            self._put(self.now, filling.back())
        elif self._before is not None:
            self._reopen(self._before, at)

    def keep(self, at: datetime) -> None:
        """Keep the answers of this image, and take the next."""
        if self.now is not None and self.now.filling.is_complete:
            task, filling = self.now.task, self.now.filling
            self._finish(lambda by: scoring.submit(task.task_id, filling.answers, filling.remark, by, at), self.now)

    def skip(self, at: datetime) -> None:
        """Set this image aside, and take the next."""
        if self.now is not None:
            task = self.now.task
            self._finish(lambda by: scoring.skip(task.task_id, by, at), self.now)

    def _put(self, current: Current, filling: Filling) -> None:
        self.now, self.trouble = replace(current, filling=filling), None
        self._drafts[self.viewer.user_id, current.task.task_id] = filling

    def _finish(self, deed: Callable[[str], None], current: Current) -> None:
        try:
            deed(self.viewer.user_id)
        except CannotScore as error:
            self.trouble, self._before = error.why, None
        else:
            self.trouble, self._before = None, current
        self._drafts.pop((self.viewer.user_id, current.task.task_id), None)
        self.now = None
        self.load()

    def _reopen(self, before: Current, at: datetime) -> None:
        self._before = None
        try:
            scoring.reopen(before.task.task_id, self.viewer.user_id, at)
        except CannotScore as error:
            self.trouble = error.why
        else:
            self._put(before, before.filling)
