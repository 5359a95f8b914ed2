"""A file that somebody takes along, in a folder beside the database: written aside, whole or not at all."""

from __future__ import annotations

import errno
import itertools
import os
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from textual.content import Content
from textual.widgets import Static

from iqs_tui.locale import t
from iqs_tui.ui.reading_aside import Progress

if TYPE_CHECKING:
    from iqs_tui.ui.reading_aside import ReadingAside
    from iqs_tui.ui.screens.base import IqsScreen

    class _Base(ReadingAside, IqsScreen):
        pass
else:
    _Base = object

FOLDER = "exports"
"""Beside the database."""
_PROBLEMS = {
    errno.ENOSPC: "dose.export_full",
    errno.EDQUOT: "dose.export_full",
    errno.EROFS: "dose.export_read_only",
    errno.EACCES: "dose.export_read_only",
    errno.EPERM: "dose.export_read_only",
}


class ExportingFile(_Base):
    """Mixin for a screen with `ReadingAside` and `#dose-said`: writes a file aside, and says where it is."""

    @property
    def stamp(self) -> str:
        """The time now, as it stands in the name of a file."""
        return f"{self.iqs.clock().astimezone(self.iqs.config.site.zone):%Y%m%d-%H%M%S}"

    def write_file(self, name: str, write: Callable[[IO[bytes]], int], said: Callable[[Path, int], str]) -> None:
        """Write a file of this name, or the next; `write` returns of how many things it is, `said` puts it in words."""
        wanted = self.iqs.config.database_path.parent / FOLDER / name

        def written(_: Progress) -> str:
            try:
                with _new_file(wanted) as (path, file):
                    n = write(file)
            except OSError as problem:
                return t(_PROBLEMS.get(problem.errno or 0, "dose.export_failed"), folder=wanted.parent)
            return said(path, n)

        self.read_aside(written, self.tell, key=wanted, again=True, channel="export")

    def tell(self, sentence: str) -> None:
        """Say a sentence under the screen; it stays until there is another."""
        line = self.query_one("#dose-said", Static)
        line.update(Content(sentence))
        line.set_class(bool(sentence), "-said")


@contextmanager
def _new_file(wanted: Path) -> Iterator[tuple[Path, IO[bytes]]]:
    """Write under a name of its own until it is whole: what is half written is no export.

    As the database: for its owner alone, or also for the group of a folder that hands its group on (setgid).
    """
    is_shared = bool(wanted.parent.parent.stat().st_mode & stat.S_ISGID)
    wanted.parent.mkdir(exist_ok=True, mode=0o2770 if is_shared else 0o700)
    path, part, descriptor = _claim(wanted, 0o660 if is_shared else 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield path, file
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _claim(wanted: Path, mode: int) -> tuple[Path, Path, int]:
    """Return a name that nothing has, the part that is written first, and its descriptor.

    Two faces may export in one second. Who makes the part alone may take the name: it is looked for only after that.
    """
    for number in itertools.count(1):
        path = wanted if number == 1 else wanted.with_stem(f"{wanted.stem}-{number}")
        part = path.with_name(f".{path.name}.part")
        try:
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        except FileExistsError:
            continue
        if not path.exists():
            break
        os.close(descriptor)
        part.unlink()
    return path, part, descriptor
