"""The lessons: collections of cases to learn from together. What was picked in the blauwe ton can be put in one."""

from __future__ import annotations

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.locale import numbers, t
from iqs_tui.store import lessons as writing
from iqs_tui.store.reading.lessons import LessonRow, lessons
from iqs_tui.ui import bin_choice, choosing
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.pick import TypeScreen
from iqs_tui.ui.session import ROOM
from iqs_tui.ui.undoing import remember, undo_last
from iqs_tui.ui.widgets.plain_table import Column, PlainTable
from iqs_tui.ui.widgets.undo_line import UndoLine

_COLUMNS = (Column("lesson.col_title"), Column("lesson.col_n", 6), Column("lesson.col_changed", 12))


class LessonsScreen(IqsScreen):
    """A list of lessons; a new one takes what was picked at once."""

    title_key = "lesson.list_title"
    keys = (
        Key("enter", "lesson.key_open", "open_lesson"),
        Key("n", "lesson.key_new", "new"),
        Key("k", "lesson.key_put_in", "put_in"),
        Key("delete,w", "lesson.key_remove", "remove"),
        Key("u", "keys.undo", "undo", is_shown=False),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#lesson-list"

    def __init__(self) -> None:
        super().__init__()
        self._lessons: tuple[LessonRow, ...] = ()

    def compose_body(self) -> ComposeResult:
        """What was picked, the list, or what will come here."""
        yield Static(id="lesson-picked", markup=False)
        yield PlainTable(_COLUMNS, id="lesson-list")
        yield Static(id="lesson-empty", markup=False)
        yield UndoLine()

    def show(self) -> None:
        """Read the list."""
        self._lessons, picked = lessons(), self.iqs.session.picked
        zone = self.iqs.config.site.zone
        rows = {
            one.lesson_id: (one.title, str(one.n_cases), numbers.day_and_time(one.updated_at, zone))
            for one in self._lessons
        }
        self.query_one(PlainTable).fill(rows)
        self.set_class(not rows, "-empty")
        self.query_one("#lesson-empty", Static).update(Content(f"{t('lesson.empty')}\n\n{t('lesson.empty_hint')}"))
        put = t("lesson.picked_to_put" if rows else "lesson.picked_first", n=len(picked))
        words = put if picked and self._may else t("lesson.what")
        self.query_one("#lesson-picked", Static).update(Content.styled(words, "bold $accent" if picked else "$muted"))
        self.query_one(UndoLine).show()

    @property
    def _may(self) -> bool:
        return bin_choice.may_make_lessons(self.iqs)

    def visible_keys(self) -> tuple[Key, ...]:
        """Everybody may look; whoever is known may make."""
        has_any = bool(self._lessons)
        can = {
            "open_lesson": has_any,
            "new": self._may,
            "put_in": has_any and self._may and bool(self.iqs.session.picked),
            "remove": has_any and self._may,
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    @on(DataTable.RowSelected)
    def action_open_lesson(self) -> None:
        """Walk through the chosen lesson."""
        lesson_id = self.query_one(PlainTable).chosen
        if lesson_id is not None:
            self.iqs.open_screen("lesson", lesson_id=lesson_id)

    def action_new(self) -> None:
        """Ask how it is called, and begin it with what was picked."""
        app = self.iqs
        by, at = choosing.chooser(app) or ROOM, app.clock()

        def take(typed: str) -> str | None:
            if not typed:
                return t("lesson.needs_title")
            picked = list(app.session.picked)

            def deed() -> str:
                lesson_id = writing.make(typed, by, at)
                writing.add(lesson_id, picked, by, at)
                return lesson_id

            app.keeper.keep(deed, lambda _: self._picked_are_kept())
            return None

        self.app.push_screen(TypeScreen(t("lesson.ask_title"), "", take))

    def action_put_in(self) -> None:
        """Put what was picked in the chosen lesson."""
        app, lesson_id = self.iqs, self.query_one(PlainTable).chosen
        if lesson_id is not None and not app.keeper.is_waiting:
            by, at, picked = choosing.chooser(app) or ROOM, app.clock(), list(app.session.picked)
            app.keeper.keep(lambda: writing.add(lesson_id, picked, by, at), lambda _: self._picked_are_kept())

    def _picked_are_kept(self) -> None:
        self.iqs.session.picked.clear()
        self.iqs.announce()

    def action_remove(self) -> None:
        """Take the chosen lesson away; for ten seconds it can be put back."""
        app, lesson_id = self.iqs, self.query_one(PlainTable).chosen
        if lesson_id is None or app.keeper.is_waiting:
            return
        by, at = choosing.chooser(app) or ROOM, app.clock()

        def removed(what: writing.Removed) -> None:
            title = str((what.lesson or {}).get("title", ""))
            remember(app, t("lesson.removed", title=title), lambda who, when: writing.put_back(what, who, when))
            app.announce()

        app.keeper.keep(lambda: writing.remove(lesson_id, by, at), removed)

    def action_undo(self) -> None:
        """Put back what was taken away."""
        undo_last(self.iqs, lambda case_id: self.iqs.open_screen("prompt", case_id=case_id))
