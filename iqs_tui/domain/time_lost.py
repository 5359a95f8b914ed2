"""What a reject costs in time: until the accepted exposure of the same view that followed it."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta

MAX_GAP = timedelta(minutes=15)
"""What follows later is another attempt than the retake (facts on rejects, 3.2: the window of the same view)."""


def gap_s(rejected_at: datetime, accepted_at: Sequence[datetime]) -> float | None:
    """Return the seconds to the first accepted exposure after a reject; None where none followed in time.

    Args:
        rejected_at: when the reject was made.
        accepted_at: when the accepted ones of the same study and view were made, in ascending order.
    """
    place = bisect_right(accepted_at, rejected_at)
    if place == len(accepted_at) or accepted_at[place] - rejected_at > MAX_GAP:
        return None
    return (accepted_at[place] - rejected_at).total_seconds()
