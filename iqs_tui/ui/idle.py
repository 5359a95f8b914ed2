"""When nobody is at the face: dim the screen, and sign out after a countdown."""

from dataclasses import dataclass
from datetime import datetime, timedelta

COUNTDOWN = timedelta(seconds=15)
"""How long the sign-out is announced; any key cancels it."""


@dataclass(slots=True)
class IdleWatch:
    """Counts since the last input. Times of 0 minutes mean never."""

    dim_after: timedelta
    logout_after: timedelta
    last_input: datetime

    def touch(self, now: datetime) -> None:
        """Somebody is here."""
        self.last_input = now

    def is_dim(self, now: datetime) -> bool:
        """Say whether the screen is to be dim."""
        return bool(self.dim_after) and now - self.last_input >= self.dim_after

    def seconds_to_logout(self, now: datetime) -> int | None:
        """Return the seconds left of the countdown; None before it, 0 when the time has come."""
        if not self.logout_after:
            return None
        left = self.last_input + self.logout_after - now
        if left > COUNTDOWN:
            return None
        return max(0, -int(-left.total_seconds() // 1))
