"""Scoring: the rounds of this room, and the way to score one or to see what it comes to."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.store.reading.scoring import queue
from iqs_tui.ui import scoring_words as words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.round_list import RoundList


class ScoringScreen(IqsScreen):
    """The rounds: those with work first."""

    title_key = "scoring.title"
    keys = (
        Key("enter", "scoring.score", "open_round"),
        Key("o", "scoring.overview", "overview"),
        Key("up", "keys.choose", "move(-1)", is_shown=False),
        Key("down", "keys.choose", "move(1)", is_shown=False),
        Key("l", "keys.sign_in", "open('sign_in')"),
        Key("escape", "keys.back", "back"),
    )

    def compose_body(self) -> ComposeResult:
        """One sentence, and the rounds."""
        yield Static(id="scoring-sentence")
        yield RoundList()

    def show(self) -> None:
        """Read the rounds of who is signed in."""
        found = queue(self.iqs.room.id, words.viewer_of(self.iqs), self.iqs.clock())
        self.query_one(RoundList).set_rounds(found.rounds)
        self.query_one("#scoring-sentence", Static).update(self._sentence(found.empty))

    def _sentence(self, empty: str | None) -> Content:
        if empty:
            return Content.assemble((t("scoring.what_appears"), "bold"), f"\n{t(f'scoring.empty_{empty}')}")
        if self.iqs.session.user is None:
            return Content.styled(t("scoring.sign_in_first"), "bold $accent")
        return Content.styled(t("scoring.choose"), "$muted")

    def visible_keys(self) -> tuple[Key, ...]:
        """Without rounds there is nothing to choose."""
        lists = self.query(RoundList)
        chosen = lists.first().chosen if lists else None
        if chosen is None:
            shown = self.keys[-2:]
        elif chosen.is_open:
            shown = self.keys
        else:
            shown = (Key("enter", "scoring.overview", "open_round"), *self.keys[2:])
        return tuple(key for key in shown if key.key != "l" or self.iqs.session.user is None)

    def action_move(self, step: int) -> None:
        """Choose another round."""
        self.query_one(RoundList).move(step)
        self.refresh_keys()

    def action_open_round(self) -> None:
        """Score the next image of the chosen round, or see what a finished one comes to. Who scores signs in first."""
        chosen = self.query_one(RoundList).chosen
        if chosen is None or not chosen.is_open:
            self.action_overview()
        elif self.iqs.session.user is None:
            self.iqs.open_screen("sign_in")
        else:
            self.iqs.open_screen("score_form", round_id=chosen.round_id)

    def action_overview(self) -> None:
        """See what the chosen round comes to."""
        chosen = self.query_one(RoundList).chosen
        if chosen is not None:
            self.iqs.open_screen("round_overview", round_id=chosen.round_id)

    def on_round_list_touched(self) -> None:
        """A touch opens."""
        self.action_open_round()
