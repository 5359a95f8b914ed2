"""Which cases the blauwe ton shows."""

from __future__ import annotations

from collections.abc import Callable

from iqs_tui.locale import t
from iqs_tui.store.reading.analysis.choices import Choices
from iqs_tui.store.reading.blue_bin.choices import choices
from iqs_tui.store.reading.blue_bin.conditions import KINDS
from iqs_tui.ui import bin_choice
from iqs_tui.ui.bin_choice import Chosen
from iqs_tui.ui.choosing import Choice
from iqs_tui.ui.screens.filter_screen import FilterScreen, Option


class BlueBinFilterScreen(FilterScreen):
    """Besides what every filter asks: which kind of cases, and of which reason."""

    title_key = "blue_bin.filter_title"

    @property
    def chosen(self) -> Chosen:
        """What is chosen for the blauwe ton."""
        return bin_choice.chosen(self.iqs)

    def put(self, choice: Choice | None) -> None:
        """Keep it for the session."""
        self.iqs.session.bin_choice = choice if isinstance(choice, Chosen) else None

    def sentence(self) -> str:
        """Return the choice in one line."""
        return bin_choice.in_words(self.iqs)

    def read_there(self) -> Callable[[], Choices]:
        """What there is in the period."""
        scope = bin_choice.scope_of(self.iqs)
        return lambda: choices(scope)

    def question(self, name: str) -> str:
        """Return how a question is called."""
        return t(f"blue_bin.filter_{name}") if name in {"kind", "reason"} else super().question(name)

    def own_options(self) -> dict[str, list[Option]]:
        """Kinds of cases, and the reasons in the order of the list."""
        return {
            "kind": [(kind, t(f"blue_bin.kind_{kind}")) for kind in KINDS],
            "reason": [("", t("blue_bin.all")), *bin_choice.reason_options(self.chosen)],
        }
