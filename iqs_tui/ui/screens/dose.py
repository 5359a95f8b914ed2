"""The doses as groups beside their DRN, and the latest of the room one by one."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import DataTable, Static

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import numbers, t
from iqs_tui.store import documents
from iqs_tui.store.reading.analysis.groups import Group, groups
from iqs_tui.store.reading.analysis.groups import scope_of as narrowed
from iqs_tui.store.reading.analysis.rejects import RejectShare, reject_share
from iqs_tui.store.reading.dose import latest
from iqs_tui.store.reading.dose_rows import Dose, Dosed
from iqs_tui.ui import choosing, dose_choice
from iqs_tui.ui import dose_words as words
from iqs_tui.ui.dose_export import Exporting, groups_file
from iqs_tui.ui.keys import Key
from iqs_tui.ui.reading_aside import AsideLine, Progress, ReadingAside
from iqs_tui.ui.screens.base import IqsScreen
from iqs_tui.ui.widgets import dose_line
from iqs_tui.ui.widgets.plain_table import WIDE, Column, PlainTable

PICTURE = 14
_LATEST = (
    Column("dose.col_at", 12),
    Column("dose.col_procedure"),
    Column("dose.col_dose", 17),
    Column("dose.col_drl", 5),
    Column("dose.col_source", 43, is_wide_only=True),
)
_GROUPS = (
    Column("dose.col_procedure"),
    Column("dose.col_n_patients", 9),
    Column("dose.col_median", 11),
    Column("dose.col_picture", PICTURE, is_wide_only=True),
    Column("dose.col_spread", 9, is_wide_only=True),
    Column("dose.col_mean", 5, is_wide_only=True),
    Column("dose.col_drl", 5),
    Column("dose.col_achievable", 6, is_wide_only=True),
    Column("dose.col_standing", 17),
)
_OF_ROOMS = (Column("dose.col_room", 14), *(one for one in _GROUPS if one.width != PICTURE))
"""Several rooms, where it is wide: their name takes the place of the picture, which stands a key away."""
_Read = tuple[Scope, str, tuple[Group, ...], tuple[Group, ...], tuple[RejectShare, ...]]


class DoseScreen(Exporting, ReadingAside, IqsScreen):
    """A table of groups, under it the latest; where there is no room for two, one key changes them over."""

    title_key = "dose.title"
    keys = (
        Key("enter", "dose.key_group", "group"),
        Key("v", "dose.key_group", "group", is_shown=False),
        Key("f", "choosing.key_filter", "open('dose_filter')"),
        Key("l", "dose.key_latest", "turn_over('latest')"),
        Key("l", "dose.key_groups", "turn_over('groups')"),
        Key("x", "dose.key_export", "export"),
        Key("w", "dose.key_change", "analysis('dose_change')"),
        Key("i", "dose.key_technique", "analysis('technique')"),
        Key("o", "dose.key_drift", "analysis('drift')"),
        Key("k", "dose.key_mapping", "open('mapping')"),
        Key("tab", "dose.key_latest", "turn_over('latest')", is_shown=False),
        Key("tab", "dose.key_groups", "turn_over('groups')", is_shown=False),
        Key("escape", "keys.back", "back"),
    )
    AUTO_FOCUS = "#dose-groups"

    def __init__(self) -> None:
        super().__init__()
        self._latest: dict[str, tuple[Dosed, Dose]] = {}
        self._groups: dict[str, Group] = {}
        self._whole: dict[str, Group] = {}
        self._scope: Scope | None = None
        self._latest_read: tuple[tuple[Dosed, ...], datetime] | None = None

    def compose_body(self) -> ComposeResult:
        """Of what, the groups, what the chosen row rests on, the latest, the dose of rejects, what a DRN is."""
        with Horizontal(id="dose-head"):
            yield Static(id="dose-scope", markup=False)
            yield AsideLine()
        yield Static(id="dose-empty", markup=False)
        yield PlainTable(_GROUPS, id="dose-groups")
        yield Static(id="dose-latest-caption", classes="caption", markup=False)
        yield PlainTable(_LATEST, id="dose-latest")
        yield Static(id="dose-grounds", markup=False)
        yield Static(id="dose-rejects", markup=False)
        yield Static(t("dose.context"), id="dose-context", markup=False)
        yield Static(id="dose-said", markup=False)

    def show(self) -> None:
        """Read the groups aside, and the latest of the room here."""
        chosen = dose_choice.chosen(self.iqs)
        scope, said = dose_choice.scope_of(self.iqs), dose_choice.in_words(self.iqs)
        if self._scope is None:
            self.query_one("#dose-scope", Static).update(Content(said))

        def read(progress: Progress) -> _Read:
            whole = groups(replace(scope, size="all"), progress) if scope.size == "standard" else ()
            return scope, said, groups(scope, progress), whole, reject_share(scope)

        key: Hashable = (chosen, scope.operators, documents.version("drl"))
        self.read_aside(read, self._have_read, key=key)
        self._show_latest()

    def _have_read(self, read: _Read) -> None:
        self._scope, said, found, whole, shares = read
        self.query_one("#dose-scope", Static).update(Content(said))
        self._groups = {repr(group_key(group)): group for group in found}
        self._whole = {repr(group_key(group)): group for group in whole}
        self.set_class(not found, "-empty")
        empty = f"{t('dose.empty_scope')}\n\n{t('dose.empty_scope_hint')}"
        self.query_one("#dose-empty", Static).update(Content(empty))
        self._show_groups()
        self.query_one("#dose-rejects", Static).update(Content(words.reject_shares(shares)))
        self._show_grounds()
        self.refresh_keys()

    def visible_keys(self) -> tuple[Key, ...]:
        """Only what does something: no group to open where there is none, no mapping for whoever may not."""
        shows_latest = self.has_class("-latest")
        can = {
            "turn_over('latest')": not shows_latest,
            "turn_over('groups')": shows_latest,
            "group": bool(self._groups) or bool(self._latest),
            "export": bool(self._groups) and dose_choice.may_export(self.iqs),
            "analysis('dose_change')": bool(self._groups),
            "analysis('technique')": bool(self._groups),
            "open('mapping')": dose_choice.may_map(self.iqs),
        }
        return tuple(key for key in self.keys if can.get(key.action, True))

    def action_turn_over(self, which: str) -> None:
        """Go to the latest, or back to the groups."""
        self.set_class(which == "latest", "-latest")
        self._table(which).focus()
        self._show_grounds()
        self.refresh_keys()

    @on(DataTable.RowSelected, "#dose-groups")
    def action_group(self) -> None:
        """Open the chosen group; of the latest, the group that the dose belongs to."""
        group = self._chosen_group()
        if group is not None and self._scope is not None:
            self.iqs.open_screen("dose_group", scope=self._scope, group=group)
        elif self._latest and self.has_class("-latest"):
            self.tell(t("dose.not_in_choice"))

    @on(DataTable.RowSelected, "#dose-latest")
    def _latest_chosen(self) -> None:
        self.action_group()

    def action_analysis(self, name: str) -> None:
        """Open another view on the chosen group; the maintenance list is of the rooms as a whole."""
        scope, group = self._scope or dose_choice.scope_of(self.iqs), self._chosen_group()
        is_of_group = name != "drift" and group is not None
        self.iqs.open_screen(name, scope=narrowed(scope, group) if is_of_group and group else scope)

    def action_export(self) -> None:
        """Ask in which format, and write the groups that are shown."""
        scope, found = self._scope, tuple(self._groups.values())
        if scope is not None:
            self.export(groups_file(found, scope))

    def _chosen_group(self) -> Group | None:
        if not self.has_class("-latest"):
            return self._groups.get(self._table("groups").chosen or "")
        one, dose = self._latest.get(self._table("latest").chosen or "", (None, None))
        if one is None or dose is None:
            return None
        return next((group for group in self._groups.values() if self._is_of(one, dose, group)), None)

    def _is_of(self, one: Dosed, dose: Dose, group: Group) -> bool:
        """Whether a dose is of a group: of a CT of several phases each acquisition's protocol has its own."""
        kind = (self.iqs.room.id, one.modality, dose.name, dose.protocol, one.view, one.band, dose.quantity)
        theirs = (group.room, group.modality, group.name, group.protocol, group.view, group.band, group.quantity)
        return theirs == kind and group.device in {None, one.device_id}

    def _table(self, which: str) -> PlainTable:
        return self.query_one(f"#dose-{which}", PlainTable)

    def _show_latest(self) -> None:
        """Within the minute only where a newer one has come."""
        now, room = self.iqs.clock(), self.iqs.room.id
        found = latest(room, now)
        read = (found, now.replace(second=0, microsecond=0))
        if read == self._latest_read:
            return
        self._latest_read = read
        self._latest = {
            f"{one.study_uid} {one.exposure_uid} {dose.quantity}": (one, dose) for one in found for dose in one.doses
        }
        self.set_class(not found, "-none")
        caption = t("dose.latest", room=self.iqs.room.label)
        self.query_one("#dose-latest-caption", Static).update(Content(caption))
        self._table("latest").fill({key: self._line(one, dose, now) for key, (one, dose) in self._latest.items()})
        self._show_grounds()

    def _line(self, one: Dosed, dose: Dose, now: datetime) -> tuple[str, ...]:
        zone = self.iqs.config.site.zone
        is_today = one.at.astimezone(zone).date() == now.astimezone(zone).date()
        row = dose.drl.row
        return (
            (numbers.clock_time if is_today else numbers.day_and_time)(one.at, zone),
            " · ".join(part for part in (one.title or t("dose.unnamed"), words.age_class(one.band)) if part),
            f"{dose.quantity} {words.dose(dose)}" if dose.value is not None else t("dose.none"),
            "–" if row is None or row.drl is None else words.level(dose.quantity, row.drl),
            words.remark(dose) or (words.source(one) if dose.value is not None else ""),
        )

    def on_resize(self) -> None:
        """Rooms have a column of their own only where it is wide."""
        if self.stands and self._groups:
            self._show_groups()

    def _show_groups(self) -> None:
        has_rooms = len({group.room for group in self._groups.values()}) > 1
        table, is_wide = self._table("groups"), self.size.width >= WIDE
        chosen = table.chosen
        table.set_columns(_OF_ROOMS if has_rooms and is_wide else _GROUPS)
        table.fill({key: self._group(group, has_rooms, is_wide) for key, group in self._groups.items()})
        if chosen in self._groups:
            table.move_cursor(row=list(self._groups).index(chosen), animate=False)

    def _group(self, group: Group, has_rooms: bool, is_wide: bool) -> tuple[str, ...]:
        found, row, quantity = group.statistics, group.drl.row, group.quantity
        drl, achievable = (row.drl, row.achievable) if row else (None, None)
        name, room = words.full_name(group), choosing.room_name(self.iqs.config, group.room)
        picture = dose_line.spread(found, drl, PICTURE, self.app.theme, achievable)
        start = (room, name) if has_rooms and is_wide else (f"{room} · {name}" if has_rooms else name,)
        return (
            *start,
            f"{found.n}/{group.n_patients}",
            f"{words.amount(quantity, found.median)} {words.unit(quantity)}",
            *(() if has_rooms and is_wide else (picture,)),
            f"{words.amount(quantity, found.p25)}–{words.amount(quantity, found.p75)}",
            words.amount(quantity, found.mean),
            "–" if drl is None else words.level(quantity, drl),
            "–" if achievable is None else words.level(quantity, achievable),
            words.standing_short(group),
        )

    @on(DataTable.RowHighlighted)
    def _row_chosen(self) -> None:
        self._show_grounds()

    def on_descendant_focus(self) -> None:
        """Speak of the row in the table that has the focus."""
        if self.focused is not None and self.focused.id in {"dose-latest", "dose-groups"}:
            self.set_class(self.focused.id == "dose-latest", "-latest")
        self._show_grounds()
        self.refresh_keys()

    def _show_grounds(self) -> None:
        self.query_one("#dose-grounds", Static).update(Content(self._grounds()))

    def _grounds(self) -> str:
        if not self.has_class("-latest"):
            key = self._table("groups").chosen or ""
            group = self._groups.get(key)
            return "" if group is None else words.group_grounds(group, self._whole.get(key))
        one, dose = self._latest.get(self._table("latest").chosen or "", (None, None))
        if one is None or dose is None:
            return t("dose.empty") if not self._latest else ""
        details = (one.title, words.age_class(one.band), words.quantity_of(dose), words.source(one))
        head = " · ".join(part for part in (*details, words.remark(dose)) if part)
        return f"{head}\n{words.grounds(dose.drl)}"


def group_key(group: Group) -> tuple[object, ...]:
    """Return what tells a group from the others."""
    return (
        group.room,
        group.device,
        group.name,
        group.protocol,
        group.view,
        group.modality,
        group.band,
        group.quantity,
    )
