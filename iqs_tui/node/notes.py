"""The node as author of rejection notes: one of them per answered reject, sent to the PACS."""

import logging
import threading
from datetime import timedelta

from peewee import PeeweeException

from iqs_tui.clock import Clock, utc_now
from iqs_tui.config import Config
from iqs_tui.dicom.note_writing import COPIED, CannotWrite, write_note
from iqs_tui.dicom.pacs import Pacs, PacsError, StudyUnknown, find_study, store_document
from iqs_tui.domain.note_writing import Note
from iqs_tui.store import outbox, outgoing_notes
from iqs_tui.store.database import close_connection

_log = logging.getLogger(__name__)
_LOOK_S = 5.0
_REST_S = 60.0
"""Where the PACS was away."""


class NoteLoop:
    """A thread of its own: a PACS may hang, and nothing else may wait for it."""

    def __init__(self, config: Config) -> None:
        self._writer = NoteWriter(config)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="notes", daemon=True)

    def start(self) -> None:
        """Begin, unless no room asks for notes, or no PACS is configured."""
        if self._writer.is_on:
            self._thread.start()

    def stop(self) -> None:
        """End; a note that is just being sent is sent again after the next start, under the same UID."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join(timeout=5)

    def _run(self) -> None:
        wait = 0.0
        while not self._ended.wait(wait):
            try:
                wait = _LOOK_S if self._writer.write_due() else _REST_S
            except PeeweeException as error:
                _log.warning("database: %s", error)
                wait = _REST_S
            except Exception:  # noqa: BLE001 (the border of the thread: one note must not end the writing of others)
                _log.exception("a rejection note could not be written")
                wait = _REST_S
        close_connection()


class NoteWriter:
    """Writes what is due."""

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

    def write_due(self) -> bool:
        """Write and send all that is due; return whether the PACS was there: one that is away is asked once."""
        outgoing_notes.plan(self._rooms, self._delay, self._clock())
        for case_id in outgoing_notes.due(self._clock()):
            note = outgoing_notes.note_of(case_id, self._clock())
            if note is not None and not self._send(case_id, note):
                return False
        return True

    def _send(self, case_id: str, note: Note) -> bool:
        """Send one note; return whether it makes sense to go on with the next."""
        try:
            study = find_study(self._pacs, note.study_uid, COPIED)
            document = write_note(note, study, self._clock().astimezone(self._zone), kiosk=outbox.epoch())
            store_document(self._pacs, document)
        except (PacsError, CannotWrite) as error:
            _log.warning("a rejection note could not be sent: %s", error)
            outgoing_notes.failed(case_id, str(error), self._clock())
            return isinstance(error, (StudyUnknown, CannotWrite))
        outgoing_notes.sent(case_id, self._clock())
        return True
