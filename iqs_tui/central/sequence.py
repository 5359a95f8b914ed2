"""What of a kiosk's sequence is there: the number up to which all is, and the gaps above it."""

from dataclasses import dataclass

from peewee import fn

from iqs_tui.store.models import Kiosk, ReceivedEvent

MAX_GAPS = 100
"""As many are named at once; the others follow when these are filled."""


@dataclass(frozen=True, slots=True)
class Sequence:
    """The state of one epoch of one kiosk."""

    acked_through: int
    highest: int
    gaps: list[tuple[int, int]]


def sequence_of(kiosk: Kiosk, epoch: str, oldest_seq: int) -> Sequence:
    """Look which numbers of this epoch are there; nothing before `oldest_seq` is missed, for the kiosk has it no more.

    Everything up to the kiosk's `acked_through` was there the last time, so only what is above is looked at.
    """
    known = kiosk.acked_through if kiosk.epoch == epoch else 0
    through = max(known, oldest_seq - 1)
    of_epoch = (ReceivedEvent.kiosk_id == kiosk.kiosk_id) & (ReceivedEvent.epoch == epoch)
    numbers = (
        ReceivedEvent.select(ReceivedEvent.seq)
        .where(of_epoch & (ReceivedEvent.seq > through))
        .order_by(ReceivedEvent.seq)
        .tuples()
    )
    gaps: list[tuple[int, int]] = []
    last = through
    for (number,) in numbers.iterator():
        if number > last + 1:
            gaps.append((last + 1, number - 1))
        elif not gaps:
            through = number
        last = number
    highest = ReceivedEvent.select(fn.MAX(ReceivedEvent.seq)).where(of_epoch).scalar() or 0
    return Sequence(through, highest, gaps[:MAX_GAPS])
