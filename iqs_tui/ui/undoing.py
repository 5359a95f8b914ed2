"""Taking back the answer that was just given, from whichever screen is in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


def undo_last(app: IqsApp, ask_again: Callable[[str], None]) -> None:
    """Take the last answer back, while its time lasts, and ask again about its case_id."""
    from iqs_tui.store import answering  # writing is not what a face starts with

    last = app.session.undoable(app.clock())
    if last is None or app.keeper.is_waiting:
        return
    by, at = app.session.actor, app.clock()

    def taken_back(_: object) -> None:
        app.session.last_answer = None
        ask_again(last.case_id)

    app.keeper.keep(lambda: answering.undo(last.case_id, by, at), taken_back)
