"""Of what the dose screens show figures."""

from __future__ import annotations

from iqs_tui.locale import t
from iqs_tui.store.reading.analysis.choices import choices
from iqs_tui.ui import dose_choice
from iqs_tui.ui.screens.filter_screen import FilterScreen, Option


class DoseFilterScreen(FilterScreen):
    """Besides what every filter asks: good images or rejected ones, and patients of which size."""

    choice, kept_as = dose_choice, "dose_choice"
    choices = staticmethod(choices)

    def own_options(self) -> dict[str, list[Option]]:
        """Which exposures, and patients of which size."""
        return {
            "which": [(one, t(f"dose.which_{one}")) for one in dose_choice.WHICH],
            "size": [(one, t(f"dose.size_{one}")) for one in dose_choice.SIZES],
        }
