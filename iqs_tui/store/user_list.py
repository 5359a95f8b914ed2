"""The users that the central server hands out, taken over where they are newer than what is here."""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from peewee import IntegrityError

from iqs_tui.domain.text import clean_text
from iqs_tui.store.database import database, writing
from iqs_tui.store.models import User

_log = logging.getLogger(__name__)


def upsert_users(users: Sequence[Mapping[str, Any]]) -> int:
    """Add or update users (keys: the columns of `User`); return how many changed.

    Who changed last wins. One whose initials or badge belong to somebody else here is logged and left out.
    """
    changed = 0
    with writing():
        for user in users:
            values = {key: clean_text(value) if isinstance(value, str) else value for key, value in user.items()}
            known = User.get_or_none(User.user_id == values["user_id"])
            if known is not None and known.updated_at >= values["updated_at"]:
                continue
            try:
                with database.atomic():
                    _write(values)
                changed += 1
            except IntegrityError as error:
                _log.warning("user %s was not taken over: %s", values["user_id"], error)
    return changed


def _write(values: dict[str, Any]) -> None:
    rest = {key: value for key, value in values.items() if key != "user_id"}
    User.insert(**values).on_conflict(conflict_target=[User.user_id], update=rest).execute()
