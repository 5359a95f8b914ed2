"""Of what a screen shows figures or cases: one line per question, changed with the arrows or chosen from a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store.reading.analysis.choices import Choices
from iqs_tui.ui import choosing
from iqs_tui.ui.choosing import PERIODS, SELF, Choice
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.pick import PickScreen, TypeScreen
from iqs_tui.ui.typed_day import typed_day
from iqs_tui.ui.widgets.plain_table import Column
from iqs_tui.ui.widgets.turning_table import TurningTable

if TYPE_CHECKING:
    from iqs_tui.ui.app import IqsApp

_COLUMNS = (Column("choosing.col_question", 14), Column("choosing.col_answer"))
_NONE = Choices(rooms=(), modalities=(), procedures=(), views=(), operators=())
Option = tuple[str, str]
"""What is kept, and what it is called."""


class Chooses(Protocol):
    """A module that knows what is chosen for some screens: `bin_choice`, `dose_choice`, `reject_choice`."""

    def chosen(self, app: IqsApp) -> Choice:
        """Return what is chosen in this session, or what the screens start with."""

    def scope_of(self, app: IqsApp) -> Scope:
        """Return the scope of it as it is now."""

    def in_words(self, app: IqsApp) -> str:
        """Say it in one line."""


class FilterScreen(ReadingAside, IqsScreen):
    """What is changed holds at once, for the whole session; Esc goes back.

    A subclass says of which `choice` it is, under which name the session keeps that (`kept_as`), and what reads in a
    thread what there is to choose in all rooms (`choices`). It adds its own questions (`own_options`).
    """

    title_key = "choosing.title"
    choice: ClassVar[Chooses]
    kept_as: ClassVar[str]
    choices: ClassVar[Callable[[Scope], Choices]]
    keys = (
        Key("left", "keys.previous", "turn(-1)", is_shown=False),
        Key("right", "choosing.key_turn", "turn(1)"),
        Key("enter", "keys.choose", "choose"),
        Key("r", "choosing.key_reset", "reset"),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#filter-list"

    def __init__(self) -> None:
        super().__init__()
        self._there = _NONE

    @property
    def chosen(self) -> Choice:
        """What is chosen in this session."""
        return self.choice.chosen(self.iqs)

    def put(self, choice: Choice | None) -> None:
        """Keep a choice for the session; None: what the screen starts with."""
        setattr(self.iqs.session, self.kept_as, choice)

    def own_options(self) -> dict[str, list[Option]]:
        """Return the options of the questions that only this screen asks, by their field; in the order asked."""
        return {}

    def compose_body(self) -> ComposeResult:
        """The choice as a sentence, the questions, and how it works."""
        yield Static(id="filter-sentence", markup=False)
        yield TurningTable(_COLUMNS, id="filter-list")
        yield Static(t("choosing.hint"), id="filter-hint", markup=False)
        yield AsideLine()

    def show(self) -> None:
        """Show the choice; what else there is to choose is read aside."""
        what, scope = self.chosen, replace(self.choice.scope_of(self.iqs), rooms=())
        self.read_aside(lambda _: self.choices(scope), self._have_read, key=(what.period, what.first, what.last))
        self._draw()

    def _have_read(self, there: Choices) -> None:
        self._there = there
        self._draw()

    def _draw(self) -> None:
        self.query_one("#filter-sentence", Static).update(Content.styled(self.choice.in_words(self.iqs), "bold"))
        self.query_one(TurningTable).fill(
            {name: (t(f"choosing.filter_{name}"), self._answer(name)) for name in self._questions()}
        )

    def _questions(self) -> list[str]:
        own_days = ["first", "last"] if self.chosen.period == "own" else []
        operator = ["operator"] if choosing.chooser(self.iqs) else []
        return ["period", *own_days, "rooms", "modality", "procedure", "view", *self.own_options(), *operator]

    def _answer(self, name: str) -> str:
        what = self.chosen
        if name in {"first", "last"}:
            return choosing.day_in_words(self._day(name))
        if name == "rooms":
            return choosing.rooms_in_words(self.iqs.config, what.rooms)
        return dict(self._options(name)).get(self._kept(name), self._kept(name))

    def _day(self, name: str) -> Any:  # noqa: ANN401 (a date)
        today = self.iqs.clock().astimezone(self.iqs.config.site.zone).date()
        first, last = choosing.own_days(self.chosen, today)
        return first if name == "first" else last

    def _kept(self, name: str) -> str:
        what = self.chosen
        if name == "operator" and not choosing.operators(self.iqs, what):
            return ""
        return str(getattr(what, name))

    def _options(self, name: str) -> list[Option]:
        """What can be chosen here; what is chosen now stays a choice, also where the period has none of it."""
        there, own = self._there, self.own_options()
        if name in own:
            return own[name]
        fixed: dict[str, Callable[[], list[Option]]] = {
            "period": lambda: [(one, t(f"choosing.period_{one}")) for one in PERIODS],
            "operator": self._operators,
            "rooms": lambda: [("", t("choosing.all_rooms")), *self._rooms()],
        }
        if name in fixed:
            return fixed[name]()
        found = {"modality": there.modalities, "procedure": there.procedures, "view": there.views}[name]
        kept = self._kept(name)
        return [("", t("choosing.all")), *((one, one) for one in sorted({*found, *([kept] if kept else [])}))]

    def _operators(self) -> list[Option]:
        others = self._there.operators if choosing.may_choose_others(self.iqs) else ()
        myself = [(SELF, t("choosing.myself"))] if self.iqs.session.user else []
        return [("", t("choosing.everyone")), *myself, *((name, name) for name in others)]

    def _rooms(self) -> list[Option]:
        known = {room.id for room in self.iqs.config.rooms} | {*self._there.rooms, *self.chosen.rooms}
        return [(room, choosing.room_name(self.iqs.config, room)) for room in sorted(known) if room]

    def _keep(self, **values: Any) -> None:  # noqa: ANN401 (the fields of a choice)
        if "operator" in values:
            values["chosen_by"] = choosing.chooser(self.iqs)
        self.put(replace(self.chosen, **values))
        self.show_all()

    def _put(self, name: str, value: str) -> None:
        self._keep(**{name: ((value,) if value else ()) if name == "rooms" else value})

    @on(TurningTable.Turned)
    def _turned(self, event: TurningTable.Turned) -> None:
        self.action_turn(event.step)

    def action_turn(self, step: int) -> None:
        """Go to the next or the previous answer to the question under the cursor."""
        name = self.query_one(TurningTable).chosen
        if name is None:
            return
        if name in {"first", "last"}:
            self.action_choose()
            return
        codes = [code for code, _ in self._options(name)]
        rooms = self.chosen.rooms
        now = (rooms[0] if len(rooms) == 1 else "") if name == "rooms" else self._kept(name)
        place = codes.index(now) if now in codes else 0
        self._put(name, codes[(place + step) % len(codes)])

    @on(DataTable.RowSelected)
    def action_choose(self) -> None:
        """Choose the answer from a list, or type a day."""
        name = self.query_one(TurningTable).chosen
        if name in {"first", "last"}:
            self._ask_day(name)
        elif name is not None:
            self._ask(name)

    def _ask(self, name: str) -> None:
        columns = (Column("choosing.col_chosen", 7), Column("choosing.col_answer"))
        kept = set(self.chosen.rooms or ("",)) if name == "rooms" else {self._kept(name)}
        rows = {code: (t("choosing.is_chosen") if code in kept else "", said) for code, said in self._options(name)}
        question = t("choosing.rooms_question") if name == "rooms" else t(f"choosing.filter_{name}")
        take = self._toggle_room if name == "rooms" else lambda code: self._put(name, code)
        self.app.push_screen(PickScreen(question, columns, rows, take))

    def _toggle_room(self, room: str) -> None:
        """Rooms add up: a room that was chosen goes out, another one comes in."""
        before = self.chosen.rooms
        rooms = [one for one in before if one != room] if room in before else [*before, room]
        self._keep(rooms=tuple(sorted(rooms)) if room else ())

    def _ask_day(self, name: str) -> None:
        today = self.iqs.clock().astimezone(self.iqs.config.site.zone).date()

        def take(typed: str) -> str | None:
            day = typed_day(typed, today)
            if day is None:
                return t("choosing.wrong_day")
            self._keep(**{name: day})
            return None

        day = self._day(name)
        self.app.push_screen(TypeScreen(t(f"choosing.ask_{name}"), f"{day.day}-{day.month}-{day.year}", take))

    def action_reset(self) -> None:
        """Go back to what the screen starts with."""
        self.put(None)
        self.show_all()
