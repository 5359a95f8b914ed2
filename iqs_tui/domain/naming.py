"""What people call an exposure: the protocol as the console names it, with the side where that lacks."""

SIDES = frozenset({"L", "R", "B"})
_SAID = {"L": {"l", "li", "links", "left"}, "R": {"r", "re", "rechts", "right"}, "B": {"b", "beide", "both"}}


def exposure_name(procedure: str | None, protocol: str | None, view: str | None, laterality: str | None) -> str | None:
    """Return "Knie lateraal R"; None where nothing names it.

    The protocol of a console names the view already; the procedure does not, so there the view (View Position
    (0018,5101) or the meaning of its code) comes after it. A side that is unpaired (U) is not named.
    """
    parts = [protocol] if protocol else [part for part in (procedure, view) if part]
    words = {word.casefold() for part in parts for word in part.replace("-", " ").split()}
    if parts and laterality in SIDES and not words & _SAID[laterality]:
        parts.append(laterality)
    return " ".join(parts) or None
