"""The DICOM listener: C-ECHO, C-STORE and MPPS as SCP on one port, on pynetdicom.

It knows no database: what comes in goes to an `Inbox` as records, and is answered once the inbox returns. Any
called AE title is accepted; who may call is the inbox's say. Storage commitment is not offered: by it a modality
may delete its images, and they are not kept here.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from typing import NamedTuple, Protocol
from zoneinfo import ZoneInfo

from pydicom.dataset import Dataset
from pynetdicom import AE, evt
from pynetdicom.association import Association
from pynetdicom.events import Event, EventHandlerType
from pynetdicom.pdu import P_DATA_TF

from iqs_tui.clock import Clock, utc_now
from iqs_tui.dicom import transport
from iqs_tui.dicom.associations import AssociationLog, Associations, Line
from iqs_tui.dicom.contexts import MPPS, offered_contexts
from iqs_tui.dicom.intake import Intake, Misbehaviour, PixelBudget
from iqs_tui.dicom.reading import ReadingContext, uid
from iqs_tui.dicom.steps import PROCESSING_FAILURE, StepInbox, StepKeeper
from iqs_tui.dicom.storing import (
    OUT_OF_RESOURCES,
    SUCCESS,
    Arrival,
    ObjectInbox,
    ObjectStore,
    answer,
    note_refusal,
)
from iqs_tui.domain.no_patient import NOBODY, NoPatient
from iqs_tui.domain.records import Refusal, Sender
from iqs_tui.domain.text import clean_text
from iqs_tui.faults import whereabouts

log = logging.getLogger(__name__)

REJECTED_PERMANENT, REJECTED_TRANSIENT = 1, 2
CALLING_AE_NOT_RECOGNISED = (REJECTED_PERMANENT, 1, 3)
TEMPORARY_CONGESTION = (REJECTED_TRANSIENT, 3, 1)
LOCAL_LIMIT_EXCEEDED = (REJECTED_TRANSIENT, 3, 2)
"""Result, source and diagnostic of an A-ASSOCIATE-RJ (PS3.8 table 9-21)."""

NO_SUCH_SOP_CLASS = 0x0118

StepAction = Callable[[str, Dataset, Sender, ReadingContext], Dataset]

_LOOK_ROUND_S = 0.25
_SILENT_S = 0.5
_LEAVE_S = transport.GREETING_S + 1
_PIXEL_BYTES = 256 * 1024**2
"""What the pixels of all associations together may take of the memory: a dozen radiographs at once."""
_MAX_UNANSWERED = 4
"""Without asynchronous operations (never granted) a caller waits for each answer (PS3.7 D.3.3.3)."""


class Inbox(ObjectInbox, StepInbox, AssociationLog, Protocol):
    """Where everything goes that the listener hears. Called from many threads, one per association.

    A method returns when the record is safe (committed); an exception is answered as "out of resources".
    """

    def sender(self, ae_title: str, host: str) -> Sender | None:
        """Return who calls, or None where this caller may not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerSettings:
    """How the listener listens."""

    ae_title: str
    host: str
    port: int
    """0 picks a free one."""
    max_associations: int
    network_timeout_s: float
    """An association that says nothing for so long is aborted."""
    max_object_bytes: int
    max_picture_bytes: int = 0
    """Of a projection image whose pixels are kept for a picture; 0: of none."""
    zone: ZoneInfo
    """Of DICOM times without an offset."""
    patient_key: bytes
    """Key of the hash that stands for Patient ID."""
    no_patient: NoPatient = NOBODY
    """Who is no patient at this site."""


class Message(NamedTuple):
    """An N-CREATE or N-SET request: what it is about, and its attributes, which may not be readable."""

    sop_class_uid: str | None
    uid: str | None
    attributes: Callable[[], Dataset]


class Listener:
    """Listens from `start` to `stop`; each association runs in threads of its own."""

    def __init__(self, settings: ListenerSettings, inbox: Inbox, clock: Clock = utc_now) -> None:
        self._settings = settings
        self._inbox = inbox
        self._associations = Associations(inbox, clock, settings.max_associations)
        self._objects = ObjectStore(inbox, settings.max_picture_bytes)
        self._pixels = PixelBudget(max(_PIXEL_BYTES, 2 * settings.max_picture_bytes))
        self._steps = StepKeeper(inbox)
        self._server: transport.ModalityServer | None = None
        self._thread: Thread | None = None

    @property
    def is_listening(self) -> bool:
        """Whether new associations are accepted."""
        return self._thread is not None and self._thread.is_alive()

    def start(self) -> int:
        """Listen; returns the port.

        Raises:
            OSError: the port is taken, or may not be used.
        """
        self._server = self._entity().make_server(
            (self._settings.host, self._settings.port),
            contexts=offered_contexts(),
            evt_handlers=self._handlers(),
            server_class=transport.ModalityServer,
            request_handler=transport.ModalityRequestHandler,
        )
        self._server.max_connections = 2 * self._settings.max_associations + 16
        self._server.look_round = self._associations.sweep
        self._thread = Thread(
            target=self._server.serve_forever, args=(_LOOK_ROUND_S,), name="dicom-listener", daemon=True
        )
        self._thread.start()
        return int(self._server.server_address[1])

    def stop(self, grace_s: float) -> None:
        """Stop accepting; who is sending may go on for `grace_s` seconds, then all associations are aborted."""
        server, thread = self._server, self._thread
        if server is None or thread is None:
            return
        server.shutdown()
        thread.join()
        deadline = time.monotonic() + grace_s
        while running := server.active_associations:
            now = time.monotonic()
            if now > deadline + _LEAVE_S:
                log.warning("%d associations did not end", len(running))
                break
            for association in running:
                if now > deadline or not self._is_receiving(association):
                    transport.hang_up(association)
            time.sleep(0.02)
        self._associations.sweep()
        self._server = self._thread = None

    def _entity(self) -> AE:
        entity = AE(ae_title=self._settings.ae_title)
        entity.maximum_pdu_size = transport.MAX_PDU_LENGTH
        entity.acse_timeout = transport.GREETING_S
        entity.network_timeout = self._settings.network_timeout_s
        # Ours is the limit that counts: pynetdicom's also counts callers that only connected, who so lock out others.
        entity.maximum_associations = 10_000
        return entity

    def _handlers(self) -> list[EventHandlerType]:
        return [
            (evt.EVT_REQUESTED, self._on_requested),
            (evt.EVT_ACCEPTED, lambda event: self._associations.opened(event.assoc)),
            (evt.EVT_RELEASED, lambda event: self._associations.closed(event.assoc)),
            (evt.EVT_ABORTED, lambda event: self._associations.closed(event.assoc)),
            (evt.EVT_PDU_RECV, self._on_pdu),
            (evt.EVT_C_STORE, self._on_store),
            (evt.EVT_N_CREATE, self._on_create),
            (evt.EVT_N_SET, self._on_set),
        ]

    def _on_requested(self, event: Event) -> None:
        """Let a caller in, or reject the association."""
        association = event.assoc
        refusal = self._admit(association)
        if refusal is not None:
            association.acse.send_reject(*refusal)
            association.kill()  # returns once the rejection is on its way

    def _admit(self, association: Association) -> tuple[int, int, int] | None:
        """Take the caller in; or return why not, as result, source and diagnostic."""
        ae_title = clean_text(association.requestor.primitive.calling_ae_title, 16) or ""
        host = association.requestor.address
        try:
            sender = self._inbox.sender(ae_title, host)
        except Exception:
            log.exception("a caller could not be looked up")
            return TEMPORARY_CONGESTION
        if sender is None:
            log.warning("rejected %s at %s: not a registered modality", ae_title, host)
            return CALLING_AE_NOT_RECOGNISED
        intake = Intake(
            self._settings.max_object_bytes,
            lambda: _sop_classes(association),
            self._settings.max_picture_bytes,
            self._pixels,
        )
        sender = replace(sender, called_ae_title=clean_text(association.requestor.primitive.called_ae_title, 16))
        if not self._associations.admit(Line(association, sender, intake)):
            log.warning("rejected %s at %s: too many associations", ae_title, host)
            return LOCAL_LIMIT_EXCEEDED
        return None

    def _on_pdu(self, event: Event) -> None:
        """Weigh what comes in; cut off who sends too much."""
        line = self._associations.find(event.assoc)
        if line is None or not isinstance(event.pdu, P_DATA_TF):
            return
        try:
            line.intake.take(event.pdu)
            if event.assoc.dimse.msg_queue.qsize() > _MAX_UNANSWERED:
                raise Misbehaviour("caller does not wait for answers")
        except Misbehaviour as reason:
            self._cut_off(line, str(reason))

    def _cut_off(self, line: Line, reason: str) -> None:
        command = getattr(line.association.dimse.message, "command_set", None) or Dataset()
        refusal = Refusal(
            status=OUT_OF_RESOURCES,
            reason=reason,
            sop_class_uid=uid(command, "AffectedSOPClassUID"),
            sop_instance_uid=uid(command, "AffectedSOPInstanceUID"),
            size_bytes=line.intake.object_bytes,
        )
        line.last_words = partial(note_refusal, self._inbox, refusal, line.sender)
        transport.hang_up(line.association)

    def _on_store(self, event: Event) -> Dataset:
        line = self._associations.find(event.assoc)
        if line is None:
            return answer(OUT_OF_RESOURCES, "association is over")
        try:
            with line.at_work():
                arrival = _arrival(event, line.intake)
                response = self._objects.take(arrival, line.sender, self._context(line.sender))
        except Exception as error:  # noqa: BLE001 (the border; logged without values)
            log.error("a C-STORE failed: %s", whereabouts(error))
            return answer(OUT_OF_RESOURCES, "processing failure")
        finally:
            line.intake.done()
        line.n_objects += response.Status == SUCCESS
        return response

    def _on_create(self, event: Event) -> tuple[Dataset, None]:
        request = event.request
        step = Message(request.AffectedSOPClassUID, request.AffectedSOPInstanceUID, lambda: event.attribute_list)
        return self._on_step(event, step, self._steps.create), None

    def _on_set(self, event: Event) -> tuple[Dataset, None]:
        request = event.request
        step = Message(request.RequestedSOPClassUID, request.RequestedSOPInstanceUID, lambda: event.modification_list)
        return self._on_step(event, step, self._steps.change), None

    def _on_step(self, event: Event, step: Message, act: StepAction) -> Dataset:
        line = self._associations.find(event.assoc)
        if line is None:
            return answer(PROCESSING_FAILURE, "association is over")
        if step.sop_class_uid != MPPS:
            return answer(NO_SUCH_SOP_CLASS)
        try:
            with line.at_work():
                return act(str(step.uid or ""), step.attributes(), line.sender, self._context(line.sender))
        except Exception as error:  # noqa: BLE001 (the border; logged without values)
            log.error("a procedure step message failed: %s", whereabouts(error))
            return answer(PROCESSING_FAILURE, "processing failure")

    def _context(self, sender: Sender) -> ReadingContext:
        return ReadingContext(
            zone=self._settings.zone,
            patient_key=self._settings.patient_key,
            ae_title=sender.ae_title,
            called_ae_title=sender.called_ae_title,
            rules=sender.rules,
            no_patient=self._settings.no_patient,
        )

    def _is_receiving(self, association: Association) -> bool:
        """Whether an object is coming in or being written, the last came in just now, or the goodbye is going out."""
        line = self._associations.find(association)
        if line is None:
            return association.is_released
        silent_s = time.monotonic() - transport.last_read_at(association)
        return line.is_at_work or association.dimse.message is not None or silent_s < _SILENT_S


def _sop_classes(association: Association) -> dict[int, str]:
    return {context.context_id or 0: str(context.abstract_syntax) for context in association.accepted_contexts}


def _arrival(event: Event, intake: Intake) -> Arrival:
    request = event.request
    return Arrival(
        command_class_uid=str(request.AffectedSOPClassUID),
        command_instance_uid=str(request.AffectedSOPInstanceUID),
        context_class_uid=str(event.context.abstract_syntax),
        transfer_syntax_uid=str(event.context.transfer_syntax),
        data=request.DataSet,
        size_bytes=intake.object_bytes,
        cut=intake.cut,
    )
