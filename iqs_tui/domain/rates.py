"""A rate is only shown with its interval, and not at all where it rests on too little."""

from math import sqrt

MIN_FOR_RATE = 50
"""Below this many, only the counts are shown: 2 of 25 is anything from 2 to 25 %."""
_Z_95 = 1.959964


def wilson(part: int, whole: int) -> tuple[float, float]:
    """Return the 95 % interval of a proportion (Wilson 1927), as fractions.

    Raises:
        ValueError: `whole` is not positive, or `part` not within it.
    """
    if whole <= 0 or not 0 <= part <= whole:
        raise ValueError(f"{part} of {whole} is no proportion")
    z2 = _Z_95 * _Z_95
    middle = (part + z2 / 2) / (whole + z2)
    half = _Z_95 / (whole + z2) * sqrt(part * (whole - part) / whole + z2 / 4)
    return max(0.0, middle - half), min(1.0, middle + half)
