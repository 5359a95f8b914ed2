"""Enrolling a kiosk: a one-time code for a token. Both are kept as SHA-256 hashes only.

A plain hash is enough here: the secrets are random, not chosen by people, and a code lives three days at most.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from iqs_tui.clock import utc_now
from iqs_tui.domain.text import clean_text
from iqs_tui.store import audit, badges
from iqs_tui.store.database import writing
from iqs_tui.store.ids import new_id
from iqs_tui.store.models import EnrolCode, Kiosk
from iqs_tui.sync.events import Enrolment

CODE_LIVES = timedelta(days=3)
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""Without 0, O, 1 and I: a code is read from one screen and typed at another."""


class CodeRefused(Exception):
    """The code is wrong, used, expired, or of another room; the message says which only where the code was right."""


def new_code(room: str, at: datetime | None = None) -> str:
    """Make a one-time code for the kiosk of a room, such as `K7QX-2M9P`; the database is open."""
    at = at or utc_now()
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(8))
    with writing():
        EnrolCode.create(code_hash=_hash(letters), room=room, created_at=at, expires_at=at + CODE_LIVES)
        audit.append("admin", "enrol_code_made", room, None, at)
    return f"{letters[:4]}-{letters[4:]}"


def enrol(code: str, name: str, room: str, at: datetime) -> Enrolment:
    """Trade a code for a token.

    Raises:
        CodeRefused: the code is not good for this kiosk.
    """
    with writing():
        found = EnrolCode.get_or_none(EnrolCode.code_hash == _hash(_normal(code)))
        if found is None or found.used_at is not None or found.expires_at <= at:
            raise CodeRefused("this code is wrong, used or expired; ask for a new one")
        if found.room != room:
            raise CodeRefused(f"this code is for room {found.room}, and this kiosk stands in {room}")
        kiosk_id, token = new_id(), secrets.token_urlsafe(32)
        called = clean_text(name, 100) or room
        Kiosk.create(kiosk_id=kiosk_id, name=called, room=room, token_hash=_hash(token), enrolled_at=at)
        EnrolCode.update(used_at=at, kiosk_id=kiosk_id).where(EnrolCode.code_hash == found.code_hash).execute()
        audit.append("node", "kiosk_enrolled", kiosk_id, {"name": called, "room": room}, at)
    return Enrolment(kiosk_id=kiosk_id, token=token, name=called, room=room, badge_key=badges.key())


def revoke(room: str, at: datetime | None = None) -> int:
    """Refuse the kiosks of a room from now on, as when one was stolen; return how many. A new code enrols anew."""
    at = at or utc_now()
    with writing():
        known = list(Kiosk.select().where(Kiosk.room == room, Kiosk.revoked_at.is_null()))
        for kiosk in known:
            Kiosk.update(revoked_at=at).where(Kiosk.kiosk_id == kiosk.kiosk_id).execute()
            audit.append("admin", "kiosk_revoked", kiosk.kiosk_id, {"room": room}, at)
    return len(known)


def kiosk_of_token(token: str) -> Kiosk | None:
    """Return the enrolled kiosk that shows this token; None where there is none, or it was revoked."""
    return Kiosk.get_or_none((Kiosk.token_hash == _hash(token)) & Kiosk.revoked_at.is_null())


def _normal(code: str) -> str:
    return "".join(character for character in code.upper() if character.isalnum())


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
