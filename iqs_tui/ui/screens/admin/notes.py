"""The rejection notes that the node writes: which are on their way to the PACS, which arrived, which did not."""

from __future__ import annotations

from rich.text import Text

from iqs_tui.locale import t
from iqs_tui.store import outgoing_notes
from iqs_tui.store.reading.admin import Page
from iqs_tui.store.reading.admin import notes as reading
from iqs_tui.store.reading.admin.notes import NoteRow
from iqs_tui.ui.glyphs import glyphs
from iqs_tui.ui.keys import Key
from iqs_tui.ui.screens.admin.job_line import JobLine
from iqs_tui.ui.screens.admin.table_screen import Column, TableScreen
from iqs_tui.ui.screens.admin.words import line, plain, room_label, when


class AdminNotesScreen(TableScreen[NoteRow]):
    """What did not arrive stands first, with why; one key offers all of it again."""

    title_key = "admin.notes"
    empty_key = "admin.notes_empty"
    keys = (
        Key("o", "admin.retry", "retry"),
        Key("n", "admin.next_page", "page(1)"),
        Key("p", "admin.previous_page", "page(-1)"),
        Key("escape", "keys.back", "back"),
    )
    columns = (
        Column("admin.col_room", 12),
        Column("admin.col_answered", 12),
        Column("admin.col_view", 24, is_wide_only=True),
        Column("admin.col_state", 13),
        Column("admin.col_tries", 8, is_number=True),
        Column("admin.col_reason"),
    )

    def read(self, offset: int) -> Page[NoteRow]:
        """Read a page."""
        return reading.notes(offset)

    def caption(self) -> str:
        """Return how many stand how, and where they go."""
        counts = reading.counts()
        where = self.iqs.config.pacs
        said = t("admin.notes_state", sent=counts.n_sent, waiting=counts.n_waiting, failed=counts.n_failed)
        return f"{said}   {t('admin.notes_to', ae=line(where.ae_title), host=line(where.host or None))}"

    def key_of(self, row: NoteRow) -> str:
        """Return the case."""
        return row.case_id

    def cells(self, row: NoteRow) -> tuple[Text, ...]:
        """Return room, when it was answered, what, state, tries and reason."""
        marks = glyphs(self.app.theme)
        mark = {"failed": marks.warning, "waiting": marks.off}.get(row.state, marks.ok)
        now, zone = self.iqs.clock(), self.iqs.config.site.zone
        return (
            plain(room_label(self.iqs.config, row.room)),
            plain(when(row.answered_at, now, zone)),
            plain(row.procedure),
            plain(f"{mark} {t(f'admin.note_{row.state}')}"),
            plain(row.tries),
            plain(row.error or row.reason_label),
        )

    def detail(self, row: NoteRow) -> str:
        """Return why it did not arrive, and when it is tried again."""
        now, zone = self.iqs.clock(), self.iqs.config.site.zone
        if row.state == "waiting" and row.error:
            return f"{line(row.error)}\n{t('admin.note_again', at=when(row.due_at, now, zone))}"
        if row.state == "failed":
            return f"{line(row.error)}\n{t('admin.note_given_up')}"
        return line(row.reason_label)

    def visible_keys(self) -> tuple[Key, ...]:
        """Return the keys that do something."""
        has_failed = any(row.state == "failed" for row in self.page.rows)
        return tuple(key for key in super().visible_keys() if key.action != "retry" or has_failed)

    def action_retry(self) -> None:
        """Put all that were given up back in the queue."""
        n_again = outgoing_notes.try_again(self.iqs.clock())
        self.query_one(JobLine).say(t("admin.notes_again", n=n_again))
        self.show_all()
