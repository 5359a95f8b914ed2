"""Picking cases for a lesson, from the list or from one case; what was picked stays for the session."""

from __future__ import annotations

from typing import TYPE_CHECKING

from iqs_tui.locale import t
from iqs_tui.ui import bin_choice
from iqs_tui.ui.keys import Key
from iqs_tui.ui.undoing import undo_last

if TYPE_CHECKING:
    from iqs_tui.ui.screens.base import IqsScreen as _Base
else:
    _Base = object

PICK_KEYS = (
    Key("k,space", "lesson.key_pick", "pick"),
    Key("l", "lesson.key_lessons", "open('lessons')"),
)


class Picking(_Base):
    """Mixin for a screen with `PICK_KEYS`: it says which case is in front, and shows the mark."""

    def chosen_case(self) -> str | None:
        """Return the case in front."""
        raise NotImplementedError

    def after_picking(self) -> None:
        """Show that it was picked, or no longer is."""
        self.show_all()

    def picking_keys(self, has_case: bool) -> dict[str, bool]:
        """Say which of the keys do something."""
        return {"pick": has_case and bin_choice.may_make_lessons(self.iqs)}

    def picked_words(self) -> str:
        """Say how many cases were picked."""
        return t("lesson.picked", n=len(self.iqs.session.picked))

    def action_pick(self) -> None:
        """Pick the case in front, or leave it again."""
        case_id, picked = self.chosen_case(), self.iqs.session.picked
        if case_id is None:
            return
        if case_id in picked:
            picked.remove(case_id)
        else:
            picked.append(case_id)
        self.after_picking()

    def action_undo(self) -> None:
        """Take the last deed back."""
        undo_last(self.iqs, lambda case_id: self.iqs.open_screen("prompt", case_id=case_id))
