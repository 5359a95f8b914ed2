"""What one association may bring in: a cap on each object, and pixels dropped as they arrive.

pynetdicom gathers a whole object in memory before anyone sees it. Here each PDU is looked at first: what comes
after the part that can hold the header is let go, so that a 250 MB run costs little more memory than a slice.
"""

from collections.abc import Callable, Mapping

from pynetdicom.pdu import P_DATA_TF

from iqs_tui.dicom.contexts import LONG_HEADER_BYTES, header_bytes, is_image

MAX_COMMAND_BYTES = 64 * 1024
"""A command set (PS3.7 chapter 6.3) is a few hundred bytes."""

_COMMAND = 0b01
"""Message control header, PS3.8 E.2."""


class Misbehaviour(Exception):
    """A caller does what it may not; the message says what, without patient data."""


class Intake:
    """Weighs what comes in over one association, PDU by PDU."""

    def __init__(self, max_object_bytes: int, sop_class_of: Callable[[], Mapping[int, str]]) -> None:
        """Cap objects at `max_object_bytes`; `sop_class_of` gives the SOP class of each accepted context."""
        self._max_object_bytes = max_object_bytes
        self._sop_class_of = sop_class_of
        self._limits: dict[int, tuple[int, int]] = {}
        self._command_bytes = 0
        self.object_bytes = 0
        """How long the data set was that came in last, dropped pixels included."""
        self.is_cut = False
        """Whether a part of it was dropped."""

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
            kept, allowed = self._limit(item.presentation_context_id or 0)
            self._command_bytes = 0
            self.object_bytes += len(fragment) - 1
            if self.object_bytes > allowed:
                raise Misbehaviour(f"object is larger than {allowed // 1024**2} MB")
            if self.object_bytes > kept:
                item.presentation_data_value = fragment[:1]
                self.is_cut = True

    def _take_command(self, size: int) -> None:
        self._command_bytes += size
        self.object_bytes, self.is_cut = 0, False
        if self._command_bytes > MAX_COMMAND_BYTES:
            raise Misbehaviour("command set is too large")

    def _limit(self, context_id: int) -> tuple[int, int]:
        """Return how much of an object of this context is kept, and how large it may be."""
        if context_id not in self._limits:
            sop_class = self._sop_class_of().get(context_id)
            if sop_class is None:
                raise Misbehaviour("data on a presentation context that was not accepted")
            kept = header_bytes(sop_class)
            allowed = self._max_object_bytes
            self._limits[context_id] = (
                kept,
                allowed if is_image(sop_class) else min(allowed, LONG_HEADER_BYTES),
            )
        return self._limits[context_id]
