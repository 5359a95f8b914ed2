"""What a dose screen shows, as a file beside the database: CSV for a spreadsheet, Parquet for whoever analyses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import IO
from zoneinfo import ZoneInfo

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store.reading.analysis import exporting
from iqs_tui.store.reading.analysis.exporting import Format
from iqs_tui.store.reading.analysis.groups import Group
from iqs_tui.ui import dose_choice
from iqs_tui.ui.export_file import ExportingFile
from iqs_tui.ui.widgets.plain_table import Column

FORMATS: tuple[Format, ...] = ("csv", "parquet")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An export: what its file is called, of which scope it is, and who writes it."""

    name: str
    scope: Scope
    write: Callable[[Format, IO[bytes], ZoneInfo], int]


def groups_file(groups: Sequence[Group], scope: Scope) -> Wanted:
    """Return the export of a table of groups."""

    def write(file_format: Format, file: IO[bytes], zone: ZoneInfo) -> int:
        return exporting.write_groups(groups, scope, file_format, file, zone=zone)

    return Wanted(t("dose.file_groups"), scope, write)


def rows_file(scope: Scope, group: Group) -> Wanted:
    """Return the export of the list behind a group."""

    def write(file_format: Format, file: IO[bytes], zone: ZoneInfo) -> int:
        return exporting.write_rows(scope, group, file_format, file, zone=zone)

    return Wanted(t("dose.file_list"), scope, write)


class Exporting(ExportingFile):
    """Mixin for a screen with `ReadingAside` and `#dose-said`: asks for the format, writes aside, says where it is."""

    def export(self, wanted: Wanted) -> None:
        """Ask in which format, and write it."""
        from iqs_tui.ui.screens.pick import PickScreen

        columns = (Column("dose.col_format", 10), Column("dose.col_format_for"))
        rows = {name: (name, t(f"dose.format_{name}")) for name in FORMATS}
        question = t("dose.export_question")
        self.app.push_screen(PickScreen(question, columns, rows, lambda name: self._write(wanted, name)))

    def export_of(self) -> str:
        """Return in words of what the export is."""
        return dose_choice.in_words(self.iqs)

    def _write(self, wanted: Wanted, name: str) -> None:
        file_format = next(one for one in FORMATS if one == name)
        zone, of = self.iqs.config.site.zone, self.export_of()
        self.write_file(
            self._file_name(wanted, file_format),
            lambda file: wanted.write(file_format, file, zone),
            lambda path, n: t("dose.exported", path=path, n=n, scope=of),
        )

    def _file_name(self, wanted: Wanted, file_format: Format) -> str:
        zone = self.iqs.config.site.zone
        first, until = (moment.astimezone(zone) for moment in (wanted.scope.first, wanted.scope.until))
        last = until - timedelta(seconds=1)
        return f"{wanted.name}_{first:%Y-%m-%d}_{last:%Y-%m-%d}_{self.stamp}.{file_format}"
