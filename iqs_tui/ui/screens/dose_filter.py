"""Of what the dose screens show figures."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iqs_tui.locale import t
from iqs_tui.store.reading.analysis.choices import Choices, choices
from iqs_tui.ui import dose_choice
from iqs_tui.ui.choosing import Choice
from iqs_tui.ui.dose_choice import SIZES, WHICH, Chosen
from iqs_tui.ui.screens.filter_screen import FilterScreen, Option


class DoseFilterScreen(FilterScreen):
    """Besides what every filter asks: good images or rejected ones, and patients of which size."""

    @property
    def chosen(self) -> Chosen:
        """What is chosen for the doses."""
        return dose_choice.chosen(self.iqs)

    def put(self, choice: Choice | None) -> None:
        """Keep it for all dose screens."""
        self.iqs.session.dose_choice = choice if isinstance(choice, Chosen) else None

    def sentence(self) -> str:
        """Return the choice in one line."""
        return dose_choice.in_words(self.iqs)

    def read_there(self) -> Callable[[], Choices]:
        """What there is in all rooms."""
        scope = replace(dose_choice.scope_of(self.iqs), rooms=())
        return lambda: choices(scope)

    def own_options(self) -> dict[str, list[Option]]:
        """Which exposures, and patients of which size."""
        return {
            "which": [(one, t(f"dose.which_{one}")) for one in WHICH],
            "size": [(one, t(f"dose.size_{one}")) for one in SIZES],
        }
