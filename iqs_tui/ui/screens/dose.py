"""The doses of the room: the latest one by one, and per procedure as a group beside its DRN."""

from __future__ import annotations

from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.locale import numbers, t
from iqs_tui.store.reading.dose import DoseGroup, groups, latest
from iqs_tui.store.reading.dose_rows import Dose, Dosed
from iqs_tui.ui import dose_words as words
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets import dose_line
from iqs_tui.ui.widgets.plain_table import Column, PlainTable

PICTURE = 20
_LATEST = (
    Column("dose.col_at", 12),
    Column("dose.col_procedure"),
    Column("dose.col_dose", 17),
    Column("dose.col_drl", 5),
    Column("dose.col_median_here", 15),
    Column("dose.col_source", 16, is_wide_only=True),
)
_GROUPS = (
    Column("dose.col_procedure"),
    Column("dose.col_n", 4),
    Column("dose.col_median", 13),
    Column("dose.col_picture", PICTURE),
    Column("dose.col_mean", 10, is_wide_only=True),
    Column("dose.col_spread", 11, is_wide_only=True),
    Column("dose.col_drl", 6),
    Column("dose.col_achievable", 6, is_wide_only=True),
)
_GroupKey = tuple[str | None, str | None, str, str, str]


class DoseScreen(IqsScreen):
    """Two tables; what the chosen row rests on stands under them."""

    title_key = "dose.title"
    keys = (Key("tab", "keys.switch", "app.focus_next"), Key("escape", "keys.back", "back"))
    AUTO_FOCUS = "#dose-latest"

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[str, tuple[Dosed, Dose]] = {}
        self._groups: dict[str, DoseGroup] = {}
        self._read: tuple[tuple[Dosed, ...], datetime] | None = None

    def compose_body(self) -> ComposeResult:
        """The latest, the groups, and what the chosen row rests on."""
        yield Static(id="dose-empty", markup=False)
        yield Static(t("dose.latest"), classes="caption", markup=False)
        yield PlainTable(_LATEST, id="dose-latest")
        yield Static(t("dose.per_procedure"), classes="caption", markup=False)
        yield PlainTable(_GROUPS, id="dose-groups")
        yield Static(id="dose-grounds", markup=False)
        yield Static(t("dose.context"), id="dose-context", markup=False)

    def show(self) -> None:
        """Read the room's doses of 90 days; within the minute only where a newer one has come."""
        now, room = self.iqs.clock(), self.iqs.room.id
        found = latest(room, now)
        read = (found, now.replace(second=0, microsecond=0))
        if read == self._read:
            return
        self._read = read
        by_kind = {_kind(group): group for group in groups(room, now)}
        self._groups = {repr(kind): group for kind, group in by_kind.items()}
        self._latest = {
            f"{one.study_uid} {one.exposure_uid} {dose.quantity}": (one, dose) for one in found for dose in one.doses
        }
        self.set_class(not self._latest, "-empty")
        self.query_one("#dose-empty", Static).update(Content(f"{t('dose.empty')}\n\n{t('dose.empty_hint')}"))
        self._table("latest").fill(
            {key: self._line(one, dose, by_kind, now) for key, (one, dose) in self._latest.items()}
        )
        self._table("groups").fill({key: self._group(group) for key, group in self._groups.items()})
        self._show_grounds()

    def _table(self, which: str) -> PlainTable:
        return self.query_one(f"#dose-{which}", PlainTable)

    def _line(self, one: Dosed, dose: Dose, by_kind: dict[_GroupKey, DoseGroup], now: datetime) -> tuple[str, ...]:
        zone = self.iqs.config.site.zone
        is_today = one.at.astimezone(zone).date() == now.astimezone(zone).date()
        row = dose.drl.row
        group = by_kind.get((one.name, one.view, one.modality, one.band, dose.quantity))
        here = "" if group is None else words.amount(dose.quantity, group.statistics.median)
        return (
            (numbers.clock_time if is_today else numbers.day_and_time)(one.at, zone),
            " · ".join(part for part in (one.title or t("dose.unnamed"), words.age_class(one.band)) if part),
            f"{dose.quantity} {words.dose(dose)}" if dose.value is not None else t("dose.none"),
            "–" if row is None or row.drl is None else words.level(dose.quantity, row.drl),
            "" if group is None else f"{here} (n = {group.statistics.n})",
            words.source(one) if dose.value is not None else "",
        )

    def _group(self, group: DoseGroup) -> tuple[str, ...]:
        found, row, quantity = group.statistics, group.drl.row, group.quantity
        drl = row.drl if row else None
        achievable = row.achievable if row else None
        spread = f"{words.amount(quantity, found.p25)}–{words.amount(quantity, found.p75)}"
        return (
            f"{words.group_name(group)}{' ' + quantity if group.modality == 'CT' else ''}",
            str(found.n),
            f"{words.amount(quantity, found.median)} {words.unit(quantity)}",
            dose_line.spread(found, drl, PICTURE, self.app.theme),
            words.amount(quantity, found.mean),
            spread,
            "–" if drl is None else words.level(quantity, drl),
            "–" if achievable is None else words.level(quantity, achievable),
        )

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self._show_grounds()

    def on_descendant_focus(self) -> None:
        """Speak of the row in the table that has the focus."""
        self._show_grounds()

    def _show_grounds(self) -> None:
        self.query_one("#dose-grounds", Static).update(Content(self._grounds()))

    def _grounds(self) -> str:
        if self._table("groups").has_focus:
            group = self._groups.get(self._table("groups").chosen or "")
            if group is None:
                return ""
            head = f"{words.group_name(group)}: n = {group.statistics.n}, {words.standing(group)}"
            return head if group.drl.row is None else f"{head}\n{words.grounds(group.drl)}"
        one, dose = self._latest.get(self._table("latest").chosen or "", (None, None))
        if one is None or dose is None:
            return ""
        details = (one.title, words.age_class(one.band), words.quantity_of(dose), words.source(one))
        head = " · ".join(part for part in details if part)
        return f"{head}\n{words.grounds(dose.drl)}"


def _kind(group: DoseGroup) -> _GroupKey:
    return (group.name, group.view, group.modality, group.band, group.quantity)
