"""A screen with a few fields. Enter keeps, Esc goes back and remembers what was filled in."""

from __future__ import annotations

from collections.abc import Iterable

from peewee import OperationalError
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, Static

from iqs_tui.locale import t
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.admin.one_of import OneOf
from iqs_tui.ui.screens.base import IqsScreen

Drafts = dict[str, dict[str, str]]
"""What was filled in and not kept, by form: it stands there again when the form is opened again."""
BACK = Key("escape", "keys.back", "back")


class FormField(Vertical):
    """A label, what is filled in, and below it what is wrong with it."""

    def __init__(self, name: str, label: str, control: Input | OneOf, hint: str = "") -> None:
        super().__init__()
        self.field = name
        self.control = control
        self._label = label
        self._hint = hint

    def compose(self) -> ComposeResult:
        """Label, control, and the line for the hint or the problem."""
        yield Static(self._label, classes="label", markup=False)
        yield self.control
        yield Static(self._hint, classes="hint", markup=False)

    @property
    def value(self) -> str:
        """What is filled in."""
        return self.control.value

    def complain(self, words: str) -> None:
        """Say what is wrong, or with an empty text that nothing is."""
        self.set_class(bool(words), "-wrong")
        self.query_one(".hint", Static).update(Content(words or self._hint))
        if words:
            self.control.focus()


class FormScreen(IqsScreen):
    """A subclass gives `fields` and `keep`."""

    keys = (Key("enter", "keys.keep", "keep"), BACK)
    BINDINGS = [
        # With priority, or what is typed fast after a tab still lands in the field before it.
        Binding("tab,down", "app.focus_next", show=False, priority=True),
        Binding("shift+tab,up", "app.focus_previous", show=False, priority=True),
    ]
    AUTO_FOCUS = "Input, OneOf"

    def __init__(self, drafts: Drafts | None = None, draft: str = "") -> None:
        super().__init__()
        self._drafts = drafts if drafts is not None else {}
        self._draft = draft
        self._found: dict[str, str] = {}

    def fields(self, filled: dict[str, str]) -> Iterable[FormField]:
        """Yield the fields, filled in with what is remembered under their names."""
        raise NotImplementedError

    def keep(self, values: dict[str, str]) -> bool:
        """Do what the form is for; True where it can close."""
        raise NotImplementedError

    @property
    def is_busy(self) -> bool:
        """A form is half filled in."""
        return True

    def compose_body(self) -> ComposeResult:
        """The fields, and a line for what the node says."""
        with VerticalScroll(can_focus=False):
            yield from self.fields(self._drafts.get(self._draft, {}))
        yield JobLine()

    def on_mount(self) -> None:
        """Remember how the fields were found: only what was changed is worth remembering."""
        super().on_mount()
        self._found = self.values() if self._draft not in self._drafts else {}

    def show(self) -> None:
        """Show how far a job is; fields keep what was typed."""
        self.query_one(JobLine).show()

    def values(self) -> dict[str, str]:
        """Return what is filled in, by field."""
        return {field.field: field.value for field in self.query(FormField)}

    def complain(self, name: str, problem: str) -> None:
        """Show a problem under its field; one that is of no field, on the last line."""
        if name not in self.values():
            self.query_one(JobLine).say(t(f"admin.problem_{name}_{problem}"), is_wrong=True)
        for field in self.query(FormField):
            field.complain(t(f"admin.problem_{name}_{problem}") if field.field == name else "")

    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Keep what is filled in, if it can be kept."""
        for field in self.query(FormField):
            field.complain("")
        try:
            is_kept = self.keep(self.values())
        except OperationalError:
            self.query_one(JobLine).say(t("common.not_kept"), is_wrong=True)
            return
        if is_kept:
            self._drafts.pop(self._draft, None)
            super().action_back()

    def action_back(self) -> None:
        """Go back; what is filled in stands there again next time."""
        if self._draft and self.values() != self._found:
            self._drafts[self._draft] = self.values()
        super().action_back()


def entry(value: str, *, masked: bool = False, longest: int = 0) -> Input:
    """Return a field to type in; its cursor stands still (a blinking one costs a redraw twice a second)."""
    typed = Input(value, password=masked, max_length=longest or None, select_on_focus=False)
    typed.cursor_blink = False
    return typed
