"""Putting an answer right: the new one by its key, as on the prompt, and in a few words why."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER, Detail, NoReject, Reason
from iqs_tui.locale import t
from iqs_tui.store import correcting, documents
from iqs_tui.store.reading.blue_bin.case import BinCase, bin_case
from iqs_tui.ui import bin_choice, choosing, shot_words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.session import ROOM
from iqs_tui.ui.undoing import remember
from iqs_tui.ui.widgets.choices import Choice, ChoiceGrid
from iqs_tui.ui.words import label

Phase = Literal["reason", "detail", "no_reject", "why"]
_TYPING = (Key("enter", "keys.keep", "keep"), Key("escape", "keys.back", "back"))


class CorrectScreen(IqsScreen):
    """Asks what it should be, and why; Enter keeps it, and for ten seconds it can be taken back."""

    title_key = "blue_bin.correct_title"
    keys = (
        *(Key(key, "keys.choose", f"choose('{key}')", is_shown=False) for key in KEYS_IN_NUMPAD_ORDER),
        Key("0", "keys.no_reject", "no_reject", is_shown=False),
        Key("enter", "keys.next", "next"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, case_id: str) -> None:
        super().__init__()
        self._case_id = case_id
        self._case: BinCase | None = None
        self._phase: Phase = "reason"
        self._reason: Reason | None = None
        self._chosen: Reason | Detail | NoReject | None = None

    @property
    def is_busy(self) -> bool:
        """It is half filled in."""
        return self._phase != "reason"

    def compose_body(self) -> ComposeResult:
        """What it is now, the answers, and the line that says why."""
        yield Static(id="correct-now", markup=False)
        yield ChoiceGrid()
        with Horizontal(id="beside"):
            yield Choice("0", id="choice-0")
            yield Choice("enter", id="choice-enter")
        yield Static(id="correct-why", markup=False)
        why = Input(placeholder=t("blue_bin.why_hint"), max_length=correcting.LONGEST, id="correct-field")
        why.cursor_blink = False
        yield why
        yield Static(id="correct-problem", markup=False)

    def show(self) -> None:
        """Show the answers of this phase; what is being typed stays."""
        self._case = bin_case(self._case_id)
        self.set_class(self._phase == "why", "-why")
        self.query_one("#correct-now", Static).update(self._question())
        chosen = t("blue_bin.becomes", after=label(self._chosen).rstrip("…")) if self._chosen else ""
        self.query_one("#correct-why", Static).update(Content.styled(chosen, "bold $accent"))
        self.query_one(ChoiceGrid).offer({item.key: label(item) for item in self._offered()})
        self._put("0", t("prompt.no_reject") if self._phase == "reason" else "")
        self._put("enter", t("keys.next") if self._phase == "detail" else "")

    def _put(self, key: str, words: str) -> None:
        self.query_one(f"#choice-{key}", Choice).words = words

    def visible_keys(self) -> tuple[Key, ...]:
        """In each phase its own keys."""
        if self._phase == "why":
            return _TYPING
        can = {"no_reject": self._phase == "reason", "next": self._phase == "detail"}
        return tuple(key for key in self.keys if can.get(key.action, True))

    def on_choice_touched(self, event: Choice.Touched) -> None:
        """A finger is a key."""
        touched = {"0": self.action_no_reject, "enter": self.action_next}
        touched.get(event.key, lambda: self.action_choose(event.key))()

    def action_choose(self, key: str) -> None:
        """Choose an answer; a reason may be made more precise first."""
        item = next((one for one in self._offered() if one.key == key), None)
        if item is None or self._phase == "why":
            return
        self._chosen = item
        if isinstance(item, Reason) and item.detail:
            self._reason, self._phase = item, "detail"
            self.show_all()
        else:
            self._ask_why()

    def action_no_reject(self) -> None:
        """It was no reject: ask what it was."""
        if self._phase == "reason":
            self._phase = "no_reject"
            self.show_all()

    def action_next(self) -> None:
        """Go on without being more precise."""
        if self._phase == "detail":
            self._ask_why()

    def action_back(self) -> None:
        """One step back; from the first, back to the case."""
        if self._phase == "reason":
            super().action_back()
            return
        self._phase, self._reason, self._chosen = "reason", None, None
        self.set_focus(None)
        self.show_all()

    async def action_keep(self) -> None:
        """Enter, touched."""
        await self.query_one(Input).action_submit()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep it, once it says why."""
        app, case, item = self.iqs, self._case, self._chosen
        if item is None or case is None or app.keeper.is_waiting:
            return
        if not event.value.strip():
            self._tell(t("blue_bin.why_needed"))
            return
        if item.code == case.reason_code or not bin_choice.may_correct(app, self._case_id):
            self._tell(t("blue_bin.same_answer"))
            return
        by, at, why = choosing.chooser(app) or ROOM, app.clock(), event.value
        app.keeper.keep(
            lambda: _correct(self._case_id, item.code, why, by, at), lambda number: self._kept(number, item)
        )

    def _kept(self, number: int | None, item: Reason | Detail | NoReject) -> None:
        if number is not None:
            remember(
                self.iqs, label(item).rstrip("…"), lambda by, at: correcting.take_back(number, by, at), self._case_id
            )
        if self.is_current:
            super().action_back()
        self.iqs.announce()

    def _ask_why(self) -> None:
        self._phase = "why"
        self.show_all()
        self.query_one(Input).focus()

    def _tell(self, sentence: str) -> None:
        self.query_one("#correct-problem", Static).update(Content(sentence))

    def _offered(self) -> tuple[Reason | Detail | NoReject, ...]:
        reasons, modality = documents.reasons(), self._case.shot.modality if self._case else None
        if self._phase == "detail" and self._reason is not None:
            return self._reason.detail
        return reasons.no_reject_of(modality) if self._phase == "no_reject" else reasons.reasons_of(modality)

    def _question(self) -> Content:
        if self._case is None:
            return Content(t("blue_bin.gone"))
        zone = self.iqs.config.site.zone
        made = shot_words.when(self._case.shot.subject.at or self._case.detected_at, zone)
        now = t("blue_bin.now", before=shot_words.answer(self._case))
        return Content.assemble(
            (f"{made}  {shot_words.name(self._case.shot)}   {now}\n", "$muted"),
            (t(f"blue_bin.ask_{self._phase}"), "bold"),
        )


def _correct(case_id: str, code: str, why: str, by: str, at: datetime) -> int | None:
    """Correct a case; None where somebody else was first."""
    try:
        return correcting.correct(case_id, code, why, by, at)
    except (correcting.NothingToCorrect, correcting.UnknownAnswer):
        return None
