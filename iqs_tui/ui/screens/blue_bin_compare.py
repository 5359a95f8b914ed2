"""A rejected image beside the accepted one that followed; contrast, brightness and zoom of both at once."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.store.reading.blue_bin.case import BinCase, Shot, bin_case, followed_by
from iqs_tui.ui import shot_words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.look import Look
from iqs_tui.ui.looking import LOOK_KEYS, Looking, LookLine
from iqs_tui.ui.reading_aside import ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.picture import PictureView

_SIDES = ("rejected", "accepted")


class BlueBinCompareScreen(Looking, ReadingAside, IqsScreen):
    """Two pictures; under each when it was made, how, and with what dose."""

    title_key = "blue_bin.compare_title"
    keys = (*LOOK_KEYS, Key("escape", "keys.back", "back"))

    def __init__(self, case_id: str, look: Look | None = None) -> None:
        super().__init__()
        self._case_id, self.look = case_id, look or Look()

    def compose_body(self) -> ComposeResult:
        """Left the rejected one, right what took its place."""
        with Horizontal(id="compare"):
            for side in _SIDES:
                with Vertical(id=f"side-{side}"):
                    yield Static(id=f"title-{side}", markup=False, classes="caption")
                    yield PictureView(id=f"picture-{side}")
                    yield Static(id=f"facts-{side}", markup=False, classes="side-facts")
        yield LookLine()

    def show(self) -> None:
        """Read both exposures; the pictures are fetched aside."""
        case, after = bin_case(self._case_id), followed_by(self._case_id)
        self.query_one("#title-rejected", Static).update(_title(case))
        self.query_one("#title-accepted", Static).update(Content(t("blue_bin.accepted") if after else ""))
        shots = {"rejected": case.shot if case else None, "accepted": after}
        absent = {"rejected": t("blue_bin.gone"), "accepted": t("blue_bin.none_followed")}
        for side, shot in shots.items():
            self.query_one(f"#facts-{side}", Static).update(self._facts(shot))
            self.fetch_into(f"picture-{side}", shot, absent[side])

    def visible_keys(self) -> tuple[Key, ...]:
        """The keys of a picture come with the picture."""
        can = self.look_keys()
        return tuple(key for key in self.keys if can.get(key.action, True))

    def _facts(self, shot: Shot | None) -> Content:
        if shot is None:
            return Content("")
        made = shot_words.when(shot.subject.at, self.iqs.config.site.zone)
        first, *rest = [*shot_words.technique(shot), ""]
        how = " · ".join(part for part in (first, shot_words.dose(shot)) if part)
        lines = (f"{made}  {shot_words.name(shot)}", how, *rest)
        return Content("\n").join(Content(line) for line in lines if line)


def _title(case: BinCase | None) -> Content:
    if case is None:
        return Content("")
    is_reject = case.state == "answered" and case.counts_as == "reject"
    answer = shot_words.answer(case)
    return Content(t("blue_bin.rejected", reason=answer) if is_reject else answer)
