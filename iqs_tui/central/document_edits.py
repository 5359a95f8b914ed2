"""Taking in what a kiosk edited: a hospital has one DRN table, and this server has the one that counts.

An edit says which document it was made on. Where that is still the one in force here, the edit takes its place and
every kiosk fetches it; where it is not, somebody else was first, and the edit is refused: the kiosk then takes ours
and keeps its own edit beside it. So no edit ever wipes out another that its maker had not seen.
"""

import msgspec

from iqs_tui.central.rows import MAX_PAYLOAD_BYTES, NotARow
from iqs_tui.clock import utc_now
from iqs_tui.domain.text import clean_text
from iqs_tui.store import document_history as history
from iqs_tui.store import documents, reference
from iqs_tui.store.database import is_postgres
from iqs_tui.store.models import Document

TYPE = documents.EVENT
KINDS = ("drl",)
"""What may be edited at a kiosk."""


def take_in(version: int, payload: bytes) -> str:
    """Put an edit in force, and return of which document; call it inside the transaction of its event.

    Raises:
        NotARow: it is no edit, cannot be used, or was made on another document than the one in force.
    """
    edit = _read(version, payload)
    number, body = _locked(edit.kind)
    said = msgspec.json.encode(edit.body).decode()
    now, new = documents.digest(body), documents.digest(said)
    if now == new:
        return edit.kind
    if now != edit.base_digest:
        raise NotARow(f"the document was changed by somebody else: version {number} is in force here")
    source = history.EDITED + edit.edit_id
    try:
        by, note = clean_text(edit.by), clean_text(edit.note)
        documents.install(edit.kind, max(edit.version, number + 1), said, source, by=by, note=note)
    except ValueError as error:
        raise NotARow(f"the document cannot be used: {clean_text(error, 200)}") from None
    return edit.kind


def _read(version: int, payload: bytes) -> documents.Edit:
    if version != 1:
        raise NotARow(f"unknown version {version} of {TYPE}")
    if len(payload) > MAX_PAYLOAD_BYTES:
        raise NotARow(f"larger than {MAX_PAYLOAD_BYTES} bytes")
    try:
        edit = msgspec.json.decode(payload, type=documents.Edit)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise NotARow(f"not an edit: {error}") from None
    if edit.kind not in KINDS:
        raise NotARow("a document of this kind is not edited at a kiosk")
    return edit


def _locked(kind: str) -> tuple[int, str]:
    """Return what is in force; on PostgreSQL nobody else can change it until this transaction ends."""
    if not is_postgres():
        return documents.in_force(kind)
    number, shipped = reference.shipped(kind)
    body = msgspec.json.encode(shipped).decode()
    Document.insert(
        kind=kind, version=number, source=history.SHIPPED, body=body, received_at=utc_now()
    ).on_conflict_ignore().execute()
    row = Document.select().where(Document.kind == kind).for_update().get()
    return int(row.version), str(row.body)
