"""One group of doses seen closely: its key figures, a picture of it, and the list behind it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace

from textual import on
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.analysis.group_view import GroupView, view
from iqs_tui.store.reading.analysis.groups import Group
from iqs_tui.store.reading.analysis.groups import scope_of as narrowed
from iqs_tui.store.reading.analysis.listing import DoseRow, Page, rows
from iqs_tui.ui import analysis_words, choosing, dose_choice
from iqs_tui.ui import dose_words as words
from iqs_tui.ui.dose_export import Exporting, rows_file
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, Progress, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.dose_plot import DosePlot, Picture, legend
from iqs_tui.ui.widgets.plain_table import Column
from iqs_tui.ui.widgets.turning_table import TurningTable

PAGE = 200
_COLUMNS = (
    Column("dose.col_at", 12),
    Column("dose.col_exposure", keeps_end=False),
    Column("dose.col_dose", 11),
    Column("dose.col_source", 15),
    Column("dose.col_kvp", 4, is_wide_only=True),
    Column("dose.col_mas", 5, is_wide_only=True),
    Column("dose.col_ei", 5, is_wide_only=True),
    Column("dose.col_di", 5, is_wide_only=True),
    Column("dose.col_size", 13, is_wide_only=True),
)
_FIGURE = 12
_Read = tuple[str, GroupView | None, Group | None, Page | None]
"""The choice in words, the group, the same with patients of any size, and the page of the list."""


class DoseGroupScreen(Exporting, ReadingAside, IqsScreen):
    """Figures beside the picture, or above it where it is narrow; `v` turns the picture, `l` shows the list."""

    title_key = "dose.group_title"
    keys = (
        Key("v", "dose.key_weeks", "picture('weeks')"),
        Key("v", "dose.key_distribution", "picture('distribution')"),
        Key("l", "dose.key_list", "list"),
        Key("l", "dose.key_picture", "picture_again"),
        Key("f", "choosing.key_filter", "open('dose_filter')"),
        Key("x", "dose.key_export", "export"),
        Key("w", "dose.key_change", "analysis('dose_change')"),
        Key("i", "dose.key_technique", "analysis('technique')"),
        Key("left,pageup", "keys.previous", "page(-1)"),
        Key("right,pagedown", "keys.next_page", "page(1)"),
        Key("escape", "keys.back", "back"),
    )

    def __init__(self, scope: Scope, group: Group) -> None:
        super().__init__()
        self._scope, self._group = scope, group
        self._view: GroupView | None = None
        self._whole: Group | None = None
        self._is_read = False
        self._picture: Picture = "distribution"
        self._shows_list = False
        self._page = Page(rows=(), total=0)
        self._offset = 0

    def compose_body(self) -> ComposeResult:
        """Of what, the figures, the picture and what its signs mean, or the list."""
        with Horizontal(id="dose-head"):
            yield Static(id="dose-scope", markup=False)
            yield AsideLine()
        with Container(id="group-main"):
            yield Static(id="group-figures", markup=False)
            with Vertical(id="group-right"):
                yield Static(id="group-caption", markup=False)
                yield DosePlot()
                yield TurningTable(_COLUMNS, id="group-list")
        yield Static(id="group-grounds", markup=False)
        yield Static(t("dose.context"), id="dose-context", markup=False)
        yield Static(id="dose-said", markup=False)

    def show(self) -> None:
        """Read the group again as the session's choice now is."""
        self._scope = dose_choice.scope_of(self.iqs)
        scope, group, zone, offset = self._scope, self._group, self.iqs.config.site.zone, self._offset
        said, is_list = dose_choice.in_words(self.iqs), self._shows_list

        def read(_: Progress) -> _Read:
            if not _holds(scope, group):
                return said, None, None, Page(rows=(), total=0)
            whole = view(replace(scope, size="all"), group, zone) if scope.size == "standard" else None
            page = rows(scope, group, offset, PAGE) if is_list else None
            return said, view(scope, group, zone), whole.group if whole else None, page

        if not self._is_read:
            self.query_one("#dose-scope", Static).update(Content(said))
        table = documents.version("drl")
        key: Hashable = (dose_choice.chosen(self.iqs), scope.operators, is_list and offset, is_list, table)
        self.read_aside(read, self._have_read, key=key)
        self._draw()

    def _have_read(self, read: _Read) -> None:
        said, self._view, self._whole, page = read
        self._is_read = True
        if page is not None:
            self._page = page
        self.query_one("#dose-scope", Static).update(Content(said))
        self._draw()
        self.refresh_keys()

    def visible_keys(self) -> tuple[Key, ...]:
        """Only the other picture, and pages where there are any."""
        more = self._offset + PAGE < self._page.total
        can = {
            "picture('weeks')": not self._shows_list and self._picture == "distribution",
            "picture('distribution')": not self._shows_list and self._picture == "weeks",
            "list": not self._shows_list,
            "picture_again": self._shows_list,
            "page(-1)": self._shows_list and self._offset > 0,
            "page(1)": self._shows_list and more,
            "export": dose_choice.may_export(self.iqs),
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    def action_picture(self, which: Picture) -> None:
        """Show the other picture."""
        self._picture = which
        self.show_all()

    def action_list(self) -> None:
        """Show the list instead of the picture."""
        self._shows_list = True
        self.set_class(True, "-list")
        self.query_one(TurningTable).focus()
        self.show_all()

    def action_picture_again(self) -> None:
        """Show the picture instead of the list."""
        self._shows_list = False
        self.set_class(False, "-list")
        self.show_all()

    def action_page(self, step: int) -> None:
        """Turn the page of the list."""
        self._offset = max(0, self._offset + step * PAGE)
        self.query_one(TurningTable).move_cursor(row=0)
        self.show_all()

    @on(TurningTable.Turned)
    async def _turned(self, event: TurningTable.Turned) -> None:
        await self.run_action(f"page({event.step})")

    def action_export(self) -> None:
        """Ask in which format, and write the whole list."""
        self.export(rows_file(self._scope, self._group))

    def action_analysis(self, name: str) -> None:
        """Open another view on this group."""
        self.iqs.open_screen(name, scope=narrowed(self._scope, self._group))

    def _draw(self) -> None:
        seen = self._view
        self.query_one("#group-figures", Static).update(self._figures())
        self.query_one("#group-grounds", Static).update(Content(self._grounds()))
        self.query_one(DosePlot).show_view(seen, self._picture)
        self.query_one("#group-caption", Static).update(Content(self._caption()))
        if self._shows_list:
            table = {f"{number} {row.exposure_uid}": self._line(row) for number, row in enumerate(self._page.rows)}
            self.query_one(TurningTable).fill(table)

    def _now(self) -> Group | None:
        """Return the group as it is now: as it was opened until it is read, None where the choice holds none of it."""
        if self._view is not None:
            return self._view.group
        return None if self._is_read else self._group

    def _caption(self) -> str:
        if self._shows_list:
            last = min(self._offset + PAGE, self._page.total)
            first = min(self._offset + 1, last)
            return t("dose.list_caption", first=first, last=last, n=self._page.total)
        if self._view is None:
            return t("dose.empty_scope") if self._is_read else ""
        return legend(self._view, self._picture)

    def _figures(self) -> Content:
        group = self._now()
        room = choosing.room_name(self.iqs.config, self._group.room)
        head = Content.assemble((words.full_name(self._group), "bold $primary"), ("  " + room, "$muted"))
        if group is None:
            return head
        figures = [(t(f"dose.figure_{name}"), value) for name, value in self._values(group)]
        if self.size.width >= 100:
            lines = [Content.assemble((f"{name:<{_FIGURE}}", "$muted"), (value, "bold")) for name, value in figures]
            notes = [Content(note) for note in (words.known_size(group, self._whole), words.left_out(group)) if note]
            return Content("\n").join([head, Content(""), *lines, Content(""), *notes])
        pairs = [Content.assemble((f"{name} ", "$muted"), (value, "bold")) for name, value in figures]
        return Content("\n").join([head, Content("   ").join(pairs[:3]), Content("   ").join(pairs[3:])])

    def _values(self, group: Group) -> list[tuple[str, str]]:
        found, row, quantity = group.statistics, group.drl.row, group.quantity
        of = {name: words.amount(quantity, getattr(found, name)) for name in ("median", "mean", "p25", "p75")}
        low, high = words.amount(quantity, found.low), words.amount(quantity, found.high)
        return [
            ("n", t("dose.n_short", n=found.n, patients=group.n_patients)),
            ("median", f"{of['median']} {words.unit(quantity)}"),
            ("mean", of["mean"]),
            ("spread", f"{of['p25']}–{of['p75']}"),
            ("range", f"{low}–{high}"),
            ("drl", words.level(quantity, row.drl) if row and row.drl else t("dose.unknown_level")),
            (
                "achievable",
                words.level(quantity, row.achievable) if row and row.achievable else t("dose.unknown_level"),
            ),
        ]

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self.query_one("#group-grounds", Static).update(Content(self._grounds()))

    def _grounds(self) -> str:
        if self._shows_list:
            place = self.query_one(TurningTable).cursor_row
            row = self._page.rows[place] if 0 <= place < len(self._page.rows) else None
            return "" if row is None else " · ".join([row.title or t("dose.unnamed"), *words.marks(row)])
        group = self._now()
        if group is None:
            return ""
        of_row = "" if group.drl.row is None else f"\n{words.grounds(group.drl)}"
        return f"{words.standing(group)}{of_row}"

    def _line(self, row: DoseRow) -> tuple[str, ...]:
        title = row.title or t("dose.unnamed")
        weight = "" if row.weight_kg is None else f"{numbers.decimal(row.weight_kg, 0)} kg"
        length = "" if row.length_m is None else f"{numbers.decimal(row.length_m, 2)} m"
        amount = t("dose.none") if row.value is None else words.amount(row.quantity, row.value)
        return (
            numbers.day_and_time(row.at, self.iqs.config.site.zone),
            " · ".join([*words.marks(row), title]),
            amount if row.value is None else f"{amount} {words.unit(row.quantity)}",
            t(f"dose.source_{row.source}") if row.source else "",
            _plain(row.kvp, 0),
            _plain(row.mas, 1),
            _plain(row.exposure_index, 0),
            _plain(row.deviation_index, 1),
            " ".join(part for part in (weight, length) if part),
        )


def _holds(scope: Scope, group: Group) -> bool:
    """Say whether a choice lets this group through: it may have been changed since the group was opened."""
    is_here = not scope.rooms or group.room in scope.rooms
    asked = ((scope.modality, group.modality), (scope.procedure, group.name), (scope.view, group.view))
    return is_here and all(wanted is None or wanted == has for wanted, has in asked)


def _plain(value: float | None, digits: int) -> str:
    return "" if value is None else analysis_words.minus(numbers.decimal(value, digits))
