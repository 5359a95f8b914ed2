"""Who may sign in at a face, and whom a DICOM header means."""

from dataclasses import dataclass

from iqs_tui.domain.text import clean_person_name
from iqs_tui.store.models import User


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may sign in."""

    user_id: str
    name: str
    initials: str
    role: str


def active() -> tuple[Person, ...]:
    """Return everybody who may sign in, by initials."""
    rows = User.select().where(User.is_active == True)  # noqa: E712 (SQL)
    return tuple(sorted((_person(row) for row in rows), key=lambda person: person.initials.casefold()))


def person(user_id: str) -> Person | None:
    """Return the active person of a user_id."""
    row = User.get_or_none(User.user_id == user_id, User.is_active == True)  # noqa: E712 (SQL)
    return None if row is None else _person(row)


def match(operator: str | None) -> Person | None:
    """Return whom Operators' Name (0008,1070) means; None where nobody, or more than one, answers to it."""
    name = (clean_person_name(operator) or "").casefold()
    if not name:
        return None
    rows = User.select().where(User.is_active == True)  # noqa: E712 (SQL)
    found = [row for row in rows if name in _names(row)]
    return _person(found[0]) if len(found) == 1 else None


def answers_to(user_id: str) -> tuple[str, ...]:
    """Return the names under which a person stands in Operators' Name (0008,1070), case-folded; none if unknown.

    A name to which somebody else answers too, such as that of a shared login, proves nothing: it is nobody's own.
    """
    rows = list(User.select())
    own = {name for row in rows if row.user_id == user_id for name in _names(row)}
    return tuple(sorted(own.difference(*(_names(row) for row in rows if row.user_id != user_id))))


def name_of(user_id: str | None) -> str | None:
    """Return the name that belongs to a user_id, also of somebody who left; None for `room` and the unknown."""
    row = User.get_or_none(User.user_id == user_id) if user_id else None
    return None if row is None else str(row.name)


def _names(row: User) -> set[str]:
    return {row.name.casefold(), row.initials.casefold(), *row.operators_names}


def _person(row: User) -> Person:
    return Person(row.user_id, row.name, row.initials, row.role)
