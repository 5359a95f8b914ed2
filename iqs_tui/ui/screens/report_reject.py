"""Reporting a reject oneself: of one of the last exposures, or of one that left no image."""

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER
from iqs_tui.locale import t
from iqs_tui.store import answering
from iqs_tui.store.reading.recent import Recent, recent
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.choices import Choice, ChoiceGrid
from iqs_tui.ui.words import exposure_time, exposure_words

_SETTLED = frozenset({"answered", "dismissed"})


class ReportRejectScreen(IqsScreen):
    """The last nine exposures of the room, newest at 7; 0 for one without an image."""

    title_key = "blue_bin.report_title"
    keys = (
        *(Key(key, "keys.choose", f"choose('{key}')", is_shown=False) for key in KEYS_IN_NUMPAD_ORDER),
        Key("0", "blue_bin.without_image", "without_image", is_shown=False),
        Key("escape", "keys.back", "back"),
        Key("f1", "keys.help", "open('help')"),
    )
    _recent: dict[str, Recent]

    def compose_body(self) -> ComposeResult:
        """The question, nine exposures, and the one without an image."""
        yield Static(id="report-hint")
        yield ChoiceGrid()
        with Horizontal(id="beside"):
            yield Choice("0", t("blue_bin.without_image"), id="choice-0")

    def show(self) -> None:
        """Read the last exposures."""
        zone = self.iqs.config.site.zone
        self._recent = dict(zip(KEYS_IN_NUMPAD_ORDER, recent(self.iqs.room.id), strict=False))
        self.query_one(ChoiceGrid).offer(
            {key: f"{exposure_time(r.subject, zone)}  {exposure_words(r.subject)}" for key, r in self._recent.items()},
            {key: t(f"blue_bin.case_{r.case_state}") for key, r in self._recent.items() if r.case_state},
        )
        hint = t("blue_bin.which" if self._recent else "blue_bin.none_yet")
        self.query_one("#report-hint", Static).update(Content.styled(hint, "bold"))

    def on_choice_touched(self, event: Choice.Touched) -> None:
        """A finger is a key."""
        if event.key == "0":
            self.action_without_image()
        else:
            self.action_choose(event.key)

    def action_choose(self, key: str) -> None:
        """Report this exposure; one that has its answer already stays as it is."""
        chosen = self._recent.get(key)
        if chosen is not None and chosen.case_state not in _SETTLED:
            self._report(chosen.exposure_uid)

    def action_without_image(self) -> None:
        """Report an exposure that was deleted at the console."""
        self._report(None)

    def _report(self, exposure_uid: str | None) -> None:
        app = self.iqs
        by, at = app.session.actor, app.clock()

        def ask(case_id: str) -> None:
            if self.is_current:
                self.action_back()
            app.open_screen("prompt", case_id=case_id)

        if not app.keeper.is_waiting:
            app.keeper.keep(lambda: answering.report_from_kiosk(exposure_uid, app.room.id, by, at), ask)
