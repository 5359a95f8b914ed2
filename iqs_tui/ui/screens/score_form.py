"""Scoring one image at a time: where to find it, one question at a time, one key per answer."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.filling import Filling
from iqs_tui.domain.forms import NOT_APPLICABLE_KEY, Criterion, words
from iqs_tui.locale import language, numbers, t
from iqs_tui.store import scoring
from iqs_tui.store.reading.scoring import TaskView, next_task, overview
from iqs_tui.store.scoring import REMARK_MAX, CannotScore
from iqs_tui.ui import scoring_words
from iqs_tui.ui.drafts import drafts
from iqs_tui.ui.keys import Key, cap
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.registry import make_screen
from iqs_tui.ui.widgets.answer_list import AnswerList
from iqs_tui.ui.widgets.answer_row import AnswerButton, AnswerRow, Option


class ScoreFormScreen(IqsScreen):
    """The images of one round that wait for who is signed in; after the last, the overview."""

    title_key = "scoring.title"
    keys = (
        Key("left,backspace", "scoring.take_back", "take_back"),
        Key("enter", "keys.keep", "keep"),
        Key("n", "scoring.skip", "skip"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, round_id: str) -> None:
        super().__init__()
        self._round_id = round_id
        self._task: TaskView | None = None
        self._filling: Filling | None = None
        self._before: tuple[TaskView, Filling] | None = None
        """The image that was scored just now on this screen, with its answers."""

    @property
    def is_busy(self) -> bool:
        """Half a form is no moment for another question."""
        return self._filling is not None and self._filling.is_begun

    def compose_body(self) -> ComposeResult:
        """The image and the answers so far; the question and its answers."""
        yield Static(id="score-head")
        with Container(id="score-main"):
            with Vertical(id="score-left"):
                yield Static(id="score-image")
                yield AnswerList()
            with Vertical(id="score-right"):
                yield Static(id="score-question")
                yield AnswerRow()

    def show(self) -> None:
        """Take the next image; one that is being scored stays."""
        if self._task is None:
            self._take_next()
        self._draw()

    def visible_keys(self) -> tuple[Key, ...]:
        """Keep what is complete; set aside what is not."""
        filling = self._filling
        hidden = {"skip"} if filling is None or filling.is_complete else {"keep"}
        if filling is None or not (filling.values or self._before):
            hidden |= {"take_back"}
        return tuple(key for key in self.keys if key.action not in hidden | ({"keep"} if filling is None else set()))

    def on_key(self, event: events.Key) -> None:
        """Answer what is asked, or write the remark when all is answered."""
        if self._filling is None or event.character is None or not event.is_printable:
            return
        if self._filling.is_complete:
            self._write(self._filling.remark + event.character)
            event.stop()
        elif event.character.isdigit():
            self._fill(self._filling.press(event.character))
            event.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Add pasted text to the remark."""
        if self._filling is not None and self._filling.is_complete:
            self._write(self._filling.remark + " ".join(event.text.split()))

    async def on_answer_button_pressed(self, event: AnswerButton.Pressed) -> None:
        """A touch is the key."""
        if self._filling is None:
            return
        if event.key == "enter":
            self.action_keep()
        elif event.key == "left":
            self._fill(self._filling.back())
        else:
            self._fill(self._filling.press(event.key))

    def action_take_back(self) -> None:
        """Take back the last letter of the remark, the last answer, or the image before."""
        if self._filling is None:
            return
        if self._filling.is_complete and self._filling.remark:
            self._write(self._filling.remark[:-1])
        elif self._filling.values:
            self._fill(self._filling.back())
        elif self._before is not None:
            self._reopen(*self._before)

    def action_keep(self) -> None:
        """Keep the answers, and go on with the next image."""
        if self._task is None or self._filling is None or not self._filling.is_complete:
            return
        self._deed(lambda task_id, by: scoring.submit(task_id, self._answers, self._remark, by, self.iqs.clock()))

    def action_skip(self) -> None:
        """Set the image aside: it cannot be judged."""
        self._deed(lambda task_id, by: scoring.skip(task_id, by, self.iqs.clock()))
