"""Who uses the kiosk."""

from dataclasses import dataclass
from datetime import datetime

from iqs_tui.store.models import User
from iqs_tui.store.reading.admin import Page, window


@dataclass(frozen=True, slots=True)
class UserRow:
    """One person; of the badge only whether there is one."""

    user_id: str
    name: str
    initials: str
    operators_names: tuple[str, ...]
    role: str
    has_badge: bool
    is_active: bool
    updated_at: datetime


def users(offset: int = 0) -> Page[UserRow]:
    """Return the people, active ones first, by name."""
    rows, total = window(User.select().order_by(User.is_active.desc(), User.name, User.user_id), offset)
    return Page(tuple(_row(user) for user in rows), total, offset)


def user(user_id: str) -> UserRow | None:
    """Return one person."""
    found = User.get_or_none(User.user_id == user_id)
    return None if found is None else _row(found)


def _row(user: User) -> UserRow:
    return UserRow(
        user.user_id,
        user.name,
        user.initials,
        tuple(user.operators_names),
        user.role,
        user.badge_hash is not None,
        user.is_active,
        user.updated_at,
    )
