"""Answers N-CREATE and N-SET of Modality Performed Procedure Steps (PS3.4 F.7.2; statuses: PS3.7 annex C)."""

import logging
from collections import OrderedDict
from threading import Lock
from typing import Protocol

from pydicom.dataset import Dataset

from iqs_tui.dicom.mpps import IN_PROGRESS, STATUSES, read_step, status_of
from iqs_tui.dicom.reading import ReadingContext
from iqs_tui.dicom.storing import SUCCESS, answer
from iqs_tui.domain.records import ProcedureStep, Sender
from iqs_tui.domain.uids import is_uid

log = logging.getLogger(__name__)

INVALID_ATTRIBUTE_VALUE = 0x0106
PROCESSING_FAILURE = 0x0110
DUPLICATE_INSTANCE = 0x0111
INVALID_INSTANCE = 0x0117
MISSING_ATTRIBUTE = 0x0120

_REMEMBERED = 1000


class StepInbox(Protocol):
    """Where steps are written; returns when they are safe, raises when they are not."""

    def procedure_step(self, record: ProcedureStep, sender: Sender) -> None:
        """Merge what one message says into the step."""
        ...


class StepKeeper:
    """Takes in the messages of steps; the inbox keeps their state, here only the newest UIDs are remembered."""

    def __init__(self, inbox: StepInbox) -> None:
        self._inbox = inbox
        self._created: OrderedDict[str, None] = OrderedDict()
        self._lock = Lock()

    def create(self, step_uid: str, attributes: Dataset, sender: Sender, context: ReadingContext) -> Dataset:
        """Answer an N-CREATE; whatever goes wrong in writing becomes a status."""
        status = status_of(attributes)
        if not is_uid(step_uid):
            return answer(INVALID_INSTANCE, "step UID is missing or malformed")
        if step_uid in self._created:
            return answer(DUPLICATE_INSTANCE, "step exists already")
        if status is None:
            return answer(MISSING_ATTRIBUTE, "PerformedProcedureStepStatus is missing")
        if status != IN_PROGRESS:
            return answer(INVALID_ATTRIBUTE_VALUE, "a step starts IN PROGRESS")
        response = self._record(step_uid, attributes, sender, context)
        if response.Status == SUCCESS:
            self._remember(step_uid)
        return response

    def change(self, step_uid: str, attributes: Dataset, sender: Sender, context: ReadingContext) -> Dataset:
        """Answer an N-SET; whatever goes wrong in writing becomes a status.

        A step that nobody saw created is taken in too: a node that started late must not fail the modality.
        """
        if not is_uid(step_uid):
            return answer(INVALID_INSTANCE, "step UID is missing or malformed")
        if status_of(attributes) not in {*STATUSES, None}:
            return answer(INVALID_ATTRIBUTE_VALUE, "no such PerformedProcedureStepStatus")
        return self._record(step_uid, attributes, sender, context)

    def _record(self, step_uid: str, attributes: Dataset, sender: Sender, context: ReadingContext) -> Dataset:
        step = read_step(step_uid, attributes, context)
        try:
            self._inbox.procedure_step(step, sender)
        except Exception:
            log.exception("a procedure step could not be written")
            return answer(PROCESSING_FAILURE, "record could not be written")
        return answer(SUCCESS)

    def _remember(self, step_uid: str) -> None:
        with self._lock:
            self._created[step_uid] = None
            while len(self._created) > _REMEMBERED:
                self._created.popitem(last=False)
