"""Identifiers: UUIDv7 (RFC 9562), which sort in the order in which they were made."""

import uuid_utils


def new_id() -> str:
    """Return a new UUIDv7."""
    return str(uuid_utils.uuid7())
