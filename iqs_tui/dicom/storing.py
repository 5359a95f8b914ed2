"""The C-STORE decision: what an object is, whether it is taken in, and the status of the answer (PS3.4 B.2.3).

Success is answered only after the inbox has written the record. Pixels are never looked at here.
"""

import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Protocol

from pydicom.dataset import Dataset
from pydicom.uid import UID

from iqs_tui.dicom.contexts import KEY_OBJECT_SELECTION, is_image, is_structured_report
from iqs_tui.dicom.deidentify import picture_source
from iqs_tui.dicom.dose_capture import read_dose_capture
from iqs_tui.dicom.header import parse_header, read_instance
from iqs_tui.dicom.identity import require_uid
from iqs_tui.dicom.rdsr import read_dose_report
from iqs_tui.dicom.reading import CANNOT_UNDERSTAND, ReadingContext, Unreadable, uid
from iqs_tui.dicom.rejection_note import read_rejection_note
from iqs_tui.domain.pictures import PROJECTION_CLASSES, TOO_LARGE, PictureSource, Why
from iqs_tui.domain.records import DoseReport, Instance, Refusal, RejectionNote, Sender
from iqs_tui.domain.text import clean_text
from iqs_tui.faults import whereabouts

log = logging.getLogger(__name__)

SUCCESS = 0x0000
OUT_OF_RESOURCES = 0xA700
DOES_NOT_MATCH = 0xA900

MAX_ERROR_COMMENT = 64
"""Error Comment (0000,0902) is an LO: at most 64 characters."""


class ObjectInbox(Protocol):
    """Where the records of objects are written; returns when they are safe, raises when they are not."""

    def instance(self, record: Instance, sender: Sender, source: PictureSource | None) -> None:
        """Write an image's header record, and what its picture can be made of; losing that is no failure.

        Its pieces are only there until this returns.
        """
        ...

    def dose_report(self, record: DoseReport, sender: Sender) -> None:
        """Write a dose report."""
        ...

    def rejection_note(self, record: RejectionNote, sender: Sender) -> None:
        """Write a rejection note."""
        ...

    def refused(self, refusal: Refusal, sender: Sender) -> None:
        """Write down what was not taken in, and why."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One C-STORE request, with what the association knows of it."""

    command_class_uid: str
    command_instance_uid: str
    context_class_uid: str
    transfer_syntax_uid: str
    data: BytesIO
    size_bytes: int
    """As it came in; `data` may hold less where pixels were dropped on the way."""
    cut: Why | None
    """Why pixels were dropped."""


class ObjectStore:
    """Takes objects in: reads them, hands the record to the inbox, and says the status."""

    def __init__(self, inbox: ObjectInbox, max_picture_bytes: int = 0) -> None:
        """Make pictures of projection images up to this size; 0: of none."""
        self._inbox = inbox
        self._max_picture_bytes = max_picture_bytes

    def take(self, arrival: Arrival, sender: Sender, context: ReadingContext) -> Dataset:
        """Return the status data set of the answer; never raises."""
        try:
            hand_over = self._read(arrival, sender, context)
        except Unreadable as unreadable:
            return self._refuse(unreadable.refusal, arrival, sender)
        except Exception as error:  # noqa: BLE001 (the border; logged without values, which can be patient data)
            log.error("an object of class %s could not be read: %s", arrival.command_class_uid, whereabouts(error))
            refusal = Refusal(status=CANNOT_UNDERSTAND, reason="data set cannot be read")
            return self._refuse(refusal, arrival, sender)
        try:
            hand_over()
        except Exception:
            log.exception("an object of class %s could not be written", arrival.command_class_uid)
            return answer(OUT_OF_RESOURCES, "record could not be written")
        return answer(SUCCESS)

    def _read(self, arrival: Arrival, sender: Sender, context: ReadingContext) -> Callable[[], None]:
        """Return what writes the record of this object; nothing is written for classes that hold none."""
        dataset = parse_header(arrival.data, arrival.transfer_syntax_uid)
        pixels_at = arrival.data.tell()
        check_identity(dataset, arrival)
        sop_class_uid = arrival.command_class_uid
        if is_image(sop_class_uid):
            capture = read_dose_capture(dataset, context)
            if capture is not None:
                return lambda: self._inbox.dose_report(capture, sender)
            image = read_instance(dataset, context)
            source = self._picture_source(dataset, arrival, pixels_at, is_derived=image.is_derived)
            return lambda: self._inbox.instance(image, sender, source)
        if is_structured_report(sop_class_uid):
            report = read_dose_report(dataset, context)
            return _nothing if report is None else lambda: self._inbox.dose_report(report, sender)
        if sop_class_uid == KEY_OBJECT_SELECTION:
            note = read_rejection_note(dataset, context)
            return _nothing if note is None else lambda: self._inbox.rejection_note(note, sender)
        return _nothing

    def _picture_source(
        self, dataset: Dataset, arrival: Arrival, pixels_at: int, *, is_derived: bool
    ) -> PictureSource | None:
        """Return what a picture can be made of, or why not; None where nobody would expect one."""
        if arrival.command_class_uid not in PROJECTION_CLASSES or not self._max_picture_bytes:
            return None
        if arrival.size_bytes > self._max_picture_bytes:
            return PictureSource(why=TOO_LARGE)
        if arrival.cut is not None:
            return PictureSource(why=arrival.cut)
        data = arrival.data.getbuffer()
        return picture_source(dataset, data, pixels_at, arrival.transfer_syntax_uid, is_derived=is_derived)

    def _refuse(self, refusal: Refusal, arrival: Arrival, sender: Sender) -> Dataset:
        complete = replace(
            refusal,
            sop_class_uid=refusal.sop_class_uid or clean_text(arrival.command_class_uid, 64),
            sop_instance_uid=refusal.sop_instance_uid or clean_text(arrival.command_instance_uid, 64),
            size_bytes=arrival.size_bytes,
            sha256=None if arrival.cut else hashlib.sha256(arrival.data.getbuffer()).hexdigest(),
        )
        note_refusal(self._inbox, complete, sender)
        return answer(complete.status, complete.reason)


def check_identity(dataset: Dataset, arrival: Arrival) -> None:
    """Check that an object says who it is, and that its command says the same.

    Raises:
        Unreadable: a mandatory UID is missing or malformed (0xC000), or command and data set differ (0xA900).
    """
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID"):
        require_uid(dataset, keyword)
    said = require_uid(dataset, "SOPClassUID"), require_uid(dataset, "SOPInstanceUID")
    if said != (arrival.command_class_uid, arrival.command_instance_uid):
        raise _mismatch("command and data set name another object", dataset)
    if arrival.command_class_uid != arrival.context_class_uid:
        raise _mismatch("SOP class is not that of the presentation context", dataset)


def note_refusal(inbox: ObjectInbox, refusal: Refusal, sender: Sender) -> None:
    """Keep a refusal; where that fails too, the log has it."""
    log.warning(
        "refused an object of %s from %s: 0x%04X %s",
        refusal.sop_class_uid and UID(refusal.sop_class_uid).name,
        sender.ae_title,
        refusal.status,
        refusal.reason,
    )
    try:
        inbox.refused(refusal, sender)
    except Exception:
        log.exception("a refusal could not be written down")


def answer(status: int, comment: str | None = None) -> Dataset:
    """Return the status elements of a response (PS3.7 annex C)."""
    response = Dataset()
    response.Status = status
    if comment:
        response.ErrorComment = comment[:MAX_ERROR_COMMENT]
    return response


def _mismatch(reason: str, dataset: Dataset) -> Unreadable:
    return Unreadable(
        Refusal(
            status=DOES_NOT_MATCH,
            reason=reason,
            sop_class_uid=uid(dataset, "SOPClassUID"),
            sop_instance_uid=uid(dataset, "SOPInstanceUID"),
        )
    )


def _nothing() -> None:
    """Write nothing: the object is welcome, but no record is kept of its class."""
