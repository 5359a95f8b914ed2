"""Which protocol belongs to which DRN row: the mappings in their order, and what has none, the most frequent first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from peewee import OperationalError
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.drl import DrlBook, RowMapping
from iqs_tui.domain.traffic import Caught, Stream, Unmapped, caught, unmapped
from iqs_tui.locale import numbers, t
from iqs_tui.store import drl_editing
from iqs_tui.store.drl_editing import Edited, EditRefused, Stand
from iqs_tui.store.reading import mapping as reading
from iqs_tui.ui import mapping_words as words
from iqs_tui.ui.dose_choice import may_map
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, Progress, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.plain_table import Column, PlainTable

_ROWS = (
    Column("mapping.col_place", 3),
    Column("mapping.col_row", 22),
    Column("mapping.col_pattern"),
    Column("mapping.col_view", 9, is_wide_only=True),
    Column("mapping.col_class", 12),
    Column("mapping.col_signed", 16, is_wide_only=True),
    Column("mapping.col_caught", 5),
)
_OPEN = (
    Column("mapping.col_protocol"),
    Column("mapping.col_procedure", 20),
    Column("mapping.col_view", 9),
    Column("mapping.col_modality", 4),
    Column("mapping.col_rooms", 20, is_wide_only=True),
    Column("mapping.col_n", 6),
    Column("mapping.col_patients", 9, is_wide_only=True),
    Column("mapping.col_newest", 12, is_wide_only=True),
)
_EDITING = {"new", "edit", "remove", "move(-1)", "move(1)", "sign_off", "undo"}


@dataclass(frozen=True, slots=True)
class _Counted:
    streams: tuple[Stream, ...]
    caught: tuple[Caught, ...]
    unmapped: tuple[Unmapped, ...]


class MappingScreen(ReadingAside, IqsScreen):
    """No question "are you sure": the last edit can be undone, and every version stays."""

    title_key = "mapping.title"
    keys = (
        Key("tab", "mapping.other_list", "app.focus_next"),
        Key("n", "mapping.new", "new"),
        Key("enter,w", "mapping.edit", "edit"),
        Key("minus,shift+up", "mapping.up", "move(-1)"),
        Key("plus,shift+down", "mapping.down", "move(1)"),
        Key("a", "mapping.sign", "sign_off"),
        Key("x", "mapping.remove", "remove"),
        Key("u", "keys.undo", "undo"),
        Key("t", "mapping.table", "open('drl_table')"),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#mapping-rows"

    def __init__(self) -> None:
        super().__init__()
        self._stand: Stand | None = None
        self._counted: _Counted | None = None
        self._counted_of = ""
        self._last: Edited | None = None

    def compose_body(self) -> ComposeResult:
        """The mappings, what has none, what the chosen line says in full, and what was done."""
        with Horizontal(id="mapping-head"):
            yield Static(id="mapping-title", classes="caption", markup=False)
            yield AsideLine()
        yield PlainTable(_ROWS, id="mapping-rows")
        yield Static(id="mapping-open-title", classes="caption", markup=False)
        yield PlainTable(_OPEN, id="mapping-open")
        yield Static(id="mapping-empty", markup=False)
        yield Static(id="mapping-detail", markup=False)
        yield Static(id="mapping-said", markup=False)

    def show(self) -> None:
        """Show the mappings as they are in force, and count aside what they catch."""
        self._stand = stand = drl_editing.stand()
        before = self._counted
        streams = before.streams if before is not None and self._counted_of != stand.digest else None
        is_same = self._counted_of == stand.digest
        now = self.iqs.clock()
        self.read_aside(
            lambda progress: _count(now, stand, streams, progress),
            lambda found: self._have_counted(stand.digest, found),
            key=stand.digest,
        )
        self._draw(is_same)

    def _have_counted(self, digest: str, found: _Counted) -> None:
        self._counted, self._counted_of = found, digest
        if self._stand is not None and self._stand.digest == digest:
            self._draw(True)
            self.refresh_keys()

    def _draw(self, is_counted: bool) -> None:
        stand = self._stand
        if stand is None:
            return
        items = stand.book.mappings
        n_signed = sum(1 for item in items if item.signed_off_by)
        title = t("mapping.rows", n=len(items), signed=n_signed, version=stand.number)
        self.query_one("#mapping-title", Static).update(Content(title))
        counts = [str(one.n) for one in self._counted.caught] if is_counted and self._counted else []
        counts += ["…"] * (len(items) - len(counts))
        cells = {str(place): self._cells(place, item, stand.book, counts[place]) for place, item in enumerate(items)}
        self.query_one("#mapping-rows", PlainTable).fill(cells)
        self._draw_open()
        self._show_detail()

    def _draw_open(self) -> None:
        found = self._counted.unmapped if self._counted is not None else ()
        total = sum(row.n for row in found)
        self.query_one("#mapping-open-title", Static).update(
            Content(t("mapping.open", n=len(found), total=total, days=words.DAYS))
        )
        self.query_one("#mapping-open", PlainTable).fill(
            {str(place): self._open_cells(row) for place, row in enumerate(found)}
        )
        is_empty = self._counted is not None and not found
        has_traffic = self._counted is not None and bool(self._counted.streams)
        self.set_class(is_empty, "-empty")
        sentence = t("mapping.all_mapped") if has_traffic else t("mapping.nothing_yet", days=words.DAYS)
        self.query_one("#mapping-empty", Static).update(Content(sentence))

    @staticmethod
    def _cells(place: int, item: RowMapping, book: DrlBook, n: str) -> tuple[str, ...]:
        return (
            str(place + 1),
            words.row_name(item, book),
            words.pattern(item),
            item.view or "–",
            words.classes(item) or "–",
            words.signed(item.signed_off_by, item.signed_off_on),
            n,
        )

    def _open_cells(self, row: Unmapped) -> tuple[str, ...]:
        return (
            words.open_title(row),
            row.procedure or "–",
            row.view or "–",
            row.modality,
            ", ".join(self._room(room) for room in row.rooms) or "–",
            str(row.n),
            str(row.n_patients),
            numbers.day_and_time(row.newest, self.iqs.config.site.zone),
        )

    def _room(self, room_id: str) -> str:
        room = self.iqs.config.room(room_id)
        return room.label if room else room_id

    @property
    def _place(self) -> int | None:
        """The place of the mapping under the cursor."""
        chosen = self.query_one("#mapping-rows", PlainTable).chosen if self.stands else None
        return None if chosen is None else int(chosen)

    @property
    def _open_row(self) -> Unmapped | None:
        chosen = self.query_one("#mapping-open", PlainTable).chosen if self.stands else None
        found = self._counted.unmapped if self._counted is not None else ()
        return found[int(chosen)] if chosen is not None and int(chosen) < len(found) else None

    @property
    def _is_open_focused(self) -> bool:
        return self.focused is not None and self.focused.id == "mapping-open"

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the keys that do something now; whoever may not edit only looks."""
        if not may_map(self.iqs):
            return tuple(key for key in self.keys if key.action not in _EDITING)
        is_row = not self._is_open_focused and self._place is not None
        works = {
            "edit": self._counted is not None and (is_row or (self._is_open_focused and self._open_row is not None)),
            "remove": is_row,
            "sign_off": is_row and words.may_sign(self.iqs),
            "move(-1)": is_row and self._place != 0,
            "move(1)": is_row and self._stand is not None and self._place != len(self._stand.book.mappings) - 1,
            "undo": self._last is not None and self._stand is not None and self._stand.digest == self._last.digest,
            "new": self._counted is not None,
        }
        return tuple(key for key in self.keys if works.get(key.action, True))

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self._show_detail()
        self.refresh_keys()

    def on_descendant_focus(self) -> None:
        """The other list has other keys."""
        self._show_detail()
        self.refresh_keys()

    def _show_detail(self) -> None:
        self.query_one("#mapping-detail", Static).update(Content(self._detail()))

    def _detail(self) -> str:
        stand = self._stand
        hint = "" if may_map(self.iqs) else t("mapping.only_look")
        if self._is_open_focused and (row := self._open_row) is not None:
            where = ", ".join(row.stations) or "–"
            said = t("mapping.open_detail", name=words.open_title(row), n=row.n, patients=row.n_patients, where=where)
            return said if hint == "" else f"{said}\n{hint}"
        place = self._place
        if stand is None or place is None or place >= len(stand.book.mappings):
            return hint
        item = stand.book.mappings[place]
        sign = (
            t("mapping.signed", who=item.signed_off_by, on=item.signed_off_on or "–")
            if item.signed_off_by
            else t("mapping.not_signed")
        )
        first = f"{words.row_name(item, stand.book)} · {', '.join(item.modalities)} · {words.pattern(item)}"
        counted = self._counted if self._counted_of == stand.digest else None
        second = f"{words.counted(counted.caught[place])} · {sign}" if counted is not None else sign
        return "\n".join(part for part in (first, second, hint) if part)

    def action_new(self) -> None:
        """Open the form for the chosen protocol without a mapping: its name is filled in, the row is the person's."""
        self.iqs.open_screen("mapping_edit", kept=self._kept, streams=self._streams(), draft=_draft(self._open_row))

    @on(DataTable.RowSelected)
    def action_edit(self) -> None:
        """Open the form of the chosen mapping; on a protocol without one, that of a new one."""
        if not may_map(self.iqs) or self._counted is None:
            return  # what it would catch can only be said of what has been read
        if self._is_open_focused:
            self.action_new()
        elif (place := self._place) is not None and self._stand is not None:
            item = self._stand.book.mappings[place]
            self.iqs.open_screen("mapping_edit", kept=self._kept, streams=self._streams(), draft=item, place=place)

    def _streams(self) -> tuple[Stream, ...]:
        return self._counted.streams if self._counted is not None else ()

    def action_remove(self) -> None:
        """Take the chosen mapping away."""
        self._do("note_removed", drl_editing.remove)

    def action_move(self, step: int) -> None:
        """Move the chosen mapping: of several that fit the first counts."""
        if self._do("note_moved", lambda place, *rest: drl_editing.move(place, step, *rest)):
            table = self.query_one("#mapping-rows", PlainTable)
            table.move_cursor(row=table.cursor_row + step, animate=False)

    def action_sign_off(self) -> None:
        """Put one's name under the chosen mapping, or take the name away."""
        day = self.iqs.clock().astimezone(self.iqs.config.site.zone).date()
        self._do("note_signed", lambda place, *rest: drl_editing.sign_off(place, *rest, day=day))

    def action_undo(self) -> None:
        """Take the last edit back, while nobody has edited since."""
        if (last := self._last) is None:
            return
        if self._do("note_undone", lambda _, *rest: drl_editing.restore(last.before, *rest)):
            self._last = None
            self.refresh_keys()

    def _do(self, note_key: str, deed: Callable[..., Edited]) -> bool:
        """Do it on what is shown here, and say that it was done or why not."""
        stand, place = self._stand, self._place
        if stand is None:
            return False
        name = words.row_name(stand.book.mappings[place], stand.book) if place is not None else ""
        note = t(f"mapping.{note_key}", row=name, place=0 if place is None else place + 1)
        try:
            made = deed(place, stand.digest, words.editor(self.iqs), self.iqs.clock(), note)
        except EditRefused as problem:
            self._say(words.refused(problem), is_wrong=True)
            self.show_all()
            return False
        except OperationalError:
            self._say(t("common.not_kept"), is_wrong=True)
            return False
        self._kept(made, note)
        return True

    def _kept(self, made: Edited, note: str) -> None:
        self._last = made
        self._say(t("mapping.kept", what=note, version=made.number))
        self.iqs.announce()
        self.show_all()

    def _say(self, sentence: str, *, is_wrong: bool = False) -> None:
        said = self.query_one("#mapping-said", Static)
        said.update(Content(sentence))
        said.set_class(is_wrong, "-wrong")


def _count(now: datetime, stand: Stand, streams: tuple[Stream, ...] | None, progress: Progress) -> _Counted:
    """In the thread: what was met is read once a minute, and counted anew after each edit."""
    found = reading.traffic(now, progress=progress) if streams is None else streams
    return _Counted(found, caught(found, stand.book), unmapped(found, stand.book))


def _draft(row: Unmapped | None) -> RowMapping | None:
    """The name exactly as it is, for this view and modality; which DRN row it is, is for the person to say."""
    if row is None:
        return None
    return RowMapping(
        population="",
        procedure_nl="",
        modalities=(row.modality,),
        matches=words.exactly(row.protocol or row.procedure or ""),
        view=words.exactly(row.view)[1:-1] if row.view else "",
    )
