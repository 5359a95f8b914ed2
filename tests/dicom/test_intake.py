"""Which bytes of an object are kept as they come in, and how much memory pixels may take."""

from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydicom.uid import CTImageStorage, DigitalXRayImageStorageForPresentation

from iqs_tui.dicom.contexts import PLAIN_HEADER_BYTES as HEADER
from iqs_tui.dicom.intake import Intake, PixelBudget
from iqs_tui.domain.pictures import BUSY, TOO_LARGE

DX, CT = 1, 3
CLASSES = {DX: DigitalXRayImageStorageForPresentation, CT: CTImageStorage}
MEBIBYTE = 1024**2
PIECE = MEBIBYTE
BODY = bytes(PIECE + 1)


def intake(max_picture_mb: int = 64, budget: PixelBudget | None = None) -> Intake:
    return Intake(2048 * MEBIBYTE, lambda: CLASSES, max_picture_mb * MEBIBYTE, budget or PixelBudget(256 * MEBIBYTE))


def send(line: Intake, megabytes: int, context: int = DX) -> int:
    """Send an object with its command; return how many megabytes of it were kept."""
    line.take(pdu(b"\x03" + bytes(100), context))
    kept = 0
    for _ in range(megabytes):
        piece = pdu(BODY, context)
        line.take(piece)
        kept += len(piece.presentation_data_value_items[0].presentation_data_value) > 1
    return kept


def pdu(fragment: bytes, context: int) -> SimpleNamespace:
    item = SimpleNamespace(presentation_data_value=fragment, presentation_context_id=context)
    return SimpleNamespace(presentation_data_value_items=[item])


def test_pixels_of_a_radiograph_are_kept_and_those_of_a_slice_are_not():
    line = intake()
    assert (send(line, 20), line.cut) == (20, None)
    line.done()
    assert (send(line, 20, CT), line.cut) == (HEADER // MEBIBYTE, TOO_LARGE)


@pytest.mark.parametrize(("limit", "kept"), [(0, 8), (4, 8), (16, 16), (64, 30)])
def test_no_more_than_the_limit_is_kept(limit: int, kept: int):
    line = intake(limit)
    assert send(line, 30) == kept
    assert line.cut == (None if limit >= 30 else TOO_LARGE)


def test_associations_share_their_memory_and_give_it_back():
    budget = PixelBudget(20 * MEBIBYTE)
    first, second = intake(budget=budget), intake(budget=budget)
    assert send(first, 20) == 20
    assert (send(second, 20), second.cut) == (16, BUSY), "12 of the 20 MB are taken"
    second.done()
    first.done()
    assert (send(second, 20), second.cut) == (20, None)


def test_who_does_not_wait_for_answers_gets_no_more_memory():
    line = intake()
    assert send(line, 20) == 20
    assert (send(line, 20), line.cut) == (8, BUSY)
    line.done()
    assert (send(line, 20), line.cut) == (20, None)


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 12), st.booleans()), max_size=12))
def test_the_memory_is_never_overdrawn_and_all_given_back(deeds: list[tuple[int, int, bool]]):
    budget = PixelBudget(10 * MEBIBYTE)
    lines = [intake(budget=budget) for _ in range(3)]
    for number, megabytes, is_done in deeds:
        send(lines[number], HEADER // MEBIBYTE + megabytes)
        assert budget._free_bytes >= 0
        if is_done:
            lines[number].done()
    for line in lines:
        line.done()
    assert budget._free_bytes == 10 * MEBIBYTE
