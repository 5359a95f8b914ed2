"""What the answers to earlier same-view questions of a protocol say of the next one.

Where most were dismissed with one kind of "geen afkeur", that is offered first; where the last so many were all
dismissed, the question is no longer asked. Answers grow old, so that after a while it is asked again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

REMEMBERED = timedelta(days=365)
FEWEST = 3
"""Answers before there is a habit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Habit:
    """What is usual for a protocol."""

    likely: str | None = None
    """The kind of "geen afkeur" that most answers were."""
    is_silent: bool = False
    """The question is no longer asked."""


def habit_of(answers: Sequence[str | None], silent_after: int) -> Habit:
    """Return the habit that answers show.

    Args:
        answers: newest first, within `REMEMBERED`: the kind of "geen afkeur", or None where it was a repeat.
        silent_after: so many dismissed in a row end the asking; 0: never.
    """
    newest = answers[:silent_after]
    is_silent = 0 < silent_after == len(newest) and all(newest)
    likely = None
    if len(answers) >= FEWEST:
        kind, n = min(Counter(answers).items(), key=lambda each: (-each[1], each[0] or ""))
        likely = kind if 2 * n > len(answers) else None
    return Habit(likely=likely, is_silent=is_silent)
