"""Which cases the blauwe ton shows."""

from __future__ import annotations

from iqs_tui.locale import t
from iqs_tui.store.reading.blue_bin.choices import choices
from iqs_tui.store.reading.blue_bin.conditions import KINDS
from iqs_tui.ui import bin_choice
from iqs_tui.ui.screens.filter_screen import FilterScreen, Option


class BlueBinFilterScreen(FilterScreen):
    """Besides what every filter asks: which kind of cases, and of which reason."""

    choice, kept_as = bin_choice, "bin_choice"
    choices = staticmethod(choices)

    def own_options(self) -> dict[str, list[Option]]:
        """Kinds of cases, and the reasons in the order of the list."""
        return {
            "kind": [(kind, t(f"blue_bin.kind_{kind}")) for kind in KINDS],
            "reason": bin_choice.reason_options(bin_choice.chosen(self.iqs)),
        }
