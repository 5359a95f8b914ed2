"""Scoring one image at a time: where to find it, one question at a time, one key per answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.filling import Filling
from iqs_tui.domain.forms import NOT_APPLICABLE_KEY, words
from iqs_tui.locale import language, t
from iqs_tui.ui import scoring_words
from iqs_tui.ui.drafts import drafts
from iqs_tui.ui.keys import Key, cap
from iqs_tui.ui.round_walk import Current, RoundWalk
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.registry import make_screen
from iqs_tui.ui.widgets import score_image
from iqs_tui.ui.widgets.answer_list import AnswerList
from iqs_tui.ui.widgets.answer_row import AnswerButton, AnswerRow, Option


class ScoreFormScreen(IqsScreen):
    """The images of one round that wait for who is signed in; after the last, the overview."""

    title_key = "scoring.title"
    keys = (
        Key("left,backspace", "scoring.take_back", "take_back"),
        Key("enter", "keys.keep", "keep"),
        Key("n", "scoring.skip", "skip"),
        Key("o", "scoring.overview", "overview"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, round_id: str) -> None:
        super().__init__()
        self._round_id = round_id
        self._walk: RoundWalk | None = None

    @property
    def is_busy(self) -> bool:
        """Half a form is no moment for another question."""
        return self._now is not None and self._now.filling.is_begun

    @property
    def _now(self) -> Current | None:
        return self._walk.now if self._walk else None

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
        """Take the next image; one that is being scored stays, unless somebody else sits down."""
        viewer = scoring_words.viewer_of(self.iqs)
        if viewer is None:
            self.call_next(self.action_back)
            return
        if self._walk is None or self._walk.viewer != viewer:
            self._walk = RoundWalk(self._round_id, viewer, drafts(self.iqs))
        self._walk.load()
        self._draw()

    def visible_keys(self) -> tuple[Key, ...]:
        """Keep what is complete; set aside what is not."""
        if self._walk is None or self._now is None:
            return self.keys[-1:]
        hidden = {"skip", "overview"} if self._now.filling.is_complete else {"keep"}
        if not self._walk.can_go_back:
            hidden.add("take_back")
        return tuple(key for key in self.keys if key.action not in hidden)

    def on_key(self, event: events.Key) -> None:
        """Answer what is asked, or write the remark when all is answered."""
        if self._now is None or event.character is None or not event.is_printable:
            return
        if self._now.filling.is_complete or event.character.isdigit():
            self._type(event.character)
            event.stop()

    def on_paste(self, event: events.Paste) -> None:
        """Add pasted text to the remark."""
        if self._now is not None and self._now.filling.is_complete:
            self._type(" ".join(event.text.split()))

    def on_resize(self) -> None:
        """Say the image in as many lines as there are."""
        if self._walk is not None:
            self._draw()

    def on_answer_button_pressed(self, event: AnswerButton.Pressed) -> None:
        """A touch is the key."""
        actions = {"enter": self.action_keep, "left": self.action_take_back}
        if event.key in actions:
            actions[event.key]()
        else:
            self._type(event.key)

    def action_take_back(self) -> None:
        """Take back the last letter, the last answer, or the image before."""
        self._keep(lambda walk, at: walk.back(at))

    def action_keep(self) -> None:
        """Keep the answers, and go on with the next image."""
        self._keep(lambda walk, at: walk.keep(at))

    def action_skip(self) -> None:
        """Set the image aside: it cannot be judged."""
        self._keep(lambda walk, at: walk.skip(at))

    def action_overview(self) -> None:
        """See what the round comes to so far."""
        self.iqs.open_screen("round_overview", round_id=self._round_id)

    def _keep(self, deed: Callable[[RoundWalk, datetime], None]) -> None:
        """Do what writes, and show what it came to."""
        walk, at = self._walk, self.iqs.clock()
        if walk is not None and not self.iqs.keeper.is_waiting:
            self.iqs.keeper.keep(lambda: deed(walk, at), lambda _: self._draw() if self.stands else None)

    def _type(self, text: str) -> None:
        if self._walk is not None and not self.iqs.keeper.is_waiting:
            self._walk.type(text)
            self._draw()

    def _draw(self) -> None:
        now = self._now
        if self._walk is None or now is None:
            self.call_next(self._finish)
            return
        self.query_one("#score-head", Static).update(_head(now, self._walk))
        self.query_one("#score-image", Static).update(self._image(now))
        self.query_one(AnswerList).set_filling(now.filling)
        question = self.query_one("#score-question", Static)
        question.update(_question(now.filling))
        question.border_title = Content(_title(now.filling))
        row = self.query_one(AnswerRow)
        row.call_next(row.set_options, _options(now.filling))
        self.refresh_keys()

    def _image(self, now: Current) -> Content:
        room = self.iqs.config.room(now.task.room or "")
        say = score_image.lines if self.has_class("-tall") and self.has_class("-wide") else score_image.two_lines
        return say(now.task, room.label if room else now.task.room or "", self.iqs.config.site.zone)

    def _finish(self) -> None:
        """All is scored: show what it comes to."""
        if self.is_current:
            self.app.switch_screen(make_screen("round_overview", round_id=self._round_id))


def _head(now: Current, walk: RoundWalk) -> Content:
    what = f"{scoring_words.kind(now.line)} · {scoring_words.procedure(now.line)}"
    place = t("scoring.image_n_of_n", number=now.task.number, n=now.task.n)
    parts: list[tuple[str, str]] = [(what, "bold"), (f"   {place}", "")]
    if walk.trouble:
        parts.append((f"   {t(f'scoring.trouble_{walk.trouble}')}", "bold $accent"))
    elif walk.is_after_another:
        parts.append((f"   {t('scoring.kept')}", "$success"))
    return Content.assemble(*parts)


def _title(filling: Filling) -> str:
    if filling.current is None:
        return t("scoring.all_answered")
    place = t("scoring.n_of_n", done=len(filling.values) + 1, n=len(filling.form.criterion))
    return f"{place} · {words(filling.current, language())}"


def _question(filling: Filling) -> Content:
    if filling.current is not None:
        return Content.styled(filling.current.ask(language()), "bold")
    if filling.remark:
        return Content.assemble((t("scoring.remark"), "$muted"), f"  {filling.remark}", (" ", "reverse"))
    return Content.styled(t("scoring.type_remark"), "$muted")


def _options(filling: Filling) -> tuple[Option, ...]:
    if filling.current is None:
        keep = ("enter", cap("enter"), t("scoring.keep_and_next"))
        return (("left", cap("left"), t("scoring.take_back")), keep)
    steps = filling.form.scale_of(filling.current.code).step
    none = (NOT_APPLICABLE_KEY, NOT_APPLICABLE_KEY, t("scoring.not_applicable"))
    return (*((step.key, step.key, words(step, language())) for step in steps), none)
