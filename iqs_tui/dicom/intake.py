"""What one association may bring in: a cap on each object, and pixels dropped as they arrive.

pynetdicom gathers a whole object in memory before anyone sees it. Here each PDU is looked at first: what comes
after the part that can hold the header is let go, so that a 250 MB run costs little more memory than a slice. Only of
projection images the pixels are kept for a picture, as far as one object may and all associations together.
"""

import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from pynetdicom.pdu import P_DATA_TF

from iqs_tui.dicom.contexts import LONG_HEADER_BYTES, header_bytes, is_image
from iqs_tui.domain.pictures import BUSY, PROJECTION_CLASSES, TOO_LARGE, Why

MAX_COMMAND_BYTES = 64 * 1024
"""A command set (PS3.7 chapter 6.3) is a few hundred bytes."""

_COMMAND = 0b01
"""Message control header, PS3.8 E.2."""


class Misbehaviour(Exception):
    """A caller does what it may not; the message says what, without patient data."""


class PixelBudget:
    """The memory that pixels may take, all associations together; safe to use from every thread."""

    def __init__(self, size_bytes: int) -> None:
        self._free_bytes = size_bytes
        self._lock = threading.Lock()

    def take(self, size_bytes: int) -> bool:
        """Take so much of it; return whether there was so much left."""
        with self._lock:
            if size_bytes > self._free_bytes:
                return False
            self._free_bytes -= size_bytes
            return True

    def give_back(self, size_bytes: int) -> None:
        """Give back what was taken."""
        with self._lock:
            self._free_bytes += size_bytes


class Limits(NamedTuple):
    """How much of the objects of one presentation context is kept, and how large they may be; in bytes."""

    header: int
    kept: int
    allowed: int


class Intake:
    """Weighs what comes in over one association, PDU by PDU."""

    def __init__(
        self,
        max_object_bytes: int,
        sop_class_of: Callable[[], Mapping[int, str]],
        max_picture_bytes: int = 0,
        budget: PixelBudget | None = None,
    ) -> None:
        """Cap objects at `max_object_bytes`; `sop_class_of` gives the SOP class of each accepted context.

        Projection images up to `max_picture_bytes` are kept whole, within the budget that associations share.
        """
        self._max_object_bytes = max_object_bytes
        self._sop_class_of = sop_class_of
        self._max_picture_bytes = max_picture_bytes
        self._budget = budget or PixelBudget(0)
        self._limits: dict[int, Limits] = {}
        self._command_bytes = 0
        self._held_bytes = 0
        self.object_bytes = 0
        """How long the data set was that came in last, dropped pixels included."""
        self.cut: Why | None = None
        """Why a part of it was dropped; None where it is whole."""

    def take(self, pdu: P_DATA_TF) -> None:
        """Weigh one P-DATA-TF PDU, and empty the fragments that are not needed.

        Raises:
            Misbehaviour: the object or its command is larger than is allowed, or on no accepted context.
        """
        for item in pdu.presentation_data_value_items:
            fragment = item.presentation_data_value or b""
            if fragment and fragment[0] & _COMMAND:
                self._take_command(len(fragment))
                continue
            limits = self._limits_of(item.presentation_context_id or 0)
            self._command_bytes = 0
            self.object_bytes += len(fragment) - 1
            if self.object_bytes > limits.allowed:
                raise Misbehaviour(f"object is larger than {limits.allowed // 1024**2} MB")
            self.cut = self.cut or self._objection(limits, len(fragment) - 1)
            if self.cut is not None:
                item.presentation_data_value = fragment[:1]

    def done(self) -> None:
        """Give back the memory of the pixels: their object was looked at, or the association is over."""
        self._budget.give_back(self._held_bytes)
        self._held_bytes = 0

    def _objection(self, limits: Limits, size: int) -> Why | None:
        """Return why the object's next bytes are dropped, and those after them."""
        if self.object_bytes <= limits.header:
            return None
        if self.object_bytes > limits.kept:
            return TOO_LARGE
        is_first = self.object_bytes - size <= limits.header
        if (is_first and self._held_bytes) or not self._budget.take(size):
            return BUSY  # the first: the object before it was not looked at yet, so its memory is still in use
        self._held_bytes += size
        return None

    def _take_command(self, size: int) -> None:
        self._command_bytes += size
        self.object_bytes, self.cut = 0, None
        if self._command_bytes > MAX_COMMAND_BYTES:
            raise Misbehaviour("command set is too large")

    def _limits_of(self, context_id: int) -> Limits:
        if context_id not in self._limits:
            sop_class = self._sop_class_of().get(context_id)
            if sop_class is None:
                raise Misbehaviour("data on a presentation context that was not accepted")
            header, allowed = header_bytes(sop_class), self._max_object_bytes
            self._limits[context_id] = Limits(
                header=header,
                kept=max(header, self._max_picture_bytes if sop_class in PROJECTION_CLASSES else 0),
                allowed=allowed if is_image(sop_class) else min(allowed, LONG_HEADER_BYTES),
            )
        return self._limits[context_id]
