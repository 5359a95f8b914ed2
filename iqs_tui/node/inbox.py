"""What the listener hears, written down: one committed transaction per message."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from iqs_tui.clock import Clock, utc_now
from iqs_tui.config import Config
from iqs_tui.domain.records import DoseReport, Instance, ProcedureStep, Refusal, RejectionNote, Sender
from iqs_tui.domain.same_view import SameViewRules
from iqs_tui.domain.text import clean_text
from iqs_tui.store import receiving
from iqs_tui.store.database import close_connection


class Inbox:
    """The node's end of the DICOM listener (`dicom.listener.Inbox`). Called from many threads."""

    def __init__(self, config: Config, clock: Clock = utc_now) -> None:
        self._config = config
        self._clock = clock
        self._rules = SameViewRules(
            min_gap=timedelta(seconds=config.retakes.same_view_min_seconds),
            max_gap=timedelta(minutes=config.retakes.same_view_max_minutes),
            serial_protocols=config.retakes.serial_protocols,
        )
        self._here = threading.local()

    def sender(self, ae_title: str, host: str) -> Sender | None:
        """Say who calls: a registered modality, else "onbekend"; None in strict mode, where the unknown are refused."""
        modality = self._config.modality(ae_title, host)
        name = clean_text(ae_title, 16) or "-"
        if modality is not None:
            return Sender(ae_title=name, host=host, room=modality.room, modality=modality.kind)
        stranger = Sender(ae_title=name, host=host, room=self._config.kiosk.room, is_known=False)
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

    def instance(self, record: Instance, sender: Sender) -> None:
        """Keep an image's header."""
        self._here.device = record.device.key
        receiving.record_instance(record, sender, self._clock(), self._rules)

    def dose_report(self, record: DoseReport, sender: Sender) -> None:
        """Keep a dose report."""
        self._here.device = record.device.key
        receiving.record_dose_report(record, sender, self._clock(), self._rules)

    def rejection_note(self, record: RejectionNote, sender: Sender) -> None:
        """Keep a rejection note."""
        receiving.record_rejection_note(record, sender, self._clock())

    def procedure_step(self, record: ProcedureStep, sender: Sender) -> None:
        """Keep a procedure step. It names its station, not the device, so its association speaks by AE title."""
        receiving.record_step(record, sender, self._clock())

    def refused(self, refusal: Refusal, sender: Sender) -> None:
        """Keep that an object was refused, and why."""
        receiving.record_refusal(refusal, sender, self._clock())


Progress = Callable[[int, int | None, str | None], None]
"""Tell how far a job is: done, total, what."""
