"""The blauwe ton: the rejects of a choice, to learn from together. No names: a reject is nobody's."""

from __future__ import annotations

from collections.abc import Hashable

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.rates import MIN_FOR_RATE
from iqs_tui.domain.reasons import KEYS_IN_NUMPAD_ORDER
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.blue_bin.case import BinCase, bin_case
from iqs_tui.store.reading.blue_bin.listing import Page, Row, page
from iqs_tui.ui import bin_choice, choosing, shot_words
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.looking import Looking
from iqs_tui.ui.picking import PICK_KEYS, Picking
from iqs_tui.ui.reading_aside import AsideLine, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.registry import SCREENS
from iqs_tui.ui.widgets.picture import PictureView
from iqs_tui.ui.widgets.plain_table import Column
from iqs_tui.ui.widgets.reason_bars import ReasonBars
from iqs_tui.ui.widgets.turning_table import TurningTable
from iqs_tui.ui.widgets.undo_line import UndoLine
from iqs_tui.ui.words import evidence, exposure_words

PAGE = 100
_COLUMNS = (
    Column("blue_bin.col_picked", 1),
    Column("blue_bin.col_at", 12),
    Column("blue_bin.col_exposure", 16),
    Column("blue_bin.col_reason", keeps_end=False),
    Column("blue_bin.col_picture", 5),
)
_OF_ROOMS = (*_COLUMNS[:3], Column("dose.col_room", 10, keeps_end=False), _COLUMNS[3])
"""Several rooms: their name takes the place of the mark that there is a picture."""
_Read = tuple[str, Page]


class BlueBinScreen(Picking, Looking, ReadingAside, IqsScreen):
    """A list with the picture of the chosen case beside it, or how often each reason was given."""

    title_key = "blue_bin.title"
    keys = (
        Key("enter", "blue_bin.key_open", "open_case"),
        Key("f", "choosing.key_filter", "open('blue_bin_filter')"),
        Key("v", "blue_bin.key_reasons", "beside('reasons')"),
        Key("v", "blue_bin.key_picture", "beside('picture')"),
        *(Key(key, "keys.choose", f"only('{key}')", is_shown=False) for key in KEYS_IN_NUMPAD_ORDER),
        Key("0", "blue_bin.key_all", "only('')"),
        *PICK_KEYS,
        Key("a", "blue_bin.key_analysis", "open('reject_analysis')"),
        Key("left,pageup", "keys.previous", "page(-1)"),
        Key("right,pagedown", "keys.next_page", "page(1)"),
        Key("u", "keys.undo", "undo", is_shown=False),
        Key("escape", "keys.back", "back"),
        Key("f1", "keys.help", "open('help')", is_shown=False),
    )
    AUTO_FOCUS = "#bin-list"

    def __init__(self) -> None:
        super().__init__()
        self._page: Page | None = None
        self._offset = 0
        self._choice: Hashable = None

    def compose_body(self) -> ComposeResult:
        """Of what, how far it reaches, the list, and beside it the picture or the reasons."""
        with Horizontal(id="bin-head"):
            yield Static(id="bin-scope", markup=False)
            yield AsideLine()
        yield Static(id="bin-counts", markup=False)
        with Horizontal(id="bin"):
            yield Static(id="bin-empty", markup=False)
            yield TurningTable(_COLUMNS, id="bin-list")
            with Vertical(id="bin-beside"):
                yield PictureView(id="bin-picture")
                yield Static(id="bin-facts", markup=False)
                yield ReasonBars(id="bin-reasons")
        yield UndoLine()

    def show(self) -> None:
        """Read the page aside; what was shown stays until it is there."""
        what, scope = bin_choice.chosen(self.iqs), bin_choice.scope_of(self.iqs)
        if what != self._choice:
            self._choice, self._offset = what, 0
        said, offset = bin_choice.in_words(self.iqs), self._offset
        if self._page is None:
            self.query_one("#bin-scope", Static).update(Content(said))
        self.read_aside(
            lambda _: (said, page(scope, what.kind, offset, PAGE)),
            self._have_read,
            key=(what, scope.operators, offset, self.iqs.session.last_answer),
        )
        self.query_one(UndoLine).show()
        self._draw_list()

    def _have_read(self, read: _Read) -> None:
        said, self._page = read
        self.query_one("#bin-scope", Static).update(Content(said))
        self.query_one(ReasonBars).show(self._page.reasons, bin_choice.chosen(self.iqs).reason)
        self.set_class(not self._page.rows, "-empty")
        self.query_one("#bin-empty", Static).update(self._empty(self._page))
        self._draw_list()
        self._show_beside()
        self.refresh_keys()

    def _draw_list(self) -> None:
        if self._page is not None:
            self.query_one("#bin-counts", Static).update(self._counts(self._page))
            table, has_rooms = self.query_one(TurningTable), self._has_rooms
            table.set_columns(_OF_ROOMS if has_rooms else _COLUMNS)
            table.fill({row.case_id: self._line(row) for row in self._page.rows})

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what does something now."""
        found, has_bars = self._page, self.has_class("-reasons")
        rows, total = (found.rows if found else ()), (found.n if found else 0)
        can = {
            "open_case": bool(rows),
            "beside('reasons')": not has_bars and bool(found and found.reasons),
            "beside('picture')": has_bars,
            "only('')": bool(bin_choice.chosen(self.iqs).reason),
            "page(-1)": self._offset > 0,
            "page(1)": self._offset + PAGE < total,
            "open('reject_analysis')": "reject_analysis" in SCREENS,
            **self.picking_keys(bool(rows)),
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    def action_page(self, step: int) -> None:
        """Turn the page."""
        self._offset = max(0, self._offset + step * PAGE)
        self.query_one(TurningTable).move_cursor(row=0)
        self.show_all()

    @on(TurningTable.Turned)
    async def _turned(self, event: TurningTable.Turned) -> None:
        await self.run_action(f"page({event.step})")

    def action_beside(self, which: str) -> None:
        """Show the reasons beside the list, or the picture again."""
        self.set_class(which == "reasons", "-reasons")
        self._show_beside()
        self.refresh_keys()

    def action_only(self, key: str) -> None:
        """Show one reason, by its key on the prompt; once more, or without a key, all."""
        modality = bin_choice.chosen(self.iqs).modality or None
        reason = documents.reasons().by_key(key, modality) if key else None
        self._show_only(reason.code if reason else "")

    @on(ReasonBars.Touched)
    def _reason_touched(self, event: ReasonBars.Touched) -> None:
        self._show_only(event.code)

    def _show_only(self, code: str) -> None:
        before = bin_choice.chosen(self.iqs)
        self.iqs.session.bin_choice = before.only("" if code == before.reason else code)
        self.show_all()

    @on(DataTable.RowSelected)
    def action_open_case(self) -> None:
        """Open the picture of the chosen case."""
        case_id, found = self.query_one(TurningTable).chosen, self._page
        if case_id is not None and found is not None:
            among = tuple(row.case_id for row in found.rows)
            self.iqs.open_screen("blue_bin_case", case_id=case_id, among=among, n_before=self._offset, n=found.n)

    def chosen_case(self) -> str | None:
        """The case under the cursor."""
        return self.query_one(TurningTable).chosen

    def after_picking(self) -> None:
        """Show the mark, and go on to the next."""
        self.query_one(TurningTable).action_cursor_down()
        self.show_all()

    @on(DataTable.RowHighlighted)
    def _highlighted(self) -> None:
        self._show_beside()

    def on_resize(self, _: events.Resize) -> None:
        """A picture beside the list, where there is room for it."""
        self.call_after_refresh(self._show_beside)

    def _show_beside(self) -> None:
        if not self.stands or self.has_class("-reasons") or self.has_class("-narrow"):
            return
        case_id = self.query_one(TurningTable).chosen if self._page else None
        if case_id is None:
            self.query_one("#bin-facts", Static).update("")
            self.fetch_into("bin-picture", None)
            return
        case = bin_case(case_id)
        if case is not None:
            self.fetch_into("bin-picture", case.shot)
            self.query_one("#bin-facts", Static).update(self._facts(case))

    def _facts(self, case: BinCase) -> Content:
        facts = (
            *shot_words.technique(case.shot),
            shot_words.dose(case.shot),
            evidence(one.kind for one in case.evidence),
        )
        lines = [Content.styled(shot_words.answer(case), "bold"), *(Content(fact) for fact in facts if fact)]
        lines += [Content(f"“{case.detail}”")] if case.detail else []
        return Content("\n").join(lines)

    def _counts(self, found: Page) -> Content:
        """How many, and how far it reaches: a share only where it says something."""
        first = min(self._offset + 1, found.n)
        of_page = t("blue_bin.page", first=first, last=min(self._offset + PAGE, found.n), n=found.n)
        n = t(f"blue_bin.n_{bin_choice.chosen(self.iqs).kind}", n=found.n)
        answers = found.answers
        reach = t("blue_bin.answers", n=answers.n_answered, of=answers.n_raised) if answers.n_raised else ""
        if answers.share is not None and answers.n_raised >= MIN_FOR_RATE:
            reach += f" ({numbers.decimal(100 * answers.share, 0)} %)"
        return Content.assemble(
            (n, "bold"),
            (f"   {reach}", "$muted"),
            (f"   {of_page}" if found.n > PAGE else "", "$muted"),
            (f"   {self.picked_words()}" if self.iqs.session.picked else "", "bold $accent"),
        )

    def _empty(self, found: Page) -> Content:
        if found.rows:
            return Content("")
        return Content.assemble((t("blue_bin.empty"), "bold"), "\n\n", (t("blue_bin.empty_hint"), "$muted"))

    @property
    def _has_rooms(self) -> bool:
        return len(bin_choice.chosen(self.iqs).rooms) != 1

    def _line(self, row: Row) -> tuple[str, ...]:
        zone, marks = self.iqs.config.site.zone, glyphs(self.app.theme)
        answered = bin_choice.reason_in_words(row.reason_code, row.reason_label)
        cells = (
            marks.done if row.case_id in self.iqs.session.picked else "",
            numbers.day_and_time(row.subject.at or row.detected_at, zone),
            exposure_words(row.subject),
        )
        reason = answered if row.state == "answered" else t(f"blue_bin.case_{row.state}")
        if self._has_rooms:
            return (*cells, choosing.room_name(self.iqs.config, row.room or ""), reason)
        return (*cells, reason, marks.ok if row.has_picture else "–")
