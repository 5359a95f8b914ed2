"""What people call an exposure: the protocol as the console names it, with the view and the side where they lack."""

SIDES = frozenset({"L", "R", "B"})
_SAID = {"L": {"l", "li", "links", "left"}, "R": {"r", "re", "rechts", "right"}, "B": {"b", "beide", "both"}}


def exposure_name(
    procedure: str | None, protocol: str | None, view: str | None, laterality: str | None
) -> str | None:
    """Return "Knie lateraal R"; None where nothing names it.

    View is View Position (0018,5101) or the meaning of the view code; a side that is unpaired (U) is not named.
    """
    base = protocol or procedure
    parts = [base] if base else []
    words = {word.casefold() for word in (base or "").replace("-", " ").split()}
    if view and view.casefold() not in words and view.casefold() not in (base or "").casefold():
        parts.append(view)
        words |= {word.casefold() for word in view.split()}
    if laterality in SIDES and not words & _SAID[laterality]:
        parts.append(laterality)
    return " ".join(parts) or None
