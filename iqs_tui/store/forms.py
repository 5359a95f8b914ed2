"""The scoring forms in force: the shipped ones, and over them what the central server handed out."""

import logging
from functools import lru_cache
from typing import Any

import msgspec

from iqs_tui.domain.forms import Form, FormList
from iqs_tui.store import documents, reference

_log = logging.getLogger(__name__)


def forms() -> dict[str, Form]:
    """Return the forms in force, by code; an unreadable installed document leaves the shipped ones."""
    body = documents.document("forms")
    return shipped_forms() | (_installed(body) if body is not None else {})


@lru_cache(maxsize=1)
def shipped_forms() -> dict[str, Form]:
    """Return the forms that ship with the program, by code."""
    return {form.code: form for form in msgspec.convert(reference.shipped("forms")[1], FormList).form}


def parse(body: str) -> FormList:
    """Read a `forms` document: `{"version": 2, "form": [...]}`, each form as in `db/reference/forms/`.

    Raises:
        ValueError: it is not one.
    """
    try:
        return msgspec.json.decode(body, type=FormList)
    except msgspec.DecodeError as error:
        raise ValueError(f"forms: {error}") from None


def as_json(form: Form) -> dict[str, Any]:
    """Return a form as plain JSON values: how a round keeps it."""
    plain: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(form))
    return plain


def form_of(kept: dict[str, Any] | None, code: str) -> Form:
    """Return the form that a round was drawn with; where the round did not keep it, the one in force.

    Raises:
        KeyError: there is no such form any more.
    """
    return msgspec.convert(kept, Form) if kept is not None else forms()[code]


@lru_cache(maxsize=4)
def _installed(body: str) -> dict[str, Form]:
    try:
        return {form.code: form for form in parse(body).form}
    except ValueError as error:
        _log.warning("the installed forms are not in use: %s", error)
        return {}
