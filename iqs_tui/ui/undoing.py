"""Taking back the answer that was just given, from whichever screen is in front."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iqs_tui.store import answering

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp


def undo_last(app: IqsApp) -> str | None:
    """Take the last answer back and ask again; return its case_id, or None where the time is over."""
    last = app.session.undoable(app.clock())
    if last is None:
        return None
    app.session.last_answer = None
    answering.undo(last.case_id, app.session.actor, app.clock())
    if not app.shows("prompt"):
        app.open_screen("prompt", case_id=last.case_id)
    return last.case_id
