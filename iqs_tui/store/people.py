"""Who uses the kiosk: adding, changing, deactivating, the badge; each with its audit row in one transaction.

A badge is kept as a keyed hash, never as its number (`store.badges`).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from iqs_tui.domain.roles import ROLES
from iqs_tui.domain.text import clean_person_name, clean_text
from iqs_tui.store import audit, badges
from iqs_tui.store.database import writing
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import User

NAME_MAX = 64
INITIALS_MAX = 8


class PersonError(ValueError):
    """What was filled in cannot be kept.

    `field` says where; `problem` says what: empty, too_long, taken, short or unknown.
    """

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A person as filled in by hand, not yet checked."""

    name: str
    initials: str
    operators_names: tuple[str, ...] = ()
    role: str = "radiographer"


@dataclass(frozen=True, slots=True)
class Change:
    """A change that was made, with what `undo` needs to take it back."""

    user_id: str
    action: str
    before: dict[str, Any] | None
    """The row as it was; None where the person was added."""


def add(draft: Draft, by: str, at: datetime) -> Change:
    """Add a person.

    Raises:
        PersonError: a field is empty, too long or unknown, or somebody else has these initials.
    """
    row = _checked(draft)
    with writing():
        _refuse_taken_initials(row["initials"])
        user_id = new_id()
        User.create(user_id=user_id, updated_at=at, **row)
        audit.append(by, "user_added", user_id, _told(row), at)
    return Change(user_id, "added", None)


def change(user_id: str, draft: Draft, by: str, at: datetime) -> Change:
    """Change what is known of a person.

    Raises:
        PersonError: as `add`, and when nobody has this `user_id`.
    """
    row = _checked(draft)
    with writing():
        _refuse_taken_initials(row["initials"], but=user_id)
        return _update(user_id, "changed", row, by, at)


def set_active(user_id: str, is_active: bool, by: str, at: datetime) -> Change:
    """Let a person in, or no longer; their answers and scores stay.

    Raises:
        PersonError: nobody has this `user_id`.
    """
    with writing():
        action = "activated" if is_active else "deactivated"
        return _update(user_id, action, {"is_active": is_active}, by, at)


def set_badge(user_id: str, number: str, by: str, at: datetime) -> Change:
    """Give a person this badge, as its reader types it.

    Raises:
        PersonError: the number is too short to be one, somebody else has the badge, or nobody has the id.
    """
    with writing():
        hashes = badges.hashes(number)
        if not hashes:
            raise PersonError("badge", "short")
        if User.select().where(User.badge_hash.in_(hashes), User.user_id != user_id).exists():
            raise PersonError("badge", "taken")
        return _update(user_id, "badge_set", {"badge_hash": hashes[0]}, by, at)


def remove_badge(user_id: str, by: str, at: datetime) -> Change:
    """Take a person's badge away, as when it was lost.

    Raises:
        PersonError: nobody has this `user_id`.
    """
    with writing():
        return _update(user_id, "badge_removed", {"badge_hash": None}, by, at)


def undo(made: Change, by: str, at: datetime) -> None:
    """Put a person back as before the change; one who was just added is removed again.

    Raises:
        PersonError: the initials or the badge went to somebody else in the meantime.
    """
    with writing():
        if made.before is None:
            User.delete().where(User.user_id == made.user_id).execute()
        else:
            _refuse_taken_initials(made.before["initials"], but=made.user_id)
            _refuse_taken_badge(made)
            User.update(**{**made.before, "updated_at": at}).where(User.user_id == made.user_id).execute()
        audit.append(by, "user_change_undone", made.user_id, {"undone": made.action}, at)


def person_of_badge(number: str) -> str | None:
    """Return the `user_id` of the active person who has this badge."""
    hashes = badges.hashes(number)
    user = User.get_or_none(User.badge_hash.in_(hashes), User.is_active == True)  # noqa: E712 (SQL)
    return user.user_id if user else None


def _checked(draft: Draft) -> dict[str, Any]:
    name = clean_text(draft.name)
    initials = "".join((clean_text(draft.initials) or "").split())
    for field, value, longest in (("name", name, NAME_MAX), ("initials", initials, INITIALS_MAX)):
        if not value:
            raise PersonError(field, "empty")
        if len(value) > longest:
            raise PersonError(field, "too_long")
    if draft.role not in ROLES:
        raise PersonError("role", "unknown")
    return {
        "name": name,
        "initials": initials,
        "role": draft.role,
        "operators_names": _operators_names(draft.operators_names),
    }


def _operators_names(names: Iterable[str]) -> list[str]:
    cleaned = (clean_person_name(name) for name in names)
    return list(dict.fromkeys(name.casefold() for name in cleaned if name))


def _refuse_taken_initials(initials: str, but: str | None = None) -> None:
    others = User.select(User.user_id, User.initials)
    if any(user.initials.casefold() == initials.casefold() and user.user_id != but for user in others):
        raise PersonError("initials", "taken")


def _refuse_taken_badge(made: Change) -> None:
    hashed = made.before["badge_hash"] if made.before else None
    if hashed and User.select().where(User.badge_hash == hashed, User.user_id != made.user_id).exists():
        raise PersonError("badge", "taken")


def _update(user_id: str, action: str, row: dict[str, Any], by: str, at: datetime) -> Change:
    before = User.select().where(User.user_id == user_id).dicts().first()
    if before is None:
        raise PersonError("user", "unknown")
    User.update(**row, updated_at=at).where(User.user_id == user_id).execute()
    audit.append(by, f"user_{action}", user_id, _told(row), at)
    return Change(user_id, action, before)


def _told(row: dict[str, Any]) -> dict[str, Any]:
    """What the audit log keeps of a change: that a badge was set or removed, never which."""
    return {key: value for key, value in row.items() if key != "badge_hash"}
