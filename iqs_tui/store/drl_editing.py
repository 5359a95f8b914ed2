"""Editing the DRN document: each edit a new version in one transaction, with who, why, and an event for the server.

An edit names the document that the person was looking at, by its digest. Where it has been changed since (another
face, the central server) the edit is refused and nothing is lost: neither that change nor what was filled in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

import msgspec
from msgspec.structs import replace as replaced

from iqs_tui.domain.drl import DrlBook, RowMapping
from iqs_tui.domain.drl_rules import problems
from iqs_tui.store import audit, documents, drl, drl_document, outbox
from iqs_tui.store import document_history as history
from iqs_tui.store.database import writing
from iqs_tui.store.drl_document import DrlBody
from iqs_tui.store.ids import new_id

KIND = "drl"
Deed = Literal["added", "changed", "removed", "moved", "signed", "unsigned", "restored", "table"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """The document in force, as a person looks at it."""

    number: int
    digest: str
    book: DrlBook


@dataclass(frozen=True, slots=True, kw_only=True)
class Editor:
    """Who edits."""

    actor: str
    """As the audit log names them."""
    name: str
    """As people read it; also under what is signed off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edited:
    """What an edit did."""

    deed: Deed
    number: int
    digest: str
    """Of the new version: `restore` with it takes the edit back only while nobody changed it since."""
    before: int
    """The version that was edited."""


class EditRefused(Exception):
    """Nothing was changed.

    `problem` is `changed` (somebody else was first), `gone` (the version is not kept), `unusable` (that version can no
    longer be read), or what is wrong with the mapping's `field`.
    """

    def __init__(self, problem: str, field: str = "") -> None:
        super().__init__(f"{field}: {problem}" if field else problem)
        self.problem = problem
        self.field = field


def stand() -> Stand:
    """Return the document in force; an installed one that cannot be used gives way to the shipped one."""
    number, body = documents.in_force(KIND)
    try:
        return Stand(number=number, digest=documents.digest(body), book=drl_document.read(body))
    except ValueError:
        return Stand(number=number, digest=documents.digest(body), book=drl.shipped_book())


def add(draft: RowMapping, base: str, by: Editor, at: datetime, note: str = "") -> Edited:
    """Add a mapping as the last one: so it takes nothing away from the others.

    Raises:
        EditRefused: it cannot be used, or the document was changed.
    """
    return _edit("added", base, lambda body: (*body.mapping, _checked(draft, body)), by, at, note)


def change(place: int, draft: RowMapping, base: str, by: Editor, at: datetime, note: str = "") -> Edited:
    """Change the mapping at a place; nobody has signed the new one off yet.

    Raises:
        EditRefused: it cannot be used, or the document was changed.
    """
    return _edit("changed", base, lambda body: _put(body, place, _checked(draft, body)), by, at, note)


def remove(place: int, base: str, by: Editor, at: datetime, note: str = "") -> Edited:
    """Take a mapping away.

    Raises:
        EditRefused: the document was changed.
    """
    return _edit("removed", base, lambda body: body.mapping[:place] + body.mapping[place + 1 :], by, at, note)


def move(place: int, step: int, base: str, by: Editor, at: datetime, note: str = "") -> Edited:
    """Move a mapping up (-1) or down (1): of several that fit the first counts.

    Raises:
        EditRefused: the document was changed.
    """

    def moved(body: DrlBody) -> tuple[RowMapping, ...]:
        items = list(body.mapping)
        items.insert(max(0, min(len(items) - 1, place + step)), items.pop(place))
        return tuple(items)

    return _edit("moved", base, moved, by, at, note)


def sign_off(place: int, base: str, by: Editor, at: datetime, note: str = "", *, day: date) -> Edited:
    """Put a name and a day under a mapping, or take them away where they are there.

    Raises:
        EditRefused: the document was changed.
    """
    is_signed = bool(stand_item(base, place).signed_off_by)
    signature = ("", None) if is_signed else (by.name, day)

    def signed(body: DrlBody) -> tuple[RowMapping, ...]:
        item = replace(body.mapping[place], signed_off_by=signature[0], signed_off_on=signature[1])
        return _put(body, place, item)

    return _edit("unsigned" if is_signed else "signed", base, signed, by, at, note)


def stand_item(base: str, place: int) -> RowMapping:
    """Return the mapping at a place.

    Raises:
        EditRefused: the document was changed.
    """
    now = stand()
    if now.digest != base or not 0 <= place < len(now.book.mappings):
        raise EditRefused("changed")
    return now.book.mappings[place]


def restore(number: int, base: str, by: Editor, at: datetime, note: str = "") -> Edited:
    """Put a former version, table and mapping, back in force as a new version.

    Raises:
        EditRefused: that version is not kept or can no longer be used, or the document was changed.
    """
    text = history.body_of(KIND, number)
    if text is None:
        raise EditRefused("gone")
    try:
        former = drl_document.decode(text)
    except ValueError as error:
        raise EditRefused("unusable") from error
    return _write("restored", base, lambda body: _raised(former, body), by, at, note)


def put_table(table: str, base: str, by: Editor, at: datetime, note: str = "") -> Edited:
    """Put another table in force, under the mapping that is.

    Raises:
        EditRefused: the document was changed.
    """
    return _write(
        "table", base, lambda body: replaced(body, table=table, table_version=body.table_version + 1), by, at, note
    )


def _edit(
    deed: Deed,
    base: str,
    mapping: Callable[[DrlBody], tuple[RowMapping, ...]],
    by: Editor,
    at: datetime,
    note: str,
) -> Edited:
    return _write(
        deed, base, lambda body: replaced(body, version=body.version + 1, mapping=mapping(body)), by, at, note
    )


def _write(deed: Deed, base: str, made: Callable[[DrlBody], DrlBody], by: Editor, at: datetime, note: str) -> Edited:
    with writing():
        before, text = documents.in_force(KIND)
        if documents.digest(text) != base:
            raise EditRefused("changed")
        body = msgspec.json.encode(made(_usable(text))).decode()
        edit_id = new_id()
        number = before + 1
        try:
            documents.install(KIND, number, body, history.EDITED + edit_id, by=by.name, note=note or None, at=at)
        except ValueError as error:
            raise EditRefused("unusable") from error
        edit = documents.Edit(
            edit_id=edit_id,
            kind=KIND,
            version=number,
            base_digest=base,
            body=msgspec.Raw(body.encode()),
            by=by.name,
            note=note or None,
        )
        outbox.put(documents.EVENT, msgspec.structs.asdict(edit), at)
        audit.append(by.actor, f"drl.{deed}", f"{KIND} {number}", {"note": note, "from": before}, at)
    return Edited(deed=deed, number=number, digest=documents.digest(body), before=before)


def _usable(text: str) -> DrlBody:
    try:
        drl_document.read(text)
        return drl_document.decode(text)
    except ValueError:
        return drl.shipped_body()


def _checked(draft: RowMapping, body: DrlBody) -> RowMapping:
    """A mapping that is added or changed can be used, and carries nobody's signature."""
    for field, problem in problems(draft, drl_document.book_of(body).rows):
        raise EditRefused(problem, field)
    return replace(draft, signed_off_by="", signed_off_on=None)


def _put(body: DrlBody, place: int, item: RowMapping) -> tuple[RowMapping, ...]:
    return (*body.mapping[:place], item, *body.mapping[place + 1 :])


def _raised(former: DrlBody, body: DrlBody) -> DrlBody:
    """The numbers of table and mapping rise, also when what they say is from before."""
    has_other_table = former.table != body.table
    return replaced(former, version=body.version + 1, table_version=body.table_version + (1 if has_other_table else 0))
