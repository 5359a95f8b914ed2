"""What the central server does not have yet: waiting, or refused; enrolment and a sync now."""

from __future__ import annotations

from rich.text import Text
from textual import on
from textual.widgets import DataTable

from iqs_tui.locale import t
from iqs_tui.store import outbox
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import lists as reading
from iqs_tui.store.reading.admin.home import sync_state
from iqs_tui.store.reading.admin.lists import WaitingEvent
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import line, plain, system_user, when


class AdminOutboxScreen(TableScreen[WaitingEvent]):
    """Refused events first, with the server's verdict; Enter offers one again."""

    title_key = "admin.outbox"
    empty_key = "admin.outbox_empty"
    keys = (
        Key("enter,o", "admin.retry", "retry"),
        Key("y", "admin.sync_now", "sync_now"),
        Key("k", "admin.enrol", "open('admin_enrol')"),
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_seq", 8, is_number=True),
        Column("admin.col_state", 11),
        Column("admin.col_event", 14),
        Column("admin.col_at", 12),
        Column("admin.col_tries", 8, is_number=True),
        Column("admin.col_verdict"),
    )

    def read(self, offset: int) -> Page[WaitingEvent]:
        """Read what the server does not have."""
        return reading.waiting_events(offset=offset)

    def caption(self) -> str:
        """Return how the sync stands."""
        sync = sync_state()
        counts = t("admin.sync_counts", pending=sync.pending, dead=sync.dead)
        if not self.iqs.config.central.url:
            return f"{t('admin.sync_alone')}   {counts}"
        at = when(sync.last_ok_at, self.iqs.clock(), self.iqs.config.site.zone)
        state = t(f"admin.sync_{sync.state}", at=at) if sync.is_enrolled else t("admin.sync_not_enrolled")
        why = f"   {line(sync.message)}" if sync.message and sync.state != "ok" else ""
        return f"{state}   {counts}{why}"

    def key_of(self, row: WaitingEvent) -> str:
        """Return the event's id."""
        return row.event_id

    def cells(self, row: WaitingEvent) -> tuple[Text, ...]:
        """Return number, state, kind, time, tries and verdict."""
        mark = glyphs(self.app.theme).warning if row.state == "dead" else glyphs(self.app.theme).off
        words = t(f"admin.event_{row.state}")
        return (
            plain(row.seq),
            plain(f"{mark} {words}"),
            plain(row.type),
            plain(when(row.occurred_at, self.iqs.clock(), self.iqs.config.site.zone)),
            plain(row.tries),
            plain(row.verdict),
        )

    def detail(self, row: WaitingEvent) -> str:
        """Return the whole verdict."""
        return line(row.verdict) if row.verdict else ""

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the keys that do something: nothing to offer again, nothing to sync with."""
        row = self.chosen if self.is_attached and self.is_mounted else None
        off = set()
        if row is None or row.state != "dead":
            off.add("retry")
        if not self.iqs.config.central.url:
            off |= {"sync_now", "open('admin_enrol')"}
        return tuple(key for key in super().visible_keys() if key.action not in off)

    @on(DataTable.RowSelected)
    def action_retry(self) -> None:
        """Offer the chosen refused event again."""
        row = self.chosen
        if row is None or row.state != "dead":
            return
        outbox.requeue(row.event_id, system_user())
        self.query_one(JobLine).say(t("admin.requeued", seq=row.seq))
        self.show_all()

    def action_sync_now(self) -> None:
        """Ask the node to sync now."""
        self.query_one(JobLine).ask("sync_now", {}, t("admin.sync_doing"), lambda _: t("admin.sync_asked"))
