"""Text from outside, made safe to store and to show.

A name in a DICOM header reaches a terminal, on the kiosk and over SSH. Whatever could steer a terminal or turn
the reading direction is taken out at the door.
"""

import unicodedata

_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\t\n\r\v\f\x85\u2028\u2029")


def clean_text(raw: object, max_length: int = 256) -> str | None:
    """Return `raw` as one printable line, or None when nothing is left.

    Control characters (C0, C1), escape sequences' ESC, bidirectional marks, surrogates, private-use and unassigned
    code points are dropped; line breaks and tabs become one space; the rest is NFC and at most `max_length` long.
    """
    if raw is None:
        return None
    words = str(raw)
    if not (words.isascii() and words.isprintable()):  # nearly all are, and they are many in a burst
        kept = (" " if c in _BREAKS else c for c in words if c in _BREAKS or _is_printable(c))
        words = unicodedata.normalize("NFC", "".join(kept))
    return " ".join(words.split())[:max_length].rstrip() or None


def _is_printable(character: str) -> bool:
    return character not in _BIDI and unicodedata.category(character) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def clean_person_name(raw: object) -> str | None:
    """Return a DICOM person name (PS3.5 6.2: family^given^middle^prefix^suffix) as people write it: "J. de Vries".

    Only the first (alphabetic) component group counts; a name without carets is returned as it stands. A prefix in
    small letters is a tussenvoegsel and belongs to the family name, wherever the maker put it: "Vries^J.^^de".
    """
    text = clean_text(raw)
    if text is None:
        return None
    parts = [part.strip() for part in text.split("=")[0].split("^")]
    if len(parts) == 1:
        return parts[0] or None
    family, given, middle, prefix, suffix = (parts + [""] * 5)[:5]
    if prefix.islower():
        prefix, family = "", f"{prefix} {family}"
    return " ".join(part for part in (prefix, given, middle, family.strip(), suffix) if part) or None
