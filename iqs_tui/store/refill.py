"""Offering acknowledged events again, when the central server turns out not to have them (an old backup)."""

from iqs_tui.store.database import writing
from iqs_tui.store.models import Outbox


def oldest_seq() -> int:
    """Return the number of the oldest event that is still here; 1 where there is none."""
    return int(Outbox.select(Outbox.seq).order_by(Outbox.seq).limit(1).scalar() or 1)


def reopen(gaps: list[tuple[int, int]]) -> int:
    """Make acknowledged events in these ranges (both ends included) wait again; return how many."""
    opened = 0
    with writing():
        for first, last in gaps:
            asked = (Outbox.state == "acked") & Outbox.seq.between(first, last)
            opened += int(Outbox.update(state="pending", acked_at=None).where(asked).execute())
    return opened
