"""Reading in what a department keeps in a spreadsheet: its users, and the DRN table. All of a file, or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from iqs_tui.domain.drl import DrlTableError, parse_table
from iqs_tui.domain.roles import ROLES
from iqs_tui.domain.text import clean_text
from iqs_tui.store import badges, drl_editing, people
from iqs_tui.store.database import writing
from iqs_tui.store.drl_editing import Editor, EditRefused
from iqs_tui.store.models import User

USER_COLUMNS = ("name", "initials", "operators_names", "role", "badge")
_REQUIRED = ("name", "initials")
_ALLOWED = {
    ("name", "empty"): "the person's name",
    ("name", "too_long"): f"at most {people.NAME_MAX} characters",
    ("initials", "empty"): "the initials with which the person signs in",
    ("initials", "too_long"): f"at most {people.INITIALS_MAX} characters",
    ("initials", "taken"): "initials that stand in one row only",
    ("role", "unknown"): ", ".join(ROLES),
    ("badge", "short"): f"at least {badges.MIN_LENGTH} characters, or empty",
    ("badge", "taken"): "a badge that nobody else has",
}

Progress = Callable[[int, int], None]
"""Called with the number of rows done and to do in all."""


class ImportRefused(Exception):
    """Nothing was read in; `problems` says why: row, column, what is there, what is allowed."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(f"nothing was imported: {problems[0]}")
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did."""

    added: int
    changed: int = 0


def import_users(file: Path, by: str, at: datetime, on_progress: Progress | None = None) -> Imported:
    """Add the users of a CSV file, and change those whose initials are known.

    Columns: name, initials, operators_names (parted by semicolons), role, badge. The last three may be left out or
    empty: what is known of the person then stays.

    Raises:
        ImportRefused: a column or a cell is not allowed.
    """
    rows = list(_read_csv(file))
    known = {user.initials.casefold(): user.user_id for user in User.select(User.user_id, User.initials)}
    problems, seen, n_new = [], set(), 0
    with writing():
        for number, (line, cells) in enumerate(rows, 1):
            initials = cells["initials"].casefold()
            user_id = known.get(initials)
            try:
                if initials and initials in seen:
                    raise people.PersonError("initials", "taken")
                seen.add(initials)
                _import_user(cells, user_id, by, at)
                n_new += user_id is None
            except people.PersonError as error:
                problems.append(_problem(line, error, cells))
            if on_progress is not None:
                on_progress(number, len(rows))
        if problems:
            raise ImportRefused(problems)
    return Imported(added=n_new, changed=len(rows) - n_new)


def import_drl(file: Path, by: str, at: datetime) -> Imported:
    """Put a DRN table (columns as `db/reference/drl.csv`) in force, under the mapping that is in force.

    It is a new version of the document: the former one is kept, and can be put back.

    Raises:
        ImportRefused: a column or a cell is not allowed.
    """
    text = _read_text(file)
    try:
        rows = parse_table(text)
    except DrlTableError as error:
        raise ImportRefused([str(problem) for problem in error.problems]) from None
    if not rows:
        raise ImportRefused([f"{file.name} has no rows"])
    name = clean_text(file.name) or "-"
    try:
        drl_editing.put_table(text, drl_editing.stand().digest, Editor(actor=by, name=by), at, name)
    except EditRefused as refused:
        raise ImportRefused([f"the table was changed by somebody else just now ({refused}); try again"]) from None
    return Imported(added=len(rows))


def _import_user(cells: dict[str, str], user_id: str | None, by: str, at: datetime) -> None:
    known = User.get_or_none(User.user_id == user_id) if user_id else None
    names = tuple(name for name in cells["operators_names"].split(";") if name.strip())
    draft = people.Draft(
        name=cells["name"],
        initials=cells["initials"],
        operators_names=names or (tuple(known.operators_names) if known else ()),
        role=cells["role"] or (known.role if known else "radiographer"),
    )
    change = people.add(draft, by, at) if user_id is None else people.change(user_id, draft, by, at)
    if cells["badge"]:
        people.set_badge(change.user_id, cells["badge"], by, at)


def _problem(line: int, error: people.PersonError, cells: dict[str, str]) -> str:
    found = "***" if error.field == "badge" else repr(cells.get(error.field, ""))
    allowed = _ALLOWED.get((error.field, error.problem), error.problem)
    return f"row {line}, {error.field}: {found} is not allowed; allowed: {allowed}"


def _read_csv(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield the line number and cells of each row; a spreadsheet of here parts cells by semicolons."""
    text = _read_text(file)
    heading = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if ";" in heading else ",")
    names = [name.strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    unknown = [name for name in names if name not in USER_COLUMNS]
    missing = [name for name in _REQUIRED if name not in names]
    if unknown or missing:
        what = f"{unknown[0]!r} is no column" if unknown else f"the column {missing[0]} is missing"
        raise ImportRefused([f"row 1: {what}; allowed: {', '.join(USER_COLUMNS)}"])
    for row in reader:
        if None in row:
            raise ImportRefused([f"row {reader.line_num}: more cells than the heading has; put names in quotes"])
        yield reader.line_num, {name: (row.get(name) or "").strip() for name in USER_COLUMNS}


def _read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ImportRefused([f"{file} cannot be read: {error.strerror}"]) from None
    except UnicodeDecodeError:
        raise ImportRefused([f"{file} is not UTF-8 text; save it as CSV UTF-8"]) from None
