"""The pretend modality's voice: real associations, C-STORE and MPPS (pynetdicom as SCU)."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pydicom.dataset import Dataset
from pydicom.uid import (
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    KeyObjectSelectionDocumentStorage,
    XRayRadiationDoseSRStorage,
)
from pynetdicom import AE
from pynetdicom.association import Association
from pynetdicom.sop_class import ModalityPerformedProcedureStep  # type: ignore[attr-defined]

from iqs_tui.dicom.calling import CALLER
from iqs_tui.simulator.actions import Action, BeginStep, EndStep, Pause, Send
from iqs_tui.simulator.images import SENT_CLASSES
from iqs_tui.simulator.machines import Machine

_SUCCESS = 0x0000
_TIMEOUT_S = 30
_ANSWER_S = 15


class SendFailed(Exception):
    """The receiver could not be reached, or ended the association; the message is one line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to send, and as whom."""

    host: str
    port: int
    called_ae: str
    calling_ae: str | None = None
    """None: each machine under its own AE title."""


@dataclass(slots=True)
class Sent:
    """What became of the messages."""

    accepted: int = 0
    refused: int = 0


def play(
    actions: Iterable[Action],
    target: Target,
    stop: threading.Event | None = None,
    on_sent: Callable[[Sent], None] | None = None,
) -> Sent:
    """Send a scenario, one association per machine between two pauses; end early when `stop` is set.

    Raises:
        SendFailed: there is nobody there, or the association was refused or lost.
    """
    stop = stop or threading.Event()
    sent, line = Sent(), _Line(target)
    try:
        for action in actions:
            if stop.is_set():
                break
            if isinstance(action, Pause):
                line.close()
                stop.wait(action.seconds)
                continue
            accepted = line.say(action) == _SUCCESS
            sent.accepted += accepted
            sent.refused += not accepted
            if on_sent is not None:
                on_sent(sent)
    finally:
        line.close()
    return sent


class _Line:
    """At most one association at a time: opened when it is needed, for the machine that speaks."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._machine: Machine | None = None
        self._association: Association | None = None

    def say(self, action: Send | BeginStep | EndStep) -> int:
        """Send one message; return the status of its answer."""
        status = _say(self._open(action.machine), action)
        if "Status" not in status:
            raise SendFailed(f"{self._address} ended the association without an answer")
        return int(status.Status)

    def close(self) -> None:
        """End the association, if there is one."""
        if self._association is not None and self._association.is_established:
            self._association.release()
        self._machine = self._association = None

    @property
    def _address(self) -> str:
        return f"{self._target.called_ae} at {self._target.host}:{self._target.port}"

    def _open(self, machine: Machine) -> Association:
        if self._association is not None and self._machine == machine and self._association.is_established:
            return self._association
        self.close()
        association = _application(self._target.calling_ae or machine.ae_title).associate(
            self._target.host, self._target.port, ae_title=self._target.called_ae, evt_handlers=CALLER
        )
        if association.is_rejected:
            raise SendFailed(
                f"{self._address} refused the association of {self._target.calling_ae or machine.ae_title}"
            )
        if not association.is_established:
            raise SendFailed(f"{self._address} cannot be reached; is a node listening there?")
        self._machine, self._association = machine, association
        return association


def _say(association: Association, action: Send | BeginStep | EndStep) -> Dataset:
    try:
        if isinstance(action, Send):
            return association.send_c_store(action.dataset)
        if isinstance(action, BeginStep):
            return association.send_n_create(action.dataset, ModalityPerformedProcedureStep, action.step_uid)[0]
        return association.send_n_set(action.dataset, ModalityPerformedProcedureStep, action.step_uid)[0]
    except (RuntimeError, ValueError) as error:
        raise SendFailed(f"could not be sent: {error}") from error


def _application(calling_ae: str) -> AE:
    application = AE(ae_title=calling_ae)
    application.acse_timeout = application.network_timeout = _TIMEOUT_S
    application.connection_timeout, application.dimse_timeout = 5, _ANSWER_S
    for sop_class in (
        *SENT_CLASSES,
        XRayRadiationDoseSRStorage,
        KeyObjectSelectionDocumentStorage,
        ModalityPerformedProcedureStep,
    ):
        application.add_requested_context(sop_class, [ExplicitVRLittleEndian, ImplicitVRLittleEndian])
    return application
