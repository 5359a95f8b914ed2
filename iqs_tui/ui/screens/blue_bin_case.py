"""One case of the blauwe ton: its picture large, and beside it all that is known of it."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container, Vertical
from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.store.reading.blue_bin.case import BinCase, bin_case
from iqs_tui.ui import bin_choice, choosing, evidence_words, shot_words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.look import Look
from iqs_tui.ui.looking import LOOK_KEYS, Looking, LookLine
from iqs_tui.ui.picking import PICK_KEYS, Picking
from iqs_tui.ui.reading_aside import ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.picture import PictureView
from iqs_tui.ui.widgets.undo_line import UndoLine


class BlueBinCaseScreen(Picking, Looking, ReadingAside, IqsScreen):
    """The picture, and its facts; the cases of the list before and after it are a key away."""

    title_key = "blue_bin.case_title"
    keys = (
        Key("v", "blue_bin.key_compare", "compare"),
        Key("r", "blue_bin.key_correct", "correct"),
        Key("i", "blue_bin.key_facts", "facts"),
        *LOOK_KEYS,
        *PICK_KEYS,
        Key("pageup", "keys.previous", "step(-1)"),
        Key("pagedown", "keys.next_page", "step(1)"),
        Key("u", "keys.undo", "undo", is_shown=False),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, case_id: str, among: tuple[str, ...] = (), n_before: int = 0, n: int = 1) -> None:
        """Show a case among those of a page of the list, which has `n`, of which `n_before` on the pages before."""
        super().__init__()
        self._case_id, self._among = case_id, among or (case_id,)
        self._n_before, self._n = n_before, n
        self._case: BinCase | None = None

    def compose_body(self) -> ComposeResult:
        """Picture and facts, how it is looked at, and what can be undone."""
        with Container(id="case"):
            yield PictureView(id="case-picture")
            with Vertical(id="case-facts"):
                yield Static(id="case-words", markup=False)
        yield LookLine()
        yield UndoLine()

    def show(self) -> None:
        """Read the case; its picture is fetched aside."""
        self._case = bin_case(self._case_id)
        self.query_one("#case-words", Static).update(self._words(self._case))
        self.query_one(UndoLine).show()
        if self._case is None:
            self.fetch_into("case-picture", None, t("blue_bin.gone"))
        else:
            self.fetch_into("case-picture", self._case.shot)

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what does something: no correction of an answer that is not one's own."""
        case, place = self._case, self._place
        is_answered = case is not None and case.state in {"answered", "dismissed"}
        can = {
            "compare": case is not None and case.shot.exposure_uid is not None,
            "correct": is_answered and bin_choice.may_correct(self.iqs, self._case_id),
            "step(-1)": place > 0,
            "step(1)": place + 1 < len(self._among),
            "facts": self.has_class("-narrow"),
            **self.picking_keys(case is not None),
            **self.look_keys(),
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    @property
    def _place(self) -> int:
        return self._among.index(self._case_id) if self._case_id in self._among else 0

    def chosen_case(self) -> str:
        """This one."""
        return self._case_id

    def action_step(self, step: int) -> None:
        """Go to the case before or after it in the list, and look at it as it came."""
        place = self._place + step
        if 0 <= place < len(self._among):
            self._case_id, self.look = self._among[place], Look()
            self.show_all()

    def action_facts(self) -> None:
        """Give the facts all of a small screen, or the picture its place again."""
        self.toggle_class("-facts")

    def action_compare(self) -> None:
        """Put it beside the accepted exposure that followed."""
        self.iqs.open_screen("blue_bin_compare", case_id=self._case_id, look=self.look)

    def action_correct(self) -> None:
        """Put its answer right."""
        self.iqs.open_screen("correct", case_id=self._case_id)

    def _words(self, case: BinCase | None) -> Content:
        if case is None:
            return Content.styled(t("blue_bin.gone"), "bold")
        zone = self.iqs.config.site.zone
        blocks = [
            self._head(case),
            self._answer(case),
            [Content(line) for line in (*shot_words.technique(case.shot), shot_words.dose(case.shot)) if line],
            _under(t("blue_bin.rests_on"), [evidence_words.said(one) for one in case.evidence]),
            _under(t("blue_bin.history"), [shot_words.correction(one, zone) for one in case.history]),
        ]
        return Content("\n\n").join(Content("\n").join(block) for block in blocks if block)

    def _head(self, case: BinCase) -> list[Content]:
        made = shot_words.when(case.shot.subject.at or case.detected_at, self.iqs.config.site.zone)
        room = choosing.room_name(self.iqs.config, case.room or "")
        lines = [Content.styled(shot_words.name(case.shot), "bold $primary"), Content(f"{made} · {room}")]
        if self._n > 1:
            place = t("common.page", page=self._n_before + self._place + 1, pages=self._n)
            lines.append(Content.styled(place, "$muted"))
        return lines

    def _answer(self, case: BinCase) -> list[Content]:
        lines = [Content.styled(shot_words.answer(case), "bold")]
        lines += [Content(f"“{case.detail}”")] if case.detail else []
        if case.counts_as != "reject":
            lines.append(Content.styled(t(f"blue_bin.counts_{case.counts_as}"), "$muted"))
        if case.case_id in self.iqs.session.picked:
            lines.append(Content.styled(t("lesson.is_picked"), "bold $accent"))
        return lines


def _under(title: str, lines: list[str]) -> list[Content]:
    return [Content.styled(title, "$muted"), *map(Content, lines)] if lines else []
