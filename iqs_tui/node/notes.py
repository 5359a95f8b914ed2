"""The node as author of rejection notes: one of them per answered reject, sent to the PACS."""

import logging
from datetime import timedelta

from iqs_tui.clock import Clock, utc_now
from iqs_tui.config import Config
from iqs_tui.dicom.note_writing import COPIED, CannotWrite, write_note
from iqs_tui.dicom.pacs import Pacs, PacsError, StudyUnknown, find_study, store_document
from iqs_tui.domain.note_writing import Note
from iqs_tui.store import outgoing_notes

_log = logging.getLogger(__name__)


class NoteWriter:
    """Writes what is due; off where no room asks for it, or no PACS is configured."""

    def __init__(self, config: Config, clock: Clock = utc_now) -> None:
        self._clock = clock
        self._zone = config.site.zone
        self._delay = timedelta(minutes=config.retakes.note_delay_minutes)
        self._rooms = {room.id for room in config.rooms if room.retakes.write_notes}
        self._pacs = Pacs(config.pacs.ae_title, config.pacs.host, config.pacs.port, config.listener.ae_title)

    @property
    def is_on(self) -> bool:
        """Whether there is a room that wants notes, and a PACS to send them to."""
        return bool(self._rooms and self._pacs.host)

    def write_due(self) -> None:
        """Write and send all that is due; a PACS that is away is asked once."""
        if not self.is_on:
            return
        outgoing_notes.plan(self._rooms, self._delay, self._clock())
        for case_id in outgoing_notes.due(self._clock()):
            note = outgoing_notes.note_of(case_id, self._clock())
            if note is not None and not self._send(case_id, note):
                break

    def _send(self, case_id: str, note: Note) -> bool:
        """Send one note; return whether it makes sense to go on with the next."""
        try:
            study = find_study(self._pacs, note.study_uid, COPIED)
            store_document(self._pacs, write_note(note, study, self._clock().astimezone(self._zone)))
        except (PacsError, CannotWrite) as error:
            _log.warning("a rejection note could not be sent: %s", error)
            outgoing_notes.failed(case_id, str(error), self._clock())
            return isinstance(error, (StudyUnknown, CannotWrite))
        outgoing_notes.sent(case_id, self._clock())
        return True
