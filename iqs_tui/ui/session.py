"""Who sits at the face, and what they last did that can still be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iqs_tui.ui.dose_choice import Chosen

ROOM = "room"
"""Who answered, where nobody was signed in."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The person at the face."""

    user_id: str
    name: str
    initials: str
    role: str


@dataclass(frozen=True, slots=True)
class LastAnswer:
    """The answer that can be taken back until `until`."""

    case_id: str
    label: str
    until: datetime


@dataclass(slots=True)
class Session:
    """What the face remembers between screens. Gone when it ends: nothing of it is kept."""

    user: SignedIn | None = None
    last_answer: LastAnswer | None = None
    as_room: bool = False
    """Somebody chose to answer in the name of the room, whatever the DICOM header proposes."""
    dose_choice: Chosen | None = None
    """Of what the dose screens show figures; None: what they start with."""

    @property
    def actor(self) -> str:
        """The name under which something done now is kept."""
        return self.user.user_id if self.user else ROOM

    def undoable(self, now: datetime) -> LastAnswer | None:
        """Return the answer that can still be taken back."""
        if self.last_answer is not None and now >= self.last_answer.until:
            self.last_answer = None
        return self.last_answer
