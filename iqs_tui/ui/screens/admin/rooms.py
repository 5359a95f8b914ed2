"""The modalities of the config and every sender that was met, with a C-ECHO to each."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.widgets import DataTable

from iqs_tui.config import Modality
from iqs_tui.locale import t
from iqs_tui.store.jobs import JobView
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import peers as reading
from iqs_tui.store.reading.admin.peers import PeerRow, Registered
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import either, line, plain, room_label, when


class AdminRoomsScreen(TableScreen[PeerRow]):
    """Who may send, who did, and whether they answer."""

    title_key = "admin.rooms"
    empty_key = "admin.rooms_empty"
    keys = (
        Key("e", "admin.echo", "echo"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_room", 11),
        Column("admin.col_kind", 5, is_wide_only=True),
        Column("admin.col_ae", 16),
        Column("admin.col_address"),
        Column("admin.col_last_contact", 12),
        Column("admin.col_associations", 11, is_wide_only=True, is_number=True),
        Column("admin.col_refused", 9, is_wide_only=True, is_number=True),
        Column("admin.col_echo", 14),
    )

    def read(self, offset: int) -> Page[PeerRow]:
        """Join the config with who was met; there are never pages of them."""
        rows = reading.peers(_registered(modality) for modality in self.iqs.config.modalities)
        return Page(rows, len(rows))

    def caption(self) -> str:
        """Return how many are registered, and how many are not."""
        known = len(self.iqs.config.modalities)
        return t("admin.rooms_caption", n=known, unknown=sum(not row.is_known for row in self.page.rows))

    def key_of(self, row: PeerRow) -> str:
        """Return AE title and host."""
        return row.key

    def cells(self, row: PeerRow) -> tuple[Text, ...]:
        """Return the cells of a sender; one that is not in the config says so where its room would stand."""
        now, zone = self.iqs.clock(), self.iqs.config.site.zone
        mark = f"{glyphs(self.app.theme).warning} "
        return (
            plain(room_label(self.iqs.config, row.room) if row.is_known else mark + t("admin.unknown")),
            plain(row.kind),
            plain(row.ae_title, "bold"),
            plain(_address(row)),
            plain(when(row.last_seen, now, zone)),
            plain(row.n_associations),
            plain(row.n_refused),
            self._echo_cell(row),
        )

    def detail(self, row: PeerRow) -> str:
        """Return what to do about a sender that is not registered, or that cannot be asked."""
        if not row.is_known:
            return t("admin.unknown_detail", ae=line(row.ae_title), host=line(row.host))
        counts = t("admin.peer_detail", n=row.n_associations, refused=row.n_refused)
        told = f"{line(row.kind)}   {line(row.ae_title)}   {_address(row)}   {counts}"
        return told if row.port and row.host else f"{told}\n{t('admin.no_port')}"

    @on(DataTable.RowSelected)
    def action_echo(self) -> None:
        """Ask the node for a C-ECHO to the chosen modality."""
        row = self.chosen
        if row is None:
            return
        said = self.query_one(JobLine)
        if not row.port or not row.host:
            said.say(t("admin.no_port"), is_wrong=True)
            return
        name = line(row.ae_title)
        params = {"ae_title": row.ae_title, "host": row.host, "port": row.port}
        said.ask("echo", params, t("admin.echo_doing", ae=name), lambda job: _echoed(name, job))

    def _echo_cell(self, row: PeerRow) -> Text:
        if row.last_echo_at is None:
            return plain(None)
        marks = glyphs(self.app.theme)
        at = when(row.last_echo_at, self.iqs.clock(), self.iqs.config.site.zone)
        return plain(f"{marks.ok if row.last_echo_ok else marks.warning} {at}")


def _registered(modality: Modality) -> Registered:
    return Registered(
        ae_title=modality.ae_title.strip(),
        host=modality.host,
        port=modality.port,
        room=modality.room,
        kind=modality.kind,
    )


def _address(row: PeerRow) -> str:
    host = row.host or t("admin.any_host")
    return f"{host}:{row.port}" if row.port else host


def _echoed(name: str, job: JobView) -> str:
    answer = job.result or {}
    if answer.get("ok"):
        return t("admin.echo_ok", ae=name, ms=round(float(answer.get("ms") or 0)))
    why = either(f"admin.echo_{answer.get('outcome')}", answer.get("message") or "")
    return t("admin.echo_wrong", ae=name, why=why)
