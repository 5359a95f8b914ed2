"""Help: what each key does, and what happens by itself, on one page."""

from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import Static

from iqs_tui import __version__
from iqs_tui.locale import t
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen

KEY_WIDTH = 8


class HelpScreen(IqsScreen):
    """The keys of home and prompt; what a pillar adds is only told where it is in use."""

    title_key = "help.title"
    keys = (Key("escape", "keys.back", "back"),)

    def compose_body(self) -> ComposeResult:
        """One text."""
        yield Static(id="help-text")

    def show(self) -> None:
        """Write the page for the pillars of this room."""
        self.query_one("#help-text", Static).update(Content("\n").join(self._lines()))

    def _lines(self) -> list[Content]:
        pillars = self.iqs.room.pillars
        parts: list[tuple[str, list[str]]] = []
        if pillars.reject:
            parts.append(("help.reject", ["Enter", "1-9", "0", "+", "A-Z", "U", "M", "B"]))
        others = [
            key for key, is_used in (("S", pillars.evaluation), ("D", pillars.dose), ("C", pillars.idle)) if is_used
        ]
        parts.append(("help.everywhere", [*others, "L", "Esc", "F1", *self._quit()]))
        lines: list[Content] = []
        for title, keys in parts:
            lines += [Content.styled(t(title), "bold $accent"), *(_line(key) for key in keys), Content("")]
        lines.append(Content.styled(t("help.about", version=__version__), "$muted"))
        return lines

    def _quit(self) -> list[str]:
        return [] if self.iqs.config.kiosk.locked and self.iqs.face == "kiosk" else ["Ctrl+Q"]


_NAMES = {"+": "plus", "1-9": "digits", "A-Z": "letters", "0": "zero", "Ctrl+Q": "quit"}


def _line(key: str) -> Content:
    name = _NAMES.get(key, key.lower())
    cap = f" {key} "
    return Content.assemble(
        (cap, "bold $key-foreground on $key-background"),
        " " * max(1, KEY_WIDTH + 2 - len(cap)),
        t(f"help.key_{name}"),
    )
