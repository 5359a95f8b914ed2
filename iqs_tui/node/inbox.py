"""What the listener hears, written down: one committed transaction per message."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from peewee import PeeweeException

from iqs_tui.clock import Clock, utc_now
from iqs_tui.config import Config
from iqs_tui.domain.pictures import PictureSource
from iqs_tui.domain.records import DoseReport, Instance, ProcedureStep, Refusal, RejectionNote, Sender
from iqs_tui.domain.retake_rules import RetakeRules
from iqs_tui.domain.text import clean_text
from iqs_tui.node.rules import retake_rules, room_rules
from iqs_tui.store import pictures, receiving
from iqs_tui.store.database import close_connection

_log = logging.getLogger(__name__)


class Inbox:
    """The node's end of the DICOM listener (`dicom.listener.Inbox`). Called from many threads."""

    def __init__(self, config: Config, clock: Clock = utc_now, on_picture: Callable[[], None] = lambda: None) -> None:
        """Call `on_picture` whenever an image came of which a picture can be made."""
        self._config = config
        self._clock = clock
        self._rules: dict[str, RetakeRules] = {}
        self._here = threading.local()
        self._on_picture = on_picture
        self._is_writing_pictures = True

    def sender(self, ae_title: str, host: str) -> Sender | None:
        """Say who calls: a registered modality, else "onbekend"; None in strict mode, where the unknown are refused."""
        modality = self._config.modality(ae_title, host)
        name = clean_text(ae_title, 16) or "-"
        room = modality.room if modality is not None else self._config.kiosk.room
        rules = room_rules(self._config, room)
        if modality is not None:
            return Sender(ae_title=name, host=host, room=room, modality=modality.kind, rules=rules)
        stranger = Sender(ae_title=name, host=host, room=room, is_known=False, rules=rules)
        if not self._config.listener.strict:
            return stranger
        receiving.refuse_peer(stranger, self._clock())
        close_connection()
        return None

    def association_opened(self, sender: Sender, at: datetime) -> int:
        """Keep that a modality connected."""
        self._here.device = None
        return receiving.open_association(sender, at)

    def association_closed(self, token: int, at: datetime, n_objects: int) -> None:
        """Keep that it left; the thread's connection to the database goes with it."""
        device = getattr(self._here, "device", None)
        receiving.close_association(token, at, n_objects, device)
        close_connection()

    def instance(self, record: Instance, sender: Sender, source: PictureSource | None = None) -> None:
        """Keep an image's header, then what its picture can be made of: that may be lost, the record may not."""
        self._here.device = record.device.key
        receiving.record_instance(record, sender, self._clock(), self._rules_of(sender))
        if source is None:
            return
        try:
            why = pictures.take_in(record.sop_instance_uid, sender.room, source, self._clock())
        except (OSError, PeeweeException) as error:
            _log.warning("no picture of %s: %s", record.sop_instance_uid, error)
            return
        self._tell_of_writing(why is None)
        self._on_picture()

    def dose_report(self, record: DoseReport, sender: Sender) -> None:
        """Keep a dose report."""
        self._here.device = record.device.key
        receiving.record_dose_report(record, sender, self._clock(), self._rules_of(sender))

    def rejection_note(self, record: RejectionNote, sender: Sender) -> None:
        """Keep a rejection note."""
        receiving.record_rejection_note(record, sender, self._clock(), self._rules_of(sender))

    def procedure_step(self, record: ProcedureStep, sender: Sender) -> None:
        """Keep a procedure step. It names its station, not the device, so its association speaks by AE title."""
        receiving.record_step(record, sender, self._clock(), self._rules_of(sender))

    def refused(self, refusal: Refusal, sender: Sender) -> None:
        """Keep that an object was refused, and why."""
        receiving.record_refusal(refusal, sender, self._clock())

    def _tell_of_writing(self, is_writing: bool) -> None:
        """Log once that pictures cannot be written, and that they can again."""
        if is_writing != self._is_writing_pictures:
            self._is_writing_pictures = is_writing
            _log.warning("images for pictures %s be written to disk", "can again" if is_writing else "cannot")

    def _rules_of(self, sender: Sender) -> RetakeRules:
        if sender.room not in self._rules:
            self._rules[sender.room] = retake_rules(self._config, sender.room)
        return self._rules[sender.room]


Progress = Callable[[int, int | None, str | None], None]
"""Tell how far a job is: done, total, what."""
