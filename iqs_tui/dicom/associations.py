"""Who is connected: admits callers, and leaves an evidence row of each association.

Each `association_opened` of the inbox is followed by one `association_closed`, however the association ends.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from pynetdicom.association import Association

from iqs_tui.clock import Clock
from iqs_tui.dicom.intake import Intake
from iqs_tui.domain.records import Sender

log = logging.getLogger(__name__)


class AssociationLog(Protocol):
    """Where associations are written down."""

    def association_opened(self, sender: Sender, at: datetime) -> int:
        """Write down that an association was accepted; returns what names it when it closes."""
        ...

    def association_closed(self, token: int, at: datetime, n_objects: int) -> None:
        """Write down that it ended, and how many objects were taken in over it."""
        ...


@dataclass(eq=False, slots=True)
class Line:
    """One association that was admitted."""

    association: Association
    sender: Sender
    intake: Intake
    token: int | None = None
    n_objects: int = 0
    last_words: Callable[[], None] | None = None
    """Written when it ends: by its own thread, which has a connection to the database, not by the socket's."""
    is_at_work: bool = False
    """Whether a message is being read and written."""

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Mark that a message is being read and written."""
        self.is_at_work = True
        try:
            yield
        finally:
            self.is_at_work = False


class Associations:
    """The associations that run now; safe to use from every thread."""

    def __init__(self, evidence: AssociationLog, clock: Clock, limit: int) -> None:
        self._evidence = evidence
        self._clock = clock
        self._limit = limit
        self._lines: dict[Association, Line] = {}
        self._lock = threading.Lock()

    def admit(self, line: Line) -> bool:
        """Take a caller in, unless enough associations run; callers that only connected do not count."""
        with self._lock:
            if len(self._lines) >= self._limit:
                return False
            self._lines[line.association] = line
            return True

    def find(self, association: Association) -> Line | None:
        """Return the line of an association, or None where it was not admitted or is over."""
        return self._lines.get(association)

    def running(self) -> list[Line]:
        """Return all lines."""
        with self._lock:
            return list(self._lines.values())

    def opened(self, association: Association) -> None:
        """Write down the start of an association; failing to must not stop it."""
        line = self._lines.get(association)
        if line is None:
            return
        try:
            line.token = self._evidence.association_opened(line.sender, self._clock())
        except Exception:
            log.exception("an association could not be written down")

    def closed(self, association: Association) -> None:
        """Write down the end of an association, once; failing to must not stop anything."""
        with self._lock:
            line = self._lines.pop(association, None)
        if line is None:
            return
        line.intake.done()
        if line.last_words is not None:
            line.last_words()
        if line.token is None:
            return
        try:
            self._evidence.association_closed(line.token, self._clock(), line.n_objects)
        except Exception:
            log.exception("the end of an association could not be written down")

    def sweep(self) -> None:
        """Close those that ended without an event: a caller that broke the protocol, a lost state machine."""
        for line in self.running():
            if line.association.ident is not None and not line.association.is_alive():
                self.closed(line.association)
