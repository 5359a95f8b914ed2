"""What a dose screen shows, as a file beside the database: CSV for a spreadsheet, Parquet for whoever analyses."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING
from zoneinfo import ZoneInfo

from textual.content import Content
from textual.widgets import Static

from iqs_tui.domain.scope import Scope
from iqs_tui.locale import t
from iqs_tui.store.reading.analysis import exporting
from iqs_tui.store.reading.analysis.exporting import Format
from iqs_tui.store.reading.analysis.groups import Group
from iqs_tui.ui import dose_choice
from iqs_tui.ui.reading_aside import Progress
from iqs_tui.ui.widgets.plain_table import Column

if TYPE_CHECKING:
    from iqs_tui.ui.reading_aside import ReadingAside
    from iqs_tui.ui.screens.base import IqsScreen

    class _Base(ReadingAside, IqsScreen):
        pass
else:
    _Base = object

FOLDER = "exports"
"""Beside the database."""
FORMATS: tuple[Format, ...] = ("csv", "parquet")
_PROBLEMS = {
    errno.ENOSPC: "dose.export_full",
    errno.EDQUOT: "dose.export_full",
    errno.EROFS: "dose.export_read_only",
    errno.EACCES: "dose.export_read_only",
    errno.EPERM: "dose.export_read_only",
}


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


class Exporting(_Base):
    """Mixin for a screen with `ReadingAside` and `#dose-said`: asks for the format, writes aside, says where it is."""

    def export(self, wanted: Wanted) -> None:
        """Ask in which format, and write it."""
        from iqs_tui.ui.screens.pick import PickScreen

        columns = (Column("dose.col_format", 10), Column("dose.col_format_for"))
        rows = {name: (name, t(f"dose.format_{name}")) for name in FORMATS}
        question = t("dose.export_question")
        self.app.push_screen(PickScreen(question, columns, rows, lambda name: self._write(wanted, name)))

    def _write(self, wanted: Wanted, name: str) -> None:
        file_format = next(one for one in FORMATS if one == name)
        zone, of = self.iqs.config.site.zone, dose_choice.in_words(self.iqs)
        path = self.iqs.config.database_path.parent / FOLDER / self._file_name(wanted, file_format)

        def write(_: Progress) -> str:
            try:
                with _new_file(path) as file:
                    n = wanted.write(file_format, file, zone)
            except OSError as problem:
                return t(_PROBLEMS.get(problem.errno or 0, "dose.export_failed"), folder=path.parent)
            return t("dose.exported", path=path, n=n, scope=of)

        self.read_aside(write, self.tell, key=path, again=True, channel="export")

    def _file_name(self, wanted: Wanted, file_format: Format) -> str:
        zone = self.iqs.config.site.zone
        first, until = (moment.astimezone(zone) for moment in (wanted.scope.first, wanted.scope.until))
        now = self.iqs.clock().astimezone(zone)
        last = until - timedelta(seconds=1)
        return f"{wanted.name}_{first:%Y-%m-%d}_{last:%Y-%m-%d}_{now:%Y%m%d-%H%M%S}.{file_format}"

    def tell(self, sentence: str) -> None:
        """Say a sentence under the screen; it stays until there is another."""
        line = self.query_one("#dose-said", Static)
        line.update(Content(sentence))
        line.set_class(bool(sentence), "-said")


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """Write under a name of its own until it is whole: what is half written is no export.

    As the database: for its owner alone, or also for the group of a folder that hands its group on (setgid).
    """
    is_shared = bool(path.parent.parent.stat().st_mode & stat.S_ISGID)
    path.parent.mkdir(exist_ok=True, mode=0o2770 if is_shared else 0o700)
    part = path.with_name(f".{path.name}.part")
    try:
        with os.fdopen(
            os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o660 if is_shared else 0o600), "wb"
        ) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
