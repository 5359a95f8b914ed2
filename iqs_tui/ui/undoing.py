"""Taking back the answer that was just given, from whichever screen is in front."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from iqs_tui.ui.session import LastAnswer

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


def undo_last(app: IqsApp, ask_again: Callable[[str], None]) -> None:
    """Take the last answer back, while its time lasts, and ask again about its case_id."""
    from iqs_tui.store import answering  # writing is not what a face starts with

    last = app.session.undoable(app.clock())
    if last is None or app.keeper.is_waiting:
        return
    by, at, take_back = app.session.actor, app.clock(), last.take_back

    def taken_back(_: object) -> None:
        app.session.last_answer = None
        if take_back is None:
            ask_again(last.case_id)
        else:
            app.announce()

    def undo() -> None:
        with suppress(answering.CaseGone):
            answering.undo(last.case_id, by, at)

    app.keeper.keep(undo if take_back is None else lambda: take_back(by, at), taken_back)


def remember(app: IqsApp, label: str, take_back: Callable[[str, datetime], object], case_id: str = "") -> None:
    """Offer to undo a deed for as long as an answer can be taken back."""
    until = app.clock() + timedelta(seconds=app.config.kiosk.undo_seconds)
    app.session.last_answer = LastAnswer(case_id, label, until, take_back)
