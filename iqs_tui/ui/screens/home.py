"""Home: the panels of the pillars that are in use in this room."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module

from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.session import LastAnswer
from iqs_tui.ui.undoing import undo_last
from iqs_tui.ui.widgets.panel import Panel
from iqs_tui.ui.widgets.undo_line import UndoLine

_PANELS = {
    "reject": "reject_panel:RejectPanel",
    "dose": "dose_panel:DosePanel",
    "idle": "scanner_panel:ScannerPanel",
    "evaluation": "scoring_panel:ScoringPanel",
}
"""Pillar to `module:Class`; a module is imported only where its pillar is in use."""
_SMALL = (100, 30)
"""Below this width or height the panels become lines."""


class HomeScreen(ReadingAside, IqsScreen):
    """What waits, the newest dose, the scanner, the scoring queue."""

    keys = (
        Key("enter", "keys.give_reason", "reason"),
        Key("m", "keys.report", "open('report_reject')"),
        Key("s", "keys.scoring", "open('scoring')"),
        Key("b", "keys.blue_bin", "open('blue_bin')"),
        Key("d", "keys.dose", "open('dose')"),
        Key("c", "keys.scanner", "open('scanner')"),
        Key("l", "keys.sign_in", "open('sign_in')"),
        Key("u", "keys.undo", "undo", is_shown=False),
        Key("up", "keys.unfold", "unfold(-1)", is_shown=False),
        Key("down", "keys.unfold", "unfold(1)", is_shown=False),
        Key("f1", "keys.help", "open('help')"),
    )

    _watched: LastAnswer | None = None
    _is_shown = False

    def compose_body(self) -> ComposeResult:
        """Reject, dose and scanner beside each other; scoring under them."""
        panels = dict(self._panels())
        under = panels.pop("evaluation", None)
        if panels:
            with Horizontal(id="top"):
                yield from panels.values()
        if under is not None:
            under.set_class(not panels, "-alone")
            yield under
        if not panels and under is None:
            yield Static(t("home.nothing_in_use"), id="nothing-in-use", markup=False)
        yield UndoLine()

    def show(self) -> None:
        """Let every panel read, one by one so that no key waits for four; at first after the boxes are drawn."""
        when = self.call_later if self._is_shown else self.call_after_refresh
        for panel in self.query(Panel):
            when(panel.load, self.iqs)
        self._is_shown = True
        self.query_one(UndoLine).show()
        self._watch_undo()

    def visible_keys(self) -> tuple[Key, ...]:
        """Leave out what belongs to a pillar that is not in use here."""
        pillars = self.iqs.room.pillars
        uses = {
            "reason": pillars.reject,
            "open('report_reject')": pillars.reject,
            "open('blue_bin')": pillars.reject,
            "open('scoring')": pillars.evaluation,
            "open('dose')": pillars.dose,
            "open('scanner')": pillars.idle,
        }
        return tuple(key for key in self.keys if uses.get(key.action, True))

    def on_resize(self, event: events.Resize) -> None:
        """Fold the panels where there is no room for boxes."""
        is_small = event.size.width < _SMALL[0] or event.size.height < _SMALL[1]
        self.set_class(is_small, "-folded-home")
        panels = list(self.query(Panel))
        for panel in panels:
            panel.folded = is_small and panel is not panels[0]

    def on_panel_touched(self, event: Panel.Touched) -> None:
        """Unfold a line; open the screen of a box."""
        if event.panel.folded:
            self._unfold(event.panel)
        elif event.panel.opens == "prompt":
            self.action_reason()
        else:
            self.iqs.open_screen(event.panel.opens)

    def action_reason(self) -> None:
        """Go where the kiosk exists for."""
        self.iqs.open_screen("prompt")

    def action_undo(self) -> None:
        """Take back the answer that was just given."""
        undo_last(self.iqs, lambda case_id: self.iqs.open_screen("prompt", case_id=case_id))

    def action_unfold(self, step: int) -> None:
        """Unfold the panel above or below."""
        panels = list(self.query(Panel))
        if panels and self.has_class("-folded-home"):
            now = next((i for i, panel in enumerate(panels) if not panel.folded), 0)
            self._unfold(panels[(now + step) % len(panels)])

    def _watch_undo(self) -> None:
        """Take the undo line away when its time is over."""
        last = self.iqs.session.undoable(self.iqs.clock())
        if last is not None and last is not self._watched:
            self._watched = last
            self.set_timer((last.until - self.iqs.clock()).total_seconds() + 0.1, self.show_all)

    def _unfold(self, chosen: Panel) -> None:
        for panel in self.query(Panel):
            panel.folded = panel is not chosen

    def _panels(self) -> Iterator[tuple[str, Panel]]:
        pillars = self.iqs.room.pillars
        for pillar, place in _PANELS.items():
            if getattr(pillars, pillar):
                module, _, name = place.partition(":")
                yield pillar, getattr(import_module(f"iqs_tui.ui.widgets.{module}"), name)()
