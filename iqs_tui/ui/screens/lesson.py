"""Walking through a lesson: each case with its picture large; the reason comes when it is asked for. No names."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.store import lessons as writing
from iqs_tui.store.reading.lessons import Item, LessonView, lesson
from iqs_tui.ui import bin_choice, choosing, dose_choice, shot_words
from iqs_tui.ui.export_file import ExportingFile
from iqs_tui.ui.keys import Key
from iqs_tui.ui.look import Look
from iqs_tui.ui.looking import LOOK_KEYS, Looking, LookLine
from iqs_tui.ui.reading_aside import ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.screens.pick import TypeScreen
from iqs_tui.ui.session import ROOM
from iqs_tui.ui.undoing import remember, undo_last
from iqs_tui.ui.widgets.picture import PictureView
from iqs_tui.ui.widgets.undo_line import UndoLine


class LessonScreen(ExportingFile, Looking, ReadingAside, IqsScreen):
    """One case at a time: first the picture and the question, then the reason."""

    title_key = "lesson.title"
    keys = (
        Key("enter", "lesson.key_reason", "reveal"),
        Key("pageup", "keys.previous", "step(-1)"),
        Key("pagedown,space", "keys.next_page", "step(1)"),
        Key("v", "blue_bin.key_compare", "compare"),
        *LOOK_KEYS,
        Key("o", "lesson.key_remark", "remark"),
        Key("delete,w", "lesson.key_remove", "remove"),
        Key("x", "dose.key_export", "export_lesson"),
        Key("u", "keys.undo", "undo", is_shown=False),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, lesson_id: str) -> None:
        super().__init__()
        self._lesson_id = lesson_id
        self._lesson: LessonView | None = None
        self._place = 0
        self._is_revealed = False

    def compose_body(self) -> ComposeResult:
        """Picture and words, how it is looked at, what was said and what can be undone."""
        with Container(id="case"):
            yield PictureView(id="case-picture")
            yield Static(id="case-facts", markup=False)
        yield LookLine()
        yield Static(id="dose-said", markup=False)
        yield UndoLine()

    def show(self) -> None:
        """Read the lesson; the picture in front is fetched aside."""
        self._lesson = lesson(self._lesson_id)
        self._place = max(0, min(self._place, len(self._items) - 1))
        item = self._item
        self.query_one("#case-facts", Static).update(self._words(item))
        self.query_one(UndoLine).show()
        absent = t("lesson.no_cases" if item is None else "blue_bin.gone")
        self.fetch_into("case-picture", item.case.shot if item and item.case else None, absent)

    @property
    def _items(self) -> tuple[Item, ...]:
        return self._lesson.items if self._lesson else ()

    @property
    def _item(self) -> Item | None:
        return self._items[self._place] if self._place < len(self._items) else None

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what does something now."""
        item, may = self._item, bin_choice.may_make_lessons(self.iqs)
        can = {
            "reveal": item is not None and not self._is_revealed,
            "step(-1)": self._place > 0,
            "step(1)": self._place + 1 < len(self._items),
            "compare": item is not None and item.case is not None and item.case.shot.exposure_uid is not None,
            "remark": item is not None and may,
            "remove": item is not None and may,
            "export_lesson": item is not None and dose_choice.may_export(self.iqs),
            **self.look_keys(),
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    def action_reveal(self) -> None:
        """Show the reason."""
        self._is_revealed = True
        self.show_all()

    def action_step(self, step: int) -> None:
        """Go to another case: its reason hidden, its picture as it came."""
        self._place, self._is_revealed, self.look = self._place + step, False, Look()
        self.show_all()

    def action_compare(self) -> None:
        """Put it beside the accepted exposure that followed; that tells the reason too."""
        if self._item is not None:
            self._is_revealed = True
            self.iqs.open_screen("blue_bin_compare", case_id=self._item.case_id, look=self.look)

    def action_remark(self) -> None:
        """Say something with this case."""
        app, item = self.iqs, self._item
        if item is None:
            return
        by = choosing.chooser(app) or ROOM

        def take(typed: str) -> str | None:
            deed = writing.remark
            app.keeper.keep(
                lambda: deed(self._lesson_id, item.case_id, typed, by, app.clock()), lambda _: app.announce()
            )
            return None

        self.app.push_screen(TypeScreen(t("lesson.ask_remark"), item.remark or "", take))

    def action_remove(self) -> None:
        """Take this case out of the lesson; for ten seconds it can be put back."""
        app, item = self.iqs, self._item
        if item is None or app.keeper.is_waiting:
            return
        by, at = choosing.chooser(app) or ROOM, app.clock()

        def removed(what: writing.Removed) -> None:
            remember(app, t("lesson.case_removed"), lambda who, when: writing.put_back(what, who, when))
            app.announce()

        app.keeper.keep(lambda: writing.remove_case(self._lesson_id, item.case_id, by, at), removed)

    def action_undo(self) -> None:
        """Put back what was taken away."""
        undo_last(self.iqs, lambda case_id: self.iqs.open_screen("prompt", case_id=case_id))

    def action_export_lesson(self) -> None:
        """Write the lesson as one page, beside the database."""
        from iqs_tui.ui.lesson_page import write

        lesson_id, zone = self._lesson_id, self.iqs.config.site.zone
        self.write_file(
            f"{t('lesson.file')}_{self.stamp}.html",
            lambda file: write(lesson_id, file, zone),
            lambda path, n: t("lesson.exported", path=path, n=n),
        )

    def _words(self, item: Item | None) -> Content:
        title = self._lesson.title if self._lesson else t("lesson.gone")
        if item is None:
            return Content.styled(title, "bold $primary")
        lines = [
            Content.styled(title, "bold $primary"),
            Content.styled(t("common.page", page=self._place + 1, pages=len(self._items)), "$muted"),
            Content(""),
        ]
        if item.case is not None:
            shot = item.case.shot
            facts = (*shot_words.technique(shot), shot_words.dose(shot))
            lines += [
                Content.styled(shot_words.name(shot), "bold"),
                *(Content(one) for one in facts if one),
                Content(""),
            ]
        if not self._is_revealed:
            return Content("\n").join([*lines, Content.styled(t("lesson.question"), "bold $accent")])
        told = shot_words.answer(item.case) if item.case else t("blue_bin.gone")
        lines += [Content.styled(told, "bold $accent"), *([Content(f"“{item.remark}”")] if item.remark else [])]
        return Content("\n").join(lines)
