"""Of what the reject analysis is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from iqs_tui.locale import t
from iqs_tui.store.reading.analysis.choices import Choices, choices
from iqs_tui.ui import bin_choice, reject_choice
from iqs_tui.ui.choosing import Choice
from iqs_tui.ui.reject_choice import Chosen
from iqs_tui.ui.screens.filter_screen import FilterScreen, Option


class RejectFilterScreen(FilterScreen):
    """Besides what every filter asks: of which reason."""

    title_key = "reject.filter_title"

    @property
    def chosen(self) -> Chosen:
        """What is chosen for the reject analysis."""
        return reject_choice.chosen(self.iqs)

    def put(self, choice: Choice | None) -> None:
        """Keep it for the session."""
        self.iqs.session.reject_choice = choice if isinstance(choice, Chosen) else None

    def sentence(self) -> str:
        """Return the choice in one line."""
        return reject_choice.in_words(self.iqs)

    def read_there(self) -> Callable[[], Choices]:
        """What there is in all rooms."""
        scope = replace(reject_choice.scope_of(self.iqs), rooms=())
        return lambda: choices(scope)

    def question(self, name: str) -> str:
        """Return how a question is called."""
        return t("reject.filter_reason") if name == "reason" else super().question(name)

    def own_options(self) -> dict[str, list[Option]]:
        """The reasons in the order of the list."""
        return {"reason": [("", t("reject.all_reasons")), *bin_choice.reason_options(self.chosen)]}
