"""Of what the reject analysis is."""

from __future__ import annotations

from iqs_tui.store.reading.analysis.choices import choices
from iqs_tui.ui import bin_choice, reject_choice
from iqs_tui.ui.screens.filter_screen import FilterScreen, Option


class RejectFilterScreen(FilterScreen):
    """Besides what every filter asks: of which reason."""

    title_key = "reject.filter_title"
    choice, kept_as = reject_choice, "reject_choice"
    choices = staticmethod(choices)

    def own_options(self) -> dict[str, list[Option]]:
        """The reasons in the order of the list."""
        return {"reason": bin_choice.reason_options(reject_choice.chosen(self.iqs))}
