"""The DRN table as it is in force, and every version of it and of the mapping: a former one can be put back."""

from __future__ import annotations

from peewee import OperationalError
from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.drl import DrlRow
from iqs_tui.locale import numbers, t
from iqs_tui.store import document_history as history
from iqs_tui.store import drl_editing
from iqs_tui.store.document_history import Version
from iqs_tui.store.drl_editing import EditRefused, Stand
from iqs_tui.ui import mapping_words as words
from iqs_tui.ui.dose_choice import may_map
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets.plain_table import Column, PlainTable

_ROWS = (
    Column("mapping.col_procedure"),
    Column("mapping.col_quantity", 9),
    Column("mapping.col_value", 16),
    Column("mapping.col_achievable", 12),
    Column("mapping.col_class", 14, is_wide_only=True),
    Column("mapping.col_signed", 16, is_wide_only=True),
    Column("mapping.col_verified", 9),
)
_VERSIONS = (
    Column("mapping.col_version", 7),
    Column("mapping.col_when", 13),
    Column("mapping.col_who", 18),
    Column("mapping.col_note"),
)


class DrlTableScreen(IqsScreen):
    """What counts as DRN here, where each value comes from, and who confirmed it."""

    title_key = "mapping.table_title"
    keys = (
        Key("tab", "mapping.other_list", "app.focus_next"),
        Key("b", "mapping.foreign", "foreign"),
        Key("r", "mapping.restore", "restore"),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#drl-rows"

    def __init__(self) -> None:
        super().__init__()
        self._stand: Stand | None = None
        self._rows: tuple[DrlRow, ...] = ()
        self._versions: tuple[Version, ...] = ()
        self._is_foreign_shown = False

    def compose_body(self) -> ComposeResult:
        """The rows, the versions, and what the chosen line says in full."""
        yield Static(id="drl-title", classes="caption", markup=False)
        yield PlainTable(_ROWS, id="drl-rows")
        yield Static(t("mapping.versions"), id="drl-versions-title", classes="caption", markup=False)
        yield PlainTable(_VERSIONS, id="drl-versions")
        yield Static(id="drl-detail", markup=False)
        yield Static(id="mapping-said", markup=False)

    def show(self) -> None:
        """Read the table and its versions."""
        self._stand = stand = drl_editing.stand()
        self._versions = history.versions(drl_editing.KIND)
        self._rows = tuple(row for row in stand.book.rows if row.is_drn or self._is_foreign_shown)
        n_valued = sum(1 for row in self._rows if row.is_drn and row.drl is not None)
        n_drn = sum(1 for row in self._rows if row.is_drn)
        title = t("mapping.table_head", version=stand.book.table_version, n=n_drn, valued=n_valued)
        self.query_one("#drl-title", Static).update(Content(title))
        self.query_one("#drl-rows", PlainTable).fill(
            {str(place): _row_cells(row) for place, row in enumerate(self._rows)}
        )
        versions = {str(one.number): self._version_cells(one) for one in self._versions}
        if not versions:
            versions = {str(stand.number): (str(stand.number), "–", "–", t("mapping.shipped"))}
        self.query_one("#drl-versions", PlainTable).fill(versions)
        self._show_detail()

    def _version_cells(self, one: Version) -> tuple[str, ...]:
        is_now = self._stand is not None and one.number == self._stand.number
        number = t("mapping.refused_short") if one.is_refused else str(one.number)
        who = one.installed_by or t("mapping.shipped_by" if one.source == history.SHIPPED else "mapping.central_by")
        note = one.note or (t("mapping.shipped") if one.source == history.SHIPPED else "–")
        marks = [t("mapping.in_force")] if is_now else [t("mapping.refused_edit")] if one.is_refused else []
        at = numbers.day_and_time(one.installed_at, self.iqs.config.site.zone)
        return (number, at, who, " · ".join([*marks, note]))

    @property
    def _version(self) -> Version | None:
        chosen = self.query_one("#drl-versions", PlainTable).chosen if self.stands else None
        return next((one for one in self._versions if str(one.number) == chosen), None)

    def visible_keys(self) -> tuple[Key, ...]:
        """A version can be put back by whoever may edit, except the one that is in force."""
        chosen, is_versions = self._version, self.focused is not None and self.focused.id == "drl-versions"
        is_other = chosen is not None and self._stand is not None and chosen.number != self._stand.number
        works = {"restore": is_versions and is_other and may_map(self.iqs)}
        return tuple(key for key in self.keys if works.get(key.action, True))

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self._show_detail()
        self.refresh_keys()

    def on_descendant_focus(self) -> None:
        """The other list has other keys."""
        self._show_detail()
        self.refresh_keys()

    def action_foreign(self) -> None:
        """Show the tables of other countries too, or no longer."""
        self._is_foreign_shown = not self._is_foreign_shown
        self.show_all()

    def action_restore(self) -> None:
        """Put the chosen version back, as a new one: nothing of the history goes."""
        chosen, stand = self._version, self._stand
        if chosen is None or stand is None:
            return
        number = t("mapping.refused_short") if chosen.is_refused else str(chosen.number)
        note = t("mapping.note_restored", version=number)
        said = self.query_one("#mapping-said", Static)
        try:
            done = drl_editing.restore(chosen.number, stand.digest, words.editor(self.iqs), self.iqs.clock(), note)
        except (EditRefused, OperationalError) as problem:
            is_refused = isinstance(problem, EditRefused)
            said.update(Content(words.refused(problem) if is_refused else t("common.not_kept")))
            said.add_class("-wrong")
        else:
            said.update(Content(t("mapping.kept", what=note, version=done.number)))
            said.remove_class("-wrong")
            self.iqs.announce()
        self.show_all()

    def _show_detail(self) -> None:
        self.query_one("#drl-detail", Static).update(Content(self._detail()))

    def _detail(self) -> str:
        if self.focused is not None and self.focused.id == "drl-versions":
            return t("mapping.versions_hint")
        chosen = self.query_one("#drl-rows", PlainTable).chosen
        row = self._rows[int(chosen)] if chosen is not None and int(chosen) < len(self._rows) else None
        if row is None:
            return t("mapping.table_empty")
        parts = [words.procedure(row), row.population, row.age_or_weight, t("dose.drl_source", source=row.source)]
        if not row.is_drn:
            parts.insert(2, t("mapping.no_drn_row"))
        if row.phantom_cm:
            parts.insert(2, t("mapping.phantom", cm=row.phantom_cm))
        return " · ".join(part for part in parts if part)


def _row_cells(row: DrlRow) -> tuple[str, ...]:
    value = words.level(row, row.drl) if row.drl is not None else t("dose.no_drl") if row.is_drn else "–"
    name = words.procedure(row)
    return (
        name if row.is_drn else f"{row.population.partition(' (')[0]} · {name}",
        row.quantity,
        value,
        words.level(row, row.achievable),
        row.age_or_weight or "–",
        words.signed(row.signed_off_by, row.signed_off_on),
        t("mapping.yes") if row.verified else t("mapping.no"),
    )
