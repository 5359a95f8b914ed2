"""The picture of the rejected image beside the answers of the prompt. It never makes the question wait."""

from __future__ import annotations

from textual.containers import Vertical

from iqs_tui.store.reading.blue_bin.case import bin_case
from iqs_tui.ui.look import Look
from iqs_tui.ui.looking import Looking, Seen, fetch
from iqs_tui.ui.themes import is_console
from iqs_tui.ui.widgets.picture import PictureView

_VIEW = "prompt-preview"
_LEAST_WIDTH = 118
"""Columns from which no answer is cut off where the picture stands beside them."""


class BesidePrompt(Looking):
    """Mixin for the prompt, with `ReadingAside` and an empty `#prompt-picture`.

    Whether there is a picture is decided once for each case, just after its question stands: later the answers do not
    move under a finger any more.
    """

    _pictured: str | None = None
    """The case for which it was decided."""

    def show_picture_of(self, case_id: str | None) -> None:
        """Fetch the picture of a case where there is room for it; again as long as it is being made."""
        has_room = self.app.size.width >= _LEAST_WIDTH and self.has_class("-tall")
        if case_id is None or not has_room or is_console(self.app.theme):
            self._make_room(False)
            return
        before = self.seen.get(_VIEW)
        is_waiting = self._pictured == case_id and before is not None and before.is_waiting
        self.read_aside(
            lambda _: _picture_of(case_id),
            lambda seen: self._have_seen(case_id, seen),
            key=case_id,
            again=is_waiting and not self.is_reading(_VIEW),
            channel=_VIEW,
        )

    def _have_seen(self, case_id: str, seen: Seen) -> None:
        if self._pictured != case_id:
            self._pictured, self.look = case_id, Look()
            self._make_room(seen.image is not None or seen.is_waiting)
        self.seen[_VIEW] = seen
        self.call_after_refresh(self.draw_pictures)

    def _make_room(self, has_picture: bool) -> None:
        place = self.query_one("#prompt-picture", Vertical)
        place.set_class(has_picture, "-filled")
        if has_picture and not place.query(PictureView):
            place.mount(PictureView(id=_VIEW))


def _picture_of(case_id: str) -> Seen:
    case = bin_case(case_id)
    return fetch(case.shot) if case else Seen(None)
