"""One mapping, to make or to change. Each keystroke says what it would catch; Enter keeps it, Esc keeps nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from peewee import OperationalError
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.css.query import NoMatches
from textual.widgets import Input, Static

from iqs_tui.domain.drl import DrlRow, RowMapping
from iqs_tui.domain.drl_rules import problems
from iqs_tui.domain.traffic import Catch, Stream, catches
from iqs_tui.locale import t
from iqs_tui.store import drl_editing
from iqs_tui.store.drl_editing import Edited, EditRefused
from iqs_tui.ui import mapping_words as words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, ReadingAside
from iqs_tui.ui.screens.admin.one_of import OneOf
from iqs_tui.ui.screens.base import IqsScreen

Kept = Callable[[Edited, str], None]
EMPTY = RowMapping(population="", procedure_nl="", modalities=(), matches="")
UNCHOSEN, NONE = "?", "-"
_PARTS = "\x1f"
_TEXTS = ("modalities", "matches", "excludes", "view", "station")
_BOUNDS = {
    "age": ("age_from", "age_below", "years"),
    "weight": ("weight_from", "weight_below", "kg"),
    "thickness": ("thickness_from_mm", "thickness_below_mm", "mm"),
}


class MappingField(Horizontal):
    """A label, and what is filled in: one line."""

    def __init__(self, name: str, *controls: Input | OneOf | Static) -> None:
        super().__init__()
        self.field = name
        self._controls = controls

    def compose(self) -> ComposeResult:
        """Label and controls."""
        yield Static(t(f"mapping.field_{self.field}"), classes="mapping-label", markup=False)
        yield from self._controls


class MappingEditScreen(ReadingAside, IqsScreen):
    """The form. A row is chosen by the person: nothing is mapped by likeness."""

    title_key = "mapping.edit_title"
    keys = (Key("enter,ctrl+s", "keys.keep", "keep"), Key("escape", "keys.back", "back"))
    BINDINGS = [
        Binding("tab,down", "app.focus_next", show=False, priority=True),
        Binding("shift+tab,up", "app.focus_previous", show=False, priority=True),
    ]
    AUTO_FOCUS = "OneOf"

    def __init__(
        self,
        kept: Kept,
        streams: tuple[Stream, ...] = (),
        draft: RowMapping | None = None,
        place: int | None = None,
    ) -> None:
        super().__init__()
        self._kept = kept
        self._streams = streams
        self._found = draft or EMPTY
        self._place = place
        self._stand = drl_editing.stand()
        self._counting: RowMapping | None = None

    @property
    def is_busy(self) -> bool:
        """A form is half filled in."""
        return True

    def compose_body(self) -> ComposeResult:
        """The fields, and below them what the mapping would catch."""
        with VerticalScroll(id="mapping-form", can_focus=False):
            yield MappingField("row", OneOf(self._options(), self._row_code()))
            for name in _TEXTS:
                yield MappingField(name, self._entry(name, self._text(name)))
            for name, (low, below, unit) in _BOUNDS.items():
                yield MappingField(
                    name,
                    self._entry(low, words.number(getattr(self._found, low))),
                    Static(t("mapping.up_to"), classes="mapping-to", markup=False),
                    self._entry(below, words.number(getattr(self._found, below))),
                    Static(t(f"mapping.unit_{unit}"), classes="mapping-unit", markup=False),
                )
        with Vertical(id="mapping-catch"):
            yield AsideLine()
            yield Static(id="mapping-count", markup=False)
            yield Static(id="mapping-hint", markup=False)
            yield Static(id="mapping-said", markup=False)

    def on_mount(self) -> None:
        """Count, and count again when another row is chosen."""
        super().on_mount()
        self.watch(self.query_one(OneOf), "index", self._changed, init=False)

    def show(self) -> None:
        """What was typed stays; what it catches is counted once."""
        if self._counting is None:
            self._changed()

    def _options(self) -> tuple[tuple[str, str], ...]:
        """Every DRN row of the table once, "there is no DRN", and first, in a new mapping, nothing chosen."""
        book = self._stand.book
        known = {}
        for row in book.rows:
            if row.is_drn:
                several = len({other.age_or_weight for other in book.rows if _is_alike(other, row)}) > 1
                code = _code(row.population, row.procedure_nl, row.age_or_weight if several else "")
                name = f"{words.procedure(row)} · {row.age_or_weight}" if several else words.procedure(row)
                known[code] = f"{name} · {row.population}"
        options = [(UNCHOSEN, t("mapping.choose_row"))] if self._place is None else []
        options += [(NONE, t("mapping.none_row")), *known.items()]
        own = self._row_code()
        if own not in dict(options):
            options.append((own, words.row_name(self._found, book)))
        return tuple(options)

    def _row_code(self) -> str:
        item = self._found
        if item.is_none:
            return UNCHOSEN if self._place is None else NONE
        return _code(item.population, item.procedure_nl, item.age_or_weight)

    def _text(self, name: str) -> str:
        return ", ".join(self._found.modalities) if name == "modalities" else str(getattr(self._found, name))

    def _entry(self, name: str, value: str) -> Input:
        typed = Input(value, id=f"mapping-{name}", compact=True, select_on_focus=False)
        typed.cursor_blink = False
        return typed

    def _filled(self, name: str) -> str:
        return self.query_one(f"#mapping-{name}", Input).value.strip()

    def draft(self) -> tuple[RowMapping, tuple[tuple[str, str], ...]]:
        """Return what is filled in as a mapping, and what is wrong with it."""
        wrong: list[tuple[str, str]] = []
        bounds: dict[str, float | None] = {}
        for field, (low, below, _) in _BOUNDS.items():
            for name in (low, below):
                try:
                    bounds[name] = _number(self._filled(name))
                except ValueError:
                    wrong.append((field, "number"))
                    bounds[name] = None
        code = self.query_one(OneOf).value
        population, procedure, row_class = code.split(_PARTS) if _PARTS in code else ("", "", "")
        made = RowMapping(
            population=population,
            procedure_nl=procedure,
            age_or_weight=row_class,
            modalities=tuple(name.upper() for name in self._filled("modalities").replace(",", " ").split()),
            **{name: self._filled(name) for name in _TEXTS[1:]},
            **bounds,
        )
        unchosen = [("row", "unchosen")] if code == UNCHOSEN else []
        return made, (*unchosen, *problems(made, self._stand.book.rows), *wrong)

    @on(Input.Changed)
    def _changed(self, _: object = None) -> None:
        """Count what it would catch now, or say in one sentence what is wrong with it."""
        if not self.stands:
            return
        try:
            made, wrong = self.draft()
        except NoMatches:
            return
        self._counting = made
        in_the_way = [one for one in wrong if one[0] != "row"]
        if in_the_way:
            self._say_count(_sentence(*in_the_way[0]), [], is_wrong=True)
            return
        place, streams, book = self._place, self._streams, self._stand.book
        self.read_aside(
            lambda progress: catches(streams, book, made, place, progress),
            lambda found: self._have_counted(made, found),
            key=made,
            again=True,
            channel="catch",
        )

    def _have_counted(self, made: RowMapping, found: Catch) -> None:
        """A count that comes too late is dropped."""
        if made != self._counting or any(one[0] != "row" for one in self.draft()[1]):
            return
        lines = [words.caught_names(found)] if found.top else []
        self._say_count(
            t("mapping.catches", counted=words.counted(found.caught)), lines + words.costs(found, self._stand.book)
        )

    def _say_count(self, head: str, lines: list[str], *, is_wrong: bool = False) -> None:
        shown = self.query_one("#mapping-count", Static)
        shown.update(Content("\n").join([Content.styled(head, "bold"), *map(Content, lines)]))
        shown.set_class(is_wrong, "-wrong")

    @on(Input.Submitted)
    def action_keep(self) -> None:
        """Keep it as a new version, in force at once; where it cannot be kept say why, and keep what is typed."""
        made, wrong = self.draft()
        if wrong:
            self._complain(*wrong[0])
            return
        book, by, now = self._stand.book, words.editor(self.iqs), self.iqs.clock()
        name = words.row_name(made, book)
        try:
            if self._place is None:
                note = t("mapping.note_added", row=name)
                done = drl_editing.add(made, self._stand.digest, by, now, note)
            elif made == replace(self._found, signed_off_by="", signed_off_on=None):
                super().action_back()
                return
            else:
                note = t("mapping.note_changed", row=name, place=self._place + 1)
                done = drl_editing.change(self._place, made, self._stand.digest, by, now, note)
        except EditRefused as problem:
            self._refused(problem)
            return
        except OperationalError:
            self._say(t("common.not_kept"))
            return
        self._kept(done, note)
        super().action_back()

    def _refused(self, problem: EditRefused) -> None:
        """Somebody else was first: stand on what is in force now, so that Enter keeps this on top of it."""
        if problem.problem != "changed":
            self._say(words.refused(problem))
            return
        self._stand = drl_editing.stand()
        if self._place is not None:
            items = self._stand.book.mappings
            self._place = items.index(self._found) if self._found in items else None
        gone = self._place is None and self._found != EMPTY and self._row_code() not in {UNCHOSEN, NONE}
        self._say(t("mapping.changed_gone" if gone else "mapping.changed_meanwhile", version=self._stand.number))
        self._changed()

    def _complain(self, field: str, problem: str) -> None:
        self._say(_sentence(field, problem))
        first = "OneOf" if field == "row" else f"#mapping-{_BOUNDS[field][0] if field in _BOUNDS else field}"
        self.query_one(first).focus()

    def _say(self, sentence: str) -> None:
        said = self.query_one("#mapping-said", Static)
        said.update(Content(sentence))
        said.add_class("-wrong")

    def on_descendant_focus(self) -> None:
        """Say what the field that is focused is for."""
        field = next((one for one in self._ancestors() if isinstance(one, MappingField)), None)
        hint = t(f"mapping.hint_{field.field}") if field is not None else ""
        self.query_one("#mapping-hint", Static).update(Content(hint))

    def _ancestors(self) -> Iterator[object]:
        if self.focused is not None:
            yield from self.focused.ancestors


def _is_alike(other: DrlRow, row: DrlRow) -> bool:
    return (other.population, other.procedure_nl) == (row.population, row.procedure_nl) and other.is_drn


def _code(*parts: str) -> str:
    return _PARTS.join(parts)


def _number(typed: str) -> float | None:
    """Read a bound, with a comma or a point.

    Raises:
        ValueError: it is no number.
    """
    if not typed:
        return None
    plain = typed.replace(",", ".", 1)
    if not plain.replace(".", "", 1).isdecimal():
        raise ValueError(typed)
    return float(plain)


def _sentence(field: str, problem: str) -> str:
    return t(f"mapping.problem_{problem}", field=t(f"mapping.field_{field}"))
