"""What was not taken in, and why. Nothing of a patient is kept, so nothing of one is shown."""

from __future__ import annotations

from rich.text import Text

from iqs_tui.locale import t
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import lists as reading
from iqs_tui.store.reading.admin.lists import Refused
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import line, plain, when


class AdminQuarantineScreen(TableScreen[Refused]):
    """Refused objects, the newest first, with the status that was answered."""

    title_key = "admin.quarantine"
    empty_key = "admin.quarantine_empty"
    keys = (
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_at", 12),
        Column("admin.col_ae", 16),
        Column("admin.col_host", 15, is_wide_only=True),
        Column("admin.col_status", 6),
        Column("admin.col_reason"),
        Column("admin.col_size", 10, is_wide_only=True, is_number=True),
    )

    def read(self, offset: int) -> Page[Refused]:
        """Read a page."""
        return reading.quarantine(offset)

    def key_of(self, row: Refused) -> str:
        """Return the row's number."""
        return str(row.row_id)

    def cells(self, row: Refused) -> tuple[Text, ...]:
        """Return time, sender, status, reason and size."""
        size = None if row.size_bytes is None else f"{row.size_bytes // 1024} kB"
        return (
            plain(when(row.at, self.iqs.clock(), self.iqs.config.site.zone)),
            plain(row.ae_title, "bold"),
            plain(row.host),
            plain(f"{row.status:04X}"),
            plain(row.reason),
            plain(size),
        )

    def detail(self, row: Refused) -> str:
        """Return the whole reason, what the status means, and the UIDs."""
        known = {0xC000: "c000", 0xA900: "a900", 0xA700: "a700"}
        meaning = t(f"admin.status_{known[row.status]}") if row.status in known else ""
        sender = f"{line(row.ae_title)} ({line(row.host)})"
        named = (("SOP Class", row.sop_class_uid), ("SOP Instance", row.sop_instance_uid))
        uids = "\n".join(f"{name} {line(uid)}" for name, uid in named if uid)
        return f"{sender}   {row.status:04X} {meaning}\n{line(row.reason)}\n{uids}".rstrip()
