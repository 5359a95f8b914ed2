"""The prompt: why was this exposure rejected? One key answers; within ten seconds a second one may refine."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from peewee import OperationalError
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.timer import Timer
from textual.widgets import Input

from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER, Detail, NoReject, Reason
from iqs_tui.store.answering import CaseGone
from iqs_tui.ui.asking import Asking
from iqs_tui.ui.keys import Key
from iqs_tui.ui.prompt_picture import BesidePrompt
from iqs_tui.ui.reading_aside import ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.undoing import undo_last
from iqs_tui.ui.widgets.answer_cells import AnswerCells, Phase, offered
from iqs_tui.ui.widgets.choices import Choice
from iqs_tui.ui.widgets.question import Question
from iqs_tui.ui.widgets.remark_line import RemarkLine
from iqs_tui.ui.widgets.undo_line import UndoLine

_TYPING = (
    Key("enter", "keys.keep", "submit_remark"),
    Key("escape", "keys.back", "back"),
    Key("u", "keys.undo", "undo", is_shown=False),
)
"""The keys while a remark is typed: letters go into it, the undo line can still be touched."""


class PromptScreen(BesidePrompt, ReadingAside, IqsScreen):
    """Asks about one open case after another."""

    keys = (
        *(Key(key, "keys.choose", f"choose('{key}')", is_shown=False) for key in KEYS_IN_NUMPAD_ORDER),
        Key("0", "keys.no_reject", "no_reject", is_shown=False),
        Key("plus,add", "keys.later", "later", is_shown=False),
        Key("enter", "keys.next", "next"),
        Key("enter", "keys.choose", "take_likely"),
        Key("l", "keys.switch", "open('sign_in')"),
        Key("u", "keys.undo", "undo"),
        Key("escape", "keys.back", "back"),
        Key("f1", "keys.help", "open('help')"),
    )
    phase: Phase = "ask"

    def __init__(self, case_id: str | None = None) -> None:
        super().__init__()
        self._first_case = case_id
        self._asking: Asking | None = None
        self._timer: Timer | None = None
        self._reason: Reason | None = None
        self._had_case = False
        self._begun: str | None = None
        """The case whose question has begun: which answers come first depends on the case."""
        self._remark = RemarkLine()

    @property
    def asking(self) -> Asking:
        """The question in front; begun at first use, when the app is there."""
        if self._asking is None:
            self._asking = Asking(self.iqs, self._first_case)
            if self._asking.case is None:
                self._asking.take_put_off()
        return self._asking

    @property
    def is_busy(self) -> bool:
        """A remark is being typed."""
        return self._remark.is_open

    def compose_body(self) -> ComposeResult:
        """The question, its answers, the remark, and the line with the last answer."""
        yield Question()
        with Horizontal(id="prompt-answers"):
            yield AnswerCells()
            yield Vertical(id="prompt-picture")
        yield self._remark
        yield UndoLine()

    def show(self) -> None:
        """Show the case in front; one that was answered elsewhere makes place for the next."""
        if self.iqs.keeper.is_waiting:
            return
        if self.asking.is_settled and not self.is_busy:
            self._advance()
            self.asking.note_replaced()
            return
        if self.asking.case is None and not self._had_case:
            self.asking.take_next()
        self.set_class(self.asking.case is None, "-nothing")
        if self.asking.case is not None:
            self._had_case = True
            self._begin(self.asking.case.case_id)
            with suppress(OperationalError):
                self.asking.note_shown()
            if self.asking.is_to_hand_over:
                self.iqs.keeper.keep(self.asking.hand_over)
        elif self._had_case:
            self.call_after_refresh(self.iqs.go_home)
        self.query_one(Question).show(self.asking, self.phase, self._reason)
        self.query_one(UndoLine).show()
        self.query_one(AnswerCells).offer(self.asking, self.phase, self._reason)
        self.call_after_refresh(self.show_picture_of, self.asking.case.case_id if self.asking.case else None)

    def _begin(self, case_id: str) -> None:
        """Ask about a wrong patient or order first, where the case is about that; Esc leads to the reasons."""
        if self._begun != case_id:
            self._begun, self._reason = case_id, self.asking.identification
            self.phase = "identify" if self._reason is not None else "ask"

    def _start_over(self) -> None:
        """Forget how far the question was."""
        self.phase, self._reason, self._begun = "ask", None, None

    def visible_keys(self) -> tuple[Key, ...]:
        """Undo only while there is something to take back; Enter only where it goes on."""
        if self.is_busy:
            return _TYPING
        can_undo = self.iqs.session.undoable(self.iqs.clock()) is not None
        uses = {"undo": can_undo, "next": self.phase == "refine", "take_likely": self._likely is not None}
        return tuple(key for key in self.keys if uses.get(key.action, True))

    def on_choice_touched(self, event: Choice.Touched) -> None:
        """A finger is a key."""
        others = {
            "0": self.action_no_reject,
            "plus": self.action_later,
            "letters": lambda: self._open_remark(""),
            "enter": self.action_next if self.phase == "refine" else self.action_take_likely,
        }
        others.get(event.key, lambda: self.action_choose(event.key))()

    def action_choose(self, key: str) -> None:
        """Answer with a key of the numpad: at once, without a confirmation."""
        if not self._takes_answers:
            return
        self.asking.note_key()
        item = next((one for one in offered(self.asking, self.phase, self._reason) if one.key == key), None)
        if isinstance(item, NoReject):
            self._dismiss(item)
        elif item is not None:
            self._answer(item)

    def _dismiss(self, kind: NoReject) -> None:
        self._keep(lambda: self.asking.dismiss(kind), self._advance)

    @property
    def _likely(self) -> NoReject | None:
        """The kind of "geen afkeur" that Enter answers."""
        return self.asking.likely if self.phase == "dismiss" else None

    def action_no_reject(self) -> None:
        """Nothing was rejected: ask what it was. Once more: back to the reasons."""
        if self._takes_answers and self.phase != "refine":
            self.asking.note_key()
            self.phase = "ask" if self.phase == "dismiss" else "dismiss"
            self.show_all()

    def action_later(self) -> None:
        """Put the case off: the work goes first."""
        if self._takes_answers and self.phase != "refine":
            self.asking.note_key()
            self._keep(self.asking.defer, self._advance)

    def action_next(self) -> None:
        """Go on without refining."""
        if self.phase == "refine":
            self._advance()

    def action_take_likely(self) -> None:
        """Answer with the kind of "geen afkeur" that it probably is."""
        if self._likely is not None and self._takes_answers:
            self.asking.note_key()
            self._dismiss(self._likely)

    def action_undo(self) -> None:
        """Take the last answer back, and ask again."""
        undo_last(self.iqs, self._ask_again)

    def _ask_again(self, case_id: str) -> None:
        if self.stands:
            self._stop_timer()
            self._remark.take()
            self.asking.take(case_id)
            self._start_over()
        self.iqs.announce()

    def action_back(self) -> None:
        """Close the remark, then the kinds, then the screen."""
        if self.is_busy:
            self._remark.put_away()
            self.refresh_keys()
            if self._reason is not None and self._reason.asks_text:
                self._advance()
            elif self.phase == "refine":
                self._wait_to_advance()
        elif self.phase in ("dismiss", "identify"):
            self.phase = "ask"
            self.show_all()
        else:
            super().action_back()

    def on_key(self, event: events.Key) -> None:
        """A letter begins a remark."""
        if self.is_busy or self.asking.case is None or self.phase == "dismiss":
            return
        is_bound = any(event.key.lower() in key.key.split(",") for key in self.visible_keys())
        if event.character and event.character.isalpha() and not is_bound:
            event.stop()
            self._open_remark(event.character)

    async def action_submit_remark(self) -> None:
        """Enter, touched."""
        await self._remark.action_submit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep the remark and go on."""
        text = event.value.strip()
        if not text:
            self._go_on()
        elif not self.iqs.keeper.is_waiting:
            self._keep(lambda: self.asking.remark(text), self._go_on)

    def on_unmount(self) -> None:
        """Who answered in the name of the room is asked anew next time."""
        self.iqs.session.as_room = False

    def _answer(self, item: Reason | Detail) -> None:
        text = self._remark.take()
        self._keep(
            lambda: self.asking.answer(item, text),
            lambda: self._answered(item, text) if isinstance(item, Reason) else self._advance(),
        )

    def _answered(self, reason: Reason, text: str | None) -> None:
        """Offer to be more precise, where the reason has details; ask for words, where it needs them."""
        self._reason = reason
        if reason.asks_text and not text:
            self._open_remark("")
        elif reason.detail:
            self.phase = "refine"
            self._wait_to_advance()
        else:
            self._advance()
            return
        self.iqs.announce()

    @property
    def _takes_answers(self) -> bool:
        return self.asking.case is not None and not self.asking.is_just_replaced and not self.iqs.keeper.is_waiting

    def _keep(self, deed: Callable[[], None], then: Callable[[], None]) -> None:
        """Write, and go on once it is kept; until then the question stays as it is.

        A question that was withdrawn just now takes no answer; it makes place when the screen is shown again.
        """

        def kept() -> None:
            with suppress(CaseGone):
                deed()

        self.iqs.keeper.keep(kept, lambda _: then() if self.stands else None)

    def _go_on(self) -> None:
        """The remark is done with."""
        self._remark.take()
        self.refresh_keys()
        if self.asking.given is not None:
            self._advance()

    def _advance(self) -> None:
        """The next open case; after the last, home. The line with the last answer goes along."""
        self._stop_timer()
        self._start_over()
        self.asking.take_next()
        if self.asking.case is None and self.is_current:
            self.iqs.go_home()
        self.iqs.announce()

    def _wait_to_advance(self) -> None:
        """Refining is offered as long as the answer can be taken back."""
        self._timer = self.set_timer(self.iqs.config.kiosk.undo_seconds, self._advance)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

    def _open_remark(self, begin: str) -> None:
        if self.asking.case is not None:
            self._stop_timer()
            self._remark.open(self.asking.case.case_id, begin)
            self.refresh_keys()
