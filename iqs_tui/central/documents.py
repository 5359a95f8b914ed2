"""The reference documents that the server hands out: the one in its database, else the shipped one.

Bodies are those of `store.reference`; `users` is `{"users": [...]}`, each a `sync.events.UserRecord`.
"""

import hashlib
from dataclasses import dataclass
from typing import Any

import msgspec

from iqs_tui.store import reference
from iqs_tui.store.models import Document, User
from iqs_tui.sync.events import DocumentAnswer, UserRecord


@dataclass(frozen=True, slots=True)
class Handout:
    """A document with the ETag of its content (RFC 9110 8.8.3)."""

    message: DocumentAnswer
    etag: str


def current(kind: str) -> Handout | None:
    """Return the document in force; None for an unknown kind."""
    if kind == "users":
        return _handout(*_users(), kind)
    if kind not in reference.KINDS:
        return None
    row = Document.get_or_none(Document.kind == kind)
    if row is not None:
        return _handout(row.version, msgspec.json.decode(row.body), kind)
    return _handout(*reference.shipped(kind), kind)


def _handout(version: int, body: Any, kind: str) -> Handout:  # noqa: ANN401 (JSON)
    message = DocumentAnswer(kind=kind, version=version, body=body)
    return Handout(message, f'"{hashlib.sha256(msgspec.json.encode(message, order="sorted")).hexdigest()}"')


def _users() -> tuple[int, dict[str, Any]]:
    """The version counts the milliseconds up to the last change: it rises with each."""
    users = [
        UserRecord(**{name: getattr(user, name) for name in UserRecord.__struct_fields__})
        for user in User.select().order_by(User.user_id)
    ]
    newest = max((user.updated_at.timestamp() for user in users), default=0.0)
    return int(newest * 1000), {"users": msgspec.to_builtins(users)}
