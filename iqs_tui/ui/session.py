"""Who sits at the face, and what they last did that can still be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from iqs_tui.ui.bin_choice import Chosen as BinChosen
    from iqs_tui.ui.dose_choice import Chosen
    from iqs_tui.ui.reject_choice import Chosen as RejectChosen

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
    """The answer, or another deed, that can be taken back until `until`."""

    case_id: str
    label: str
    until: datetime
    take_back: Callable[[str, datetime], object] | None = None
    """What undoes it, by whom and when; None: it is an answer, and its case is asked about again."""


@dataclass(slots=True)
class Session:
    """What the face remembers between screens. Gone when it ends: nothing of it is kept."""

    user: SignedIn | None = None
    last_answer: LastAnswer | None = None
    as_room: bool = False
    """Somebody chose to answer in the name of the room, whatever the DICOM header proposes."""
    dose_choice: Chosen | None = None
    """Of what the dose screens show figures; None: what they start with."""
    bin_choice: BinChosen | None = None
    """Which cases the blauwe ton shows; None: what it starts with."""
    reject_choice: RejectChosen | None = None
    """Of what the reject analysis is; None: what it starts with."""
    picked: list[str] = field(default_factory=list)
    """Cases that were picked for a lesson, in the order of picking."""

    @property
    def actor(self) -> str:
        """The name under which something done now is kept."""
        return self.user.user_id if self.user else ROOM

    def undoable(self, now: datetime) -> LastAnswer | None:
        """Return the answer that can still be taken back."""
        if self.last_answer is not None and now >= self.last_answer.until:
            self.last_answer = None
        return self.last_answer
