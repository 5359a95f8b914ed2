"""Badges: kept as HMAC-SHA256 under a key, so that the row alone leads nobody back to the number.

A kiosk that stands alone makes a key of its own. At enrolment it takes over the hospital's, under which the server
hands out its users; badges that were set before stay good under the earlier key.
"""

import hashlib
import hmac
import secrets

from iqs_tui.domain.text import clean_text
from iqs_tui.store import settings

MIN_LENGTH = 4
"""A shorter badge number is a slip of the reader, or somebody typing."""
_KEY, _EARLIER = "badge_key", "badge_keys_earlier"


def key() -> str:
    """Return the key in use, in hexadecimal; it is made at first use."""
    return str(settings.get_or_make(_KEY, secrets.token_hex(32)))


def adopt_key(hospital_key: str) -> None:
    """Use the hospital's key from now on; call it inside a transaction.

    Raises:
        ValueError: it is not 16 bytes or more in hexadecimal.
    """
    if len(bytes.fromhex(hospital_key)) < 16:
        raise ValueError("a badge key needs at least 16 bytes")
    own = settings.get(_KEY)
    if own and own != hospital_key:
        settings.put(_EARLIER, [own, *settings.get(_EARLIER, [])])
    settings.put(_KEY, hospital_key)


def hashes(number: str) -> list[str]:
    """Return the keyed hashes under which a badge may be kept, the one in use first; none where it is too short."""
    digits = "".join((clean_text(number) or "").split())
    if len(digits) < MIN_LENGTH:
        return []
    keys = [key(), *settings.get(_EARLIER, [])]
    return [hmac.new(bytes.fromhex(each), digits.encode(), hashlib.sha256).hexdigest() for each in keys]
