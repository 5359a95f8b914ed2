"""Fetching reference documents; the last good one stays in force.

What was edited here waits for the server's verdict first. Where the server refused it, the server's document takes its
place whatever its number is: a hospital has one DRN table.
"""

from __future__ import annotations

import logging

import msgspec

from iqs_tui.store import documents, reference, settings
from iqs_tui.store.user_list import upsert_users
from iqs_tui.sync.events import DocumentAnswer, UserRecord
from iqs_tui.sync.transport import BadAnswer, Transport

_log = logging.getLogger(__name__)
KINDS = (*reference.KINDS, "users")


def pull(transport: Transport) -> list[str]:
    """Fetch what changed since the last time; return the kinds that are newly in force.

    A document that cannot be read is logged and skipped.

    Raises:
        SyncError: a call failed.
    """
    headers = {"Authorization": f"Bearer {settings.get('kiosk_token')}"}
    etags: dict[str, str] = dict(settings.get("document_etags") or {})
    installed = []
    for kind in KINDS:
        edited = documents.edit_state(kind)
        if edited == "waiting":
            continue
        known = {"If-None-Match": etags[kind]} if kind in etags and edited == "none" else {}
        reply = transport.get(f"/api/v1/documents/{kind}", {**headers, **known})
        if reply.status == 304:
            continue
        try:
            is_new = _install(kind, reply.body, f"{transport.url}/api/v1/documents/{kind}")
        except ValueError as error:
            _log.error("document %s was not installed: %s", kind, error)
            is_new = False
        if is_new:
            installed.append(kind)
        if reply.etag:
            etags[kind] = reply.etag
            settings.put("document_etags", etags)
    return installed


def _install(kind: str, body: bytes, source: str) -> bool:
    try:
        answer = msgspec.json.decode(body, type=DocumentAnswer)
    except msgspec.DecodeError as error:
        raise BadAnswer(f"not a document: {error}") from None
    if answer.kind != kind:
        raise BadAnswer(f"asked for {kind}, got {answer.kind}")
    if kind == "users":
        try:
            users = msgspec.convert(answer.body["users"], list[UserRecord])
        except (msgspec.ValidationError, KeyError, TypeError) as error:
            raise ValueError(f"users: {error}") from None
        return upsert_users([msgspec.structs.asdict(user) for user in users]) > 0
    said = msgspec.json.encode(answer.body).decode()
    if documents.edit_state(kind) == "refused":
        _log.warning("the central server refused what was edited here of %s; its own is in force now", kind)
        return documents.take_over(kind, answer.version, said, source)
    if answer.version <= _version_in_force(kind):
        return False
    return documents.install(kind, answer.version, said, source)


def _version_in_force(kind: str) -> int:
    """A document that the server hands out must be newer than the installed one, and than the shipped one."""
    installed = documents.version(kind)
    return reference.shipped(kind)[0] if installed is None else installed
