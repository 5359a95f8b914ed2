"""The answers of the prompt: the nine of its phase, and under them what is always there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from iqs_tui.domain.reasons import Detail, NoReject, Reason
from iqs_tui.locale import t
from iqs_tui.ui.widgets.choices import Choice, ChoiceGrid
from iqs_tui.ui.words import label

if TYPE_CHECKING:
    from iqs_tui.ui.asking import Asking

Phase = Literal["ask", "dismiss", "refine", "identify"]
"""Which answers stand in the cells: the reasons, the kinds of "geen afkeur", the details of the reason given, or what
was wrong with patient or order."""


class AnswerCells(Vertical):
    """Nine cells, and a row for "geen afkeur", "straks", a remark and going on."""

    def compose(self) -> ComposeResult:
        """The grid and the row."""
        yield ChoiceGrid()
        with Horizontal(id="beside"):
            yield Choice("0", id="choice-0")
            yield Choice("plus", id="choice-plus")
            yield Choice("letters", id="choice-letters")
            yield Choice("enter", id="choice-enter")

    def offer(self, asking: Asking, phase: Phase, reason: Reason | None) -> None:
        """Put the answers of this phase in the cells; nothing where no case is in front."""
        has_case = asking.case is not None
        likely = asking.likely if phase == "dismiss" else None
        self.query_one(ChoiceGrid).offer(
            {item.key: label(item) for item in offered(asking, phase, reason)} if has_case else {},
            {likely.key: t("prompt.likely")} if likely else None,
            likely.key if likely else "",
        )
        is_question = asking.case is not None and asking.case.is_question
        self.query_one("#choice-0", Choice).chosen = is_question and phase == "ask"
        back = "prompt.back_to_reasons" if phase == "dismiss" else "prompt.no_reject"
        self._put("0", t(back) if has_case and phase != "refine" else "")
        self._put("plus", t("prompt.later") if has_case and phase != "refine" else "")
        self._put("letters", t("prompt.remark") if has_case and phase != "dismiss" else "")
        take = t("prompt.take_likely", number=likely.key) if likely else ""
        self._put("enter", t("keys.next") if phase == "refine" else take)

    def _put(self, name: str, words: str) -> None:
        self.query_one(f"#choice-{name}", Choice).words = words


def offered(asking: Asking, phase: Phase, reason: Reason | None) -> tuple[Reason | Detail | NoReject, ...]:
    """Return the answers of a phase, each with its key of the numpad."""
    if phase == "dismiss":
        return asking.kinds
    if phase in ("refine", "identify") and reason is not None:
        return reason.detail
    return asking.first
